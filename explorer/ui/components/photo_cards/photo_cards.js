// A card per photo. Arrows move between the cards, up and down by a row; Enter opens one in Explain.
export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = unpacked(bytes);
  const root = parentElement.querySelector(".sheet");
  const urls = pictureUrls(data.pictures, "image/jpeg");
  const [bar] = pictureUrls(data.bar, "image/png");
  const focused = root.getRootNode().activeElement?.dataset.id;
  root.replaceChildren(...data.cards.map((card) => cardOf(card, urls)));
  if (root.querySelector("[data-id]")) {
    markChosen(root, data.chosen);
    steer(root, { onChoose: (id) => setTriggerValue("chosen", id) });
    moveByRows(root);
  }
  if (focused) root.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  showScale(parentElement.querySelector(".scale"), data.scale, bar);
}

function part(name, text) {
  return Object.assign(document.createElement("span"), { className: name, textContent: text ?? "" });
}

function cardOf(card, urls) {
  const box = document.createElement(card.id ? "button" : "div");
  box.className = `card ${card.id ? "" : card.reason ? "failed" : "waiting"}`;
  const view = part("view");
  if (card.picture !== undefined) {
    view.append(Object.assign(document.createElement("img"), { src: urls[card.picture], alt: "" }));
  }
  const words = part("words");
  words.append(part("title", card.title));
  if (card.reason) {
    words.append(part("reason", card.reason));
    box.append(words);
    return box;
  }
  if (card.id) fill(box, words, card);
  box.append(view, words);
  return box;
}

function fill(button, words, card) {
  button.dataset.id = card.id;
  button.setAttribute("role", "radio");
  button.setAttribute("aria-label", card.alt);
  const answer = part("answer");
  answer.append(part("label", card.label), part("percent", card.percent));
  const track = part("track");
  track.append(part("bar"));
  track.style.setProperty("--percent", `${card.width}%`);
  words.append(answer, track);
  if (card.asked) words.append(part("asked", card.asked));
}

function showScale(scale, { low, high, note }, bar) {
  scale.hidden = false;
  scale.querySelector(".low").textContent = low;
  scale.querySelector(".high").textContent = high;
  scale.querySelector(".note").textContent = note;
  showPicture(scale.querySelector(".ramp"), bar);
}
