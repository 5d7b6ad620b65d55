"""The choices about explanations and the duel that a link keeps."""

from __future__ import annotations

import re

from explorer.explain.shared_scale import OF_MAPS, SharedScale
from explorer.photos.geometry import Framing
from explorer.ui.frame import torch_runtime
from explorer.ui.frame.link_state import YES, Choice, declare
from explorer.ui.photos.link_choices import NEW_PHOTO

DUELISTS_OFFERED = ("builtin", "imagenet-classic", "imagenet-new")
STAGES = ("stem", "layer1", "layer2", "layer3", "layer4")
_LONGEST_LABEL = 200  # characters
_FIRST_METHOD = "grad-cam"


def _may_be_label(value: str) -> bool:
    return len(value) <= _LONGEST_LABEL


def _is_method(name: str) -> bool:
    """Whether there is such a method; any name may be one until torch is there to tell."""
    if name == _FIRST_METHOD or not torch_runtime.is_loaded():
        return re.fullmatch(r"[a-z-]{1,40}", name) is not None
    from explorer.explain.method_catalogue import METHODS

    return name in METHODS


# A new photo is explained for its own predicted class.
CLASS = declare(Choice("class", "", _may_be_label, NEW_PHOTO))
RATHER_THAN = declare(Choice("rather_than", "", _may_be_label, NEW_PHOTO))
METHOD = declare(Choice("method", _FIRST_METHOD, _is_method))
SPAN = declare(Choice("scale", SharedScale.OWN.value, OF_MAPS.__contains__))
SIGNED = declare(Choice("signed", "", (YES,).__contains__))
FRAMING = declare(Choice("framing", Framing.CROP.value, tuple(Framing).__contains__))
DUELISTS = declare(Choice("duelists", DUELISTS_OFFERED[0], DUELISTS_OFFERED.__contains__))
STAGE = declare(Choice("stage", STAGES[-1], STAGES.__contains__))
