"""The sample photos: of the data set that the built-in networks learned from, and of scikit-image.

No network was trained or chosen on any of them. scikit-image, which carries some, is located but
not imported, because importing it would delay the first page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image

from explorer.errors import ImageError
from explorer.paths import ASSETS


class Group(StrEnum):
    """How many of the five built-in depths name the category of a sample; a test counts them."""

    KNOWN = "It knows these"  # all five do
    DISPUTED = "Depths disagree"  # three or four do
    FOOLING = "Fool it"  # fewer do, or it is of no category


FOLDER = ASSETS / "photos"


@dataclass(frozen=True)
class Sample:
    """A photo that comes with the app.

    Attributes:
        name: name in links, e.g. "motorcycle".
        title: name for people.
        file: file name in `assets/photos`, or in scikit-image's data folder.
        group: how well the built-in networks do on it.
        source: author, and the publication or institution it comes from.
        licence: terms under which the photo may be shown.
        category: category of the built-in networks that it belongs to; None if there is none.
        box: part of the photo that is used, as (left, top, right, bottom) in pixels; None for all.
        held_back: whether it was held back from the data set that the networks learned from.
    """

    name: str
    title: str
    file: str
    group: Group
    source: str
    licence: str
    category: str | None
    box: tuple[int, int, int, int] | None = None
    held_back: bool = False

    @property
    def truth(self) -> str:
        """What it shows, as a category of the built-in networks, and where it comes from."""
        shows = f"Category: {self.category}" if self.category else "None of the categories"
        return f"{shows}. {self.source} ({self.licence})"

    def open(self) -> Image.Image:
        """Read the photo as RGB.

        Raises:
            ImageError: if the package that carries this photo lacks it, or is not on this machine.
        """
        folder = FOLDER if self.held_back else _data_folder()
        try:
            return _decoded(folder / self.file, self.box).copy()
        except OSError as error:
            package = "the app" if self.held_back else "scikit-image"
            raise ImageError(
                f"The sample {self.title!r} is missing; install {package} again."
            ) from error


@cache
def _decoded(path: Path, box: tuple[int, int, int, int] | None) -> Image.Image:
    """Read a part of a photo; cached, as decoding takes as long as a pass of a small network."""
    with Image.open(path) as image:
        return image.convert("RGB").crop(box or (0, 0, *image.size))


def _of_caltech(number: str, category: str, title: str, group: Group) -> Sample:
    """Describe a photo of Caltech-101, whose file is named after its category and its number."""
    name = category.replace(" ", "_")
    return Sample(
        name=name,
        title=title,
        file=f"{name}-{number}.jpg",
        group=group,
        source="Caltech-101, F.-F. Li, M. Andreetto, M. Ranzato and P. Perona",
        licence="CC BY 4.0",
        category=category,
        held_back=True,
    )


_CC0 = "CC0"
_PUBLIC_DOMAIN = "public domain"

SAMPLES = {
    sample.name: sample
    for sample in (
        _of_caltech("0010", "kangaroo", "Kangaroo", Group.KNOWN),
        _of_caltech("0067", "butterfly", "Butterfly", Group.KNOWN),
        _of_caltech("0028", "dalmatian", "Dalmatian", Group.KNOWN),
        Sample(
            name="motorcycle",
            title="Motorcycle",
            file="motorcycle_left.png",
            group=Group.KNOWN,
            source="Middlebury stereo datasets, D. Scharstein et al., GCPR 2014",
            licence="free to use with citation",
            category="motorbikes",
            box=(40, 20, 720, 480),
        ),
        _of_caltech("0016", "hawksbill", "Hawksbill turtle", Group.KNOWN),
        _of_caltech("0042", "ferry", "Ferry", Group.KNOWN),
        _of_caltech("0046", "joshua tree", "Joshua tree", Group.KNOWN),
        _of_caltech("0055", "stop sign", "Stop sign", Group.KNOWN),
        _of_caltech("0065", "dolphin", "Dolphin", Group.KNOWN),
        _of_caltech("0070", "umbrella", "Parasol", Group.KNOWN),
        _of_caltech("0051", "flamingo", "Flamingo", Group.KNOWN),
        _of_caltech("0035", "ibis", "Ibis", Group.KNOWN),
        _of_caltech("0057", "lotus", "Lotus", Group.KNOWN),
        _of_caltech("0050", "llama", "Llama", Group.KNOWN),
        _of_caltech("0082", "bonsai", "Bonsai", Group.KNOWN),
        _of_caltech("0002", "starfish", "Starfish", Group.KNOWN),
        _of_caltech("0076", "motorbikes", "Motorbike in a barn", Group.KNOWN),
        Sample(
            name="face",
            title="Astronaut's face",
            file="astronaut.png",
            group=Group.KNOWN,
            source="NASA, Eileen Collins",
            licence=_PUBLIC_DOMAIN,
            category="faces",
            box=(96, 0, 352, 200),
        ),
        _of_caltech("0023", "elephant", "Elephant", Group.DISPUTED),
        _of_caltech("0058", "electric guitar", "Electric guitar", Group.DISPUTED),
        _of_caltech("0049", "grand piano", "Grand piano", Group.DISPUTED),
        _of_caltech("0003", "soccer ball", "Soccer ball", Group.FOOLING),
        Sample(
            name="rocket",
            title="Rocket",
            file="rocket.jpg",
            group=Group.FOOLING,
            source="SpaceX, Falcon 9 with DSCOVR",
            licence=_PUBLIC_DOMAIN,
            category=None,
        ),
        Sample(
            name="coffee",
            title="Cup of coffee",
            file="coffee.png",
            group=Group.FOOLING,
            source="Rachel Michetti, Pikolo Espresso Bar",
            licence=_CC0,
            category="cup",
        ),
        Sample(
            name="coins",
            title="Greek coins",
            file="coins.png",
            group=Group.FOOLING,
            source="Brooklyn Museum, coins from Pompeii",
            licence="no known restrictions",
            category=None,
        ),
        _of_caltech("0026", "schooner", "Schooner", Group.FOOLING),
        _of_caltech("0014", "lamp", "Lamp", Group.FOOLING),
        _of_caltech("0009", "sunflower", "Sunflower", Group.FOOLING),
        _of_caltech("0049", "sea horse", "Sea horses", Group.FOOLING),
        Sample(
            name="camera",
            title="Cameraman",
            file="camera.png",
            group=Group.FOOLING,
            source="Lav Varshney",
            licence=_CC0,
            category="camera",
        ),
        Sample(
            name="cat",
            title="Chelsea the cat",
            file="chelsea.png",
            group=Group.FOOLING,
            source="Stefan van der Walt",
            licence=_CC0,
            category=None,
        ),
        Sample(
            name="galaxies",
            title="Deep sky",
            file="hubble_deep_field.jpg",
            group=Group.FOOLING,
            source="NASA and ESA, Hubble eXtreme Deep Field",
            licence=_PUBLIC_DOMAIN,
            category=None,
        ),
    )
}
FIRST = (
    "kangaroo"  # of those with an outline, the one on which the evidence lies most, at any depth
)
IN_TRAY = (
    FIRST,
    "butterfly",
    "dalmatian",
    "motorcycle",
    "elephant",
    "electric_guitar",
    "soccer_ball",
    "coffee",
)  # the others are a click away


def _data_folder() -> Path:
    spec = find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise ImageError("scikit-image, which carries the sample photos, is missing; install it.")
    return Path(spec.submodule_search_locations[0]) / "data"
