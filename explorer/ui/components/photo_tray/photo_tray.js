// Thumbnails of the photos, the chosen one ringed.
export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = unpacked(bytes);
  const root = parentElement.querySelector(".tray");
  const gone = new AbortController();
  keepButtons(root, data.photos.map((photo) => photo.id), () =>
    root.replaceChildren(...data.photos.map(thumbnail)));
  root.querySelectorAll("img").forEach((img, index) => {
    showPhoto(img, data.photos[index].thumbnail, gone.signal);
  });
  reveal(root, markChosen(root, data.chosen));
  steer(root, { onChoose: (id) => setTriggerValue("chosen", id) });
  letPhotosArrive();
  return ending(parentElement, () => gone.abort());
}

function thumbnail({ id, title, badge }) {
  const parts = [element("img", { alt: "" }), badge ? element("span", {}, badge) : null];
  return radioButton(id, { "aria-label": title, title }, ...parts);
}
