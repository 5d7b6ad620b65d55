"""What a training changed: how far each block moved, where the network looks, what it forgot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from explorer.figures.plotly_chart import CONFIG
from explorer.figures.transfer import tuning_charts
from explorer.transfer.recorded.results import Way
from explorer.ui import mapped_photos
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.mapped_photos import AnsweredPhoto
from explorer.ui.photos import photo_results
from explorer.ui.transfer.teaching_run import Outcome, TeachingRun
from explorer.wording import spoken, unbroken

if TYPE_CHECKING:
    from explorer.networks.network import Network
    from explorer.transfer.what_it_learned import Forgetting, LinkChange

SHOWN = 4  # photos whose maps are compared
_KNOWN = photo_results.declare("what_changed", photo_results.of_other_photos)


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known of a training.

    Attributes:
        outcome: what the training brought.
        changes: how far each link moved.
        forgetting: what became of the old classes; None if the app has no photos of them.
    """

    outcome: Outcome
    changes: tuple[LinkChange, ...]
    forgetting: Forgetting | None


def draw(run: TeachingRun, outcome: Outcome) -> None:
    """Draw what a training changed.

    Args:
        run: what it belongs to.
        outcome: what it brought, with the network that it started from.
    """
    before, taught = outcome.before, outcome.taught
    if before is None or taught is None:
        return
    known = _known(run, outcome, before, taught.network)
    left, right = st.columns((3, 2), gap="large")
    with left:
        _draw_changes(known.changes)
    with right:
        _draw_forgetting(known.forgetting)
    _draw_maps(run, outcome, before, taught.network)


def _known(run: TeachingRun, outcome: Outcome, before: Network, after: Network) -> _Known:
    known: _Known | None = st.session_state.get(_KNOWN)
    if known is not None and known.outcome is outcome:
        return known
    from explorer.transfer.what_it_learned import changes, forgetting

    with st.spinner("Comparing the network with what it was …"), compute_turn():
        moved = changes(before, after)
        lost = forgetting(run.chosen.network, after)
    st.session_state[_KNOWN] = known = _Known(outcome, moved, lost)
    return known


def _draw_changes(changes: Sequence[LinkChange]) -> None:
    most = max(changes, key=lambda change: change.weights)
    still = sum(change.weights == 0 and change.statistics == 0 for change in changes)
    words = f"Furthest moved: {most.name}, by {100 * most.weights:.2g} % of its own length."
    if still:
        words += f" {still} of {len(changes)} parts did not move at all."
    words = unbroken(words)
    st.markdown("**How far each block moved**")
    st.plotly_chart(tuning_charts.moved(changes), key="moved", config=CONFIG, alt=words)
    st.caption(words)


def _draw_forgetting(forgetting: Forgetting | None) -> None:
    st.markdown("**What it forgot**")
    if forgetting is None:
        st.caption("The app has no photos of the classes that this network knew before.")
        return
    count = len(forgetting.photos)
    st.markdown(
        f"With its old head back, it names {forgetting.right_after} of {count} sample photos of "
        f"its old classes right; before, {forgetting.right_before}."
    )
    lines = [
        f"- {spoken(photo.label)}: now taken for {spoken(photo.after)}"
        for photo in forgetting.photos
        if photo.before == photo.label != photo.after
    ]
    if lines:
        st.markdown("\n".join(lines))


def _draw_maps(run: TeachingRun, outcome: Outcome, before: Network, after: Network) -> None:
    """Draw maps of the same photos for their own class, before and after."""
    st.markdown("**Where it looks for the right class, before and after**")
    photos = _photos(run, outcome)
    st.caption("Before: the new head on the network as it was.")
    mapped_photos.draw("changed_before", photos, before)
    st.caption("After the training.")
    mapped_photos.draw("changed_after", photos, after)


def _photos(run: TeachingRun, outcome: Outcome) -> list[AnsweredPhoto]:
    """Choose photos that were held back: first those whose answer the training changed."""
    answers = outcome.check.answers[0]
    others = run.outcomes[Way.PROBE].check.answers[0]
    order = sorted(
        range(len(answers.split.check)),
        key=lambda at: bool(answers.predicted[at] == others.predicted[at]),
    )
    photos, found = run.photos, []
    for at in order[:SHOWN]:
        index = int(answers.split.check[at])
        own = int(photos.classes[index])
        found.append(
            AnsweredPhoto(
                id=photos.digests[index],
                title=photos.names[index] if photos.names else f"photo {index + 1}",
                open=partial(photos.photos.__getitem__, index),
                answer=own,
                label=photos.labels[own],
                probability=None,
            )
        )
    return found
