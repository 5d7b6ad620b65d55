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

function element(tag, name, text) {
  return Object.assign(document.createElement(tag), { className: name, textContent: text ?? "" });
}

function headOf(table, data) {
  const row = document.createElement("tr");
  for (const column of data.columns) {
    const cell = element("th", column.text ? "words" : "number");
    const button = element("button", "", column.heading);
    cell.scope = "col";
    button.type = "button";
    button.dataset.column = column.id;
    button.title = column.about;
    button.append(element("span", "arrow"));
    button.onclick = () => {
      const { sorted } = table;
      const again = sorted.column === column.id;
      table.sorted = { column: column.id, down: again ? !sorted.down : !column.low };
      show(table, data);
    };
    cell.append(button);
    row.append(cell);
  }
  return row;
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
function breakable(box, text) {
  for (const part of text.split(/(?<=[._])/)) box.append(part, document.createElement("wbr"));
  return box;
}

function rowOf({ cells, note, kind }, columns) {
  const row = element("tr", kind);
  cells.forEach((cell, index) => {
    const field = element(index ? "td" : "th", columns[index].text ? "words" : "number");
    if (!index) field.scope = "row";
    field.append(element("span", cell.value === null ? "value missing" : "value", cell.text));
    if (!index && note) field.append(breakable(element("span", "note"), note));
    if (cell.part !== null) {
      const track = element("span", "track");
      track.append(element("span", "bar"));
      track.style.setProperty("--part", `${100 * cell.part}%`);
      field.append(track);
    }
    row.append(field);
  });
  return row;
}
