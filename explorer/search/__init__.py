"""Image search: photos as vectors of a network, collections of them, and what lies close to what.

It uses `explorer.features`, `explorer.weights` and what stands below them.

    >>> from explorer import load, read_image, search
    >>> search.index("photos", "shop")
    >>> with search.open_collection("shop") as shop:
    ...     (vector,) = search.embed(load("resnet18"), [read_image("photo.jpg")], shop.space)
    ...     shop.search(vector, limit=10)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.search.embedding import embed as embed
    from explorer.search.index_by_name import index as index
    from explorer.search.kept_collections import open_collection as open_collection

__all__ = ["embed", "index", "open_collection"]

_MODULE_OF = {
    "embed": "explorer.search.embedding",
    "index": "explorer.search.index_by_name",
    "open_collection": "explorer.search.kept_collections",
}


def __getattr__(name: str) -> Any:
    """Import the functions on first use: torch and the engine take seconds."""
    from importlib import import_module

    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)
