// Builds what a component shows. Texts stay texts: nothing here is read as HTML.

// An element. An attribute that is null, undefined or false is left out, as is a child that is null
// or undefined; names that begin with -- are properties for the style sheet.
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("--")) made.style.setProperty(name, value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function part(name, ...children) {
  return element("span", { class: name }, ...children);
}

// A track of which a bar fills so many percent.
function percentBar(percent) {
  return element("span", { class: "track", "--percent": `${percent}%` }, part("bar"));
}

// Writes texts into the elements whose classes are their names.
function setTexts(root, texts) {
  for (const [name, text] of Object.entries(texts)) root.querySelector(`.${name}`).textContent = text;
}
