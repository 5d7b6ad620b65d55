// Keeps photos for the figures of the page, which name them. It shows nothing itself.
export default function ({ data: bytes, parentElement }) {
  const { ids, photos } = unpacked(bytes);
  const all = (window.resnetExplorerPhotos ??= {});
  const tell = () => window.dispatchEvent(new Event("resnet-explorer-photo"));
  const urlOf = (index) => pictureUrls([photos[index]], "image/jpeg")[0];
  const kept = ids.map((id, index) => (all[id] ??= { id, url: urlOf(index), keepers: 0 }));
  for (const photo of kept) photo.keepers += 1;
  tell();
  return ending(parentElement, () => {
    for (const photo of kept) photo.keepers -= 1;
    setTimeout(() => { // what draws this component anew keeps the photos again at once
      const left = kept.filter((photo) => !photo.keepers && all[photo.id] === photo);
      for (const { id } of left) delete all[id];
      if (left.length) tell();
    });
  });
}
