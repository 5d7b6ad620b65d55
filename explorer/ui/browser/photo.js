// Keeps a photo for the overlays of the page, which name it. It shows nothing itself.
export default function ({ data: bytes }) {
  const data = unpacked(bytes);
  const { urls: [url], free } = pictureUrls(data.photo, "image/jpeg");
  const photos = (window.resnetExplorerPhotos ??= {});
  const tell = () => window.dispatchEvent(new Event("resnet-explorer-photo"));
  (photos[data.id] ??= new Set()).add(url);
  tell();
  return () => {
    photos[data.id].delete(url);
    tell();
    free();
  };
}
