// The derivation graph: a picture and an outline that move together, and the rule that is opened.
//
// Python decides what is shown: it sends the picture, the nodes with what they show, and the opened rule as HTML
// that is already escaped. This file moves the focus, the scale and the marks, and sends back what a person asks
// for: open a node's rule, close it, fold or unfold a node. Nothing is fetched.

const SVG = "http://www.w3.org/2000/svg";
const instances = new WeakMap();
let landed = null; // the last link that led here and was followed to its node

export default function ({ parentElement, data, setTriggerValue }) {
  let graph = instances.get(parentElement);
  if (!graph) {
    graph = new Graph(parentElement.querySelector(".derivation"));
    instances.set(parentElement, graph);
  }
  graph.send = (act, node) => {
    graph.asked = true;
    setTriggerValue("act", { act, node: node ?? null });
  };
  graph.offer(data);
}

// A graph that is out of sight is drawn once it comes near, and one that nobody asked for after the verdicts: while
// facts are entered above it, it changes with every one of them, and drawing it would keep the browser from showing these.
const NEAR = "100px";
const AFTER = 100; // milliseconds
const sight = new IntersectionObserver((entries) => {
  for (const entry of entries) entry.target.graph.near(entry.isIntersecting);
}, { rootMargin: NEAR });

class Graph {
  constructor(root) {
    this.root = root;
    this.find = (name) => root.querySelector(name);
    this.frame = this.find(".frame");
    this.outline = this.find(".outline [role=tree]");
    this.rule = this.find(".rule");
    this.camera = new Camera(root, this.frame, () => this.focusedShape());
    this.data = { nodes: [] };
    this.current = null; // the node that Tab reaches
    this.origin = null; // the pane from which a rule was opened or a node folded
    this.find(".tools").addEventListener("click", (event) => this.camera.tool(event.target.closest("button")?.dataset.tool));
    for (const pane of [this.frame, this.outline]) this.listen(pane);
    this.rule.addEventListener("click", (event) => this.fromRule(event.target.closest("[data-act]")));
    this.rule.addEventListener("keydown", (event) => event.key === "Escape" && this.close(event));
    this.isNear = true; // the first picture is drawn at once
    this.waiting = null;
    root.graph = this;
    sight.observe(root);
  }

  near(isNear) {
    this.isNear = isNear;
    if (isNear && this.waiting) this.draws();
  }

  offer(data) {
    const leads = data.landing !== landed && data.open !== this.data.open;
    const now = leads || this.asked || (this.isNear && !this.data.svg);
    landed = data.landing;
    clearTimeout(this.later);
    this.waiting = now ? null : data;
    this.root.setAttribute("aria-busy", String(!now));
    if (now) this.show(data);
    else if (this.isNear) this.later = setTimeout(() => this.draws(), AFTER);
    if (leads) this.land();
  }

  /** What was offered last, if it is not shown yet. */
  draws() {
    const data = this.waiting;
    this.waiting = null;
    this.root.setAttribute("aria-busy", "false");
    if (data) this.show(data);
  }

  /** Where a link led to a node: it is brought into view with the focus, until the page above it has come to rest. */
  land() {
    const shape = this.shape(this.data.open);
    if (!shape) return;
    this.focus(shape);
    let [left, last, moved] = [20, null, false];
    const stop = () => (moved = true); // whoever scrolls or types meanwhile knows better
    for (const name of ["wheel", "touchmove", "keydown", "pointerdown"]) window.addEventListener(name, stop, { once: true, passive: true });
    const look = () => {
      if (moved || !shape.isConnected || left-- === 0) return;
      const { top } = shape.getBoundingClientRect();
      if (top !== last) shape.scrollIntoView({ block: "center", inline: "center" });
      last = shape.getBoundingClientRect().top;
      setTimeout(look, 100);
    };
    look();
  }

  listen(pane) {
    const nodeOf = (event) => event.target.closest?.("[data-node]")?.dataset.node;
    pane.addEventListener("click", (event) => {
      const node = nodeOf(event);
      if (node === undefined || this.camera.dragged) return;
      this.origin = pane;
      this.focus(event.target.closest("[data-node]"));
      this.send(event.target.closest(".fold") ? "fold" : "open", node);
    });
    pane.addEventListener("dblclick", (event) => {
      if (nodeOf(event) !== undefined && !event.target.closest(".fold")) this.fold(nodeOf(event), pane);
    });
    pane.addEventListener("focusin", (event) => {
      const item = event.target.closest("[data-node]");
      if (item) this.become(item);
    });
    pane.addEventListener("focusout", () => this.mark(null));
    pane.addEventListener("pointerover", (event) => this.mark(nodeOf(event) ?? null));
    pane.addEventListener("pointerleave", () => this.mark(null));
    pane.addEventListener("keydown", (event) => this.key(event, pane));
  }

  // --- What Python sent ---------------------------------------------------------------------------------

  show(data) {
    const before = this.data;
    this.asked = false;
    this.data = data;
    this.byId = new Map(data.nodes.map((node) => [node.id, node]));
    this.parents = new Map(data.nodes.map((node) => [node.id, []]));
    for (const node of data.nodes) for (const child of node.children) this.parents.get(child).push(node.id);
    const focused = this.focused();
    if (before.svg !== data.svg || before.subject !== data.subject) this.draw(before);
    this.label();
    this.tell();
    const note = this.find(".note");
    note.textContent = data.note;
    note.hidden = !data.note;
    if (before.rule !== data.rule) {
      this.rule.innerHTML = data.rule;
      this.rule.scrollTop = 0;
    }
    this.rule.classList.toggle("empty", data.open === null);
    if (before.open !== data.open) this.announce(before);
    this.mark(null);
    if (focused) this.refocus(focused);
    else if (before.subject !== data.subject) this.toOpened();
  }

  /** Where an address leads to an opened rule, its node is in sight. */
  toOpened() {
    const shape = this.shape(this.data.open);
    const line = this.outline.querySelector(".line.open");
    if (shape) this.camera.center(shape);
    if (line) line.parentElement.parentElement.scrollTop = Math.max(0, line.offsetTop - 60);
  }

  /** Put a new picture in place so that what a person looks at stays where it was. */
  draw(before) {
    const anchor = before.subject === this.data.subject && this.byId.has(this.current) ? this.current : null;
    const old = anchor && this.shape(anchor)?.getBoundingClientRect();
    const parsed = new DOMParser().parseFromString(this.data.svg, "image/svg+xml").documentElement;
    this.picture = document.importNode(parsed, true);
    this.frame.replaceChildren(this.picture);
    this.camera.take(this.picture, this.shape(this.data.root), before.subject !== this.data.subject);
    for (const node of this.data.nodes) this.dress(node);
    if (!this.byId.has(this.current)) this.current = this.data.root;
    const now = old && this.shape(anchor)?.getBoundingClientRect();
    if (now) this.frame.scrollBy(now.left - old.left, now.top - old.top);
    else this.camera.toRoot();
  }

  /** One node of the picture: what is said of it, and its button for folding. */
  dress(node) {
    const shape = this.picture.getElementById(node.shape);
    shape.dataset.node = node.id;
    shape.setAttribute("role", "treeitem");
    shape.setAttribute("aria-label", node.spoken);
    if (!node.foldable) return;
    const box = shape.getBBox();
    const button = document.createElementNS(SVG, "g");
    button.setAttribute("class", "fold");
    button.setAttribute("aria-hidden", "true");
    const [x, y] = [box.x + box.width, box.y + box.height / 2];
    const circle = document.createElementNS(SVG, "circle");
    for (const [name, value] of [["cx", x], ["cy", y], ["r", 8]]) circle.setAttribute(name, value);
    const sign = document.createElementNS(SVG, "path");
    const across = `M${x - 4},${y}h8`;
    sign.setAttribute("d", node.hidden ? `${across}M${x},${y - 4}v8` : across);
    const hint = document.createElementNS(SVG, "title");
    hint.textContent = node.hidden ? `Show the ${node.hidden} that it hides` : "Fold";
    button.append(hint, circle, sign);
    shape.append(button);
  }

  label() {
    this.picture.setAttribute("role", "tree");
    this.picture.setAttribute("aria-label", this.data.label);
    this.outline.setAttribute("aria-label", `${this.data.label}, as text`);
    for (const edge of this.picture.querySelectorAll(".edge")) edge.setAttribute("aria-hidden", "true");
  }

  /** The outline: every node once with what it shows, and a line "shown above" where it comes again. */
  tell() {
    const lines = [];
    const drawn = new Set();
    const walk = (id, level, position, size, parent) => {
      const node = this.byId.get(id);
      const again = drawn.has(id) && node.children.length > 0;
      lines.push({ node, level, position, size, again, parent, index: lines.length });
      const index = lines.length - 1;
      if (drawn.has(id)) return;
      drawn.add(id);
      const shape = this.shape(id);
      shape.setAttribute("aria-level", level);
      shape.setAttribute("aria-posinset", position);
      shape.setAttribute("aria-setsize", size);
      node.children.forEach((child, at) => walk(child, level + 1, at + 1, node.children.length, index));
    };
    walk(this.data.root, 1, 1, 1, null);
    this.lines = lines;
    this.outline.replaceChildren(...lines.map((line) => this.line(line)));
    for (const item of this.root.querySelectorAll("[data-node]")) {
      const node = this.byId.get(item.dataset.node);
      item.setAttribute("aria-selected", String(node.id === this.data.open));
      item.classList.toggle("open", node.id === this.data.open);
      if (node.foldable) item.setAttribute("aria-expanded", String(!node.folded));
    }
    this.rove(this.focused()?.item ?? this.shape(this.current));
  }

  line({ node, level, position, size, again, index }) {
    const part = (name, text) => {
      const element = document.createElement("span");
      element.className = name;
      element.textContent = text;
      return element;
    };
    const item = document.createElement("div");
    item.className = `line ${node.style}`;
    item.style.setProperty("--level", level - 1);
    for (const [name, value] of [["role", "treeitem"], ["aria-level", level], ["aria-posinset", position],
      ["aria-setsize", size]]) item.setAttribute(name, value);
    item.dataset.node = node.id;
    item.dataset.index = index;
    const twisty = part(node.foldable && !again ? "fold" : "bullet", !node.foldable || again ? "" : node.hidden ? "▸" : "▾");
    const mark = part("mark", node.mark);
    for (const each of [twisty, mark]) each.setAttribute("aria-hidden", "true");
    const words = part("words", "");
    words.append(part("label", node.label), " ", part("word", node.word));
    if (node.cited) words.append(" ", part("quiet", node.cited));
    for (const reason of again ? [] : node.because) words.append(part("because", reason));
    if (again) words.append(" ", part("quiet", "(as above)"));
    else if (node.hidden) words.append(" ", part("quiet", `+ ${node.hidden} ${node.folded ? "folded" : "more"}`));
    item.append(twisty, mark, words);
    return item;
  }

  announce(before) {
    if (!before.subject) return;
    const node = this.byId.get(this.data.open);
    this.find(".live").textContent = node ? `Opened: ${node.spoken}` : "Closed.";
    if (!node || this.origin !== this.frame) return;
    const { top } = this.rule.getBoundingClientRect();
    if (top > window.innerHeight - 120) this.rule.scrollIntoView({ block: "nearest" });
  }

  // --- Focus, and what is marked ----------------------------------------------------------------------------

  shape(id) {
    const node = this.byId.get(id);
    return node ? this.picture.getElementById(node.shape) : null;
  }

  focused() {
    const item = this.root.getRootNode().activeElement?.closest?.("[data-node]");
    if (!item || !this.root.contains(item) || this.rule.contains(item)) return null;
    const inPicture = this.frame.contains(item);
    return { item, node: item.dataset.node, inPicture, index: Number(item.dataset.index) };
  }

  focusedShape() {
    const here = this.focused();
    return here?.inPicture ? here.item : null;
  }

  /** After the parts were made anew, the focus goes back to the same node. */
  refocus({ node, inPicture, index }) {
    if (inPicture) return this.focus(this.shape(this.byId.has(node) ? node : this.data.root));
    const same = this.lines.filter((line) => line.node.id === node);
    const line = same.find((each) => each.index === index) ?? same[0] ?? this.lines[0];
    this.focus(this.outline.children[line.index]);
  }

  become(item) {
    this.current = item.dataset.node;
    this.rove(item);
    this.mark(this.current);
  }

  /** One stop for Tab in each pane. */
  rove(item) {
    const line = item && this.outline.contains(item) ? item : this.outline.querySelector(`[data-node="${CSS.escape(this.current)}"]`);
    for (const each of this.root.querySelectorAll("[role=treeitem]")) each.setAttribute("tabindex", "-1");
    this.shape(this.current)?.setAttribute("tabindex", "0");
    (line ?? this.outline.firstElementChild)?.setAttribute("tabindex", "0");
  }

  focus(item) {
    if (!item) return;
    item.setAttribute("tabindex", "0");
    item.focus({ preventScroll: true });
    if (this.frame.contains(item)) this.camera.intoView(item);
    else item.scrollIntoView({ block: "nearest" });
  }

  /** Mark a node with all that it rests on and serves; without one, the one that is focused or opened. */
  mark(id) {
    const node = id ?? this.focused()?.node ?? this.data.open;
    const line = new Set();
    const follow = (start, next) => {
      const stack = [start];
      while (stack.length) {
        const each = stack.pop();
        for (const other of next(each)) if (!line.has(other)) line.add(other), stack.push(other);
      }
    };
    const known = this.byId.has(node);
    if (known) {
      follow(node, (each) => this.byId.get(each).children);
      follow(node, (each) => this.parents.get(each));
      line.add(node);
    }
    this.root.classList.toggle("marked", known);
    const shapes = new Map(this.data.nodes.map((each) => [each.shape, each.id]));
    for (const item of this.root.querySelectorAll("[data-node]")) {
      item.classList.toggle("kin", line.has(item.dataset.node));
      item.classList.toggle("self", item.dataset.node === node);
    }
    for (const edge of this.picture.querySelectorAll(".edge")) {
      const [from, to] = edge.id.split("-").map((end) => shapes.get(end));
      edge.classList.toggle("kin", line.has(from) && line.has(to));
    }
  }

  // --- Keys ---------------------------------------------------------------------------------------------------

  key(event, pane) {
    const here = this.focused();
    if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = pane === this.frame ? this.along(here) : this.through(here);
    const acts = {
      ...move,
      Enter: () => ((this.origin = pane), this.send("open", here.node)),
      " ": () => this.fold(here.node, pane),
      Escape: () => this.close(event, pane),
      "+": () => this.camera.zoom(1.25),
      "=": () => this.camera.zoom(1.25),
      "-": () => this.camera.zoom(0.8),
      0: () => this.camera.tool("fit"),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  /** In the picture: right and left along the arrows, up and down among the neighbors. */
  along({ node, item }) {
    const place = (id) => this.shape(id).getBoundingClientRect();
    const sorted = (ids) => [...ids].sort((one, other) => place(one).top - place(other).top);
    const to = (id) => id !== undefined && this.focus(this.shape(id));
    const parent = this.parents.get(node).includes(this.from) ? this.from : this.parents.get(node)[0];
    const siblings = parent === undefined ? [node] : sorted(this.byId.get(parent).children);
    const at = siblings.indexOf(node);
    const { children, hidden } = this.byId.get(node);
    const near = () => sorted(children).reduce((one, other) => (Math.abs(place(other).top - item.getBoundingClientRect().top) < Math.abs(place(one).top - item.getBoundingClientRect().top) ? other : one));
    return {
      ArrowRight: () => (children.length ? ((this.from = node), to(near())) : hidden && this.fold(node, this.frame)),
      ArrowLeft: () => to(parent),
      ArrowDown: () => to(siblings[at + 1]),
      ArrowUp: () => to(siblings[at - 1]),
      Home: () => to(this.data.root),
      End: () => to(siblings.at(-1)),
    };
  }

  /** In the outline: as in any tree. */
  through({ node, item }) {
    const index = Number(item.dataset.index);
    const to = (at) => this.outline.children[at] && this.focus(this.outline.children[at]);
    const { children, folded, hidden } = this.byId.get(node);
    const { again, parent } = this.lines[index];
    const first = again ? this.lines.findIndex((line) => line.node.id === node) : index;
    return {
      ArrowDown: () => to(index + 1),
      ArrowUp: () => to(index - 1),
      ArrowRight: () => (again ? to(first) : children.length ? to(index + 1) : hidden && this.fold(node, this.outline)),
      ArrowLeft: () => (!again && children.length && !folded && parent !== null && this.byId.get(node).foldable ? this.fold(node, this.outline) : to(parent)),
      Home: () => to(0),
      End: () => to(this.lines.length - 1),
    };
  }

  fold(node, pane) {
    if (!this.byId.get(node)?.foldable) return;
    this.origin = pane;
    this.current = node;
    this.send("fold", node);
  }

  /** Escape: an opened rule is closed first; then the marks go and the focus leaves. */
  close(event, pane) {
    event.preventDefault();
    const wasOpen = this.data.open;
    if (wasOpen !== null) {
      if (this.rule.contains(event.target)) this.focus(this.origin === this.outline ? this.outline.querySelector(`[data-node="${CSS.escape(wasOpen)}"]`) : this.shape(wasOpen) ?? this.shape(this.data.root));
      this.send("close");
    } else if (pane) {
      this.find(pane === this.frame ? ".after-picture" : ".after-outline").focus();
      this.mark(null);
    }
  }

  fromRule(button) {
    if (!button) return;
    const { act, nodeId: node } = button.dataset;
    if (act === "close") return this.close({ preventDefault() {}, target: button });
    if (this.byId.has(node)) this.current = node;
    this.origin = null;
    this.send(act, node);
    this.rule.focus({ preventScroll: true });
  }
}
