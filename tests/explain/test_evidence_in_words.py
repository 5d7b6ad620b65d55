"""Tests of explorer/explain/evidence_in_words.py."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.explain.evidence_in_words import concentration, in_words, is_blank


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [
        (0, 0, "upper left quarter"),
        (0, 6, "upper right quarter"),
        (6, 0, "lower left quarter"),
        (6, 6, "lower right quarter"),
        (3, 3, "middle"),
    ],
)
def test_a_single_spot_lies_where_it_lies(row: int, column: int, name: str) -> None:
    heatmap = np.zeros((7, 7), np.float32)
    heatmap[row, column] = 2
    region = concentration(heatmap)
    assert region is not None
    assert (region.name, region.share) == (name, pytest.approx(1))


def test_shares_are_of_the_positive_evidence_and_cells_on_a_border_count_in_part() -> None:
    heatmap = np.array([[3, -5, 0], [0, 0, 0], [0, 0, 1]], np.float32)
    assert in_words(heatmap) == "75 % of the positive evidence lies in the upper left quarter."


def test_a_band_is_found_as_a_half() -> None:
    heatmap = np.zeros((4, 4), np.float32)
    heatmap[:, 3] = 1
    assert in_words(heatmap) == "100 % of the positive evidence lies in the right half."


def test_even_evidence_is_everywhere() -> None:
    assert "spread over the whole input" in in_words(np.ones((5, 5), np.float32))


def test_a_map_with_a_single_positive_cell_in_many_is_blank() -> None:
    heatmap = -np.ones((20, 20), np.float32)
    heatmap[3, 3] = 1
    assert is_blank(heatmap)
    assert is_blank(np.zeros((5, 5), np.float32))
    assert not is_blank(np.eye(5, dtype=np.float32))


def test_a_map_without_positive_evidence_is_said_to_be_blank() -> None:
    assert concentration(-np.ones((4, 4), np.float32)) is None
    assert in_words(np.zeros((4, 4), np.float32)) == (
        "Hardly anything in the photo speaks for this class."
    )
