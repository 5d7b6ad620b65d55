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
  keepInView(root, markChosen(root, data.chosen));
  steer(root, { onChoose: (id) => setTriggerValue("chosen", id) });
  letPhotosArrive();
  return ending(parentElement, () => gone.abort());
}

function thumbnail({ id, title, badge }) {
  const button = document.createElement("button");
  button.dataset.id = id;
  button.setAttribute("role", "radio");
  button.setAttribute("aria-label", title);
  button.title = title;
  const img = document.createElement("img");
  img.alt = "";
  button.append(img);
  if (badge) button.append(Object.assign(document.createElement("span"), { textContent: badge }));
  return button;
}

// Scrolls the tray, never the page, and only when another photo was chosen.
function keepInView(root, button) {
  if (!button || root.dataset.shown === button.dataset.id) return;
  root.dataset.shown = button.dataset.id;
  const [tray, box] = [root.getBoundingClientRect(), button.getBoundingClientRect()];
  if (box.top < tray.top || box.bottom > tray.bottom) {
    root.scrollTop += box.top - tray.top - (tray.height - box.height) / 2;
  }
}
