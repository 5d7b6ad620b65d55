// A small map per block, by stage; arrows move through the network.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".ladder");
  const { urls, free } = pictureUrls(data.pictures, "image/png");
  const blocks = data.stages.flatMap((stage) => stage.blocks);
  const ids = blocks.map((block) => block.id);
  keepButtons(root, ids, () => root.replaceChildren(...data.stages.map(stageOf)));
  root.querySelectorAll(".title").forEach((title, index) => { title.textContent = data.stages[index].title; });
  root.querySelectorAll("[data-id]").forEach((button, index) => fill(button, blocks[index], urls[index]));
  reveal(root, markChosen(root, data.chosen));
  steer(root, { chooseOnArrow: true, onChoose: (id) => setTriggerValue("chosen", id) });
  return free;
}

function stageOf({ blocks }) {
  const stage = document.createElement("div");
  stage.className = "stage";
  const row = document.createElement("div");
  row.className = "blocks";
  row.append(...blocks.map(blockOf));
  const title = document.createElement("div");
  title.className = "title";
  stage.append(title, row);
  return stage;
}

function blockOf({ id, short }) {
  const button = document.createElement("button");
  button.dataset.id = id;
  button.setAttribute("role", "radio");
  const number = Object.assign(document.createElement("span"), { textContent: short });
  button.append(Object.assign(document.createElement("img"), { alt: "" }), number);
  return button;
}

function fill(button, { id, most }, url) {
  button.querySelector("img").src = url;
  button.title = `${id}, ${most}`;
  button.setAttribute("aria-label", id);
  button.setAttribute("aria-description", most);
}

// Scrolls the strip, never the page.
function reveal(root, button) {
  const [strip, box] = [root.getBoundingClientRect(), button.getBoundingClientRect()];
  if (box.left < strip.left || box.right > strip.right) {
    root.scrollLeft += box.left - strip.left - (strip.width - box.width) / 2;
  }
}
