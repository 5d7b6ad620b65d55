"""How much of the evidence lies on the object, said of the photos that people outlined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.photos import photo_results
from explorer.ui.transfer.teaching_run import Outcome, TeachingRun
from explorer.wording import spoken, unbroken

if TYPE_CHECKING:
    from explorer.networks.network import Network
    from explorer.transfer.outlined.evidence_on_object import EvidenceOnObject

_KNOWN = photo_results.declare("object_evidence", photo_results.of_other_photos)


def draw(run: TeachingRun, outcome: Outcome) -> None:
    """Say how much of the evidence lies on the object; nothing where no outline is known.

    Args:
        run: what the outcome belongs to.
        outcome: what a way to learn brought, with its network, and the one it started from if more
            than a head was trained.
    """
    if outcome.taught is None or not run.is_example:
        return
    after = _measured(run, outcome, outcome.taught.network, "after")
    if after is None:
        return
    started = outcome.before
    before = None if started is None else _measured(run, outcome, started, "before")
    st.caption(unbroken(in_words(after, before)))


def in_words(after: EvidenceOnObject, before: EvidenceOnObject | None) -> str:
    """Say it in a sentence, with what an even map would have on the object."""
    labels = " and ".join(spoken(label) for label in after.labels)
    was = f" (before the training {_percent(before)})" if before is not None else ""
    return (
        f"On the {after.photos} held-back photos of {labels}, which people outlined, "
        f"{_percent(after)} of the evidence for the right class lies on the object{was}. "
        f"It covers {100 * after.area:.0f} % of what the network sees, which is what a map without "
        "any knowledge would reach."
    )


def _percent(evidence: EvidenceOnObject) -> str:
    share = evidence.share
    interval = f"{100 * share.low:.0f} to {100 * share.high:.0f}"
    return f"{100 * share.value:.0f} % (95 % interval {interval})"


def _measured(
    run: TeachingRun, outcome: Outcome, network: Network, when: str
) -> EvidenceOnObject | None:
    """Measure once for each outcome."""
    from explorer.transfer.outlined.evidence_on_object import evidence_on_object, shipped_outlines

    known: dict[tuple[str, str], tuple[Outcome, EvidenceOnObject | None]]
    known = st.session_state.setdefault(_KNOWN, {})
    key = (outcome.way.value, when)
    if key not in known or known[key][0] is not outcome:
        checked = outcome.check.answers[0].split.check
        with compute_turn():
            measured = evidence_on_object(network, run.photos, checked, shipped_outlines())
        known[key] = (outcome, measured)
    return known[key][1]
