// Demo mode: its keys choose depth and block on the server, and show or hide the map in the browser.
const TAKES_KEYS = "input, textarea, select, [contenteditable=true], [role=slider], [role=combobox], "
  + "[role=listbox] *, [role=dialog] *, [role=menu] *";
const STEERED = "[role=radiogroup] *, [role=application], [role=tablist] *, summary";
const SHOWN = "--map-shown"; // share of the map's opacity, read by the style sheet of the picture

export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = unpacked(bytes);
  const find = (name) => parentElement.querySelector(`.${name}`);
  const root = find("demo");
  const gone = new AbortController();
  const end = ending(parentElement, () => gone.abort());
  // Outlives this call: a key may be pressed again before the answer to the first has come.
  const state = (root.state ??= { pending: {}, byPointer: true });
  for (const kind of ["on", "depth", "block"]) {
    if (state.pending[kind] === data[kind]) delete state.pending[kind];
  }
  find("begin").hidden = data.on;
  find("line").hidden = !data.on;
  setTexts(parentElement, { network: data.title, block: data.block });
  if (!data.on) showMap(true);

  const isOn = () => state.pending.on ?? data.on;
  // The app may never hear of a choice that another one follows at once: so each names all of them.
  const choose = (kind, value) => {
    state.pending[kind] = value;
    setTriggerValue("choices", { ...state.pending });
  };
  const switchTo = (on) => choose("on", on);
  find("begin").onclick = () => switchTo(true);
  find("leave").onclick = () => switchTo(false);

  function step(kind, by) {
    const offered = data[`${kind}s`];
    const at = offered.indexOf(state.pending[kind] ?? data[kind]) + by;
    if (at < 0 || at >= offered.length) return;
    choose(kind, offered[at]);
  }

  const does = {
    ArrowLeft: () => step("depth", -1), ArrowRight: () => step("depth", 1),
    ArrowUp: () => step("block", 1), ArrowDown: () => step("block", -1),
    " ": () => { find("said").textContent = toggleMap() ? "The map is shown" : "The map is hidden"; },
    Escape: () => switchTo(false),
  };

  function pressed(event) {
    if (event.key === "Tab") state.byPointer = false;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isElsewhere(event.composedPath()[0], event.key, state.byPointer)) return;
    const letter = event.key.toLowerCase() === "d" && !event.repeat;
    const act = letter ? () => switchTo(!isOn()) : isOn() ? does[event.key] : undefined;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  const options = { capture: true, signal: gone.signal };
  window.addEventListener("keydown", pressed, options);
  window.addEventListener("pointerdown", () => { state.byPointer = true; }, options);
  return end;
}

// Whether a key is meant for the element that has the focus. A reader who came there with the pointer
// meant to click; one who came with Tab means to go on there with the keys.
function isElsewhere(element, key, byPointer) {
  if (!element.matches?.("*")) return false;
  if (element.matches(TAKES_KEYS)) return true;
  if (byPointer || key.toLowerCase() === "d" || key === "Escape") return false;
  return key === " " ? element.matches(`button, a, ${STEERED}`) : element.matches(STEERED);
}

function toggleMap() {
  const shown = document.documentElement.style.getPropertyValue(SHOWN) !== "0";
  showMap(!shown);
  return !shown;
}

function showMap(shown) {
  if (shown) document.documentElement.style.removeProperty(SHOWN);
  else document.documentElement.style.setProperty(SHOWN, "0");
}
