// The classes of two answers: a bar for what is, a tick for what was.
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".moves");
  list.setAttribute("aria-label", data.label);
  list.replaceChildren(...data.moves.map(row));
}

function row({ label, before, after, widths, asked }) {
  const item = document.createElement("li");
  item.classList.toggle("asked", asked);
  item.innerHTML = `<span class="label"></span><span class="percent"><s></s> \u2192 <span></span></span>
    <span class="track"><span class="bar"></span><span class="tick"></span></span>`;
  item.querySelector(".label").textContent = label;
  item.querySelector("s").textContent = before;
  item.querySelector(".percent span").textContent = after;
  item.style.setProperty("--before", `${widths[0]}%`);
  item.style.setProperty("--after", `${widths[1]}%`);
  return item;
}
