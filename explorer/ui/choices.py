"""What the reader has chosen: kept for the session, and in the link.

Every choice is a string. The link holds what differs from the defaults, and it is not trusted: an
unknown value counts as the default. Uploaded photos are never in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from explorer.geometry import Framing
from explorer.samples import SAMPLES
from explorer.variants import VARIANTS

VARIANT, WEIGHTS, LAYER, CLASS, SIGNED, FRAMING, SAMPLE = (
    "variant",
    "weights",
    "layer",
    "class",
    "signed",
    "framing",
    "sample",
)
UPLOAD = "upload"  # the chosen upload, or "" while a sample is chosen; stays out of the link
YES = "yes"
WEIGHTS_OFFERED = ("builtin", "imagenet-classic", "imagenet-new", "random:0")
_LONGEST = 200  # characters of a value in a link


@dataclass(frozen=True)
class _Choice:
    default: str
    accepts: Callable[[str], object]


_CHOICES = {
    VARIANT: _Choice("resnet18", VARIANTS.__contains__),
    WEIGHTS: _Choice("builtin", WEIGHTS_OFFERED.__contains__),
    LAYER: _Choice("", re.compile(r"stem|layer[1-4]\.\d{1,2}").fullmatch),
    CLASS: _Choice("", lambda label: len(label) <= _LONGEST),
    SIGNED: _Choice("", (YES,).__contains__),
    FRAMING: _Choice(Framing.CROP.value, tuple(Framing).__contains__),
    SAMPLE: _Choice("motorcycle", SAMPLES.__contains__),
}


def restore() -> None:
    """Fill a new session with what its link says."""
    for name, choice in _CHOICES.items():
        if name not in st.session_state:
            value = st.query_params.get(name, "")
            st.session_state[name] = value if choice.accepts(value) else choice.default


def publish() -> None:
    """Put what differs from the defaults into the link."""
    for name, choice in _CHOICES.items():
        value = get(name)
        hidden = value == choice.default or (name == SAMPLE and get(UPLOAD))
        if hidden:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != value:
            st.query_params[name] = value


def get(name: str) -> str:
    """Return a choice."""
    return str(st.session_state.get(name, ""))


def choose(name: str, value: str) -> None:
    """Make a choice; a new photo is explained for its own predicted class."""
    st.session_state[name] = value
    if name in (SAMPLE, UPLOAD):
        st.session_state[CLASS] = ""
    if name == SAMPLE:
        st.session_state[UPLOAD] = ""
