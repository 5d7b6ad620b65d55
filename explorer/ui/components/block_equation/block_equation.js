// The parts of a block side by side, as an equation of pictures, and the colour bar they share.
export default function ({ data: bytes, parentElement }) {
  const data = unpacked(bytes);
  const find = (selector) => parentElement.querySelector(selector);
  const urls = pictureUrls(data.pictures, "image/png");
  find(".row").replaceChildren(...data.parts.map((entry, index) => partOf(entry, urls[index])));
  find(".row").style.setProperty("--count", data.parts.length);
  showPicture(find(".ramp"), urls.at(-1));
  setTexts(find(".scale"), data.ends);
}

function partOf({ sign, title, note, alt, smooth }, url) {
  const picture = element("img", { class: smooth ? "smooth" : null, src: url, alt });
  return element(
    "figure", {},
    element("div", { class: "frame" }, part("sign", sign), picture),
    element("figcaption", {}, part("title", title), part("note", note)),
  );
}
