// A click on anything with data-jump, on the page or in a component of it, goes to Python; the address is for new tabs.

let current = null;

document.addEventListener("click", (event) => {
  if (!current || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const inner = event.composedPath()[0];
  const jump = inner instanceof Element ? inner.closest("[data-jump]") : null;
  if (!jump) return;
  event.preventDefault();
  current(jump.dataset.jump);
});

export default function ({ setTriggerValue }) {
  const go = (to) => setTriggerValue("go", to);
  current = go;
  return () => {
    if (current === go) current = null;
  };
}
