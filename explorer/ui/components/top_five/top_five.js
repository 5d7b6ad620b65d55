// The most probable classes as bars to read; the watched one is marked.
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector("ol");
  list.setAttribute("aria-label", data.label);
  list.replaceChildren(...data.rows.map(rowOf));
}

function rowOf({ label, percent, width, watched }) {
  const parts = [part("label", label), part("percent", percent), percentBar(width)];
  return element("li", { class: watched ? "watched" : null }, ...parts);
}
