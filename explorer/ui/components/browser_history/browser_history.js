// One entry of the browser's history for each thing that the reader does. Streamlit adds one for a
// page and another for its choices: the first Back would only take the choices out of the address.
const ACTS = ["pointerdown", "keydown", "click", "change", "drop", "paste"];

export default function () {
  if (document.historyIsShort) return;
  document.historyIsShort = true;
  let acted = false;
  for (const act of ACTS) document.addEventListener(act, () => { acted = true; }, true);
  const add = history.pushState;
  history.pushState = function (...address) {
    if (acted) add.apply(history, address);
    else history.replaceState(...address);
    acted = false;
  };
}
