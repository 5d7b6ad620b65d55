// A small map per block, by stage; arrows move through the network.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".ladder");
  const { urls, free } = pictureUrls(data.pictures, "image/png");
  const blocks = data.stages.flatMap((stage) => stage.blocks);
  keepButtons(root, blocks, () => root.replaceChildren(...data.stages.map(stageOf)));
  root.style.setProperty("--size", `${data.size}px`);
  root.querySelectorAll(".title").forEach((title, index) => { title.textContent = data.stages[index].title; });
  root.querySelectorAll("img").forEach((img, index) => { img.src = urls[index]; });
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

function blockOf(name) {
  const button = document.createElement("button");
  button.dataset.id = name;
  button.title = name;
  button.setAttribute("role", "radio");
  button.setAttribute("aria-label", name);
  button.append(Object.assign(document.createElement("img"), { alt: "" }));
  return button;
}

// Scrolls the strip, never the page.
function reveal(root, button) {
  const [strip, box] = [root.getBoundingClientRect(), button.getBoundingClientRect()];
  if (box.left < strip.left || box.right > strip.right) {
    root.scrollLeft += box.left - strip.left - (strip.width - box.width) / 2;
  }
}
