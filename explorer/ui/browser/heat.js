// Colours a map on a canvas: where explorer.geometry.paint_back puts a value, in the colours of
// explorer.figures.heatmaps.draw. `frame` holds parts of the photo's sides, `colours` 256 times RGBA.
function paintMap(canvas, { values, rows, columns, frame, low, high }, colours) {
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  const picture = context.createImageData(width, height);
  const pixels = new Uint32Array(picture.data.buffer);
  const palette = new Uint32Array(colours.slice().buffer);
  const down = cellPositions(height, frame.top, frame.bottom, rows);
  const across = cellPositions(width, frame.left, frame.right, columns);
  const perLevel = high > low ? 255 / (high - low) : 0;
  for (const { pixel: y, below: r, above: s, share: v } of down) {
    for (const { pixel: x, below: c, above: d, share: u } of across) {
      const upper = values[r * columns + c] * (1 - u) + values[r * columns + d] * u;
      const lower = values[s * columns + c] * (1 - u) + values[s * columns + d] * u;
      const level = Math.round((upper * (1 - v) + lower * v - low) * perLevel);
      pixels[y * width + x] = palette[Math.max(0, Math.min(255, level))];
    }
  }
  context.putImageData(picture, 0, 0);
}

// The pixels of one side whose centres lie in the frame, each between two centres of cells.
function cellPositions(pixels, from, to, cells) {
  const [start, end] = [from * pixels, to * pixels];
  const positions = [];
  for (let pixel = 0; pixel < pixels; pixel++) {
    const centre = pixel + 0.5;
    if (centre < start || centre >= end) continue;
    const at = Math.max(0, Math.min(cells - 1, (centre - start) * (cells / (end - start)) - 0.5));
    const below = Math.floor(at);
    positions.push({ pixel, below, above: Math.min(below + 1, cells - 1), share: at - below });
  }
  return positions;
}
