// A row per network: what it costs, where it looks, what it answers, how far it agrees.
export default function ({ data: bytes, parentElement }) {
  const data = unpacked(bytes);
  const list = parentElement.querySelector("ol");
  const urls = pictureUrls(data.pictures, "image/jpeg");
  list.setAttribute("aria-label", data.label);
  list.replaceChildren(...data.rows.map((row) => rowOf(row, urls)));
}

function part(tag, name, text) {
  return Object.assign(document.createElement(tag), { className: name, textContent: text ?? "" });
}

function rowOf(row, urls) {
  const item = part("li", "row");
  const name = part("div", "name");
  name.append(part("span", "title", row.title), part("span", "weights", row.weights));
  for (const cost of row.costs) name.append(part("span", "cost", cost));
  const picture = Object.assign(part("img", "map"), { src: urls[row.picture], alt: row.alt });
  const classes = part("ol", "classes");
  classes.setAttribute("aria-label", `Best classes of ${row.title}`);
  classes.append(...row.classes.map(classOf));
  const judged = part("div", "judged");
  judged.append(part("span", `verdict ${row.judged}`, row.verdict));
  for (const meter of row.meters) judged.append(meterOf(meter));
  item.append(name, picture, classes, judged);
  return item;
}

function classOf({ label, percent, width, watched }) {
  const item = part("li", watched ? "watched" : "");
  item.append(part("span", "label", label), part("span", "percent", percent), barOf(width));
  return item;
}

function meterOf({ title, text, width }) {
  const box = part("span", "meter");
  box.append(part("span", "label", title), part("span", "percent", text));
  if (width !== null) box.append(barOf(width));
  return box;
}

function barOf(width) {
  const track = part("span", "track");
  track.append(part("span", "bar"));
  track.style.setProperty("--percent", `${width}%`);
  return track;
}
