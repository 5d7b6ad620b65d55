// The photo, the heatmap in its place, the frame that the network saw. The opacity stays in the browser.
export default function ({ data, parentElement }) {
  const find = (selector) => parentElement.querySelector(selector);
  const photo = pictureUrls(data.photo, "image/jpeg");
  const maps = pictureUrls(data.maps, "image/png");
  find(".photo").src = photo.urls[0];
  [find(".heat").src, find(".bar").src] = maps.urls;

  const stage = find(".stage");
  stage.setAttribute("aria-label", data.alt);
  stage.style.setProperty("--ratio", data.ratio);
  stage.style.setProperty("--highest", data.highest);
  for (const [side, percent] of Object.entries(data.frame)) {
    find(".frame").style[side] = `${percent}%`;
  }
  find(".low").textContent = data.low;
  find(".high").textContent = data.high;
  find(".scale").title = data.unit;

  const slider = find("input");
  const show = () => {
    stage.style.setProperty("--opacity", slider.value / 100);
    find("output").textContent = `${slider.value} %`;
  };
  slider.oninput = show;
  show();
  return () => { photo.free(); maps.free(); };
}
