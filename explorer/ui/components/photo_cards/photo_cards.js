// A card per photo. Arrows move between the cards, up and down by a row; Enter opens one in Explain.
// Cards without an id cannot be opened: they are a list.
export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = unpacked(bytes);
  const root = parentElement.querySelector(".sheet");
  const urls = pictureUrls(data.pictures, "image/jpeg");
  const [bar] = pictureUrls(data.bar, "image/png");
  const focused = root.getRootNode().activeElement?.dataset.id;
  root.replaceChildren(...data.cards.map((card) => cardOf(card, urls)));
  const opens = root.querySelector("[data-id]") !== null;
  root.setAttribute("role", opens ? "radiogroup" : "list");
  root.setAttribute("aria-label", data.label ?? "Photos, to open in Explain");
  if (opens) {
    markChosen(root, data.chosen);
    steer(root, { onChoose: (id) => setTriggerValue("chosen", id) });
    moveByRows(root);
  }
  if (focused) root.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  showScale(parentElement.querySelector(".scale"), data.scale, bar);
}

function cardOf(card, urls) {
  const title = part("title", card.title);
  if (card.reason) {
    const words = part("words", title, part("reason", card.reason));
    return element("div", { class: "card failed" }, words);
  }
  const shown = card.picture !== undefined;
  const view = part("view", shown ? element("img", { src: urls[card.picture], alt: "" }) : null);
  if (!card.label) return element("div", { class: "card waiting" }, view, part("words", title));
  const words = part("words", title, ...answerOf(card));
  if (!card.id) {
    const said = { class: "card", role: "listitem", "aria-label": card.alt };
    return element("div", said, view, words);
  }
  return radioButton(card.id, { class: "card", "aria-label": card.alt }, view, words);
}

function answerOf({ label, percent, width, asked, notes }) {
  const answer = part("answer", part("label", label), part("percent", percent));
  const lines = [asked, ...(notes ?? [])].filter(Boolean).map((text) => part("asked", text));
  return [answer, percentBar(width), ...lines];
}
