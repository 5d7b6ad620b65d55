// Hands photos that are pasted or dropped anywhere on the page to the uploader of photos, or to that
// of the card that they are dropped on.
const CARD = "[class*=st-key-class_card_]";
const UPLOADER = "[class*=st-key-photo_files_] input[type=file]";
const OWN = "input, textarea, [data-testid=stFileUploaderDropzone]"; // these know what to do

function letPhotosArrive() {
  if (document.photosArrive) return;
  document.photosArrive = true;
  // Before Streamlit hears of a drop: it removes the target. It lets files be dropped anywhere by
  // cancelling the page's dragover.
  document.addEventListener("paste", (event) => takePhotos(event, event.clipboardData), true);
  document.addEventListener("drop", (event) => takePhotos(event, event.dataTransfer), true);
}

function takePhotos(event, transfer) {
  const card = event.target.closest?.(CARD);
  const uploader = (card ?? document).querySelector(card ? "input[type=file]" : UPLOADER);
  const isOfPage = transfer?.types.includes("text/html") && event.type === "drop";
  if (!uploader || isOfPage || !transfer?.files.length || event.target.closest?.(OWN)) return;
  event.preventDefault();
  uploader.files = transfer.files;
  uploader.dispatchEvent(new Event("change", { bubbles: true }));
}
