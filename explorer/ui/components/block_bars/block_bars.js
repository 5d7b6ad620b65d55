// A column of bars per block, by stage; a click or an arrow key chooses the block. Every position is
// a part of the chart's height, from its lower end.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".columns");
  const blocks = data.stages.flatMap((stage) => stage.blocks);
  root.setAttribute("aria-label", data.label);
  root.style.setProperty("--zero", data.zero);
  parentElement.querySelector(".legend").replaceChildren(...data.legend.map(entryOf));
  keepButtons(root, blocks.filter((block) => !block.still).map((block) => block.id), () => {
    root.replaceChildren(part("axis"), ...data.stages.map(stageOf));
    delete root.dataset.shown;
  });
  root.querySelector(".axis").replaceChildren(...data.ticks.map(tickOf));
  root.querySelectorAll(".title").forEach((title, index) => { title.textContent = data.stages[index].title; });
  root.querySelectorAll(".block").forEach((block, index) => fill(block, blocks[index], data.ticks));
  reveal(root, markChosen(root, data.chosen));
  steer(root, { chooseOnArrow: true, onChoose: (id) => setTriggerValue("chosen", id) });
}

function entryOf({ text, tone }) {
  return part("entry", part(`swatch ${tone}`), text);
}

function tickOf({ at, text }) {
  return element("span", { class: "tick", "--at": at }, text);
}

function stageOf({ blocks }) {
  const columns = part("blocks", ...blocks.map(blockOf));
  return element("span", { class: "stage", "--blocks": blocks.length }, part("title"), columns);
}

function blockOf({ id, still }) {
  const parts = [part("number"), part("area"), part("short")];
  return still ? part("block", ...parts) : radioButton(id, { class: "block", "aria-label": id }, ...parts);
}

function fill(column, block, ticks) {
  const bars = block.bars.map(({ from, to, tone }) =>
    part("slot", element("span", { class: `bar ${tone}`, "--from": from, "--to": to })));
  const lines = ticks.map(({ at }) => element("span", { class: "line", "--at": at }));
  column.querySelector(".area").replaceChildren(...lines, ...bars);
  setTexts(column, { number: block.number, short: block.short });
  column.classList.toggle("greyed", block.greyed);
  column.title = `${block.id}: ${block.said}`;
  if (!block.still) column.setAttribute("aria-description", block.said);
}
