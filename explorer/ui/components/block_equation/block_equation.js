// The parts of a block side by side, as an equation of pictures, and the colour bar they share.
export default function ({ data: bytes, parentElement }) {
  const data = unpacked(bytes);
  const find = (selector) => parentElement.querySelector(selector);
  const urls = pictureUrls(data.pictures, "image/png");
  find(".row").replaceChildren(...data.parts.map((entry, index) => partOf(entry, urls[index])));
  find(".row").style.setProperty("--count", data.parts.length);
  showPicture(find(".ramp"), urls.at(-1));
  for (const end of ["low", "middle", "high"]) find(`.${end}`).textContent = data.ends[end];
}

function text(name, content) {
  return Object.assign(document.createElement("span"), { className: name, textContent: content });
}

function partOf({ sign, title, note, alt, smooth }, url) {
  const part = document.createElement("figure");
  const picture = Object.assign(document.createElement("img"), { src: url, alt });
  picture.classList.toggle("smooth", smooth);
  const caption = document.createElement("figcaption");
  caption.append(text("title", title), text("note", note));
  const frame = document.createElement("div");
  frame.className = "frame";
  frame.append(text("sign", sign), picture);
  part.append(frame, caption);
  return part;
}
