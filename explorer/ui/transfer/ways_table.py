"""A table of accuracies with their intervals: of ways to learn, or of depths."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.transfer.intervals import Accuracy, Difference
from explorer.transfer.recorded.results import Way
from explorer.wording import unbroken

TITLES = {
    Way.NEAREST_MEAN: ("Nearest class mean", "The class whose photos look most alike; no training"),
    Way.PROBE: ("Linear probe", "A new last layer; the rest stays as it is"),
    Way.LAST_STAGE: ("Probe, then last stage", "Trained on from the probe's head"),
    Way.ALL: ("Probe, then everything", "All layers, from the probe's head"),
    Way.SCRATCH: ("From scratch", "The same layers from random weights, on these photos alone"),
    Way.UNTRAINED: ("Probe, untrained network", "The same layer on random features"),
}
MAJORITY = "Always the most frequent class"
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class AccuracyRow:
    """A row of the table.

    Attributes:
        title: what it is about.
        about: the same in more words.
        share: share of the photos to check with that is right, 0..1.
        accuracy: the same with its interval; None if it has none.
        macro: mean of the classes' accuracies, 0..1; None for none.
        seconds: time in seconds; None for none.
        against: how much better it is than the row that others are compared with, in words.
        is_strong: whether it is the row that the page speaks of.
    """

    title: str
    about: str
    share: float
    accuracy: Accuracy | None = None
    macro: float | None = None
    seconds: float | None = None
    against: str = ""
    is_strong: bool = False


def draw(
    rows: Sequence[AccuracyRow], caption: str, first: str, against: str = "", time: str = ""
) -> None:
    """Draw the table.

    Args:
        rows: the rows from top to bottom.
        caption: what it shows, for screen readers.
        first: heading of the first column.
        against: heading of the comparisons; "" leaves them out.
        time: heading of the times, with what they are of; "" leaves out times and macro accuracies.
    """
    headings = [first, "Correct, with 95 % interval"]
    headings += [*(["Mean of classes", time] if time else []), *([against] if against else [])]
    head = "".join(f'<th scope="col">{html.escape(unbroken(each))}</th>' for each in headings)
    body = "".join(_row(row, bool(time), bool(against)) for row in rows)
    st.html(
        f'<div class="accuracies" role="region" tabindex="0" aria-label="{html.escape(caption)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def difference_in_words(difference: Difference | None) -> str:
    """Write a paired difference in points with its interval; "" for none."""
    if difference is None:
        return ""
    if difference.low == difference.high:
        return f"{_points(difference.value)} in every fold"
    value, low, high = (
        _points(each) for each in (difference.value, difference.low, difference.high)
    )
    return f"{value} ({low} to {high})"


def accuracy_in_words(accuracy: Accuracy) -> str:
    """Write an accuracy in % with its interval."""
    return unbroken(
        f"{100 * accuracy.value:.1f} % ({100 * accuracy.low:.0f} to {100 * accuracy.high:.0f} %)"
    )


def _points(share: float) -> str:
    text = f"{100 * share:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", _MINUS)


def _row(row: AccuracyRow, has_time: bool, has_against: bool) -> str:
    about = f"<small>{html.escape(row.about)}</small>" if row.about else ""
    cells = [f'<th scope="row">{html.escape(row.title)}{about}</th>', f"<td>{_bar(row)}</td>"]
    if has_time:
        macro = "" if row.macro is None else unbroken(f"{100 * row.macro:.1f} %")
        cells += [f"<td>{macro}</td>", f"<td>{_seconds(row.seconds)}</td>"]
    if has_against:
        cells.append(f"<td>{row.against}</td>")
    return f"<tr{' class=strong' if row.is_strong else ''}>{''.join(cells)}</tr>"


def _bar(row: AccuracyRow) -> str:
    """Draw the share as a bar, and the interval as a line on it."""
    text, line = unbroken(f"{100 * row.share:.1f} %"), ""
    if row.accuracy is not None:
        low, high = 100 * row.accuracy.low, 100 * row.accuracy.high
        text = accuracy_in_words(row.accuracy)
        line = f'<i style="left:{low:.1f}%;width:{high - low:.1f}%"></i>'
    bar = f'<b style="width:{100 * row.share:.1f}%"></b>'
    return f'<span class="share"><span class="track">{bar}{line}</span>{text}</span>'


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 1:
        return unbroken("< 1 s")
    return unbroken(f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min")
