// One bar per class; the chosen one is the class that is explained.
export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = unpacked(bytes);
  const root = parentElement.querySelector(".classes");
  keepButtons(root, data.classes.map((entry) => entry.id), () =>
    root.replaceChildren(...data.classes.map(bar)));
  data.classes.forEach((entry, index) => fill(root.children[index], entry));
  markChosen(root, data.chosen);
  steer(root, { onChoose: (id) => setTriggerValue("chosen", id) });
}

function bar({ id }) {
  return radioButton(id, {}, part("label"), part("percent"), part("track", part("bar")));
}

function fill(button, { label, percent, width }) {
  button.setAttribute("aria-label", `${label}, ${percent}`);
  setTexts(button, { label, percent });
  button.style.setProperty("--percent", `${width}%`);
}
