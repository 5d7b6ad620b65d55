// Thumbnails of the photos in groups, the chosen one ringed, and a button for the other samples.
export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = unpacked(bytes);
  const root = parentElement.querySelector(".tray");
  const more = parentElement.querySelector(".more");
  const photos = data.groups.flatMap((group) => group.photos);
  const gone = new AbortController();
  keepButtons(root, photos.map((photo) => photo.id), () => root.replaceChildren(...data.groups.map(groupOf)));
  root.querySelectorAll("img").forEach((img, index) => {
    showPhoto(img, photos[index].thumbnail, gone.signal);
  });
  reveal(root, markChosen(root, data.chosen));
  steer(root, { onChoose: (id) => setTriggerValue("chosen", id) });
  more.hidden = !data.more;
  more.textContent = data.more;
  more.onclick = () => {
    root.querySelector("[data-id]").focus(); // the button may go
    setTriggerValue("more", true);
  };
  letPhotosArrive();
  return ending(parentElement, () => gone.abort());
}

function groupOf({ title, narrow, photos }) {
  const row = element("div", { class: "photos" }, ...photos.map(thumbnail));
  return element("div", { class: narrow ? "group narrow" : "group" }, part("title", title), row);
}

function thumbnail({ id, title, about, badge }) {
  const parts = [element("img", { alt: "" }), badge ? part("badge", badge) : null];
  const words = about ? `${title}. ${about}` : title;
  return radioButton(id, { "aria-label": title, title: words }, ...parts);
}
