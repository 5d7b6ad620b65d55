"""The seconds a method takes on this device: estimated from one pass, then as measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui.explain.latest_explanation import Explanation
from explorer.ui.frame.compute_turn import compute_turn

if TYPE_CHECKING:
    from explorer.explain.method_catalogue import Method

_PASS, _RUN = "seconds_of_a_pass", "seconds_of_a_run"  # keys: network; network and method


def estimate(explanation: Explanation, method: Method) -> float:
    """Estimate the seconds of a method: as long as it took last, else from those of one pass."""
    runs = st.session_state.setdefault(_RUN, {})
    key = (explanation.key[1], method.name)
    return float(runs[key]) if key in runs else method.passes * _pass_seconds(explanation)


def remember(explanation: Explanation, method: Method, seconds: float) -> None:
    """Store the seconds that a method took with this network."""
    st.session_state.setdefault(_RUN, {})[explanation.key[1], method.name] = seconds


def _pass_seconds(explanation: Explanation) -> float:
    """Return the seconds of one forward and backward of the photo, measured once in a session."""
    passes = st.session_state.setdefault(_PASS, {})
    key = explanation.key[1]
    if key not in passes:
        passes[key] = _measure(explanation)
    return float(passes[key])


def _measure(explanation: Explanation) -> float:
    from explorer.explain.target_score import Target
    from explorer.networks.devices import synchronize

    analysis = explanation.analysis
    best = Target(analysis.predictions[0].index)
    with compute_turn() as turn:
        analysis.safely(lambda forward_pass: forward_pass.without_graph().gradients(best))
        synchronize(analysis.network.device)
    return turn.seconds
