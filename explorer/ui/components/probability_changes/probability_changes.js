// The classes of two answers: a bar for what is, a tick for what was.
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".moves");
  list.setAttribute("aria-label", data.label);
  list.replaceChildren(...data.moves.map(row));
}

function row({ label, before, after, widths, asked }) {
  const attributes = {
    class: asked ? "asked" : null, "--before": `${widths[0]}%`, "--after": `${widths[1]}%`,
  };
  const percent = part("percent", element("s", {}, before), " \u2192 ", element("span", {}, after));
  const track = part("track", part("bar"), part("tick"));
  return element("li", attributes, part("label", label), percent, track);
}
