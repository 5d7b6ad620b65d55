// A table that sorts in the browser: a click on a header sorts, best first; another one turns it
// round. What has no value stays last.
export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".box");
  const table = parentElement.querySelector("table");
  const focused = table.getRootNode().activeElement?.dataset.column;
  box.setAttribute("aria-label", data.caption);
  table.sorted ??= { column: "", down: false };
  if (!data.columns.some(({ id }) => id === table.sorted.column)) table.sorted.column = "";
  table.querySelector("caption").textContent = data.caption;
  table.tHead.replaceChildren(headOf(table, data));
  show(table, data);
  if (focused) table.querySelector(`[data-column="${CSS.escape(focused)}"]`)?.focus();
}

function headOf(table, data) {
  return element("tr", {}, ...data.columns.map((column) => headerOf(table, column, data)));
}

function headerOf(table, column, data) {
  const attributes = { type: "button", "data-column": column.id, title: column.about };
  const button = element("button", attributes, column.heading, part("arrow"));
  button.onclick = () => {
    const { sorted } = table;
    const again = sorted.column === column.id;
    table.sorted = { column: column.id, down: again ? !sorted.down : !column.low };
    show(table, data);
  };
  return element("th", { class: column.text ? "words" : "number", scope: "col" }, button);
}

function show(table, data) {
  const { column, down } = table.sorted;
  const at = data.columns.findIndex(({ id }) => id === column);
  [...table.tHead.rows[0].cells].forEach((cell, index) => {
    const sorted = index === at;
    if (sorted) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    else cell.removeAttribute("aria-sort");
    cell.querySelector(".arrow").textContent = sorted ? (down ? "\u2193" : "\u2191") : "";
  });
  const rows = at < 0 ? data.rows : [...data.rows].sort((one, other) => order(one, other, at, down));
  table.tBodies[0].replaceChildren(...rows.map((row) => rowOf(row, data.columns)));
}

function order(one, other, at, down) {
  const [a, b] = [one.cells[at].value, other.cells[at].value];
  if (a === null || b === null) return (a === null) - (b === null);
  const sign = typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a - b;
  return down ? -sign : sign;
}

// Lets a long name break behind a point or an underscore.
function breakable(text) {
  return text.split(/(?<=[._])/).flatMap((piece) => [piece, element("wbr", {})]);
}

function rowOf({ cells, note, kind }, columns) {
  const [header, ...others] = cells;
  const about = note ? part("note", ...breakable(note)) : null;
  return element(
    "tr", { class: kind },
    fieldOf("th", header, columns[0], about),
    ...others.map((cell, index) => fieldOf("td", cell, columns[index + 1])),
  );
}

function fieldOf(tag, { text, value, part: share }, column, about) {
  const shown = part(value === null ? "value missing" : "value", text);
  const attributes = { class: column.text ? "words" : "number", scope: tag === "th" ? "row" : null };
  return element(tag, attributes, shown, about, share === null ? null : percentBar(100 * share));
}
