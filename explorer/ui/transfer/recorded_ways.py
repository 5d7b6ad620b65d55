"""What was recorded of the example: the first view of the page, which needs no torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.errors import ResultError
from explorer.networks.variants import VARIANTS
from explorer.networks.weight_sources import WeightSource
from explorer.transfer.intervals import Difference
from explorer.transfer.recorded.results import (
    SHIPPED,
    RecordedWays,
    Way,
    WayResult,
    compared,
    ways,
)
from explorer.ui.frame import link_state
from explorer.ui.networks.link_choices import VARIANT, WEIGHTS
from explorer.ui.transfer import class_cards, ways_table
from explorer.ui.transfer.link_choices import EXAMPLE, TAUGHT_SET
from explorer.ui.transfer.ways_table import AccuracyRow
from explorer.wording import unbroken, verbatim


def first_view() -> bool:
    """Draw the example as it was recorded, until torch is imported; return whether it was drawn."""
    if link_state.get(TAUGHT_SET) != EXAMPLE or recorded(chosen_variant()) is None:
        return False
    st.caption("Recorded · PyTorch is starting")
    class_cards.example_cards()
    draw(chosen_variant())
    return True


def chosen_variant() -> str:
    """Return the variant that is chosen with the weights that were recorded; "" for others."""
    is_built_in = link_state.get(WEIGHTS) == WeightSource.BUILTIN
    return link_state.get(VARIANT) if is_built_in else ""


def recorded(variant: str) -> RecordedWays | None:
    """Return what was recorded; None if there is nothing of this variant."""
    with suppress(ResultError):
        if ways().find(SHIPPED, variant, Way.PROBE) is not None:
            return ways()
    return None


def draw(variant: str) -> None:
    """Draw what was recorded of a variant: the table of ways, and the depths beside it."""
    record = ways()
    results = {way: record.find(SHIPPED, variant, way) for way in Way}
    probe = results[Way.PROBE]
    if probe is None:
        return
    left, right = columns()
    with left:
        _parts(probe, sum(result is not None for result in results.values()))
        ways_table.draw(
            [*_rows(results), _majority(probe)],
            f"Ways to teach {VARIANTS[variant].title} the example, as recorded",
            VARIANTS[variant].title,
            "Points over the probe",
            "Processor time",
        )
        st.caption(verbatim(f"Recorded on {record.date}, with {record.command}."))
    with right:
        _depths(record, variant)


def columns() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Split the page into columns for the table (2/3) and for what stands beside it."""
    left, right = st.columns([2, 1], gap="medium")
    return left, right


def _parts(probe: WayResult, opened: int) -> None:
    photos = probe.photos
    st.markdown(
        f"**Learn** {photos.learn} photos · **choose** {photos.choose} · **check** {photos.check}, "
        f"as the folders of the example say. *Check* was opened once for each of these {opened} "
        "results."
    )


def _rows(results: dict[Way, WayResult | None]) -> Iterator[AccuracyRow]:
    for way, (title, about) in ways_table.TITLES.items():
        result = results[way]
        if result is not None:
            yield AccuracyRow(
                title,
                about,
                result.accuracy.value,
                result.accuracy,
                result.macro,
                result.seconds,
                ways_table.difference_in_words(result.over_probe),
                way is Way.PROBE,
            )


def _majority(probe: WayResult) -> AccuracyRow:
    return AccuracyRow(ways_table.MAJORITY, "", probe.majority)


def _depths(record: RecordedWays, variant: str) -> None:
    """Draw the probe's accuracy for each depth, and say whether the photos tell depths apart."""
    found = [
        result for name in VARIANTS if (result := record.find(SHIPPED, name, Way.PROBE)) is not None
    ]
    st.markdown("**What does a deeper network buy here?**")
    ways_table.draw(
        [
            AccuracyRow(
                VARIANTS[result.variant].title,
                "",
                result.accuracy.value,
                result.accuracy,
                is_strong=result.variant == variant,
            )
            for result in found
        ],
        "Accuracy of the probe for each depth, as recorded",
        "Probe on",
    )
    first, best = found[0], max(found, key=lambda result: result.accuracy.value)
    if best is not first:
        st.caption(
            depths_in_words(
                VARIANTS[best.variant].title,
                VARIANTS[first.variant].title,
                compared(best, first),
                best.photos.check,
            )
        )


def depths_in_words(best: str, first: str, difference: Difference, photos: int) -> str:
    """Say whether photos tell the probes of two depths apart.

    Args:
        best: title of the deeper network.
        first: title of the other one.
        difference: how much more accurate the probe of the deeper one is.
        photos: number of photos that both were checked with.
    """
    value, low, high = (100 * each for each in (difference.value, difference.low, difference.high))
    verdict = (
        f"{best} is the better one here"
        if difference.low > 0
        else f"{first} is the better one here"
        if difference.high < 0
        else "these photos cannot tell the two apart, so nothing here speaks for the larger one"
    )
    said = (
        f"Of the same {photos} photos, {best} names {value:.1f} points more right than {first} "
        f"(95 % interval {low:.1f} to {high:.1f}): {verdict}."
    )
    return unbroken(said).replace("-", "\N{MINUS SIGN}").replace("ResNet\N{MINUS SIGN}", "ResNet-")
