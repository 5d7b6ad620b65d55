"""The choices of the network that a link keeps."""

from __future__ import annotations

import streamlit as st

from explorer.networks.variants import VARIANTS
from explorer.networks.weight_sources import WeightSource
from explorer.ui.frame.link_state import Choice, declare

WEIGHTS_OFFERED = ("builtin", "imagenet-classic", "imagenet-new", "random:0")
# Keys in the session: of the network of the reader's checkpoint, and of the one that they taught.
MY_CHECKPOINT, MY_NETWORK = "my_checkpoint", "my_network"

_OWN = {WeightSource.CHECKPOINT.value: MY_CHECKPOINT, WeightSource.TAUGHT.value: MY_NETWORK}
_ELSEWHERE = (
    "This link meant a checkpoint that was uploaded, which is not here: it stays with the tab in "
    "which it was added, until that is closed or loaded again. Here are the built-in weights with "
    "the same settings."
)
_TAUGHT_ELSEWHERE = (
    "This link meant a network that a reader taught, which is not here: it stays with the tab in "
    "which it was taught, until that is closed or loaded again. Here are the built-in weights with "
    "the same settings."
)


def _is_here(weights: str) -> bool:
    """Whether weights can be chosen in this session."""
    own = weights in _OWN and st.session_state.get(_OWN[weights]) is not None
    return own or weights in WEIGHTS_OFFERED


VARIANT = declare(Choice("variant", "resnet18", VARIANTS.__contains__))
WEIGHTS = declare(
    Choice(
        "weights",
        WEIGHTS_OFFERED[0],
        _is_here,
        elsewhere={
            WeightSource.CHECKPOINT.value: _ELSEWHERE,
            WeightSource.TAUGHT.value: _TAUGHT_ELSEWHERE,
        },
    )
)
