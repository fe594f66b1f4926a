// The drawer: it opens on a click on anything with data-cite, on any page and in any component, and asks Python for
// what is cited, which comes as HTML that is already escaped. Nothing is fetched.

let current = null;

document.addEventListener("click", (event) => {
  if (!current?.root.isConnected || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const inner = event.composedPath()[0];
  const cited = inner instanceof Element ? inner.closest("[data-cite]") : null;
  if (!cited) return;
  event.preventDefault();
  current.open(cited.dataset.cite);
});

class Drawer {
  constructor(root) {
    this.root = root;
    this.body = root.querySelector(".body");
    this.live = root.querySelector(".live");
    this.cite = null;
    root.addEventListener("click", (event) => this.click(event));
  }

  open(cite) {
    if (this.cite !== cite) {
      this.body.setAttribute("aria-busy", "true");
      this.send("open", cite);
    }
    this.cite = cite;
    this.live.textContent = "";
    if (!this.root.open) this.root.showModal();
    this.root.querySelector("h2").focus();
  }

  take(data) {
    if (data.cite !== this.cite) return;
    if (this.shown !== data.html) {
      this.body.innerHTML = data.html;
      this.shown = data.html;
    }
    this.body.removeAttribute("aria-busy");
  }

  click(event) {
    if (event.target === this.root) return this.root.close(); // beside it
    const act = event.target.closest?.("[data-act]");
    if (!act) return;
    if (act.dataset.act === "close") this.root.close();
    if (act.dataset.act === "copy") this.copy(act.dataset.text);
    if (act.dataset.act === "findings") {
      act.disabled = true;
      act.textContent = "Checking every possible case…";
      this.send("findings", this.cite);
    }
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.live.textContent = "Copied.";
    } catch {
      this.live.textContent = text; // where a browser gives no clipboard, it can be selected
    }
  }
}

const drawers = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector("dialog");
  if (!drawers.has(root)) drawers.set(root, new Drawer(root));
  current = drawers.get(root);
  current.send = (act, cite) => setTriggerValue("act", { act, cite });
  current.take(data);
  root.dataset.ready = ""; // until then, a citation is the link that it is without a script
}
