// A table of counts: one Tab stop, arrows move, Enter and a click open a cell or, in front, a row.
export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".box");
  const table = box.querySelector("table");
  const focused = table.getRootNode().activeElement?.dataset.id;
  const known = focused ?? table.dataset.at;
  table.querySelector("caption").textContent = data.caption;
  table.tHead.replaceChildren(headOf(data.labels));
  table.tBodies[0].replaceChildren(...data.rows.map((row, index) => rowOf(row, data.labels[index], data.chosen)));
  const at = find(table, known) ?? find(table, data.chosen) ?? table.querySelector("[data-id]");
  if (at) stop(table, at);
  if (focused && at) at.focus({ preventScroll: true });
  table.onclick = (event) => {
    const button = event.target.closest("[data-id]");
    if (!button) return;
    stop(table, button);
    if (!button.ariaDisabled) setTriggerValue("chosen", button.dataset.id);
  };
  table.onkeydown = (event) => move(table, event);
}

function find(table, id) {
  return id ? table.querySelector(`[data-id="${CSS.escape(id)}"]`) : null;
}

// The one cell that the Tab key leads to.
function stop(table, button) {
  table.querySelectorAll("[data-id]").forEach((each) => { each.tabIndex = each === button ? 0 : -1; });
  table.dataset.at = button.dataset.id;
}

function move(table, event) {
  const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  const from = event.target.closest("[data-id]");
  if (!by || !from) return;
  event.preventDefault();
  const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("[data-id]")]);
  const y = rows.findIndex((row) => row.includes(from));
  const to = rows[y + by[0]]?.[rows[y].indexOf(from) + by[1]];
  if (!to) return;
  stop(table, to);
  to.focus();
}

function headOf(labels) {
  const corner = element("th", { class: "corner", scope: "col" }, part("axis", "is \u2193 taken for \u2192"));
  return element("tr", {}, corner, ...labels.map((label) =>
    element("th", { class: "taken", scope: "col", title: label }, part("upright", label))));
}

function rowOf({ id, right, said, cells }, label, chosen) {
  const open = { type: "button", "data-id": id, "aria-label": said, "aria-pressed": String(id === chosen) };
  const name = element("button", open, part("label", label), part("right", right));
  return element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((cell) => cellOf(cell, id, chosen)));
}

function cellOf({ id, count, share, said }, row, chosen) {
  const right = id === `${row},${row}`;
  const open = {
    type: "button", "data-id": id, title: said, "aria-label": said, "aria-pressed": String(id === chosen),
    "aria-disabled": count ? null : "true", class: right ? "right" : "wrong",
    "--share": `${Math.round(count ? 12 + 78 * share : 0)}%`,
  };
  return element("td", { class: count ? null : "none" }, element("button", open, count ? String(count) : "\u00b7"));
}
