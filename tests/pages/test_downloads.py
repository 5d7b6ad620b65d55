"""Tests of the downloads and the link of the Explain page, without a browser."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.explain.provenance import Provenance
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.photos.samples import IN_TRAY, SAMPLES
from explorer.ui.components import download_row
from patience import PATIENCE

MEANT_AN_UPLOAD = "This link meant an uploaded photo"


def opened(**link: str) -> AppTest:
    """Return the app, opened with a link."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in link.items():
        app.query_params[name] = value
    return app.run()


def says(app: AppTest, words: str) -> bool:
    """Return whether a caption on the page contains these words."""
    return any(words in str(caption.value) for caption in app.caption)


def test_no_file_is_made_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_early(*_: object) -> None:
        raise AssertionError("a file was made without a click")

    monkeypatch.setattr(Provenance, "of", too_early)
    app = opened()
    assert not app.exception
    assert [button.proto.label for button in app.get("download_button")] == [
        "Slide (PNG)",
        "Heatmap (NPY)",
        "Predictions (CSV)",
        "Report (HTML)",
        "Everything (ZIP)",
    ]


def test_a_link_that_meant_an_upload_opens_with_the_sample_and_says_so() -> None:
    app = opened(photo="own", layer="layer3.0")
    assert not app.exception
    assert app.header[0].value.startswith("kangaroo · ")
    assert says(app, MEANT_AN_UPLOAD)
    assert list(app.query_params) == ["layer"]
    app.toggle(key="switch_signed").set_value(True).run()
    assert says(app, MEANT_AN_UPLOAD)
    assert not says(opened(), MEANT_AN_UPLOAD)


def test_an_upload_of_ones_own_ends_the_notice_and_marks_the_link(photo: Image.Image) -> None:
    app = opened(photo="own")
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG")
    app.file_uploader[0].set_value([("secret.jpg", buffer.getvalue(), "image/jpeg")]).run()
    assert not says(app, MEANT_AN_UPLOAD)
    assert dict(app.query_params.items())["photo"] in ("own", ["own"])


Offered = dict[str, Callable[[], bytes]]


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Offered:
    """The files that a page offers, by the key of their button: functions that make them."""
    files: Offered = {}

    def record(
        label: str, icon: str, name: str, mime: str, make: Callable[[], bytes], key: str
    ) -> None:
        assert name.endswith(f".{key.rpartition('_')[2]}")
        files[key] = make

    monkeypatch.setattr(download_row, "deferred_download", record)
    return files


def test_a_contact_sheet_can_be_taken_as_a_table_with_its_maps_and_as_a_slide(
    offered: Offered,
) -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / "many.py")).run()
    assert not app.exception
    rows = list(csv.DictReader(io.StringIO(offered["take_csv"]().decode("utf-8-sig"))))
    assert [row["photo"].partition(",")[0] for row in rows] == [
        SAMPLES[name].title for name in IN_TRAY
    ]
    assert all(row["class_1"] and row["block"] == "layer4.1" for row in rows)
    with zipfile.ZipFile(io.BytesIO(offered["take_zip"]())) as packed:
        names = packed.namelist()
        assert Image.open(io.BytesIO(packed.read(names[1]))).format == "JPEG"
    assert len(names) == 1 + 2 * len(IN_TRAY)
    assert names[1].startswith("001-resnet18-grad-cam-layer4.1-kangaroo")
    assert len(slide(offered["take_png"]())) == len(IN_TRAY)


def slide(encoded: bytes) -> list[dict[str, object]]:
    """Open a slide; return its records."""
    with Image.open(io.BytesIO(encoded)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1920, 1080))
        records = json.loads(picture.text["Description"])  # type: ignore[attr-defined]
    return records if isinstance(records, list) else [records]


@pytest.mark.parametrize(
    ("page", "link", "rows"),
    [
        ("activations", {"layer": "layer3.0"}, {"take": 1}),
        ("anatomy", {"cut": "layer3.1", "palette": "viridis"}, {"take": 1, "take_lesion": 2}),
        ("poke", {"fill": "blur"}, {"take": 1}),
        ("compare", {"tab": "duel", "palette": "cividis"}, {"take": 5}),
    ],
)
def test_every_page_with_a_figure_gives_a_slide_its_values_and_both_with_notes(
    page: str, link: dict[str, str], rows: dict[str, int], offered: Offered
) -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in link.items():
        app.query_params[name] = value
    app.switch_page(str(PAGES / f"{page}.py")).run()
    assert not app.exception
    assert set(offered) == {f"{row}_{ending}" for row in rows for ending in ("png", "npy", "zip")}
    for row, count in rows.items():
        records = slide(offered[f"{row}_png"]())
        assert len(records) == count
        first = np.load(io.BytesIO(offered[f"{row}_npy"]()))
        assert first.ndim == 2
        with zipfile.ZipFile(io.BytesIO(offered[f"{row}_zip"]())) as packed:
            assert {name.rpartition(".")[2] for name in packed.namelist()} == {
                "png", "npy", "txt", "json",
            }  # fmt: skip
            notes = packed.read("README.txt").decode()
        assert "Recipe: " in notes
        assert "Drawn: " in notes
        drawn = records[0]["picture"]
        assert isinstance(drawn, dict)
        if row == "take_lesion" or page == "compare":
            assert drawn["palette"] == link["palette"]


def test_methods_side_by_side_and_a_pinned_picture_give_slides(offered: Offered) -> None:
    app = opened()
    assert not app.exception
    app.button(key="pin").click().run()
    app.session_state["pick_methods"] = ["grad-cam", "hires-cam"]
    app.query_params["layer"] = "layer3.0"
    app.session_state["layer"] = "layer3.0"
    app.run()
    assert not app.exception
    pinned = slide(offered["take_pinned_png"]())
    assert [record["block"] for record in pinned] == ["layer4.1", "layer3.0"]
    methods = slide(offered["take_methods_png"]())
    assert [str(record["method"])[:8] for record in methods] == ["Grad-CAM", "HiRes-CA"]
