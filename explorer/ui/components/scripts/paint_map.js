// Colours a map on a canvas: where explorer.photos.geometry.paint_back puts a value, in the colours of
// explorer.figures.explain.heatmaps.draw. `frame` holds parts of the photo's sides, `colours` 256
// times RGBA; without `smooth`, each cell has one colour.
function paintMap(canvas, { values, rows, columns, frame, low, high }, colours, smooth = true) {
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  const picture = context.createImageData(width, height);
  const pixels = new Uint32Array(picture.data.buffer);
  const palette = new Uint32Array(colours.slice().buffer);
  const across = cellShares(width, frame.left, frame.right, columns, smooth);
  const perLevel = high > low ? 255 / (high - low) : 0;
  for (const { pixel: y, first, shares } of cellShares(height, frame.top, frame.bottom, rows, smooth)) {
    const line = new Float64Array(columns);
    shares.forEach((share, index) => {
      for (let c = 0; c < columns; c++) line[c] += share * values[(first + index) * columns + c];
    });
    for (const { pixel: x, first: left, shares: parts } of across) {
      let value = 0;
      for (let index = 0; index < parts.length; index++) value += parts[index] * line[left + index];
      const level = Math.round((value - low) * perLevel);
      pixels[y * width + x] = palette[Math.max(0, Math.min(255, level))];
    }
  }
  context.putImageData(picture, 0, 0);
}

// The pixels of one side whose centres lie in the frame, and what each takes from the cells: smooth, a
// raised cosine between their centres or, where a pixel covers several cells, over all of them.
function cellShares(pixels, from, to, cells, smooth) {
  const [start, end] = [from * pixels, to * pixels];
  let [begin, stop] = [Math.max(0, Math.ceil(start - 0.5)), Math.min(pixels, Math.ceil(end - 0.5))];
  if (begin >= stop) {
    begin = Math.min(Math.floor((start + end) / 2), pixels - 1);
    stop = begin + 1;
  }
  const perPixel = cells / (end - start);
  return Array.from({ length: stop - begin }, (_, index) => {
    const centre = (begin + index + 0.5 - start) * perPixel;
    const { first, shares } = smooth ? raisedCosine(centre, perPixel, cells) : cellOf(centre, cells);
    return { pixel: begin + index, first, shares };
  });
}

function cellOf(centre, cells) {
  return { first: Math.max(0, Math.min(cells - 1, Math.floor(centre))), shares: [1] };
}

function raisedCosine(centre, perPixel, cells) {
  const [middle, reach] = [centre - 0.5, Math.max(1, perPixel)];
  const first = Math.max(0, Math.ceil(middle - reach));
  const last = Math.min(cells - 1, Math.floor(middle + reach));
  const slopes = [];
  for (let cell = first; cell <= last; cell++) {
    slopes.push(1 + Math.cos((Math.PI * Math.abs(middle - cell)) / reach));
  }
  const sum = slopes.reduce((total, slope) => total + slope, 0);
  return { first, shares: slopes.map((slope) => slope / sum) };
}
