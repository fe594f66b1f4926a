// The size and place of the picture in its frame: zoom, pan, fit, and where it starts.

const SMALLEST = 0.25;
const LARGEST = 4;
const READABLE = 1.1; // the picture's text has 11 units, so this is 12 px
const WIDEST = 1.3;

class Camera {
  /** focused() is the node of the picture that has the focus, if any. */
  constructor(component, frame, focused) {
    this.component = component;
    this.frame = frame;
    this.focused = focused;
    this.scale = null;
    this.dragged = false; // whether the last press of the mouse moved the picture
    frame.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    frame.addEventListener("scroll", () => this.see(), { passive: true });
    this.map = frame.parentElement.querySelector(".map");
    this.map.addEventListener("pointerdown", (event) => this.go(event));
    this.drag();
  }

  /** A new picture; `fresh` where it tells of something else than the last one. */
  take(picture, root, fresh) {
    this.picture = picture;
    this.root = root;
    this.box = picture.viewBox.baseVal;
    if (this.scale === null || fresh) this.scale = this.readable();
    this.map.querySelector("svg")?.remove();
    const small = picture.cloneNode(true);
    for (const each of small.querySelectorAll("[id], text")) each.tagName === "text" ? each.remove() : each.removeAttribute("id");
    small.setAttribute("preserveAspectRatio", "none");
    this.map.prepend(small);
    this.resize();
  }

  /** On the small map: which part of the picture is in view. It is there only where not all of it is. */
  see() {
    const { clientWidth, clientHeight, scrollWidth, scrollHeight, scrollLeft, scrollTop } = this.frame;
    this.map.hidden = scrollWidth <= clientWidth + 1 && scrollHeight <= clientHeight + 1;
    const share = { left: scrollLeft / scrollWidth, top: scrollTop / scrollHeight, width: clientWidth / scrollWidth, height: clientHeight / scrollHeight };
    for (const [name, part] of Object.entries(share)) this.map.querySelector(".seen").style[name] = `${100 * part}%`;
  }

  /** A press on the small map goes there. */
  go(event) {
    const around = this.map.getBoundingClientRect();
    this.frame.scrollLeft = ((event.clientX - around.left) / around.width) * this.frame.scrollWidth - this.frame.clientWidth / 2;
    this.frame.scrollTop = ((event.clientY - around.top) / around.height) * this.frame.scrollHeight - this.frame.clientHeight / 2;
  }

  /** Scroll as little as it takes; the page too, if the frame itself is out of sight. */
  intoView(item) {
    const [node, around, margin] = [item.getBoundingClientRect(), this.frame.getBoundingClientRect(), 24];
    const by = (low, high, least, most) => {
      if (low < least + margin) return low - least - margin;
      return high > most - margin ? Math.min(high - most + margin, low - least - margin) : 0;
    };
    const across = by(node.left, node.right, around.left, around.right);
    this.frame.scrollBy(across, by(node.top, node.bottom, around.top, around.bottom));
    if (around.bottom < 80 || around.top > window.innerHeight - 80) this.frame.scrollIntoView({ block: "nearest" });
  }

  /** As large as the frame is wide, but with text that can be read. */
  readable() {
    return Math.max(READABLE, Math.min(WIDEST, (this.frame.clientWidth - 16) / this.box.width));
  }

  resize() {
    this.picture.style.width = `${this.box.width * this.scale}px`;
    this.picture.style.height = `${this.box.height * this.scale}px`;
    this.component.dataset.scale = this.scale.toFixed(2);
    this.see();
  }

  zoom(by, x, y) {
    const around = this.frame.getBoundingClientRect();
    const node = this.focused()?.getBoundingClientRect();
    x ??= node ? node.left + node.width / 2 : around.left + around.width / 2;
    y ??= node ? node.top + node.height / 2 : around.top + around.height / 2;
    const before = this.scale;
    this.scale = Math.min(LARGEST, Math.max(SMALLEST, this.scale * by));
    const [left, top] = [this.frame.scrollLeft + x - around.left, this.frame.scrollTop + y - around.top];
    this.resize();
    this.frame.scrollLeft = (left * this.scale) / before - (x - around.left);
    this.frame.scrollTop = (top * this.scale) / before - (y - around.top);
  }

  /** The wheel zooms while the picture has the focus or Ctrl is held; else the page scrolls, as anywhere. */
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey && !this.focused()) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 500), event.clientX, event.clientY);
  }

  tool(name) {
    const { clientWidth, clientHeight } = this.frame;
    if (name === "in") this.zoom(1.25);
    if (name === "out") this.zoom(0.8);
    if (name === "fit") {
      this.scale = Math.max(SMALLEST, Math.min(WIDEST, (clientWidth - 16) / this.box.width, (clientHeight - 16) / this.box.height));
      this.resize();
    }
    if (name === "full") {
      if (this.component.matches(":fullscreen")) document.exitFullscreen();
      else this.component.requestFullscreen?.();
    }
    if (name === "start") {
      this.scale = this.readable();
      this.resize();
      this.toRoot();
    }
  }

  toRoot() {
    this.center(this.root);
    if (!this.root.classList.contains("start")) this.frame.scrollLeft = 0; // what it starts at is at the left, else in the middle
  }

  center(item) {
    const [node, around] = [item.getBoundingClientRect(), this.frame.getBoundingClientRect()];
    this.frame.scrollLeft += node.left + node.width / 2 - around.left - around.width / 2;
    this.frame.scrollTop += node.top + node.height / 2 - around.top - around.height / 2;
  }

  /** A mouse drags the picture; fingers scroll it as they scroll anything. */
  drag() {
    let start = null;
    this.frame.addEventListener("pointerdown", (event) => {
      this.dragged = false;
      if (event.pointerType === "mouse" && event.button === 0) start = { x: event.clientX, y: event.clientY, left: this.frame.scrollLeft, top: this.frame.scrollTop };
    });
    this.frame.addEventListener("pointermove", (event) => {
      if (!start || !(event.buttons & 1)) return void (start = null);
      const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
      if (!this.dragged && Math.hypot(dx, dy) < 5) return;
      if (!this.dragged) this.frame.setPointerCapture(event.pointerId);
      this.dragged = true;
      this.frame.scrollLeft = start.left - dx;
      this.frame.scrollTop = start.top - dy;
    });
    this.frame.addEventListener("pointerup", () => (start = null));
  }
}
