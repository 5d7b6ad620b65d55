// The photo, the map in its place, the frame that the network saw. All overlays of a page are drawn
// alike. Only what a control is left at goes to the server, and where one swipes or points not at all.
export default function ({ data: bytes, parentElement }) {
  const data = unpacked(bytes);
  const find = (selector) => parentElement.querySelector(selector);
  const view = pictureView();
  const gone = new AbortController();
  const end = ending(parentElement, () => gone.abort());
  const map = mapOf(data);
  place(find, data, map);
  showPhoto(find(".photo"), data.photo, gone.signal);
  let painted = null;

  function show() {
    const colours = data.palettes[view.palette];
    const celled = view.cells && data.cells;
    if (painted !== `${view.palette} ${celled}`) {
      paintMap(find(".heat"), map, colours, !celled);
      paintBar(find(".bar"), colours);
      painted = `${view.palette} ${celled}`;
    }
    const stage = find(".stage");
    stage.style.setProperty("--opacity", view.opacity / 100);
    stage.style.setProperty("--swipe", `${view.swipe}%`);
    stage.classList.toggle("swiping", view.swipe < 100);
    stage.classList.toggle("celled", celled);
    stage.classList.toggle("unframed", !view.frame || seesAll(data.frame));
    find(".opacity").value = view.opacity;
    find(".swipe").value = view.swipe;
    find(".opacity + output").textContent = `${view.opacity} %`;
    find(".swipe + output").textContent = `${view.swipe} %`;
    find(".palette").value = view.palette;
    find(".meaning").textContent = data.meanings[view.palette];
    find(".cells").checked = view.cells;
    find(".framed").checked = view.frame;
  }

  window.addEventListener("resnet-explorer-view", show, { signal: gone.signal });
  find(".swipe").oninput = (event) => changeView({ swipe: Number(event.target.value) });
  slide(find(".opacity"), (opacity) => changeView({ opacity }), keepView);
  onceSet(find(".palette"), ({ value }) => ({ palette: Number(value) }));
  onceSet(find(".cells"), ({ checked }) => ({ cells: checked }));
  onceSet(find(".framed"), ({ checked }) => ({ frame: checked }));
  probe(find, data, map);
  show();
  return end;
}

function onceSet(control, change) {
  control.onchange = () => {
    changeView(change(control));
    keepView();
  };
}

// A key that is held down moves a slider many times: it is let go when the key is.
function slide(range, move, letGo) {
  let held = false;
  range.oninput = () => move(Number(range.value));
  range.onkeydown = () => { held = true; };
  range.onkeyup = range.onblur = () => {
    if (held) letGo();
    held = false;
  };
  range.onchange = () => { if (!held) letGo(); };
}

function seesAll({ top, left, bottom, right }) {
  return top <= 0 && left <= 0 && bottom >= 1 && right >= 1;
}

function mapOf({ map, rows, columns, frame, low, high }) {
  const values = new Float32Array(map[0].slice().buffer); // a copy, which starts where floats may
  return { values, rows, columns, frame, low, high };
}

function place(find, data, map) {
  const [heat, frame, palette] = [".heat", ".frame", ".palette"].map(find);
  find(".picture").setAttribute("aria-label", data.alt);
  find(".figure").classList.add("drawn");
  find(".figure").classList.toggle("compact", data.compact);
  placeStage(find(".stage"), data);
  find(".stage").classList.toggle("pixels", !data.of_block);
  find(".stage").style.setProperty("--ground", data.ground);
  find(".chip").textContent = data.chip;
  [heat.width, heat.height] = data.size;
  frame.style.setProperty("--rows", map.rows);
  frame.style.setProperty("--columns", map.columns);
  find(".scale").title = data.unit;
  setTexts(find(".scale"), { ...data.ends, quantity: data.quantity });
  find(".cells").disabled = !data.cells;
  palette.replaceChildren(...data.titles.map((title, value) => element("option", { value }, title)));
}

// Opaque, as in the exports: a transparent zero would look different in each theme.
function paintBar(canvas, colours) {
  canvas.width = 256;
  canvas.height = 1;
  const pixels = new ImageData(new Uint8ClampedArray(colours), 256, 1);
  for (let level = 0; level < 256; level++) pixels.data[4 * level + 3] = 255;
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}

// Pointing shows the value of a cell, dragging swipes; arrows go from cell to cell.
function probe(find, data, map) {
  const [area, said] = [find(".probe"), find(".value")];
  let at = null;
  let pressed = null;

  function say(cell) {
    at = cell;
    said.textContent = cell ? inWords(cell, data, map) : data.hint;
    find(".cell").hidden = !cell;
    if (cell) mark(find(".cell"), cell, map);
  }

  area.onpointerdown = (event) => {
    pressed = event.clientX;
    area.setPointerCapture(event.pointerId);
    say(cellAt(area, event, map));
  };
  area.onpointermove = (event) => {
    const dragged = pressed !== null && Math.abs(event.clientX - pressed) > 4;
    if (dragged) pressed = Infinity;
    if (pressed === Infinity) {
      const box = area.getBoundingClientRect();
      const part = (event.clientX - box.left) / box.width;
      changeView({ swipe: Math.round(100 * Math.max(0, Math.min(1, part))) });
    } else {
      say(cellAt(area, event, map));
    }
  };
  area.onpointerup = area.onpointercancel = () => { pressed = null; };
  area.onpointerleave = (event) => { if (event.pointerType === "mouse") say(null); };
  area.onfocus = () => { if (area.matches(":focus-visible")) say(strongest(map)); };
  area.onblur = () => say(null);
  area.onkeydown = (event) => {
    const next = moved(at ?? strongest(map), event.key, map);
    if (!next) return;
    event.preventDefault();
    say(next);
  };
  say(null);
}

function moved(cell, key, map) {
  if (key === "Home") return strongest(map);
  return neighbour(cell, key, map, Math.max(1, Math.round(map.rows / 28)));
}

function strongest({ values, columns, low }) {
  const strength = low < 0 ? Math.abs : (value) => value;
  let best = 0;
  values.forEach((value, index) => { if (strength(value) > strength(values[best])) best = index; });
  return { row: Math.floor(best / columns), column: best % columns };
}

function inWords({ row, column }, data, map) {
  const value = map.values[row * map.columns + column];
  const share = map.high > 0 ? Math.round((100 * Math.abs(value)) / map.high) : 0;
  const where = `${data.cell} in row ${row + 1}, column ${column + 1}`;
  if (share === 0) return `${where}: about 0, ${data.nothing}.`;
  const number = String(Number(value.toPrecision(3))).replace("-", "\u2212");
  return `${where}: ${number}, ${share} % of the scale; ${value < 0 ? data.against : data.for}.`;
}
