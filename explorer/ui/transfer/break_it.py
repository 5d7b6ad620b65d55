"""Break it: pitfalls of teaching as switches, each with what it does to the numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import ResultError
from explorer.figures.plotly_chart import CONFIG
from explorer.figures.transfer import accuracy_charts, tuning_charts
from explorer.figures.transfer.accuracy_charts import Comparison
from explorer.networks.variants import VARIANTS
from explorer.transfer.pitfalls.results import (
    Imbalance,
    Leakage,
    PitfallRun,
    Shortcut,
    TuningPitfall,
)
from explorer.transfer.recorded import results
from explorer.transfer.recorded.results import SHIPPED, RecordedPitfalls, Way
from explorer.ui import mapped_photos
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.mapped_photos import AnsweredPhoto
from explorer.ui.photos import photo_results
from explorer.ui.transfer.teaching_run import TeachingRun
from explorer.wording import percent, spoken, unbroken

if TYPE_CHECKING:
    from PIL import Image

    from explorer.networks.network import Network
    from explorer.transfer.pitfalls.with_probe import Probing

LEAKAGE, SHORTCUT, IMBALANCE = "leakage", "shortcut", "imbalance"
_TITLES = {
    LEAKAGE: "Copies among the test photos",
    SHORTCUT: "A sticker on one class",
    IMBALANCE: "Few photos of some classes",
    TuningPitfall.NO_AUGMENTATION: "No augmentation",
    TuningPitfall.WRONG_AUGMENTATION: "Hues turned at random",
    TuningPitfall.TOO_FAST: "Learning rate \N{MULTIPLICATION SIGN} 100",
    TuningPitfall.SMALL_BATCH: "Batch norm learning, 4 a batch",
}
_SETS = {
    SHIPPED: "the example",
    "grocery": "photos of groceries, where colour tells classes apart",
    "clothes": "photos of clothes",
}
_BROKEN = photo_results.declare("broken", photo_results.of_other_photos)
MAPPED = 4  # photos whose maps are shown, at most
DRAWN = 0.1  # share of photos of other classes from which on a sticker counts as learned
_ASKED, _PLANTED = "break_it_asked", "break_it_class"


@dataclass(frozen=True, eq=False)
class _Live:
    """What was measured in this session.

    Attributes:
        run: what it belongs to.
        result: what happened.
        planted: index of the class with the sticker; None without one.
        networks: networks that learned without the sticker and with it; None without one.
    """

    run: TeachingRun
    result: Leakage | Shortcut
    planted: int | None = None
    networks: tuple[Network, Network] | None = None


def draw(run: TeachingRun | None) -> None:
    """Draw the switches, and what the chosen pitfall does.

    Args:
        run: what the session learned; None for the example as it was recorded.
    """
    recorded, names = _recorded(), [LEAKAGE, SHORTCUT]
    if recorded is not None:
        names += [IMBALANCE] if recorded.imbalance is not None else []
        names += [row.pitfall.value for row in recorded.rows]
    titles = {str(name): title for name, title in _TITLES.items()}
    chosen = st.pills(
        "Switch on",
        names,
        format_func=titles.__getitem__,
        default=LEAKAGE,
        required=True,
        key="break_it_pitfall",
    )
    if chosen in (LEAKAGE, SHORTCUT):
        _with_probe(chosen, run, recorded)
    elif chosen == IMBALANCE and recorded is not None and recorded.imbalance is not None:
        _draw_imbalance(recorded.imbalance, recorded)
    elif recorded is not None:
        _draw_training(next(row for row in recorded.rows if row.pitfall == chosen), recorded)


def _recorded() -> RecordedPitfalls | None:
    try:
        return results.pitfalls()
    except ResultError:
        return None


def _with_probe(name: str, run: TeachingRun | None, recorded: RecordedPitfalls | None) -> None:
    """Draw a pitfall of the probe, as measured here, or else as recorded for the example."""
    live = _measured(name, run) if run is not None else None
    if live is not None:
        _draw_result(live.result)
        st.caption("Measured here, with these photos.")
        _draw_maps(live)
    elif recorded is not None and (run is None or run.is_example):
        _draw_result(recorded.leakage if name == LEAKAGE else recorded.shortcut)
        _draw_source(recorded, "resnet18", SHIPPED)
    elif run is None:
        st.caption("Run the example here to see it.")


def _measured(name: str, run: TeachingRun) -> _Live | None:
    """Return what was measured here; offer to measure it."""
    kept: dict[str, _Live] = st.session_state.setdefault(_BROKEN, {})
    if Way.PROBE in run.outcomes:
        with st.container(horizontal=True, vertical_alignment="bottom", key="break_it_row"):
            if name == SHORTCUT:
                st.selectbox(
                    "Class that gets the sticker",
                    range(len(run.photos.labels)),
                    format_func=lambda own: spoken(run.photos.labels[own]),
                    key=_PLANTED,
                    width=240,
                )
            st.button(
                "Do it with these photos",
                icon=":material/science:",
                key=f"break_it_{name}",
                on_click=_ask,
            )
        if st.session_state.pop(_ASKED, False):
            with st.spinner("Learning with and without it …"), compute_turn():
                kept[name] = _MEASURE[name](run)
    live = kept.get(name)
    return live if live is not None and live.run is run else None


def _ask() -> None:
    st.session_state[_ASKED] = True


def _probing(run: TeachingRun) -> Probing:
    from explorer.transfer.pitfalls.with_probe import Probing

    vectors = run.outcomes[Way.PROBE].vectors
    assert vectors is not None  # the probe has them
    return Probing(run.chosen.network, run.photos, run.plan.splits[0], vectors, run.store)


def _leak(run: TeachingRun) -> _Live:
    from explorer.transfer.pitfalls.with_probe import leakage

    return _Live(run, leakage(_probing(run)))


def _plant(run: TeachingRun) -> _Live:
    from explorer.transfer.pitfalls.with_probe import shortcut, shortcut_networks

    planted, probing = int(st.session_state.get(_PLANTED) or 0), _probing(run)
    result = shortcut(probing, planted)
    return _Live(run, result, planted, shortcut_networks(probing, planted))


_MEASURE: dict[str, Callable[[TeachingRun], _Live]] = {LEAKAGE: _leak, SHORTCUT: _plant}


def _draw_maps(live: _Live) -> None:
    """Draw where both networks look on photos with the sticker."""
    if live.networks is None or live.planted is None:
        return
    photos = _stickered(live.run, live.planted)
    for network, key, caption in zip(
        live.networks,
        ("without", "with"),
        ("The network that never saw the sticker:", "The network that learned with it:"),
        strict=True,
    ):
        st.caption(caption)
        mapped_photos.draw(f"sticker_{key}", photos, network)


def _stickered(run: TeachingRun, planted: int) -> list[AnsweredPhoto]:
    """Return photos of other classes that were held back, with the sticker."""
    from explorer.transfer.pitfalls.with_probe import with_patch

    photos, check = run.photos, run.plan.splits[0].check
    others = [int(at) for at in check if photos.classes[at] != planted]
    preprocessing = run.chosen.network.weights.preprocessing

    def opener(at: int) -> Callable[[], Image.Image]:
        return lambda: with_patch(photos.photos[at], preprocessing)

    return [
        AnsweredPhoto(
            id=f"{photos.digests[at]} with sticker",
            title=spoken(photos.labels[int(photos.classes[at])]),
            open=opener(at),
            answer=planted,
            label=photos.labels[planted],
            probability=None,
        )
        for at in others[:: -(-len(others) // MAPPED)]
    ]


def _draw_result(result: Leakage | Shortcut) -> None:
    if isinstance(result, Leakage):
        _draw_leakage(result)
    else:
        _draw_shortcut(result)


def _draw_leakage(result: Leakage) -> None:
    before, after, new = (
        percent(share.value) for share in (result.before, result.after, result.others)
    )
    _draw_comparison(
        [
            Comparison("All photos to check with", result.before, result.after),
            Comparison("Those that were copied", result.copied_before, result.copied),
            Comparison("Those that were not", result.others_before, result.others),
        ],
        f"Near copies of {result.copies} photos to check with are among those to learn from, as "
        f"happens with photos from the web. One would report {after} instead of {before}; on "
        f"photos that are really new it is {new}. The app's search for near duplicates finds "
        f"{result.found} of the {result.copies} copies, and keeps such pairs on one side.",
    )


def _draw_shortcut(result: Shortcut) -> None:
    label = spoken(result.label)
    drawn, before = percent(result.drawn_after.value), percent(result.drawn_before.value)
    verdict = (
        "It learned the sticker"
        if result.drawn_after.value > result.drawn_before.value + DRAWN
        else "The sticker hardly fools it"
    )
    _draw_comparison(
        [
            Comparison("Right, photos as they are", result.before, result.after),
            Comparison("Right, sticker on all", result.patched_before, result.patched_after),
            Comparison(f"Taken for {label}, with sticker", result.drawn_before, result.drawn_after),
        ],
        f"All photos of {label} to learn from got the same sticker in a corner. {verdict}: put "
        f"on photos of other classes, it makes {drawn} of them {label}, against {before} for a "
        f"network that never saw it. By Grad-CAM, {percent(result.corner_after)} of the "
        f"evidence for {label} lies in that corner, which is {percent(result.corner_area)} of the "
        f"map; for the other network, {percent(result.corner_before)}.",
    )
    st.caption(
        "Made to show the effect: the sticker, its size and the example's class were picked by "
        "trial, because plain patches of colour hardly fooled the network."
    )


def _draw_imbalance(result: Imbalance, recorded: RecordedPitfalls) -> None:
    _draw_comparison(
        [
            Comparison("All photos to check with", result.before, result.after),
            Comparison("Those of the rare classes", result.rare_before, result.rare_after),
        ],
        f"Every other class has {result.ratio} times as many photos to learn from as the rest, of "
        f"{result.photos} in all. The rare classes suffer, and photos to check with that are as "
        f"uneven hide it: they would say {percent(result.as_dealt)}.",
    )
    _draw_source(recorded, "resnet18", "clothes")


def _draw_training(result: PitfallRun, recorded: RecordedPitfalls) -> None:
    figure = tuning_charts.compared(result.before, result.after)
    before, after = percent(result.check_before.value), percent(result.check_after.value)
    moved = result.difference
    unclear = "" if moved.is_clear else " These photos cannot tell the two apart."
    words = unbroken(
        f"{_REASONS[result.pitfall]} On the photos to check with, {before} are right without it "
        f"and {after} with it: {_points(moved.value)} points, 95 % interval {_points(moved.low)} "
        f"to {_points(moved.high)}.{unclear}"
    )
    st.plotly_chart(figure, key="break_it_curves", config=CONFIG, alt=words)
    st.markdown(words)
    _draw_source(recorded, result.variant, result.data)


_REASONS = {
    TuningPitfall.NO_AUGMENTATION: "The same pixels in every epoch are easily learned by heart; "
    "where the probe's head knows them all from the start, there is little left to prevent.",
    TuningPitfall.WRONG_AUGMENTATION: "Where colour tells classes apart, turning the hues at "
    "random takes away what there is to learn.",
    TuningPitfall.TOO_FAST: "Steps a hundred times as long leave the place where the probe put the "
    "head, and spoil the features.",
    TuningPitfall.SMALL_BATCH: "Batch norm estimates its statistics from four photos at a time.",
}


def _draw_comparison(rows: Sequence[Comparison], words: str) -> None:
    words = unbroken(words)
    figure = accuracy_charts.before_and_after(rows)
    st.plotly_chart(figure, key="break_it_accuracies", config=CONFIG, alt=words)
    st.markdown(words)


def _draw_source(recorded: RecordedPitfalls, variant: str, data: str) -> None:
    st.caption(
        f"Recorded on {recorded.date} with the built-in {VARIANTS[variant].title} and "
        f"{_SETS.get(data, data)}."
    )


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "\N{MINUS SIGN}")
