"""Photos that the browser keeps, for figures that name them.

They travel by themselves: what else a figure shows can change without sending them again.
"""

from __future__ import annotations

from collections.abc import Mapping

from explorer.ui.components import component, packed, pictures

_photos = component(__file__, "<span></span>")


def cache_photos(key: str, photos: Mapping[str, bytes]) -> None:
    """Give photos to the browser.

    Args:
        key: of the figure that shows them.
        photos: name -> JPEG.
    """
    data = {"ids": list(photos), "photos": pictures(*photos.values())}
    _photos(key=f"kept_photo_{key}", data=packed(data))
