// A policy as text with numbered lines, and beside it what is wrong with which line.
//
// The draft lives here: in the text field, and in this tab's storage, so that a reload or another page does not lose
// it. It is sent when a person asks for it to be checked. Whatever Python sends is shown as text. Nothing is fetched.

const editors = new WeakMap();
const TAKEN = "payerlogic.draft.taken";

export default function ({ parentElement, data, setTriggerValue }) {
  let editor = editors.get(parentElement);
  if (!editor) {
    editor = new Editor(parentElement.querySelector(".editor"));
    editors.set(parentElement, editor);
  }
  editor.send = (value) => setTriggerValue("act", value);
  editor.offer(data);
}

/** A short name of a text, by which an answer says of which text it speaks. */
function markOf(text) {
  let sum = 2166136261;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 16777619);
  return `${text.length}-${(sum >>> 0).toString(16)}`;
}

class Editor {
  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.field = this.find("textarea");
    this.lines = this.find(".lines");
    this.data = null;
    this.isWaiting = false;
    this.find(".tools").addEventListener("click", (event) => this.act(event.target.closest("button")?.dataset.act));
    this.field.addEventListener("input", () => this.changed());
    this.field.addEventListener("scroll", () => { this.lines.scrollTop = this.field.scrollTop; });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.act("check");
      }
    });
  }

  get key() { return `payerlogic.draft.${this.data.service}.${this.data.policy}`; }

  offer(data) {
    const isOther = this.data === null || this.data.service !== data.service || this.data.policy !== data.policy;
    this.data = data;
    this.isWaiting = false;
    this.field.setAttribute("aria-label", data.label);
    if (isOther) {
      this.base = data.saved;
      const kept = this.kept();
      this.field.value = kept ? kept.text : data.saved;
      if (kept) this.base = kept.base;
      this.field.scrollTop = 0;
    }
    this.take(data.offered);
    this.show();
  }

  /** Put in a text that another page offers, once in this tab. What was there comes back with the browser's undo. */
  take(offered) {
    if (!offered || this.taken() === String(offered.id)) return;
    const before = this.field.value;
    try { sessionStorage.setItem(TAKEN, String(offered.id)); } catch { /* then it is put in again after a reload */ }
    this.base = this.data.saved;
    this.write(offered.text);
    this.wasOther = before !== this.data.saved && before !== offered.text;
    const lines = offered.text.split("\n"), saved = this.data.saved.split("\n");
    const first = lines.findIndex((line, at) => line !== saved[at]);
    if (first >= 0) this.to(first + 1);
  }

  taken() {
    try { return sessionStorage.getItem(TAKEN); } catch { return null; }
  }

  /** As if typed, so that the browser's own undo brings back what was there. */
  write(text) {
    this.field.focus();
    this.field.select();
    if (!document.execCommand("insertText", false, text)) this.field.value = text;
    this.changed();
  }

  /** What this tab keeps of the policy, if anything. */
  kept() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.key));
      return typeof kept?.text === "string" && typeof kept?.base === "string" ? kept : null;
    } catch { return null; }
  }

  changed() {
    const text = this.field.value;
    try {
      if (text === this.data.saved) sessionStorage.removeItem(this.key);
      else sessionStorage.setItem(this.key, JSON.stringify({ text, base: this.base }));
      this.isKept = true;
    } catch { this.isKept = false; } // the tab's storage is full or closed
    this.show();
  }

  act(act) {
    const text = this.field.value;
    if (act === "check" && !this.isWaiting) {
      this.isWaiting = text.length <= this.data.most;
      if (this.isWaiting) this.send({ policy: this.data.policy, text, mark: markOf(text) });
      this.state();
    } else if (act === "saved") {
      this.base = this.data.saved;
      this.write(this.data.saved);
      this.field.setSelectionRange(0, 0);
      this.field.scrollTop = 0;
      this.send({ policy: this.data.policy, text: "", mark: "" }); // what was said of the draft goes with it
    } else if (act === "download") {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
      link.download = this.data.file;
      link.click();
      URL.revokeObjectURL(link.href);
    }
  }

  show() {
    const count = this.field.value.split("\n").length;
    const isCurrent = this.data.mark === markOf(this.field.value);
    const notes = isCurrent ? this.data.notes : [];
    const worst = new Map();
    for (const each of notes) if (each.line && worst.get(each.line) !== "problem") worst.set(each.line, kind(each));
    this.lines.replaceChildren(...Array.from({ length: count }, (_, at) => {
      const span = document.createElement("span");
      span.textContent = at + 1;
      if (worst.has(at + 1)) span.className = worst.get(at + 1);
      return span;
    }));
    this.lines.scrollTop = this.field.scrollTop;
    this.listNotes(isCurrent);
    this.state(isCurrent);
  }

  state(isCurrent = this.data.mark === markOf(this.field.value)) {
    const text = this.field.value;
    const said = [];
    if (this.isWaiting) said.push("Checking; this takes some seconds.");
    else if (text.length > this.data.most) said.push(`The draft has ${text.length.toLocaleString("en-US")} characters; at most ${this.data.most.toLocaleString("en-US")} can be checked.`);
    else if (text === this.data.saved) said.push("This is the saved text: change a rule, then check and compare.");
    else said.push(isCurrent ? `Checked as it stands. ${this.data.compared ? "What it changes is below." : ""}` : this.data.mark ? "Changed since it was checked: the results below are of the earlier draft." : "Changed, not checked yet.");
    if (this.base !== this.data.saved && text !== this.data.saved) said.push("The saved policy has changed since you began.");
    if (this.wasOther && this.data.offered?.text === text) said.push("The suggested edits are in the box; undo brings back your earlier draft.");
    if (this.isKept === false) said.push("This browser cannot keep the draft: download it before you leave.");
    this.find(".state").textContent = said.join(" ");
    this.find("[data-act=check]").disabled = this.isWaiting;
    this.find("[data-act=saved]").disabled = text === this.data.saved;
  }

  listNotes(isCurrent) {
    const place = this.find(".notes");
    const { notes, mark } = this.data;
    const problems = notes.filter((each) => each.is_problem).length;
    const title = document.createElement("h2");
    if (!mark) title.textContent = "Not checked yet";
    else if (!isCurrent) title.textContent = "Of the draft as it was checked";
    else title.textContent = problems ? `${problems} problem${problems === 1 ? "" : "s"}` : this.data.ok ? "No problems" : "Not checked to the end";
    const list = document.createElement("ul");
    list.append(...notes.map((each) => this.note(each)));
    place.replaceChildren(title, list);
  }

  note(each) {
    const item = document.createElement("li");
    item.className = kind(each);
    const where = each.line ? button(`Line ${each.line}`, () => this.to(each.line)) : document.createElement("strong");
    if (!each.line) where.textContent = `${each.place || "The whole file"}: `;
    const text = document.createElement("span");
    const said = `${each.is_problem ? "" : "Advice: "}${each.what}${each.hint ? `; ${each.hint}` : ""}`;
    text.textContent = `${said}${/[.?!]$/.test(said) ? "" : "."} `;
    item.append(where, text);
    if (each.line && each.right) item.append(button(`Write ${each.right}`, () => this.respell(each)));
    return item;
  }

  /** Select a line, and bring it into view. */
  to(line, from = 0, length = null) {
    const lines = this.field.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + from;
    this.field.focus();
    this.field.setSelectionRange(start, start + (length ?? (lines[line - 1] ?? "").length));
    const height = parseFloat(getComputedStyle(this.field).lineHeight);
    this.field.scrollTop = Math.max(0, (line - 4) * height);
    this.field.scrollLeft = 0;
  }

  /** Write the right word for the misspelled one, which is on the line or on one that follows. */
  respell({ line, wrong, right }) {
    const lines = this.field.value.split("\n");
    const word = new RegExp(`(?<!\\w)${wrong.replace(/[^\w]/g, "\\$&")}(?!\\w)`);
    for (let at = line; at <= lines.length; at += 1) {
      const match = word.exec(lines[at - 1].replace(/%.*/, ""));
      if (!match) continue;
      this.to(at, match.index, wrong.length);
      if (!document.execCommand("insertText", false, right)) this.field.setRangeText(right);
      this.changed();
      return;
    }
  }
}

function kind(note) { return note.is_problem ? "problem" : "advice"; }

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}
