// The network, a cell per block, by stage; arrows move through it. A cell shows the page's picture,
// or a slab in the proportions of the block's output. An arc over it is its shortcut.
export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = unpacked(bytes);
  const root = parentElement.querySelector(".strip");
  const urls = pictureUrls(data.pictures, "image/png");
  const blocks = data.stages.flatMap((stage) => stage.blocks);
  const ids = blocks.filter((block) => !block.still).map((block) => block.id);
  root.setAttribute("aria-label", data.label);
  keepButtons(root, ids, () => {
    root.replaceChildren(...data.stages.map(stageOf));
    delete root.dataset.shown;
  });
  root.querySelectorAll(".title").forEach((title, index) => { title.textContent = data.stages[index].title; });
  root.querySelectorAll(".block").forEach((cell, index) => fill(cell, blocks[index], urls));
  reveal(root, markChosen(root, data.chosen));
  steer(root, { chooseOnArrow: true, onChoose: (id) => setTriggerValue("chosen", id) });
}

function part(name, ...children) {
  const element = Object.assign(document.createElement("span"), { className: name });
  element.append(...children);
  return element;
}

function stageOf({ blocks }) {
  return part("stage", part("title"), part("blocks", ...blocks.map(cellOf)));
}

function cellOf({ id, still }) {
  const cell = document.createElement(still ? "span" : "button");
  cell.className = "block";
  if (!still) {
    cell.dataset.id = id;
    cell.setAttribute("role", "radio");
    cell.setAttribute("aria-label", id);
  }
  const picture = Object.assign(document.createElement("img"), { alt: "" });
  cell.append(part("arc"), part("face", picture, part("slab"), part("stride")), part("number"));
  return cell;
}

function fill(cell, block, urls) {
  const [picture, slab] = [cell.querySelector("img"), cell.querySelector(".slab")];
  const shown = block.picture !== null;
  picture.hidden = !shown;
  slab.hidden = shown;
  if (shown) showPicture(picture, urls[block.picture]);
  ["--wide", "--high", "--deep"].forEach((side, index) => slab.style.setProperty(side, `${block.slab[index]}px`));
  cell.querySelector(".stride").hidden = block.stride === 1;
  cell.querySelector(".stride").textContent = `\u00f7${block.stride}`;
  cell.querySelector(".number").textContent = block.short;
  cell.dataset.shortcut = block.shortcut;
  cell.classList.toggle("cut", block.cut);
  cell.title = `${block.id}: ${block.said}`;
  if (!block.still) cell.setAttribute("aria-description", block.said);
}

// Scrolls the strip, never the page, and only when another block was chosen.
function reveal(root, button) {
  if (root.dataset.shown === button.dataset.id) return;
  root.dataset.shown = button.dataset.id;
  const [strip, box] = [root.getBoundingClientRect(), button.getBoundingClientRect()];
  if (box.left < strip.left || box.right > strip.right) {
    root.scrollLeft += box.left - strip.left - (strip.width - box.width) / 2;
  }
}
