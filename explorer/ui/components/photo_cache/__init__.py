"""Photos that the browser caches, for figures that refer to them by name.

They are sent apart from the figures, whose other data can change without sending them again.
"""

from __future__ import annotations

from collections.abc import Mapping

from explorer.ui.components import component, packed, pictures

_photos = component(__file__, "<span></span>")


def cache_photos(key: str, photos: Mapping[str, bytes]) -> None:
    """Send photos to the browser.

    Args:
        key: key of the figure that shows the photos.
        photos: name of a photo -> its JPEG.
    """
    data = {"ids": list(photos), "photos": pictures(*photos.values())}
    _photos(key=f"kept_photo_{key}", data=packed(data))
