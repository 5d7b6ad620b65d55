// A button per channel, each with its part of one sprite. Which channel is chosen is not in the data:
// a click would send the sheet again. A sheet that knows it tells all sheets of the page.
export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = unpacked(bytes);
  const root = parentElement.querySelector(".channels");
  const gone = new AbortController();
  const end = ending(parentElement, () => gone.abort());
  const [bar] = pictureUrls(data.bar, "image/png");
  const mark = () => {
    const button = markChosen(root, window.resnetExplorerChannel);
    if (button?.getAttribute("aria-checked") === "true") reveal(root, button);
  };
  const had = root.getRootNode().activeElement;
  root.hidden = !data.channels.length;
  root.setAttribute("aria-label", data.label);
  root.style.setProperty("--tile", `${data.tile}px`);
  keepButtons(root, data.channels.map((channel) => channel.id), () =>
    root.replaceChildren(...data.channels.map(tileOf)));
  root.querySelectorAll("[data-id]").forEach((tile, index) => fill(tile, data.channels[index]));
  paint(root, data, gone.signal);
  showScale(parentElement.querySelector(".scale"), data.scale, bar);
  window.addEventListener("resnet-explorer-channel", mark, { signal: gone.signal });
  mark();
  if (data.chosen) announce(data.chosen);
  if (had?.dataset.id && !had.isConnected) root.querySelector("[tabindex='0']")?.focus();
  steer(root, {
    chooseOnArrow: data.follow,
    onChoose: (id) => { announce(id); setTriggerValue("chosen", id); },
  });
  moveByRows(root, { chooseOnArrow: data.follow });
  return end;
}

function announce(id) {
  window.resnetExplorerChannel = id;
  window.dispatchEvent(new Event("resnet-explorer-channel"));
}

function tileOf({ id }) {
  return radioButton(id, {}, part("face", element("canvas", {})), part("number", id), part("value"));
}

function fill(tile, { value, dead, said }) {
  tile.classList.toggle("dead", dead);
  setTexts(tile, { value });
  tile.setAttribute("aria-label", said);
  tile.title = said;
}

async function paint(root, { sheet: [bytes], columns, height, width }, signal) {
  if (!bytes) return;
  root.setAttribute("aria-busy", "true");
  const sprite = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  if (signal.aborted) return;
  root.querySelectorAll("canvas").forEach((canvas, index) => {
    const [x, y] = [(index % columns) * width, Math.floor(index / columns) * height];
    [canvas.width, canvas.height] = [width, height];
    canvas.getContext("2d").drawImage(sprite, x, y, width, height, 0, 0, width, height);
  });
  root.removeAttribute("aria-busy");
}
