// A column of bars per block, by stage; a click or an arrow key chooses the block. Every position is
// a part of the chart's height, from its lower end.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".columns");
  const blocks = data.stages.flatMap((stage) => stage.blocks);
  root.setAttribute("aria-label", data.label);
  root.style.setProperty("--zero", data.zero);
  parentElement.querySelector(".legend").replaceChildren(...data.legend.map(entryOf));
  keepButtons(root, blocks.filter((block) => !block.still).map((block) => block.id), () =>
    root.replaceChildren(part("axis"), ...data.stages.map(stageOf)));
  root.querySelector(".axis").replaceChildren(...data.ticks.map(({ at, text }) => placed(part("tick", text), at)));
  root.querySelectorAll(".title").forEach((title, index) => { title.textContent = data.stages[index].title; });
  root.querySelectorAll(".block").forEach((block, index) => fill(block, blocks[index], data.ticks));
  reveal(root, markChosen(root, data.chosen));
  steer(root, { chooseOnArrow: true, onChoose: (id) => setTriggerValue("chosen", id) });
}

function part(name, ...children) {
  const element = Object.assign(document.createElement("span"), { className: name });
  element.append(...children);
  return element;
}

function placed(element, at) {
  element.style.setProperty("--at", at);
  return element;
}

function entryOf({ text, tone }) {
  return part("entry", part(`swatch ${tone}`), text);
}

function stageOf({ blocks }) {
  const stage = part("stage", part("title"), part("blocks", ...blocks.map(blockOf)));
  stage.style.setProperty("--blocks", blocks.length);
  return stage;
}

function blockOf({ id, still }) {
  const block = document.createElement(still ? "span" : "button");
  block.className = "block";
  if (!still) {
    block.dataset.id = id;
    block.setAttribute("role", "radio");
    block.setAttribute("aria-label", id);
  }
  block.append(part("number"), part("area"), part("short"));
  return block;
}

function fill(element, block, ticks) {
  const bars = block.bars.map(({ from, to, tone }) => {
    const bar = part(`bar ${tone}`);
    bar.style.setProperty("--from", from);
    bar.style.setProperty("--to", to);
    return part("slot", bar);
  });
  const lines = ticks.map(({ at }) => placed(part("line"), at));
  element.querySelector(".area").replaceChildren(...lines, ...bars);
  element.querySelector(".number").textContent = block.number;
  element.querySelector(".short").textContent = block.short;
  element.classList.toggle("greyed", block.greyed);
  element.title = `${block.id}: ${block.said}`;
  if (!block.still) element.setAttribute("aria-description", block.said);
}

// Scrolls the chart, never the page.
function reveal(root, button) {
  const [chart, box] = [root.getBoundingClientRect(), button.getBoundingClientRect()];
  if (box.left < chart.left || box.right > chart.right) {
    root.scrollLeft += box.left - chart.left - (chart.width - box.width) / 2;
  }
}
