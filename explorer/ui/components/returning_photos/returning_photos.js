// Stores the token of this tab's photos when the page leaves, and hands it in, once, when it is back.
const STORED = "resnet-explorer-photos";

export default function ({ data, setTriggerValue }) {
  const page = (window.resnetExplorerReturn ??= leaving());
  page.token = data.token;
  if (!data.asking) {
    delete document.documentElement.dataset.photosReturn;
    return;
  }
  const token = takenToken();
  if (!token) return;
  document.documentElement.dataset.photosReturn = "";
  setTriggerValue("token", token);
}

function leaving() {
  const page = { token: "" };
  window.addEventListener("pagehide", () => {
    if (page.token) stored((storage) => storage.setItem(STORED, page.token));
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) takenToken(); // this page itself is back, and needs no token
  });
  return page;
}

function takenToken() {
  return stored((storage) => {
    const token = storage.getItem(STORED);
    storage.removeItem(STORED);
    return token;
  });
}

// A browser may forbid to store anything.
function stored(use) {
  try { return use(window.sessionStorage); } catch { return null; }
}
