// A region of the photo: drawn, moved and resized here. While it is dragged the server hears where it
// is as often as it can answer: the next question waits for the answer to the last one. Where the
// region comes to rest it always hears.
const STILL = 200; // milliseconds after the last key
const LEAST = 0.03; // of the frame's sides: no side of the region is shorter

export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = unpacked(bytes);
  const find = (selector) => parentElement.querySelector(selector);
  const [stage, area, region] = [".stage", ".area", ".region"].map(find);
  const gone = new AbortController();
  const end = ending(parentElement, () => gone.abort());
  const [cover] = pictureUrls(data.cover, "image/png");
  showPhoto(find(".photo"), data.photo, gone.signal);
  showPicture(find(".cover"), cover);
  find(".picture").setAttribute("aria-label", data.alt);
  find(".tag").textContent = data.tag;
  placeStage(stage, data);
  placeBox(find(".cover"), data.frame);
  drawGuide(parentElement, data.guide);
  // Outlives this call: an answer may arrive while the reader is at the next region already.
  const state = (stage.state ??= {});
  if (data.told === state.asked) state.asked = null;
  if (data.told === state.rests || !data.told) state.rests = null;
  if (!state.drag && !state.waiting && !state.rests) {
    state.box = data.region;
    stage.classList.remove("moving");
  }

  function show(box) {
    state.box = box;
    placeBox(region, box);
    find(".value").textContent = inWords(box, data);
  }

  state.tell = () => {
    clearTimeout(state.waiting);
    const text = written(state.box);
    const open = text !== data.told || state.followed;
    Object.assign(state, { waiting: null, asked: null, followed: false, rests: open ? text : null });
    if (open) setTriggerValue("region", text);
    else stage.classList.remove("moving");
  };

  state.follow = () => {
    const text = written(state.box);
    if (!state.drag?.far || state.asked || text === data.told) return;
    Object.assign(state, { asked: text, followed: true });
    setTriggerValue("moving", text);
  };

  function change(box) {
    stage.classList.add("moving");
    show(box);
    state.follow();
  }

  region.onkeydown = (event) => {
    const next = pressed(state.box, event, data.limits);
    if (!next) return;
    event.preventDefault();
    change(next);
    clearTimeout(state.waiting);
    state.waiting = setTimeout(() => state.tell(), STILL);
  };
  drag(area, data.limits, state, change);
  show(state.box);
  state.follow();
  return end;
}

function written(box) {
  return ["top", "left", "bottom", "right"].map((edge) => box[edge].toFixed(4)).join(",");
}

// The lines around the brightest region of the map; points are parts of the photo's sides.
function drawGuide(root, lines) {
  const path = lines.map((line) => `M${line.map((point) => point.join(" ")).join("L")}`).join("");
  root.querySelectorAll(".guide path").forEach((each) => each.setAttribute("d", path));
}

// On the region a drag moves it, on its corners it resizes, elsewhere it draws another one. A click,
// or the tap of a finger, which must be able to scroll the page, brings the region there.
function drag(area, limits, state, change) {
  area.onpointerdown = (event) => {
    if (event.button) return;
    const { box } = state;
    const at = pointAt(area, event);
    const corner = event.target.closest(".handle");
    const moves = !corner && event.target.closest(".region");
    const draws = !moves && (corner || event.pointerType !== "touch");
    const from = corner ? opposite(box, corner) : at;
    state.drag = { x: event.clientX, y: event.clientY, at, box, from, moves, draws, far: false };
    area.setPointerCapture(event.pointerId);
  };
  area.onpointermove = (event) => {
    const start = state.drag;
    if (!start) return;
    start.far ||= Math.hypot(event.clientX - start.x, event.clientY - start.y) > 4;
    if (!start.far) return;
    const at = pointAt(area, event);
    if (start.moves) change(shifted(start.box, at.y - start.at.y, at.x - start.at.x, limits));
    else if (start.draws) change(between(start.from, at, limits));
  };
  area.onpointerup = () => {
    const start = state.drag;
    state.drag = null;
    if (!start || (start.far && !start.moves && !start.draws) || (!start.far && start.moves)) return;
    if (!start.far) change(shifted(start.box, ...fromMiddle(start.box, start.at), limits));
    state.tell();
  };
  area.onpointercancel = () => {
    const start = state.drag;
    state.drag = null;
    if (start?.far && (start.moves || start.draws)) state.tell();
  };
}

function fromMiddle({ top, left, bottom, right }, { y, x }) {
  return [y - (top + bottom) / 2, x - (left + right) / 2];
}

function pointAt(area, event) {
  const box = area.getBoundingClientRect();
  return { y: (event.clientY - box.top) / box.height, x: (event.clientX - box.left) / box.width };
}

function opposite(box, corner) {
  const has = (name) => corner.classList.contains(name);
  return { y: has("top") ? box.bottom : box.top, x: has("left") ? box.right : box.left };
}

// A stretch between two points, within limits and never too short.
function stretch(a, b, low, high) {
  const least = LEAST * (high - low);
  const inside = (value) => Math.max(low, Math.min(high, value));
  let [from, to] = [inside(Math.min(a, b)), inside(Math.max(a, b))];
  if (to - from < least) from = Math.min(from, high - least);
  return [from, Math.max(to, from + least)];
}

function between(from, to, limits) {
  const [top, bottom] = stretch(from.y, to.y, limits.top, limits.bottom);
  const [left, right] = stretch(from.x, to.x, limits.left, limits.right);
  return { top, left, bottom, right };
}

function shifted({ top, left, bottom, right }, y, x, limits) {
  const down = Math.max(limits.top - top, Math.min(limits.bottom - bottom, y));
  const along = Math.max(limits.left - left, Math.min(limits.right - right, x));
  return { top: top + down, left: left + along, bottom: bottom + down, right: right + along };
}

function pressed(box, { key, shiftKey }, limits) {
  const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  if (!by) return null;
  const [y, x] = [by[0] * (limits.bottom - limits.top) / 20, by[1] * (limits.right - limits.left) / 20];
  if (!shiftKey) return shifted(box, y, x, limits);
  const edge = (low, value, from, to) => Math.max(low + LEAST * (to - from), Math.min(to, value));
  const bottom = edge(box.top, box.bottom + y, limits.top, limits.bottom);
  const right = edge(box.left, box.right + x, limits.left, limits.right);
  return { ...box, bottom, right };
}

function inWords({ top, left, bottom, right }, { frame }) {
  const down = frame.bottom - frame.top;
  const along = frame.right - frame.left;
  const share = (100 * (bottom - top) * (right - left)) / (down * along);
  const row = (100 * ((top + bottom) / 2 - frame.top)) / down;
  const column = (100 * ((left + right) / 2 - frame.left)) / along;
  return `Region: ${share.toFixed(0)} % of what the network sees, its middle ${row.toFixed(0)} % down and `
    + `${column.toFixed(0)} % across.`;
}
