"""The button that copies the picture of the page as it is on the screen, or saves it."""

from __future__ import annotations

from explorer.ui.components import component, packed

_copy = component(
    __file__,
    """
<div class="copy">
  <button type="button"><svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="M9 9h11v11H9zM15 5V4H4v11h1"/></svg><span>Copy picture</span></button>
  <span class="said" role="status"></span>
</div>
""",
)


def copy_picture(overlay: str, name: str, answer: str, source: str) -> None:
    """Offer the picture of an overlay, with a line on what it shows, for the clipboard.

    Where the browser does not let a page copy, the same button saves the picture.

    Args:
        overlay: key of the overlay on the page.
        name: name of the file, without the extension.
        answer: the class and its probability.
        source: what made the picture.
    """
    _copy(
        key=f"copy_{overlay}",
        data=packed({"overlay": overlay, "name": name, "answer": answer, "source": source}),
    )
