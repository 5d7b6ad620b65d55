// A crop of each photo with the cell marked in it. Those with an id can be opened in Explain.
export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = unpacked(bytes);
  const root = parentElement.querySelector(".crops");
  const urls = pictureUrls(data.pictures, "image/jpeg");
  const focused = root.getRootNode().activeElement?.dataset.id;
  root.setAttribute("aria-label", data.label);
  root.replaceChildren(...data.crops.map((crop, index) => cropOf(crop, urls[index], setTriggerValue)));
  if (focused) root.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function cropOf(crop, url, setTriggerValue) {
  const spot = part("spot");
  placeBox(spot, crop.cell);
  const picture = element("img", { src: url, alt: crop.id ? "" : crop.said });
  const framed = element("span", { class: "framed", "--ratio": crop.ratio }, picture, spot);
  const words = [part("shows", crop.shows), part("height", crop.value)];
  const content = [part("view", framed), ...words];
  if (!crop.id) return element("div", { class: "crop", role: "listitem" }, ...content);
  const said = { "data-id": crop.id, "aria-label": crop.said, title: "Open in Explain" };
  const button = element("button", { type: "button", ...said }, ...content);
  button.onclick = () => setTriggerValue("chosen", crop.id);
  return element("div", { class: "crop", role: "listitem" }, button);
}
