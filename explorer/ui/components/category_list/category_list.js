// A list of categories, each with its tile of the one picture.
export default function ({ data: bytes, parentElement }) {
  const { names, columns, tiles } = unpacked(bytes);
  const [url] = pictureUrls(tiles, "image/jpeg");
  const rows = Math.ceil(names.length / columns);
  const root = parentElement.querySelector(".categories");
  root.style.setProperty("--tiles", `url(${url})`);
  root.style.setProperty("--size", `${100 * columns}% ${100 * rows}%`);
  const share = (at, count) => `${count > 1 ? (100 * at) / (count - 1) : 0}%`;
  root.replaceChildren(...names.map((name, at) => {
    const place = `${share(at % columns, columns)} ${share(Math.floor(at / columns), rows)}`;
    return element("li", {}, element("span", { class: "tile", "--place": place }), part("name", name));
  }));
}
