"""See how a ResNet decides.

The core (`photos`, `networks`, `weights`, `explain`, `blocks`, `costs`, `features`, `training`,
`transfer`, `search`, `lessons`) uses torch, torchvision, Captum, scikit-learn and Pillow, but
neither Streamlit nor plotly. `explorer.figures` draws its results, `explorer.ui` shows them.

Shapes in docstrings: N images, C channels, H rows, W columns, K classes.

    >>> from explorer import analyze, load, read_image
    >>> analysis = analyze(load("resnet18"), read_image("photo.jpg"))
    >>> analysis.predictions[0].label, analysis.heatmap("layer4.1")

    >>> from explorer import teach
    >>> taught = teach("photos")  # a folder of photos for each class
    >>> analyze(taught.network, read_image("photo.jpg")), taught.record.accuracy

    >>> from explorer import search
    >>> search.index("photos", "shop")  # a collection that `search.open_collection` opens again
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.explain.analysis import analyze as analyze
    from explorer.photos.reading import read_image as read_image
    from explorer.transfer.teaching import teach as teach
    from explorer.weights.loading import load as load

__all__ = ["analyze", "load", "read_image", "teach"]

_MODULE_OF = {
    "analyze": "explorer.explain.analysis",
    "load": "explorer.weights.loading",
    "read_image": "explorer.photos.reading",
    "teach": "explorer.transfer.teaching",
}


def __getattr__(name: str) -> Any:
    """Import the four functions on first use: torch takes seconds, and pages render without it."""
    from importlib import import_module

    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)
