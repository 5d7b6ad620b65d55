"""The sample photos, which ship with scikit-image and so need no internet connection.

scikit-image is located but not imported, because importing it would delay the first page.
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
    """A photo that comes with the app.

    Attributes:
        name: name in links, e.g. "motorcycle".
        title: name for people.
        file: file name in scikit-image's data folder.
        source: author, and the publication or institution it comes from.
        licence: terms under which the photo may be shown.
        category: category of the built-in networks that it belongs to; None if there is none.
        box: part of the photo that is used, as (left, top, right, bottom) in pixels; None for all.
    """

    name: str
    title: str
    file: str
    source: str
    licence: str
    category: str | None
    box: tuple[int, int, int, int] | None = None

    def open(self) -> Image.Image:
        """Read the photo as RGB.

        Raises:
            ImageError: if scikit-image, or its copy of this photo, is not on this machine.
        """
        try:
            return _decoded(_data_folder() / self.file, self.box).copy()
        except OSError as error:
            raise ImageError(
                f"The sample {self.title!r} is missing; install scikit-image again."
            ) from error


@cache
def _decoded(path: Path, box: tuple[int, int, int, int] | None) -> Image.Image:
    """Read a part of a photo; cached, as decoding takes as long as a pass of a small network."""
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
