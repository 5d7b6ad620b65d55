// One bar per class; the chosen one is the class that is explained.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".classes");
  keepButtons(root, data.classes.map((entry) => entry.id), () =>
    root.replaceChildren(...data.classes.map(bar)));
  data.classes.forEach((entry, index) => fill(root.children[index], entry));
  markChosen(root, data.chosen);
  steer(root, { onChoose: (id) => setTriggerValue("chosen", id) });
}

function bar({ id }) {
  const button = document.createElement("button");
  button.dataset.id = id;
  button.setAttribute("role", "radio");
  button.innerHTML = `<span class="label"></span><span class="percent"></span>
    <span class="track"><div class="bar"></div></span>`;
  return button;
}

function fill(button, { label, percent, width }) {
  button.setAttribute("aria-label", `${label}, ${percent}`);
  button.querySelector(".label").textContent = label;
  button.querySelector(".percent").textContent = percent;
  button.style.setProperty("--percent", `${width}%`);
}
