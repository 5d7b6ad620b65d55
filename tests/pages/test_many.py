"""Tests of the page of many photos, without a browser: its cards, their order, and clicks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer import analyze, load
from explorer.errors import ImageError
from explorer.explain.shared_scale import SharedScale
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.photos.samples import IN_TRAY, SAMPLES, Sample
from explorer.ui.explain import many_photos
from explorer.ui.explain.contact_sheet_answers import Sheet
from explorer.ui.photos import photo_results
from explorer.wording import spoken, verbatim
from patience import PATIENCE

Cards = list[dict[str, Any]]
SHOWN = [SAMPLES[name] for name in IN_TRAY]


@pytest.fixture
def sent(recorded: Callable[[ModuleType, str], Cards]) -> Cards:
    """Data sent to the browser, the latest last."""
    return recorded(many_photos, "photo_cards")


@pytest.fixture
def app(sent: list[dict[str, Any]]) -> AppTest:
    """Return the page with the samples."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / "many.py")).run()
    assert not app.exception
    return app


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_every_photo_has_the_answer_that_it_gets_alone(
    app: AppTest, sent: list[dict[str, Any]]
) -> None:
    network, cards = load("resnet18"), sent[-1]["cards"]
    assert [card["id"] for card in cards] == list(IN_TRAY)
    for name, card in zip(IN_TRAY, cards, strict=True):
        sample = SAMPLES[name]
        alone = analyze(network, sample.open()).predictions[0]
        assert card["label"] == alone.label
        assert card["width"] == pytest.approx(100 * alone.probability, rel=1e-3)
        assert card["alt"].startswith(sample.title)
    assert len(sent[-1]["pictures"]) == len(IN_TRAY)
    assert "Each photo on its own scale" in sent[-1]["scale"]["note"]


def test_one_class_and_one_scale_for_all(app: AppTest, sent: list[dict[str, Any]]) -> None:
    own = sent[-1]["pictures"]
    app.selectbox(key="many_class").set_value("cup").run()
    app.segmented_control(key="many_span").set_value(SharedScale.PHOTOS).run()
    assert all(card["asked"].startswith("cup: ") for card in sent[-1]["cards"])
    done = app.session_state["contact_sheet"].done.values()
    assert float(sent[-1]["scale"]["high"]) == pytest.approx(
        max(answer.result.heatmap.max() for answer in done), rel=1e-2
    )
    assert sent[-1]["pictures"] != own


def test_cards_are_sorted_by_probability_or_class(app: AppTest, sent: list[dict[str, Any]]) -> None:
    app.segmented_control(key="many_order").set_value(many_photos.Order.PROBABILITY).run()
    widths = [card["width"] for card in sent[-1]["cards"]]
    assert widths == sorted(widths, reverse=True)
    app.segmented_control(key="many_order").set_value(many_photos.Order.CLASS).run()
    classes = [card["label"] for card in sent[-1]["cards"]]
    assert classes == sorted(classes)


def test_a_click_opens_the_photo_in_explain_at_the_class_of_the_sheet(app: AppTest) -> None:
    app.selectbox(key="many_class").set_value("cup").run()
    app.session_state["contact_sheet_cards"] = {"chosen": "coffee"}
    app.run()
    assert not app.exception
    assert app.title[0].value == "Explain"
    assert app.session_state["sample"] == "coffee"
    assert app.session_state["class"] == "cup"


def test_the_sheet_is_summed_up_and_shows_what_is_asked_for(
    app: AppTest, sent: list[dict[str, Any]]
) -> None:
    app.run()
    known = [sample for sample in SHOWN if sample.category]
    said = next(line.value for line in app.markdown if "photos:" in line.value)
    assert said.startswith(f"{len(SHOWN)} photos: ")
    assert f"of the {len(known)} with a known class are right" in said
    wrong = {
        sample.name
        for sample in known
        if analyze(load("resnet18"), sample.open()).predictions[0].label != sample.category
    }
    offered = app.selectbox(key="many_shown").options
    if wrong:
        assert f"Wrong ({len(wrong)})" in offered
        app.selectbox(key="many_shown").set_value("wrong").run()
        assert {card["id"] for card in sent[-1]["cards"]} == wrong
        assert all(card["notes"][0].startswith("Should be ") for card in sent[-1]["cards"])
    unsure = next(option for option in offered if option.startswith("Not sure"))
    app.selectbox(key="many_shown").set_value("unsure").run()
    assert f"({len(sent[-1]['cards'])})" in unsure
    assert all("not sure" in card["title"] for card in sent[-1]["cards"])


def test_a_second_network_answers_beside(app: AppTest, sent: list[dict[str, Any]]) -> None:
    app.selectbox(key="many_beside").set_value("resnet50").run()
    assert not app.exception
    other, differing = load("resnet50"), 0
    for sample, card in zip(SHOWN, sent[-1]["cards"], strict=True):
        best = analyze(other, sample.open()).predictions[0]
        assert card["notes"][-1].startswith(f"ResNet-50: {spoken(best.label)}, ")
        differing += card["label"] != spoken(best.label)
    agreeing = len(SHOWN) - differing
    assert any(f"agree on {agreeing} of {len(SHOWN)}" in line.value for line in app.markdown)


@pytest.mark.parametrize("zipped", [False, True])
def test_a_folder_that_is_named_after_a_class_tells_the_truth(
    app: AppTest, sent: list[dict[str, Any]], photo: Image.Image, zipped: bool
) -> None:
    named = {}
    for name, angle in (("set/Cup/a.jpg", 0), ("set/holiday/b.jpg", 180)):
        photo.rotate(angle).save(buffer := io.BytesIO(), "JPEG")
        named[name] = buffer.getvalue()
    if zipped:
        with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
            for name, content in {**named, "set/holiday/broken.jpg": b"no photo"}.items():
                archive.writestr(name, content)
        app.file_uploader[0].set_value(("set.zip", buffer.getvalue(), "application/zip")).run()
        assert [error.value for error in app.error if "broken" in error.value]
    else:
        files = [(name, content, "image/jpeg") for name, content in named.items()]
        app.file_uploader[1].set_value(files).run()
    cup, holiday = sent[-1]["cards"][:2]
    assert cup["title"].startswith("Photo 1 · a.jpg")
    assert cup["notes"] == ([] if cup["label"] == "cup" else ["Should be cup"])
    assert holiday["notes"] == []
    assert any("The one with a known class is " in line.value for line in app.markdown)


def test_a_zip_that_cannot_be_used_is_refused_in_one_sentence_and_only_once(app: AppTest) -> None:
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
        archive.writestr("../cup/a.jpg", b"")
    for _ in range(2):
        app.file_uploader[0].set_value(("set.zip", buffer.getvalue(), "application/zip")).run()
        assert not app.exception
        assert [error.value.startswith(verbatim("set.zip: ")) for error in app.error] == [True]
        assert "outside its own folder" in app.error[0].value


def test_a_photo_that_fails_is_a_card_with_its_reason(
    sent: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()
    # Its thumbnails are there.
    opens = Sample.open

    def fails(sample: Sample) -> Image.Image:
        if sample.name == "elephant":
            raise ImageError("This picture is damaged.")
        return opens(sample)

    monkeypatch.setattr(Sample, "open", fails)
    app.switch_page(str(PAGES / "many.py")).run()
    cards = {card["title"].partition(" · ")[0]: card for card in sent[-1]["cards"]}
    assert cards["Elephant"]["reason"] == "This picture is damaged."
    assert "id" not in cards["Elephant"]
    assert len(app.session_state["contact_sheet"].done) == len(IN_TRAY)
    assert any("1 could not be explained" in caption.value for caption in app.caption)


def test_stopping_keeps_what_is_done_and_going_on_computes_the_rest(
    sent: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.explain.batches.BATCH", 3)
    computed: list[str] = []
    explain = Sheet._explain_batch

    def stopping(sheet: Sheet, network: object, photos: list[Any]) -> None:
        explain(sheet, network, photos)  # type: ignore[arg-type]
        computed.extend(photo.id for photo in photos)
        if len(computed) == 3:
            sheet.stop()

    monkeypatch.setattr(Sheet, "_explain_batch", stopping)
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / "many.py")).run()
    assert any("Stopped: 3 of 8" in line.value for line in app.markdown)
    assert [("id" in card) for card in sent[-1]["cards"]] == [True] * 3 + [False] * 5
    next(button for button in app.button if button.label == "Explain the other 5").click().run()
    assert computed == list(IN_TRAY)


def test_removed_photos_leave_the_sheet(app: AppTest) -> None:
    sheet = app.session_state["contact_sheet"]
    assert sheet.drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(photo_results.st, "session_state", {"contact_sheet": sheet})
        photo_results.forget_photo("elephant")
        assert "elephant" not in sheet.done
        assert "elephant" not in sheet.drawn
        assert "coffee" in sheet.done
        photo_results.forget()
        assert not photo_results.st.session_state
