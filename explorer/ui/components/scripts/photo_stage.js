// The photo at its own ratio, and the frame that the network saw; boxes are parts of its sides.
function placeStage(stage, { size, highest, frame }) {
  stage.style.setProperty("--ratio", size[0] / size[1]);
  stage.style.setProperty("--highest", highest);
  placeBox(stage.querySelector(".frame"), frame);
}

function placeBox(element, { top, left, bottom, right }) {
  const percent = (part) => `${100 * part}%`;
  Object.assign(element.style, {
    top: percent(top), left: percent(left), height: percent(bottom - top), width: percent(right - left),
  });
}
