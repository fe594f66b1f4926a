// The matrix of a comparison: a real table whose cells are buttons. Every text goes in as text, never as markup.
// Arrows, Home and End move between cells, Enter opens one, Escape closes it.

function element(tag, attributes = {}, children = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  for (const child of children) made.append(child);
  return made;
}

function hidden(text) {
  return element("span", { class: "hidden" }, [text]);
}

function cellOf(data, row, cell, column) {
  const parts = cell.parts.map((part) =>
    element("span", { class: `part ${part.relation}` }, [
      element("span", { "aria-hidden": "true" }, [part.mark]),
      hidden(` ${part.word}`),
      ` ${part.share}`,
    ]),
  );
  const inside = parts.length
    ? element("button", { type: "button", tabindex: "-1", "data-key": cell.key }, [hidden(`${row}, ${column}: `), ...parts])
    : element("span", { class: "none" }, [element("span", { "aria-hidden": "true" }, ["·"]), hidden(data.nothing)]);
  return element("td", { role: "cell", "data-of": column }, [inside]);
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

function mark(host, chosen) {
  const buttons = [...host.querySelectorAll("button")];
  const open = buttons.find((button) => button.dataset.key === chosen);
  for (const button of buttons) button.setAttribute("aria-pressed", String(button === open));
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

export default function ({ parentElement, data, setTriggerValue }) {
  const host = parentElement.querySelector(".matrix");
  const { chosen, ...content } = data;
  const shown = JSON.stringify(content);
  if (host.dataset.shown !== shown) {
    host.replaceChildren(tableOf(content));
    host.dataset.shown = shown;
  }
  mark(host, chosen);
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
