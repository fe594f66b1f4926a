// Bring what a link names into view, once, when it is there: pages are drawn from the top down.
export default function ({ parentElement, data }) {
  if (parentElement.done === data.target) return;
  parentElement.done = data.target;
  let left = 60;
  let steady = 0;
  let last = null;
  const look = () => {
    const found = document.querySelector(`[data-target="${CSS.escape(data.target)}"]`);
    const top = found?.getBoundingClientRect().top ?? null;
    if (found && Math.abs(top - 80) > 2) {
      found.style.scrollMarginTop = "80px";
      found.scrollIntoView({ block: "start" });
      const now = found.getBoundingClientRect().top;
      steady = now === last ? steady + 1 : 0; // the end of the page can keep it from coming any higher
      last = now;
    } else if (found) steady += 1;
    if (steady > 4) {
      found.setAttribute("tabindex", "-1");
      found.focus({ preventScroll: true });
      return;
    }
    left -= 1;
    if (left > 0 && !parentElement.moved) setTimeout(look, 100);
  };
  // Whoever scrolls or clicks meanwhile knows better.
  for (const name of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    window.addEventListener(name, () => { parentElement.moved = true; }, { once: true, passive: true });
  }
  look();
}
