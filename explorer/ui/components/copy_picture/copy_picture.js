// Copies what the overlay shows, drawn here and within the click: a way to the server and back could
// cost the click's permission to write into the clipboard.
const LINE = 0.06, LEAST_LINE = 34; // height of the line below the picture: share of its height; pixels
const CELL_LINES = "rgb(255 255 255 / 55%)";

export default function ({ data: bytes, parentElement }) {
  const data = unpacked(bytes);
  const button = parentElement.querySelector("button");
  const said = parentElement.querySelector(".said");
  button.onblur = () => { said.textContent = ""; };
  button.onclick = async () => {
    const stage = stageOf(data.overlay);
    if (!stage) return;
    const canvas = drawn(stage, data, getComputedStyle(button));
    said.textContent = await copied(canvas) ? "Picture copied" : saved(canvas, data.name);
  };
  return () => { button.onclick = null; };
}

function stageOf(key) {
  const inside = [...document.querySelectorAll(`.st-key-${key} *`)];
  return inside.map((part) => part.shadowRoot?.querySelector(".stage")).find(Boolean);
}

// A promise, so that Safari, too, counts the picture as made within the click.
async function copied(canvas) {
  if (!navigator.clipboard?.write || !window.ClipboardItem) return false;
  const picture = new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
    return true;
  } catch {
    return false; // not allowed: save it
  }
}

function saved(canvas, name) {
  element("a", { href: canvas.toDataURL("image/png"), download: `${name}.png` }).click();
  return "Saved as a file: your browser does not let this page copy";
}

// The picture as it is painted at this moment, at the size of the photo, and below it a line.
function drawn(stage, { answer, source }, style) {
  const heat = stage.querySelector(".heat");
  const { width, height } = heat;
  const line = Math.max(LEAST_LINE, Math.round(LINE * height));
  const canvas = element("canvas", { width, height: height + line });
  const pen = canvas.getContext("2d");
  pen.fillStyle = style.backgroundColor;
  pen.fillRect(0, 0, width, height + line);
  pen.drawImage(stage.querySelector(".photo"), 0, 0, width, height);
  drawHeat(pen, heat, stage);
  drawFrame(pen, stage);
  write(pen, { answer, source }, { width, top: height, line, style });
  return canvas;
}

// Up to where it is swiped; below a map of pixels, the photo is darkened.
function drawHeat(pen, heat, stage) {
  const shown = parseFloat(getComputedStyle(stage).getPropertyValue("--swipe")) / 100;
  pen.save();
  pen.beginPath();
  pen.rect(0, 0, heat.width * (Number.isNaN(shown) ? 1 : shown), heat.height);
  pen.clip();
  const ground = stage.querySelector(".ground"), filter = ground && getComputedStyle(ground).backdropFilter;
  if (filter && filter !== "none") {
    pen.filter = filter;
    pen.drawImage(stage.querySelector(".photo"), 0, 0, heat.width, heat.height);
    pen.filter = "none";
  }
  pen.globalAlpha = Number(getComputedStyle(heat).opacity);
  pen.drawImage(heat, 0, 0);
  pen.restore();
}

// What the style sheet of the picture paints around the part that the network saw, and its cells.
function drawFrame(pen, stage) {
  const frame = stage.querySelector(".frame"), style = getComputedStyle(frame);
  if (style.display === "none" || style.visibility === "hidden") return;
  const { width, height } = pen.canvas, all = stage.getBoundingClientRect(), box = frame.getBoundingClientRect();
  const scale = stage.querySelector(".heat").width / all.width;
  const bottom = stage.querySelector(".heat").height;
  const [x, y] = [(box.left - all.left) * scale, (box.top - all.top) * scale];
  const [w, h] = [box.width * scale, box.height * scale];
  pen.save();
  pen.beginPath();
  pen.rect(0, 0, width, bottom);
  pen.clip();
  const shade = /rgba?\([^)]*\)/.exec(style.boxShadow);
  if (shade) {
    pen.beginPath();
    pen.rect(0, 0, width, height);
    pen.rect(x, y, w, h);
    pen.fillStyle = shade[0];
    pen.fill("evenodd");
  }
  if (stage.classList.contains("celled")) drawCells(pen, { x, y, w, h }, style);
  if (style.borderTopStyle === "dashed") {
    pen.lineWidth = parseFloat(style.borderTopWidth) * scale;
    pen.setLineDash([4 * scale, 4 * scale]);
    pen.strokeStyle = style.borderTopColor;
    pen.strokeRect(x, y, w, h);
  }
  pen.restore();
}

function drawCells(pen, { x, y, w, h }, style) {
  const [rows, columns] = ["--rows", "--columns"].map((name) => Number(style.getPropertyValue(name)));
  pen.strokeStyle = CELL_LINES;
  pen.beginPath();
  for (let row = 0; row < rows; row++) { pen.moveTo(x, y + (h * row) / rows); pen.lineTo(x + w, y + (h * row) / rows); }
  for (let column = 0; column < columns; column++) {
    pen.moveTo(x + (w * column) / columns, y);
    pen.lineTo(x + (w * column) / columns, y + h);
  }
  pen.stroke();
}

// The answer in bold, then what made it, as large as fits in one line.
function write(pen, { answer, source }, { width, top, line, style }) {
  const margin = line / 4, gap = line / 2;
  let size = line / 2;
  const fonts = () => [`600 ${size}px ${style.fontFamily}`, `400 ${0.8 * size}px ${style.fontFamily}`];
  const widths = () => fonts().map((font, index) => {
    pen.font = font;
    return pen.measureText(index ? source : answer).width;
  });
  while (size > 8 && widths()[0] + widths()[1] + gap + 2 * margin > width) size -= 0.5;
  const [bold, plain] = fonts(), [wide] = widths();
  pen.fillStyle = style.color;
  pen.textBaseline = "middle";
  pen.font = bold;
  pen.fillText(answer, margin, top + line / 2);
  pen.font = plain;
  pen.fillText(source, margin + wide + gap, top + line / 2);
}
