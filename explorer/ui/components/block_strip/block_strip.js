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
  reveal(root, markChosen(root, data.chosen, data.marked));
  steer(root, { chooseOnArrow: true, onChoose: (id) => setTriggerValue("chosen", id) });
  hintAtMore(root);
}

// The strip fades at its end while there is more to scroll to.
function hintAtMore(root) {
  const hint = () => {
    const rest = root.scrollWidth - root.clientWidth - root.scrollLeft;
    root.toggleAttribute("data-more", rest > 4);
  };
  root.onscroll = hint;
  if (!root.isWatched) new ResizeObserver(hint).observe(root);
  root.isWatched = true;
  hint();
}

function stageOf({ blocks }) {
  return part("stage", part("title"), part("blocks", ...blocks.map(cellOf)));
}

function cellOf({ id, still }) {
  const face = part("face", element("img", { alt: "" }), part("slab"), part("stride"));
  const parts = [part("arc"), face, part("number")];
  return still ? part("block", ...parts) : radioButton(id, { class: "block", "aria-label": id }, ...parts);
}

function fill(cell, block, urls) {
  const [picture, slab] = [cell.querySelector("img"), cell.querySelector(".slab")];
  const shown = block.picture !== null;
  picture.hidden = !shown;
  slab.hidden = shown;
  if (shown) showPicture(picture, urls[block.picture]);
  ["--wide", "--high", "--deep"].forEach((side, index) => slab.style.setProperty(side, `${block.slab[index]}px`));
  cell.querySelector(".stride").hidden = block.stride === 1;
  setTexts(cell, { stride: `\u00f7${block.stride}`, number: block.short });
  cell.dataset.shortcut = block.shortcut;
  cell.classList.toggle("cut", block.cut);
  cell.title = `${block.id}: ${block.said}`;
  if (!block.still) cell.setAttribute("aria-description", block.said);
}
