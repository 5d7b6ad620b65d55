"""The reader's choices, kept in the session state and in the page's link.

Every choice is a string. The link holds the values that differ from the defaults, and is not
trusted: an unknown value counts as the default. Uploaded photos are never part of it. It only says
that there was one, so that whoever opens it elsewhere is told why a sample is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from explorer.blocks.activations import ChannelScale, Ranking
from explorer.blocks.region_occlusion import Fill, HiddenPart
from explorer.costs.measurements import NetworkGroup
from explorer.costs.metrics import METRICS
from explorer.explain.finding import MapScale
from explorer.lessons import lessons
from explorer.lessons.claims import Verdict
from explorer.lessons.family_tree import OTHERS
from explorer.networks.block_names import stage_of
from explorer.networks.variants import VARIANTS
from explorer.photos.geometry import Framing
from explorer.photos.samples import SAMPLES
from explorer.training.gradient_plans import GradientOf, Init
from explorer.training.gradient_records import DEPTHS
from explorer.weights.recipes import PublishedRecipe

VARIANT, WEIGHTS, LAYER, CLASS, SIGNED, FRAMING, SAMPLE = (
    "variant",
    "weights",
    "layer",
    "class",
    "signed",
    "framing",
    "sample",
)
RATHER_THAN, SPAN, METHOD = "rather_than", "scale", "method"
CHANNEL, RANKING, TOP, REACH = "channel", "ranking", "top", "colours"
CUT = "cut"  # the blocks that are switched off, separated by commas
REGION, HIDDEN, FILL, POINT = "region", "hidden", "fill", "point"
TAB, NETWORKS, RECIPE, ACROSS, UPWARDS, DUELISTS, STAGE = (
    "tab",
    "networks",
    "recipe",
    "across",
    "upwards",
    "duelists",
    "stage",
)
VERDICT, GUESS, TERM = "verdict", "guess", "term"
MEMBER = "member"  # member of ResNet's family
LESSON, CARD, PRESENT = "lesson", "card", "present"
FLOW_DEPTH, FLOW_NORM, FLOW_INIT, FLOW_OF = "flow_depth", "flow_norm", "flow_init", "flow_of"
BASIC_CHANNELS, BOTTLENECK_CHANNELS = "basic_channels", "bottleneck_channels"
CURVE = "curve"  # photos whose error the recorded curves show: training or validation
UPLOAD = "upload"  # id of the chosen upload, "" while a sample is chosen; not part of the link
YES = "yes"
_PHOTO, _OWN = "photo", "own"  # parameter and value that stand for an upload in the link
_LEFT_BEHIND = "upload_left_behind"  # whether the session's link stood for an upload
_IN_LINK = "in_link"  # names of the choices made by the session's link
WEIGHTS_OFFERED = ("builtin", "imagenet-classic", "imagenet-new", "random:0")
TOPS = ("16", "64", "all")  # number of channels in the grid
COST, DUEL = "cost", "duel"  # the tabs of Compare
DUELISTS_OFFERED = ("builtin", "imagenet-classic", "imagenet-new")
STAGES = ("stem", "layer1", "layer2", "layer3", "layer4")
BLOCK_WIDTHS = tuple(range(16, 513, 16))  # channels
_MAX_LENGTH = 200  # characters of a value in a link


@dataclass(frozen=True)
class _Choice:
    default: str
    accepts: Callable[[str], object]


def _fractions(count: int) -> Callable[[str], object]:
    """Return a check for `count` fractions of a side, 0..1, separated by commas."""
    fraction = r"(?:0\.\d{4}|1\.0000)"
    return re.compile(rf"{fraction}(?:,{fraction}){{{count - 1}}}").fullmatch


_CHOICES = {
    VARIANT: _Choice("resnet18", VARIANTS.__contains__),
    WEIGHTS: _Choice("builtin", WEIGHTS_OFFERED.__contains__),
    LAYER: _Choice("", re.compile(r"stem|layer[1-4]\.\d{1,2}").fullmatch),
    CLASS: _Choice("", lambda label: len(label) <= _MAX_LENGTH),
    RATHER_THAN: _Choice("", lambda label: len(label) <= _MAX_LENGTH),
    SPAN: _Choice(MapScale.OWN.value, tuple(MapScale).__contains__),
    METHOD: _Choice("grad-cam", re.compile(r"[a-z-]{1,40}").fullmatch),
    CHANNEL: _Choice("", re.compile(r"\d{1,4}").fullmatch),
    CUT: _Choice("", re.compile(r"layer[1-4]\.\d{1,2}(?:,layer[1-4]\.\d{1,2}){0,63}").fullmatch),
    RANKING: _Choice(Ranking.CONTRIBUTION.value, tuple(Ranking).__contains__),
    TOP: _Choice(TOPS[0], TOPS.__contains__),
    REACH: _Choice(ChannelScale.OWN.value, tuple(ChannelScale).__contains__),
    TAB: _Choice(COST, (COST, DUEL).__contains__),
    NETWORKS: _Choice(NetworkGroup.IMAGENET.value, tuple(NetworkGroup).__contains__),
    RECIPE: _Choice(PublishedRecipe.CLASSIC.value, tuple(PublishedRecipe).__contains__),
    ACROSS: _Choice("latency", METRICS.__contains__),
    UPWARDS: _Choice("top1", METRICS.__contains__),
    DUELISTS: _Choice(DUELISTS_OFFERED[0], DUELISTS_OFFERED.__contains__),
    STAGE: _Choice(STAGES[-1], STAGES.__contains__),
    REGION: _Choice("", _fractions(4)),
    HIDDEN: _Choice(HiddenPart.REGION.value, tuple(HiddenPart).__contains__),
    FILL: _Choice(Fill.MEAN.value, tuple(Fill).__contains__),
    POINT: _Choice("", _fractions(2)),
    VERDICT: _Choice("", tuple(Verdict).__contains__),
    GUESS: _Choice("", (YES,).__contains__),
    MEMBER: _Choice(OTHERS[0], OTHERS.__contains__),
    TERM: _Choice("", re.compile(r"[a-z0-9-]{1,40}").fullmatch),
    LESSON: _Choice(lessons.ORDER[0], lessons.ORDER.__contains__),
    CARD: _Choice("", re.compile(r"[a-z-]{1,40}").fullmatch),
    PRESENT: _Choice("", (YES,).__contains__),
    FLOW_DEPTH: _Choice("20", tuple(map(str, DEPTHS)).__contains__),
    FLOW_NORM: _Choice("no", ("no", YES).__contains__),
    FLOW_INIT: _Choice(Init.PYTORCH.value, tuple(Init).__contains__),
    FLOW_OF: _Choice(GradientOf.INPUTS.value, tuple(GradientOf).__contains__),
    CURVE: _Choice("validation", ("training", "validation").__contains__),
    BASIC_CHANNELS: _Choice("256", tuple(map(str, BLOCK_WIDTHS)).__contains__),
    BOTTLENECK_CHANNELS: _Choice("256", tuple(map(str, BLOCK_WIDTHS)).__contains__),
    SIGNED: _Choice("", (YES,).__contains__),
    FRAMING: _Choice(Framing.CROP.value, tuple(Framing).__contains__),
    SAMPLE: _Choice("motorcycle", SAMPLES.__contains__),
}


def restore() -> None:
    """Fill a new session with the choices in its link."""
    st.session_state.setdefault(_LEFT_BEHIND, st.query_params.get(_PHOTO) == _OWN)
    for name, choice in _CHOICES.items():
        if name not in st.session_state:
            value = st.query_params.get(name, "")
            st.session_state[name] = value if choice.accepts(value) else choice.default
            if value and choice.accepts(value):
                st.session_state.setdefault(_IN_LINK, set()).add(name)


def publish() -> None:
    """Put the choices that differ from the defaults and may be shared into the link."""
    _set_parameter(_PHOTO, _OWN if get(UPLOAD) else "")
    for name, choice in _CHOICES.items():
        value = get(name)
        shareable = choice.accepts(value) and not (name == SAMPLE and get(UPLOAD))
        omitted = value == choice.default or not shareable
        _set_parameter(name, "" if omitted else value)


def _set_parameter(name: str, value: str) -> None:
    if not value:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def left_upload_behind() -> bool:
    """Whether the link stood for an upload, and the reader has chosen no photo since."""
    return bool(st.session_state.get(_LEFT_BEHIND))


def was_in_link(name: str) -> bool:
    """Whether the session's link made this choice."""
    return name in st.session_state.get(_IN_LINK, ())


def everything() -> dict[str, str]:
    """Return the values of all choices by name."""
    return {name: get(name) for name in _CHOICES}


def accepts(name: str, value: str) -> bool:
    """Whether a choice may have this value."""
    choice = _CHOICES.get(name)
    return choice is not None and (value == choice.default or bool(choice.accepts(value)))


def get(name: str) -> str:
    """Return the value of a choice; "" if there is none."""
    return str(st.session_state.get(name, ""))


def choose(name: str, value: str) -> None:
    """Set a choice, and reset the choices that depend on it.

    A new photo is explained for its own predicted class. A chosen channel is kept within a stage,
    where the shortcuts pass it on; elsewhere its number means something else.
    """
    if name in (VARIANT, WEIGHTS) or (name == LAYER and _stage(value) != _stage(get(LAYER))):
        st.session_state[CHANNEL] = ""
    st.session_state[name] = value
    if name in (SAMPLE, UPLOAD):
        for dependent in (CLASS, RATHER_THAN, REGION, POINT):
            st.session_state[dependent] = ""
        st.session_state[_LEFT_BEHIND] = False
    if name == SAMPLE:
        st.session_state[UPLOAD] = ""


def _stage(block: str) -> str:
    """Return the stage of a block; "" means the last block, which is in layer4."""
    return stage_of(block) or "layer4"
