// The list of commands and the keys of every page. What can be done comes from Python; what is chosen goes back there.

const MOST = 40;
let current = null;

class Keyboard {
  constructor(root) {
    this.palette = root.querySelector(".palette");
    this.keys = root.querySelector(".keys");
    this.input = root.querySelector("input");
    this.list = root.querySelector("ul");
    this.none = root.querySelector(".none");
    this.input.addEventListener("input", () => this.find());
    this.input.addEventListener("keydown", (event) => this.move(event));
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("li")));
    this.keys.querySelector("button").addEventListener("click", () => this.keys.close());
    for (const dialog of [this.palette, this.keys])
      dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  get isThere() {
    return this.palette.isConnected;
  }

  open() {
    this.input.value = "";
    this.find();
    this.palette.showModal();
    this.input.focus();
  }

  find() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.entries.filter((each) => words.every((word) => each.all.includes(word))).slice(0, MOST);
    this.list.replaceChildren(...found.map((each, index) => this.line(each, index)));
    this.none.hidden = found.length > 0;
    this.select(this.list.firstElementChild);
  }

  line(entry, index) {
    const item = document.createElement("li");
    item.id = `found-${index}`;
    item.setAttribute("role", "option");
    item.dataset.name = entry.name;
    const kind = document.createElement("span");
    kind.textContent = entry.kind;
    item.append(entry.words, " ", kind);
    return item;
  }

  select(item) {
    for (const each of this.list.children) each.setAttribute("aria-selected", String(each === item));
    if (item) this.input.setAttribute("aria-activedescendant", item.id);
    else this.input.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  }

  move(event) {
    const here = this.list.querySelector("[aria-selected=true]");
    if (event.key === "ArrowDown") this.select(here?.nextElementSibling ?? this.list.firstElementChild);
    else if (event.key === "ArrowUp") this.select(here?.previousElementSibling ?? this.list.lastElementChild);
    else if (event.key === "Enter") this.choose(here);
    else return;
    event.preventDefault();
  }

  choose(item) {
    if (!item) return;
    this.palette.close();
    this.send(item.dataset.name);
  }

  key(event) {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) return this.open();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return null;
    const acts = {
      "/": () => this.open(),
      "?": () => (this.keys.showModal(), this.keys.querySelector("h2").focus()),
      f: () => document.querySelector(".st-key-form input")?.focus(),
      t: () => past(document.querySelector("[data-testid=stMain]")),
    };
    if (/^[1-9]$/.test(event.key)) acts[event.key] = () => document.querySelectorAll("[data-testid=stMain] [role=tab]")[Number(event.key) - 1]?.click();
    return acts[event.key] ? acts[event.key]() ?? true : null;
  }
}

function isTyping(event) {
  const at = event.composedPath()[0];
  return at instanceof Element && (at.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable], [role=tree]") || document.querySelector("dialog[open], [role=dialog]"));
}

function past(place) {
  if (!place) return;
  place.setAttribute("tabindex", "-1");
  place.focus();
  place.scrollTo?.({ top: 0 });
}

document.addEventListener("keydown", (event) => {
  if (!current?.isThere || event.defaultPrevented || current.palette.open || current.keys.open) return;
  if (current.key(event) !== null) event.preventDefault();
});

// --- Repairs of the page -----------------------------------------------------------------------------------------

/** Links past the head, the first stops of Tab. */
function addSkips() {
  if (document.querySelector(".pl-skips")) return;
  const skips = document.createElement("div");
  skips.className = "pl-skips";
  const targets = [["Skip to the content", "[data-testid=stMain]"], ["Skip to the case", ".st-key-form"]];
  for (const [words, place] of targets) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.addEventListener("click", () => past(document.querySelector(place) ?? document.querySelector("[data-testid=stMain]")));
    skips.append(button);
  }
  document.body.prepend(skips);
}

/** What a help icon says is read with its field; it is no stop of Tab. */
let isPlanned = false;
function quietHelp() {
  isPlanned = false;
  for (const each of document.querySelectorAll("[data-testid=stTooltipIcon] button:not([tabindex])")) each.tabIndex = -1;
}

/** On a narrow screen the menu covers the page, so it closes once a page is chosen. */
document.addEventListener("click", (event) => {
  if (!current?.isThere || innerWidth > 768 || !event.target.closest?.("[data-testid=stSidebarNavLink]")) return;
  setTimeout(() => document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click(), 50);
});

// What is folded on a tile is printed, too.
let opened = [];
addEventListener("beforeprint", () => {
  if (!current?.isThere) return;
  opened = [...document.querySelectorAll("[data-testid=stMain] .pl-card details:not([open])")];
  for (const each of opened) each.open = true;
});
addEventListener("afterprint", () => {
  for (const each of opened) each.open = false;
  opened = [];
});

const keyboards = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  const palette = parentElement.querySelector(".palette");
  if (!keyboards.has(palette)) {
    keyboards.set(palette, new Keyboard(parentElement));
    const watch = new MutationObserver(() => {
      if (!palette.isConnected) return watch.disconnect();
      if (!isPlanned) requestAnimationFrame(quietHelp);
      isPlanned = true;
    });
    watch.observe(document.body, { childList: true, subtree: true });
  }
  current = keyboards.get(palette);
  current.entries = data.entries.map(([name, kind, words, more]) => ({ name, kind, words, all: `${words} ${kind} ${more}`.toLowerCase() }));
  current.send = (name) => setTriggerValue("act", name);
  addSkips();
  quietHelp();
}
