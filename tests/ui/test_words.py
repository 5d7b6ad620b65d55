"""Tests of explorer/ui/words.py."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui.words import grid


def read(value: float, signed: bool) -> AppTest:
    """Show the words under a map that has one value everywhere."""

    def page(value: float, signed: bool) -> None:
        import numpy as np

        from explorer.analysis import Prediction
        from explorer.ui.words import reading

        heatmap = np.full((7, 7), value, np.float32)
        reading(heatmap, Prediction(0, "car_side", 0.5), "layer4.1", signed)

    app = AppTest.from_function(page, args=(value, signed), default_timeout=60).run()
    assert not app.exception
    return app


@pytest.mark.parametrize(("value", "signed"), [(0.0, False), (-1.0, True)])
def test_a_blank_map_is_said_to_be_blank(value: float, signed: bool) -> None:
    app = read(value, signed)
    assert "layer4.1 hardly anything in the photo speaks for car side" in app.info[0].value
    assert ("Switch on" in app.info[0].value) is not signed


def test_a_map_with_evidence_is_read_in_words() -> None:
    app = read(1.0, signed=False)
    assert not app.info
    assert "spread over the whole input" in app.markdown[0].value
    assert app.caption[0].value.startswith("Yellow speaks for car side.")
    assert "blue" in read(1.0, signed=True).caption[0].value


def test_a_grid_is_written_without_a_place_to_break_the_line() -> None:
    assert grid(np.zeros((5, 7), np.float32)).split() == ["5", "×", "7"]  # noqa: RUF001
    assert " " not in grid(np.zeros((5, 7), np.float32))
