// Cells of a grid that lies in the frame of a photo.
function cellAt(area, event, { frame, rows, columns }) {
  const box = area.getBoundingClientRect();
  const y = ((event.clientY - box.top) / box.height - frame.top) / (frame.bottom - frame.top);
  const x = ((event.clientX - box.left) / box.width - frame.left) / (frame.right - frame.left);
  if (y < 0 || y >= 1 || x < 0 || x >= 1) return null;
  return { row: Math.floor(y * rows), column: Math.floor(x * columns) };
}

// The cell that an arrow key leads to, `step` cells further; null for any other key.
function neighbour({ row, column }, key, { rows, columns }, step = 1) {
  const by = { ArrowUp: [-step, 0], ArrowDown: [step, 0], ArrowLeft: [0, -step], ArrowRight: [0, step] }[key];
  if (!by) return null;
  const inside = (value, cells) => Math.max(0, Math.min(cells - 1, value));
  return { row: inside(row + by[0], rows), column: inside(column + by[1], columns) };
}

function mark(element, { row, column }, { frame, rows, columns }) {
  const [height, width] = [(frame.bottom - frame.top) / rows, (frame.right - frame.left) / columns];
  const [top, left] = [frame.top + row * height, frame.left + column * width];
  placeBox(element, { top, left, bottom: top + height, right: left + width });
}
