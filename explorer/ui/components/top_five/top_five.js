// The most probable classes as bars to read; the watched one is marked.
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector("ol");
  list.setAttribute("aria-label", data.label);
  list.replaceChildren(...data.rows.map(rowOf));
}

function part(name, content = "") {
  return Object.assign(document.createElement("span"), { className: name, textContent: content });
}

function rowOf({ label, percent, width, watched }) {
  const row = document.createElement("li");
  row.classList.toggle("watched", watched);
  const track = part("track");
  const bar = part("bar");
  bar.style.setProperty("--percent", `${width}%`);
  track.append(bar);
  row.append(part("label", label), part("percent", percent), track);
  return row;
}
