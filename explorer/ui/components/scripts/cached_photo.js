const NO_PHOTO = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";

// Shows a photo that `photo.js` keeps, as soon and as long as it does.
function showPhoto(img, id, signal) {
  const show = () => {
    showPicture(img, window.resnetExplorerPhotos?.[id]?.url ?? NO_PHOTO);
  };
  window.addEventListener("resnet-explorer-photo", show, { signal });
  show();
}
