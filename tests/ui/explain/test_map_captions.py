"""Tests of explorer/ui/explain/map_captions.py."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from explorer.paths import ENTRY_SCRIPT
from patience import PATIENCE


def read(
    values: list[float], signed: bool = False, method: str = "grad-cam", framing: str = "crop"
) -> AppTest:
    """Show the caption of a map of 7 x 7 cells that repeats some values."""

    def page(values: list[float], signed: bool, method: str, framing: str) -> None:
        import numpy as np

        from explorer.explain.analysis import Prediction
        from explorer.explain.method_catalogue import METHODS
        from explorer.photos.geometry import Frame, Framing
        from explorer.ui.explain.map_captions import reading
        from explorer.ui.explain.question import Question

        heatmap = np.resize(np.array(values, np.float32), (7, 7))
        question = Question(Prediction(0, "car_side", 0.5), None, "layer4.1", signed)
        frame = Frame(90, 90, 224, 0, 0, 90, 90)
        reading(heatmap, frame, Framing(framing), question, METHODS[method])

    arguments = (values, signed, method, framing)
    app = AppTest.from_function(page, args=arguments, default_timeout=PATIENCE).run()
    assert not app.exception
    return app


@pytest.mark.parametrize(("value", "signed"), [(0.0, False), (-1.0, True)])
def test_a_blank_map_is_said_to_be_blank(value: float, signed: bool) -> None:
    app = read([value], signed)
    assert "layer4.1 hardly anything in the photo supports car side" in app.info[0].value
    assert ("Show the evidence" in app.info[0].value) is not signed


def test_a_flat_map_is_said_to_be_flat() -> None:
    assert "every cell counts the same" in read([1.0, 1.01]).info[0].value


def test_a_map_with_evidence_is_read_in_words() -> None:
    app = read([1.0, 0.5])
    assert not app.info
    assert "of the area" in app.markdown[0].value
    assert "The brighter, the more it supports car side." in app.caption[0].value
    signed = read([1.0, -1.0], signed=True).caption[0].value
    assert "The stronger the colour, the more it counts." in signed


def test_magnitudes_are_never_said_to_speak_for_a_class() -> None:
    caption = read([1.0, 0.5], signed=True, method="saliency").caption[0].value
    assert "matters for car side" in caption
    assert "supports" not in caption
    assert caption.rstrip(".").split()[-5:] == ["as", "7", "×", "7", "pixels"]  # noqa: RUF001
    assert "The sensitivity" in read([3.0, 0.5], method="saliency").markdown[0].value


def test_the_caption_says_what_the_network_sees_and_how_cells_are_drawn() -> None:
    assert "sees only what is inside the dashed square" in read([1.0, 0.5]).caption[0].value
    whole = read([1.0, 0.5], framing="whole").caption[0].value
    assert "The network sees the whole photo" in whole
    assert "dashed" not in whole
    assert "smoothed between the cells (raised cosine)" in whole


def test_the_map_of_an_untrained_network_is_not_read_as_evidence() -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.query_params["weights"] = "random:0"
    app.query_params["method"] = "crystal-ball"
    app.run()
    said = " ".join(line.value for line in app.markdown)
    assert "this map says nothing about the class yet" in said
    assert "of the area" not in said
    assert any("not known here (method=crystal-ball);" in each.value for each in app.caption)
