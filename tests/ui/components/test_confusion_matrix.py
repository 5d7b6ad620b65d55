"""Tests of explorer/ui/components/confusion_matrix/__init__.py: what the browser is told."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.ui.components import confusion_matrix
from explorer.ui.components.confusion_matrix import Cell

COUNTS = np.array([[3, 1, 0], [0, 0, 0], [2, 0, 2]])
LABELS = ("car_side", "dog", "elk")


def test_a_row_says_how_many_of_its_photos_are_right() -> None:
    row = confusion_matrix._row(0, COUNTS, LABELS)
    assert row["right"] == "75.0\N{NO-BREAK SPACE}%"
    assert row["said"] == "car side: 75.0\N{NO-BREAK SPACE}% of 4 right. All photos of the class."
    assert [cell["share"] for cell in row["cells"]] == [0.75, 0.25, 0.0]
    assert [cell["said"] for cell in row["cells"]] == [
        "car side recognised: 3",
        "car side taken for dog: 1",
        "car side taken for elk: 0",
    ]


def test_a_class_without_photos_is_not_said_to_be_all_wrong() -> None:
    assert confusion_matrix._row(1, COUNTS, LABELS)["right"] == "not checked"


@pytest.mark.parametrize("cell", [Cell(0), Cell(2, 0), Cell(49, 12)])
def test_a_click_comes_back_as_the_cell_that_was_sent(cell: Cell) -> None:
    assert confusion_matrix._cell(confusion_matrix._id(cell)) == cell
