// A group of buttons of which one is chosen: one Tab stop, arrows move inside, Home and End jump.
// Buttons carry data-id. Elements stay in place between runs, so that the focus is not lost.
function keepButtons(root, ids, make) {
  const found = [...root.querySelectorAll("[data-id]")].map((button) => button.dataset.id);
  if (JSON.stringify(found) !== JSON.stringify(ids)) make();
}

function radioButton(id, attributes, ...children) {
  return element("button", { "data-id": id, role: "radio", ...attributes }, ...children);
}

// The chosen button, or one that is only where arrows begin, if the choice is not `marked`.
function markChosen(root, chosen, marked = true) {
  const buttons = [...root.querySelectorAll("[data-id]")];
  const current = buttons.find((button) => button.dataset.id === chosen) ?? buttons[0];
  for (const button of buttons) {
    button.setAttribute("aria-checked", String(marked && button.dataset.id === chosen));
    button.tabIndex = button === current ? 0 : -1;
  }
  return current;
}

// Scrolls the group, never the page, and only when another button was chosen.
function reveal(root, button) {
  if (!button || root.dataset.shown === button.dataset.id) return;
  root.dataset.shown = button.dataset.id;
  const [group, box] = [root.getBoundingClientRect(), button.getBoundingClientRect()];
  if (box.left < group.left || box.right > group.right) {
    root.scrollLeft += box.left - group.left - (group.width - box.width) / 2;
  }
  if (box.top < group.top || box.bottom > group.bottom) {
    root.scrollTop += box.top - group.top - (group.height - box.height) / 2;
  }
}

function steer(root, { onChoose, chooseOnArrow = false }) {
  root.onclick = (event) => {
    const button = event.target.closest("[data-id]");
    if (!button) return;
    markChosen(root, button.dataset.id);
    onChoose(button.dataset.id);
  };
  root.onkeydown = (event) => {
    const buttons = [...root.querySelectorAll("[data-id]")];
    const at = buttons.indexOf(event.target.closest("[data-id]"));
    const last = buttons.length - 1;
    const to = {
      ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last,
    }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const button = buttons[Math.max(0, Math.min(last, to))];
    button.focus();
    if (chooseOnArrow && button !== buttons[at]) button.click();
  };
}
