// Up and down move by a row of a grid of buttons that `steer` steers.
function moveByRows(root, { chooseOnArrow = false } = {}) {
  const alongTheRow = root.onkeydown;
  root.onkeydown = (event) => {
    const down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!down) return alongTheRow(event);
    event.preventDefault();
    const from = event.target.closest("[data-id]").getBoundingClientRect();
    const buttons = [...root.querySelectorAll("[data-id]")];
    const others = (down > 0 ? buttons : buttons.reverse()).filter((button) => {
      const box = button.getBoundingClientRect();
      return Math.abs(box.left - from.left) < 2 && down * (box.top - from.top) > 2;
    });
    others[0]?.focus();
    if (chooseOnArrow) others[0]?.click();
  };
}
