// Closes the menu where it covers the page, once the page shows something else than before.
const COVERS = "(max-width: 768px)", CLOSE = "[data-testid=stSidebarCollapseButton] button";

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector("span");
  const { shown } = unpacked(data), before = root.dataset.shown;
  root.dataset.shown = shown;
  if (before === undefined || before === shown) return;
  if (matchMedia(COVERS).matches) document.querySelector(CLOSE)?.click();
}
