"""Tests of the downloads and the link of the Explain page, without a browser."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.explain.provenance import Provenance
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.photos.samples import IN_TRAY, SAMPLES
from explorer.ui.explain import export_row
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


def test_a_contact_sheet_can_be_taken_as_a_table_and_with_its_maps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offered: dict[str, Callable[[], bytes]] = {}

    def record(label: str, icon: str, name: str, mime: str, made: Callable[[], bytes]) -> None:
        offered[mime] = made

    monkeypatch.setattr(export_row, "deferred_download", record)
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / "many.py")).run()
    assert not app.exception
    rows = list(csv.DictReader(io.StringIO(offered["text/csv"]().decode("utf-8-sig"))))
    assert [row["photo"].partition(",")[0] for row in rows] == [
        SAMPLES[name].title for name in IN_TRAY
    ]
    assert all(row["class_1"] and row["block"] == "layer4.1" for row in rows)
    with zipfile.ZipFile(io.BytesIO(offered["application/zip"]())) as packed:
        names = packed.namelist()
        assert Image.open(io.BytesIO(packed.read(names[1]))).format == "JPEG"
    assert len(names) == 1 + 2 * len(IN_TRAY)
    assert names[1].startswith("001-resnet18-grad-cam-layer4.1-kangaroo")
