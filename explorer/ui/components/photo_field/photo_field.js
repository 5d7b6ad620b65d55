// A cell of a block on the photo, with what it sees: the box in theory, and what it is moved by.
const STILL = 200; // milliseconds after the last key

export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = unpacked(bytes);
  const find = (selector) => parentElement.querySelector(selector);
  const [stage, probe] = [".stage", ".probe"].map(find);
  const gone = new AbortController();
  const end = ending(parentElement, () => gone.abort());
  const urls = pictureUrls(data.pictures, "image/png");
  showPhoto(find(".photo"), data.photo, gone.signal);
  [".heat", ".bar"].forEach((part, index) => { showPicture(find(part), urls[index]); });
  find(".picture").setAttribute("aria-label", data.alt);
  setTexts(find(".key"), { low: data.ends[0], high: data.ends[1] });
  placeStage(stage, data);
  placeBox(find(".heat"), data.frame);
  placeBox(find(".theory"), data.theory);
  find(".held").hidden = !data.held;
  if (data.held) placeBox(find(".held"), data.held);
  stage.classList.toggle("celled", data.rows <= 14);
  find(".frame").style.setProperty("--rows", data.rows);
  find(".frame").style.setProperty("--columns", data.columns);
  // Outlives this call: an answer may arrive while the reader is at the next cell already.
  const state = (stage.state ??= {});
  if (!state.waiting) state.cell = data.cell;

  function show(cell) {
    state.cell = cell;
    mark(find(".chosen"), cell, data);
    find(".value").textContent = `Cell in row ${cell.row + 1} of ${data.rows}, column ${cell.column + 1} of ${data.columns}.`;
  }

  state.tell = () => {
    clearTimeout(state.waiting);
    state.waiting = null;
    const { row, column } = state.cell;
    if (row === data.cell.row && column === data.cell.column) return;
    const parts = [(row + 0.5) / data.rows, (column + 0.5) / data.columns];
    setTriggerValue("point", parts.map((part) => part.toFixed(4)).join(","));
  };

  probe.onclick = (event) => {
    const next = cellAt(probe, event, data);
    if (!next) return;
    show(next);
    state.tell();
  };
  probe.onpointermove = (event) => {
    const under = cellAt(probe, event, data);
    find(".hovered").hidden = !under;
    if (under) mark(find(".hovered"), under, data);
  };
  probe.onpointerleave = () => { find(".hovered").hidden = true; };
  probe.onkeydown = (event) => {
    const next = neighbour(state.cell, event.key, data);
    if (!next) return;
    event.preventDefault();
    show(next);
    clearTimeout(state.waiting);
    state.waiting = setTimeout(() => state.tell(), STILL);
  };
  show(state.cell);
  return end;
}
