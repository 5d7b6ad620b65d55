"""The choices about blocks that a link keeps: channels, lesions, occlusion, block costs."""

from __future__ import annotations

import re
from collections.abc import Callable

from explorer.blocks.activations import Ranking
from explorer.blocks.region_occlusion import Fill, HiddenPart
from explorer.explain.shared_scale import OF_CHANNELS, SharedScale
from explorer.networks.block_names import stage_of
from explorer.ui.components.link_choices import LAYER
from explorer.ui.frame.link_state import Choice, always, declare
from explorer.ui.networks.link_choices import VARIANT, WEIGHTS
from explorer.ui.photos.link_choices import NEW_PHOTO

TOPS = ("16", "64", "all")  # number of channels in the grid
BLOCK_WIDTHS = tuple(range(16, 513, 16))  # channels
_is_width = tuple(map(str, BLOCK_WIDTHS)).__contains__


def _leaves_stage(before: str, after: str) -> bool:
    """Whether two blocks are in different stages; "" means the last block, in layer4."""
    return (stage_of(before) or "layer4") != (stage_of(after) or "layer4")


def _fractions(count: int) -> Callable[[str], object]:
    """Return a check for `count` fractions of a side, 0..1, separated by commas."""
    fraction = r"(?:0\.\d{4}|1\.0000)"
    return re.compile(rf"{fraction}(?:,{fraction}){{{count - 1}}}").fullmatch


# Within a stage the shortcuts pass a channel on; elsewhere its number means something else.
CHANNEL = declare(
    Choice(
        "channel",
        "",
        re.compile(r"\d{1,4}").fullmatch,
        {VARIANT: always, WEIGHTS: always, LAYER: _leaves_stage},
    )
)
RANKING = declare(Choice("ranking", Ranking.CONTRIBUTION.value, tuple(Ranking).__contains__))
TOP = declare(Choice("top", TOPS[0], TOPS.__contains__))
REACH = declare(Choice("colours", SharedScale.OWN.value, OF_CHANNELS.__contains__))
# The blocks that are switched off, separated by commas.
_CUT = re.compile(r"layer[1-4]\.\d{1,2}(?:,layer[1-4]\.\d{1,2}){0,63}")
CUT = declare(Choice("cut", "", _CUT.fullmatch))
REGION = declare(Choice("region", "", _fractions(4), NEW_PHOTO))
HIDDEN = declare(Choice("hidden", HiddenPart.REGION.value, tuple(HiddenPart).__contains__))
# What is hidden of the photo under the map on Explain: its brightest region, or all but it.
TESTED = declare(Choice("test", "", tuple(HiddenPart).__contains__, NEW_PHOTO))
FILL = declare(Choice("fill", Fill.MEAN.value, tuple(Fill).__contains__))
POINT = declare(Choice("point", "", _fractions(2), NEW_PHOTO))
BASIC_CHANNELS = declare(Choice("basic_channels", "256", _is_width))
BOTTLENECK_CHANNELS = declare(Choice("bottleneck_channels", "256", _is_width))
