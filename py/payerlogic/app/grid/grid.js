// A table whose cells can be opened: the heat map of a comparison, the policies two by two, and who approves what.
// Every text goes in as text, never as markup. Arrows, Home and End move between cells, Enter opens one, Escape closes.

const LANDS = 112; // pixels from the top of the window, below the bar

function element(tag, attributes = {}, children = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  for (const child of children) made.append(child);
  return made;
}

function hidden(text) {
  return element("span", { class: "hidden" }, [text]);
}

function contentOf(cell) {
  const found = cell.parts.map((part) =>
    element("span", { class: part.seen ? `part ${part.relation}` : "hidden" }, [
      element("span", { "aria-hidden": "true" }, [part.mark]),
      hidden(part.word ? ` ${part.word}` : ""),
      ` ${part.text} `,
    ]),
  );
  if (cell.bar !== undefined) {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.width = `${Math.max(cell.bar * 100, 0.5)}%`;
    found.unshift(bar);
  }
  return found;
}

function cellOf(data, row, cell, column) {
  const heat = cell.heat ? ` heat heat${cell.heat}` : "";
  const inside = cell.key
    ? element("button", { type: "button", tabindex: "-1", "data-key": cell.key, class: cell.bar === undefined ? heat : "barred" }, [
        hidden(`${row}, ${column}: `),
        ...contentOf(cell),
      ])
    : element("span", { class: `still${cell.kind ? ` ${cell.kind}` : ""}` }, [
        element("span", { "aria-hidden": "true" }, [cell.mark ?? "·"]),
        hidden(cell.word ?? data.nothing),
      ]);
  return element("td", { role: "cell", "data-of": column, class: cell.bar === undefined ? "" : "wide" }, [inside]);
}

function tableOf(data) {
  const head = [data.corner, ...data.columns].map((name) => element("th", { scope: "col", role: "columnheader" }, [name]));
  const rows = data.rows.map((row) =>
    element("tr", { role: "row" }, [
      element("th", { scope: "row", role: "rowheader" }, [row.label]),
      ...row.cells.map((cell, at) => cellOf(data, row.label, cell, data.columns[at])),
    ]),
  );
  return element("table", { role: "table" }, [
    element("caption", {}, [data.caption]),
    element("thead", { role: "rowgroup" }, [element("tr", { role: "row" }, head)]),
    element("tbody", { role: "rowgroup" }, rows),
  ]);
}

function legendOf(entries) {
  const items = entries.map((each) =>
    element("li", {}, [element("span", { class: `swatch heat heat${each.heat}`, "aria-hidden": "true" }), each.text]),
  );
  return element("ul", { class: "legend", "aria-label": "What the patterns mean" }, items);
}

function mark(host, chosen) {
  const buttons = [...host.querySelectorAll("button")];
  const open = buttons.find((button) => button.dataset.key === chosen);
  if (chosen !== null) for (const button of buttons) button.setAttribute("aria-pressed", String(button === open));
  const entry = buttons.find((button) => button.tabIndex === 0) ?? open ?? buttons[0];
  for (const button of buttons) button.tabIndex = button === (open ?? entry) ? 0 : -1;
}

function moved(host, from, key) {
  const rows = [...host.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")]);
  let row = rows.findIndex((cells) => cells.includes(from));
  let column = rows[row].indexOf(from);
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  if (!step) {
    const cells = rows[row].map((cell) => cell.querySelector("button")).filter(Boolean);
    return key === "Home" ? cells[0] : cells[cells.length - 1];
  }
  for (;;) {
    row += step[0];
    column += step[1];
    const cell = rows[row]?.[column];
    if (!cell) return null;
    const button = cell.querySelector("button");
    if (button) return button;
  }
}

// A switch beside the table changes what stands above it, and may not move the page under the pointer: the table stays
// where it was on the screen until the answer is there, or until the person scrolls.
// A link to an open cell lands there.
function stay(host, chosen, panel) {
  const main = document.querySelector('[data-testid="stMain"]');
  const page = document.querySelector('[data-testid="stMainBlockContainer"]');
  if (!main || !page || !panel || host.dataset.stays) return;
  host.dataset.stays = "yes";
  let held = chosen ? LANDS : null;
  setTimeout(() => (held = held === LANDS ? null : held), 5000);
  const gone = new AbortController();
  const listen = (kind, heard) => main.addEventListener(kind, heard, { capture: true, passive: true, signal: gone.signal });
  const switched = (event) => {
    held = event.target.closest(`.st-key-${panel}`) ? host.getBoundingClientRect().top : null;
  };
  listen("click", switched);
  listen("keydown", (event) => ([" ", "Enter"].includes(event.key) ? switched(event) : (held = null)));
  for (const kind of ["wheel", "touchmove"]) listen(kind, () => (held = null));
  host.release = () => (held = null);
  const observer = new ResizeObserver(() => {
    if (!host.isConnected) {
      observer.disconnect();
      gone.abort();
    } else if (held !== null) {
      main.scrollTop += host.getBoundingClientRect().top - held;
    }
  });
  observer.observe(page);
}

// On a narrow screen what a cell opens stands below the table: opening leads there, closing back to the cell. On a wide
// one it stands beside the table, and nothing moves.
function lead(host, chosen, panel) {
  const before = host.dataset.chosen;
  host.dataset.chosen = chosen;
  const beside = document.querySelector(`.st-key-${panel}`);
  if (before === undefined || before === chosen || !beside) return;
  const cellOf = (key) => [...host.querySelectorAll("button")].find((button) => button.dataset.key === key);
  if (beside.getBoundingClientRect().top < host.getBoundingClientRect().bottom) {
    // The button that closed it is gone, and the focus with it.
    if (!chosen) setTimeout(() => document.activeElement === document.body && cellOf(before)?.focus({ preventScroll: true }), 500);
    return;
  }
  const gone = new AbortController();
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"])
    window.addEventListener(kind, () => gone.abort(), { once: true, passive: true, signal: gone.signal });
  const goTo = (tries) => {
    if (gone.signal.aborted || host.dataset.chosen !== chosen || tries > 100) return;
    const running = document.querySelector('[data-testid="stApp"]').dataset.testScriptState !== "notRunning";
    const target = chosen ? document.querySelector(`.st-key-${panel}`)?.querySelector("h2, h3") : cellOf(before);
    if (running || !target) return void setTimeout(() => goTo(tries + 1), 100);
    host.release?.();
    if (chosen) target.setAttribute("tabindex", "-1");
    target.style.scrollMarginTop = "80px";
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: chosen ? "start" : "center" });
    gone.abort();
  };
  setTimeout(() => goTo(0), 100);
}

export default function ({ parentElement, data, setTriggerValue }) {
  const host = parentElement.querySelector(".grid");
  const { chosen, ...content } = data;
  const shown = JSON.stringify(content);
  if (host.dataset.shown !== shown) {
    // What has the focus keeps it where the cell is still there.
    const focused = host.contains(host.getRootNode().activeElement) ? host.getRootNode().activeElement.dataset.key : "";
    host.replaceChildren(tableOf(content), ...(content.legend.length ? [legendOf(content.legend)] : []));
    host.dataset.shown = shown;
    if (focused) [...host.querySelectorAll("button")].find((button) => button.dataset.key === focused)?.focus();
  }
  mark(host, chosen);
  stay(host, chosen, content.panel);
  if (content.panel) lead(host, chosen, content.panel);
  host.onclick = (event) => {
    const button = event.target.closest("button");
    if (button) setTriggerValue("cell", button.dataset.key);
  };
  host.onkeydown = (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (event.key === "Escape") {
      setTriggerValue("cell", "");
    } else if (/^(Arrow|Home|End)/.test(event.key)) {
      event.preventDefault();
      const next = moved(host, button.closest("td"), event.key);
      if (!next) return;
      button.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
  };
}
