// Copies the address of the page, which restores what is shown.
export default function ({ data: bytes, parentElement }) {
  const data = unpacked(bytes);
  const button = parentElement.querySelector("button");
  const said = parentElement.querySelector("[role=status]");
  const field = parentElement.querySelector("input");
  setTexts(parentElement, { label: data.label });
  parentElement.querySelector(".link").classList.toggle("in-bar", data.in_bar);
  button.onblur = () => { if (field.hidden) said.textContent = ""; };
  button.onclick = async () => {
    const copied = await copy(window.location.href);
    said.textContent = copied ? data.copied : data.refused;
    field.hidden = copied;
    if (!copied) {
      field.value = window.location.href;
      field.select();
    }
  };
  return () => { button.onclick = null; };
}

// The clipboard is for pages behind HTTPS or on localhost; elsewhere the older way still works.
async function copy(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { /* not allowed: go on with the older way */ }
  }
  const field = element("textarea", { readonly: "" }, text);
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  before?.focus();
  return copied;
}
