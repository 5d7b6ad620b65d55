// Opens the links in help texts: the label of a switch, to which such a text belongs, refuses clicks.
export default function () {
  if (document.helpIsOpen) return;
  document.helpIsOpen = true;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-testid=stTooltipContent] a[href]");
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    window.open(link.href, "_blank", "noopener");
  }, true);
}
