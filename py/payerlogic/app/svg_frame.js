export default function ({ parentElement, data }) {
  const frame = parentElement.querySelector(".frame");
  frame.setAttribute("aria-label", data.label);
  if (frame.dataset.shown === data.svg) return;
  frame.innerHTML = data.svg;
  frame.dataset.shown = data.svg;
}
