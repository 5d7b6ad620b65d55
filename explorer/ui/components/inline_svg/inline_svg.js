// Shows what Python wrote as HTML: drawings, and texts that were escaped there.
export default function ({ data, parentElement }) {
  const place = parentElement.querySelector(".drawn");
  if (place.written !== data.html) {
    place.innerHTML = data.html;
    place.written = data.html;
  }
}
