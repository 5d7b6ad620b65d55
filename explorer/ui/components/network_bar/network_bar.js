// The network of the page. What cannot be chosen stays in sight and says why.
const MENU = "[data-testid=stExpandSidebarButton]";

export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = unpacked(bytes);
  const find = (name) => parentElement.querySelector(`.${name}`);
  const gone = new AbortController();
  const close = openMore(find("more"), gone.signal);
  const choose = (name, value) => { close(); setTriggerValue(name, value); };
  showDepths(find("depths"), find("why"), data, choose, gone.signal);
  for (const name of ["family", "weights"]) fill(find(name), name, data[name], choose);
  find("photo").onclick = () => { close(); showPhotos(); };
  return ending(parentElement, () => gone.abort());
}

function showDepths(depths, why, data, choose, signal) {
  keepButtons(depths, data.depths.map(({ id }) => id), () =>
    depths.replaceChildren(...data.depths.map(depthButton)));
  data.depths.forEach((depth, at) => describe(depths.children[at], depth));
  markChosen(depths, data.depth);
  steer(depths, { onChoose: (id) => choose("depth", id) });
  depths.addEventListener("click", (event) => sayWhy(event, why), { capture: true, signal });
  depths.addEventListener("focusout", () => { why.textContent = ""; }, { signal });
}

function depthButton({ id, title }) {
  const [depth, ...rest] = title.split(" ");
  return radioButton(id, {}, depth, rest.length ? part("rest", ` ${rest.join(" ")}`) : null);
}

function describe(button, { caption, available }) {
  button.title = caption;
  button.toggleAttribute("data-none", !available);
  button.setAttribute("aria-disabled", String(!available));
}

// Stops the click on a depth that is not there, and shows the reason instead.
function sayWhy(event, why) {
  const button = event.target.closest("[data-id]");
  const absent = button?.hasAttribute("data-none") && button.getAttribute("aria-checked") !== "true";
  why.textContent = absent ? button.title : "";
  if (absent) event.stopPropagation();
}

function fill(select, name, { chosen, offered: options }, choose) {
  const offered = JSON.stringify(options);
  if (select.dataset.offered !== offered + chosen) {
    select.dataset.offered = offered + chosen;
    select.replaceChildren(...options.map(({ id, title, available }) =>
      element("option", { value: id, disabled: !available && id !== chosen }, title)));
  }
  select.value = chosen;
  select.onchange = () => choose(name, select.value);
}

// On a phone the photos are in the menu, which opens at them.
function showPhotos() {
  document.querySelector(MENU)?.click();
  requestAnimationFrame(() => requestAnimationFrame(() =>
    document.querySelector(".st-key-photo_tray")?.scrollIntoView({ block: "start" })));
}

// On a phone everything but the depth is in a panel above the bar, with what Streamlit draws there.
function openMore(button, signal) {
  const page = document.documentElement;
  const open = (is) => {
    button.setAttribute("aria-expanded", String(is));
    page.toggleAttribute("data-network-more", is);
  };
  button.onclick = () => open(button.getAttribute("aria-expanded") !== "true");
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[class*=st-key-network_bar], [data-baseweb=popover]")) open(false);
  }, { capture: true, signal });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open(false);
  }, { signal });
  return () => open(false);
}
