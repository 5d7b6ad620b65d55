// A row per network: what it costs, where it looks, what it answers, how far it agrees.
export default function ({ data: bytes, parentElement }) {
  const data = unpacked(bytes);
  const list = parentElement.querySelector("ol");
  const urls = pictureUrls(data.pictures, "image/jpeg");
  list.setAttribute("aria-label", data.label);
  list.replaceChildren(...data.rows.map((row) => rowOf(row, urls)));
}

function rowOf(row, urls) {
  const costs = row.costs.map((cost) => part("cost", cost));
  const verdict = part(`verdict ${row.judged}`, row.verdict);
  const answers = { class: "classes", "aria-label": `Best classes of ${row.title}` };
  return element(
    "li", { class: "row" },
    element("div", { class: "name" }, part("title", row.title), part("weights", row.weights), ...costs),
    element("img", { class: "map", src: urls[row.picture], alt: row.alt }),
    element("ol", answers, ...row.classes.map(classOf)),
    element("div", { class: "judged" }, verdict, ...row.meters.map(meterOf)),
  );
}

function classOf({ label, percent, width, watched }) {
  const parts = [part("label", label), part("percent", percent), percentBar(width)];
  return element("li", { class: watched ? "watched" : null }, ...parts);
}

function meterOf({ title, text, width }) {
  const bar = width === null ? null : percentBar(width);
  return part("meter", part("label", title), part("percent", text), bar);
}
