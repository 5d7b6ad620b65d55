"""The choices about explanations that a link keeps, and those of how their picture is drawn."""

from __future__ import annotations

import re

from explorer.explain.shared_scale import OF_MAPS, SharedScale
from explorer.figures.palettes import BY_NAME
from explorer.figures.picture_settings import STANDARD
from explorer.photos.geometry import Framing
from explorer.ui.frame.link_state import YES, Choice, declare
from explorer.ui.photos.link_choices import NEW_PHOTO

DEFAULT_METHOD = "grad-cam"
NO = "no"
_LONGEST_LABEL = 200  # characters


def _may_be_label(value: str) -> bool:
    return len(value) <= _LONGEST_LABEL


# A new photo is explained for its own predicted class.
CLASS = declare(Choice("class", "", _may_be_label, NEW_PHOTO))
RATHER_THAN = declare(Choice("rather_than", "", _may_be_label, NEW_PHOTO))
METHOD = declare(Choice("method", DEFAULT_METHOD, re.compile(r"[a-z-]{1,40}").fullmatch))
SPAN = declare(Choice("scale", SharedScale.OWN.value, OF_MAPS.__contains__))
SIGNED = declare(Choice("signed", "", (YES,).__contains__))
FRAMING = declare(Choice("framing", Framing.CROP.value, tuple(Framing).__contains__))

# How the picture is drawn: on the screen, in the strip of blocks and in every export.
PALETTE = declare(Choice("palette", STANDARD.palette.name, BY_NAME.__contains__))
_IN_PERCENT = f"{100 * STANDARD.opacity:.0f}"
OPACITY = declare(Choice("opacity", _IN_PERCENT, re.compile(r"100|[1-9]?\d").fullmatch))
CELLS = declare(Choice("cells", "", (YES,).__contains__))
FRAME = declare(Choice("frame", YES, (YES, NO).__contains__))
