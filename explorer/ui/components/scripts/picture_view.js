// How the maps of a page are drawn: all of its figures share it. What is set on one of them holds for
// the others at once; the component `picture_settings` tells the app.
function pictureView() {
  return (window.resnetExplorerView ??= { opacity: 70, swipe: 100, palette: 0, cells: false, frame: true });
}

function changeView(change) {
  Object.assign(pictureView(), change);
  window.dispatchEvent(new Event("resnet-explorer-view"));
}

// The reader has let go of a control.
function keepView() {
  window.dispatchEvent(new Event("resnet-explorer-view-set"));
}
