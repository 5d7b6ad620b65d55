// Keeps a photo for the overlays of the page, which name it. It shows nothing itself.
export default function ({ data: bytes, parentElement }) {
  const data = unpacked(bytes);
  const photos = (window.resnetExplorerPhotos ??= {});
  const tell = () => window.dispatchEvent(new Event("resnet-explorer-photo"));
  const kept = (photos[data.id] ??= { url: pictureUrls(data.photo, "image/jpeg")[0], keepers: 0 });
  kept.keepers += 1;
  tell();
  return ending(parentElement, () => {
    kept.keepers -= 1;
    setTimeout(() => { // what draws this component anew keeps the photo again at once
      if (kept.keepers) return;
      if (photos[data.id] === kept) delete photos[data.id];
      tell();
    });
  });
}
