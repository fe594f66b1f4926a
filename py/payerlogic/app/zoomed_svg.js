// A picture in a frame that scrolls and zooms; the camera is that of the derivation graph.
const cameras = new WeakMap();

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".zoomed");
  const frame = root.querySelector(".frame");
  frame.setAttribute("aria-label", data.label);
  if (frame.dataset.shown === data.svg) return;
  frame.innerHTML = data.svg;
  frame.dataset.shown = data.svg;
  const picture = frame.querySelector("svg");
  if (!picture) return;
  let camera = cameras.get(parentElement);
  if (!camera) {
    camera = new Camera(root, frame, () => null);
    cameras.set(parentElement, camera);
    // A press that moved the picture is no click on what lies under it.
    frame.addEventListener("click", (event) => camera.dragged && (event.preventDefault(), event.stopPropagation()), true);
    frame.addEventListener("dragstart", (event) => event.preventDefault());
    root.querySelector(".tools").addEventListener("click", (event) => camera.tool(event.target.closest("button")?.dataset.tool));
  }
  const start = picture.querySelector(".start");
  camera.take(picture, start ?? picture, true);
  if (start) camera.toRoot();
}
