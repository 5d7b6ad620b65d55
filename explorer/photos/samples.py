"""The sample photos: scikit-image carries them, so they are there without a network.

Only the folder of scikit-image is looked up. Importing it would hold up the first page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image

from explorer.errors import ImageError


@dataclass(frozen=True)
class Sample:
    """One photo that comes with the app.

    Attributes:
        name: its name in links, e.g. "motorcycle".
        title: its name for people.
        file: its name in scikit-image's data folder.
        source: who made it, and for what.
        licence: under which terms it may be shown.
        category: the built-in category that it belongs to; None if there is no such category.
        box: the part that is used, as (left, top, right, bottom) in pixels; None for all of it.
    """

    name: str
    title: str
    file: str
    source: str
    licence: str
    category: str | None
    box: tuple[int, int, int, int] | None = None

    def open(self) -> Image.Image:
        """Read the photo as an RGB picture.

        Raises:
            ImageError: if scikit-image, or this photo of it, is not on this machine.
        """
        try:
            return _decoded(_data_folder() / self.file, self.box).copy()
        except OSError as error:
            raise ImageError(
                f"The sample {self.title!r} is missing; install scikit-image again."
            ) from error


@cache
def _decoded(path: Path, box: tuple[int, int, int, int] | None) -> Image.Image:
    """Read a part of a photo; decoding takes as long as a small network does to answer."""
    with Image.open(path) as image:
        return image.convert("RGB").crop(box or (0, 0, *image.size))


_CC0 = "CC0"
_PUBLIC_DOMAIN = "public domain"

SAMPLES = {
    sample.name: sample
    for sample in (
        Sample(
            name="motorcycle",
            title="Motorcycle",
            file="motorcycle_left.png",
            source="Middlebury stereo datasets, D. Scharstein et al., GCPR 2014",
            licence="free to use with citation",
            category="motorbikes",
            box=(40, 20, 720, 480),
        ),
        Sample(
            name="face",
            title="Astronaut's face",
            file="astronaut.png",
            source="NASA, Eileen Collins",
            licence=_PUBLIC_DOMAIN,
            category="faces",
            box=(96, 0, 352, 200),
        ),
        Sample(
            name="coffee",
            title="Cup of coffee",
            file="coffee.png",
            source="Rachel Michetti, Pikolo Espresso Bar",
            licence=_CC0,
            category="cup",
        ),
        Sample(
            name="camera",
            title="Cameraman",
            file="camera.png",
            source="Lav Varshney",
            licence=_CC0,
            category="camera",
        ),
        Sample(
            name="cat",
            title="Chelsea the cat",
            file="chelsea.png",
            source="Stefan van der Walt",
            licence=_CC0,
            category=None,
        ),
        Sample(
            name="rocket",
            title="Rocket",
            file="rocket.jpg",
            source="SpaceX, Falcon 9 with DSCOVR",
            licence=_PUBLIC_DOMAIN,
            category=None,
        ),
        Sample(
            name="coins",
            title="Greek coins",
            file="coins.png",
            source="Brooklyn Museum, coins from Pompeii",
            licence="no known restrictions",
            category=None,
        ),
        Sample(
            name="galaxies",
            title="Deep sky",
            file="hubble_deep_field.jpg",
            source="NASA and ESA, Hubble eXtreme Deep Field",
            licence=_PUBLIC_DOMAIN,
            category=None,
        ),
    )
}


def _data_folder() -> Path:
    spec = find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise ImageError("scikit-image, which carries the sample photos, is missing; install it.")
    return Path(spec.submodule_search_locations[0]) / "data"
