"""Which class is taken for which, as a table of counts whose cells and rows can be opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.ui.components import component
from explorer.wording import percent, spoken

_table = component(
    __file__,
    '<div class="box"><table role="grid"><caption></caption><thead></thead><tbody></tbody></table>'
    "</div>",
)


@dataclass(frozen=True)
class Cell:
    """A cell of the table, or a whole row.

    Attributes:
        true: index of the photos' own class.
        predicted: index of the class that they are taken for; None for the whole row.
    """

    true: int
    predicted: int | None = None


def confusion_matrix(
    key: str, counts: NDArray[np.intp], labels: Sequence[str], chosen: Cell | None = None
) -> Cell | None:
    """Draw the table.

    Args:
        key: key of the table on the page.
        counts: counts of (true class, predicted class), shape (K, K).
        labels: class labels, K of them.
        chosen: cell or row that is open.

    Returns:
        The cell or row that was clicked since the last run of the page; None if none was.
    """
    clicked = _table(
        key=key,
        data={
            "caption": "Rows: the class of the photos. Columns: what they are taken for.",
            "labels": [spoken(label) for label in labels],
            "rows": [_row(own, counts, labels) for own in range(len(labels))],
            "chosen": "" if chosen is None else _id(chosen),
        },
        on_chosen_change=_ignore,
    )
    return _cell(str(clicked.chosen)) if clicked.chosen else None


def _row(own: int, counts: NDArray[np.intp], labels: Sequence[str]) -> dict[str, object]:
    total = int(counts[own].sum())
    right = percent(counts[own, own] / total) if total else "not checked"
    return {
        "id": _id(Cell(own)),
        "right": right,
        "said": f"{spoken(labels[own])}: {right} of {total} right. All photos of the class.",
        "cells": [
            {
                "id": _id(Cell(own, other)),
                "count": int(count),
                "share": int(count) / total if total else 0.0,
                "said": _said(int(count), spoken(labels[own]), spoken(labels[other])),
            }
            for other, count in enumerate(counts[own])
        ],
    }


def _said(count: int, own: str, other: str) -> str:
    if own == other:
        return f"{own} recognised: {count}"
    return f"{own} taken for {other}: {count}"


def _id(cell: Cell) -> str:
    return f"{cell.true}" if cell.predicted is None else f"{cell.true},{cell.predicted}"


def _cell(text: str) -> Cell:
    true, _, predicted = text.partition(",")
    return Cell(int(true), int(predicted) if predicted else None)


def _ignore() -> None:
    """Do nothing: the caller reads the click."""
