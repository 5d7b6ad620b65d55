"""Tests of the page Teach, without a browser: the example, the reader's own classes, My network."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from chosen_in_bar import choose_depth, choose_weights
from explorer import load
from explorer.features.extraction import extract, run_to_end
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.transfer.linear_heads import fit_probe
from explorer.transfer.recorded.results import Way
from explorer.ui.photos import photo_results
from explorer.ui.transfer import ways_to_learn
from explorer.wording import verbatim
from patience import PATIENCE

COLOURS = {"sea": (0, 0, 160), "grass": (0, 140, 0), "fire": (200, 40, 0)}


def picture(colour: tuple[int, int, int], seed: int) -> bytes:
    """A noisy picture of one colour, as a file."""
    noise = np.random.default_rng(seed).integers(0, 90, (60, 70, 3))
    pixels = np.clip(noise + colour, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(buffer := io.BytesIO(), "PNG")
    return buffer.getvalue()


def archive(files: Mapping[str, bytes]) -> bytes:
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as written:
        for name, content in files.items():
            written.writestr(name, content)
    return buffer.getvalue()


def three_classes(each: int = 6) -> dict[str, bytes]:
    """Photos of three classes as they lie in an archive, a third of them to check with."""
    return {
        f"set/{('train', 'test')[at % 3 == 2]}/{name}/{at}.png": picture(colour, 100 * number + at)
        for number, (name, colour) in enumerate(COLOURS.items())
        for at in range(each)
    }


def page() -> AppTest:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / "teach.py")).run()
    assert not app.exception
    return app


def own_page() -> AppTest:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.session_state["classes"] = "own"
    app.switch_page(str(PAGES / "teach.py")).run()
    assert not app.exception
    return app


def bring(app: AppTest, content: bytes, name: str = "set.zip") -> None:
    uploader = next(each for each in app.file_uploader if each.label == "A ZIP of class folders")
    uploader.set_value((name, content, "application/zip")).run()
    assert not app.exception


def said(app: AppTest) -> str:
    elements = [*app.markdown, *app.caption, *app.error, *app.info, *app.warning]
    return " ".join(str(element.value) for element in elements).replace("\xa0", " ")


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def the_run(app: AppTest) -> ways_to_learn.TeachingRun:
    run: ways_to_learn.TeachingRun = list(app.session_state["teaching_runs"].values())[-1]
    return run


@pytest.fixture
def taught() -> AppTest:
    """The page after an archive of three classes."""
    app = own_page()
    bring(app, archive(three_classes()))
    return app


def test_the_example_says_what_its_parts_are_and_that_depths_cannot_be_told_apart() -> None:
    app = page()
    if any(button.label == "Run it here" for button in app.button):
        assert "was opened once for each of these" in said(app)
        assert "Of the same 96 photos" in said(app)
        press(app, "Run it here")
    run = the_run(app)
    assert [len(part) for part in (run.plan.final.known, run.plan.final.check)] == [96, 96]
    assert run.outcomes[Way.PROBE].check.accuracy.low > 0.7
    assert run.outcomes[Way.UNTRAINED].check.accuracy.high < 0.7
    assert "was opened 3 times in this session" in said(app)


def test_an_archive_of_three_classes_becomes_a_table_and_a_network_of_every_page(
    taught: AppTest,
) -> None:
    app, run = taught, the_run(taught)
    assert [own.name for own in app.session_state["teach_classes"].classes.values()] == [
        "fire",
        "grass",
        "sea",
    ]
    assert set(run.outcomes) == {Way.NEAREST_MEAN, Way.PROBE, Way.UNTRAINED}
    assert "**Learn** 9 photos · **choose** 3 · **check** 6, as the folders say." in said(app)
    press(app, "Use it as My network")
    assert (app.session_state["variant"], app.session_state["weights"]) == ("resnet18", "taught")
    assert "this is about that one" in said(app)  # it is not taught from itself
    assert the_run(app) is run
    app.switch_page(str(PAGES / "explain.py")).run()
    assert not app.exception
    assert app.header[0].value.split(" · ")[0] in COLOURS
    assert app.query_params["weights"] == "taught"
    choose_depth(app, "resnet34")
    assert app.session_state["weights"] == "builtin"
    choose_weights(app, "taught")
    assert app.session_state["variant"] == "resnet18"


def test_the_probe_is_the_one_that_its_parts_make(taught: AppTest) -> None:
    run = the_run(taught)
    final, photos = run.plan.final, run.photos
    vectors = run_to_end(extract(load("resnet18"), [*photos.photos])).vectors
    head = fit_probe(
        vectors[final.learn], photos.classes[final.learn], 3, groups=photos.groups[final.learn]
    )
    outcome = run.outcomes[Way.PROBE]
    assert outcome.taught is not None
    fc = outcome.taught.network.module.get_submodule("fc")
    np.testing.assert_allclose(fc.weight.detach().numpy(), head.weight, rtol=1e-3, atol=1e-5)


def test_another_depth_stands_beside_the_first(taught: AppTest) -> None:
    assert "Choose another depth" in said(taught)
    choose_depth(taught, "resnet34")
    assert "Of the same 6 photos, ResNet-34" in said(taught)
    assert "times as much for each photo" in said(taught)
    assert len(taught.session_state["teaching_runs"]) == 2


def test_a_changed_class_is_learned_anew_from_the_features_that_are_there(
    taught: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = the_run(taught)
    monkeypatch.setattr("explorer.features.extraction._run", None)  # nothing is looked at again
    number = next(iter(taught.session_state["teach_classes"].classes))
    taught.text_input(key=f"class_name_{number}").set_value("flames").run()
    assert not taught.exception
    assert "flames" in the_run(taught).photos.labels
    taught.text_input(key=f"class_name_{number}").set_value("Grass").run()
    assert "There is a class 'grass' already" in said(taught).replace("\\", "")
    assert len(taught.session_state["teaching_runs"]) == 1
    assert the_run(taught) is not before


def test_photos_are_put_onto_a_card_moved_and_removed() -> None:
    app = own_page()
    for name in ("cat", "dog"):
        app.text_input(key="new_class_name").set_value(name)
        press(app, "Add this class")
    classes = app.session_state["teach_classes"]
    cat, dog = classes.classes
    files = [(f"{at}.png", picture((9, 9, 99), at), "image/png") for at in range(3)]
    uploader = next(each for each in app.file_uploader if each.key.startswith(f"class_files_{cat}"))
    uploader.set_value([*files, ("notes.png", b"no picture", "image/png")]).run()
    assert len(classes.classes[cat].photos) == 3
    assert verbatim("notes.png: ") in app.error[0].value
    assert "Telling apart needs photos of at least two classes" in said(app)
    app.selectbox(key=f"class_photo_{cat}").set_value(list(classes.classes[cat].photos)[2]).run()
    app.button(key=f"class_move_{cat}").click().run()
    app.button(key=f"class_drop_{cat}").click().run()
    assert not app.exception
    assert [len(own.photos) for own in classes.classes.values()] == [1, 1]
    assert [own.name for own in classes.classes.values()] == ["cat", "dog"]
    assert dog in classes.classes


BAD = {
    "one class": ({"cat/a.png": picture((9, 9, 9), 0)}, "at least two classes"),
    "no class": ({"a.png": picture((9, 9, 9), 0)}, "No folder in it names a class"),
    "twice": (
        {"s/Cat/a.png": picture((9, 9, 9), 0), "s/cat /b.png": picture((9, 9, 9), 1)},
        "look alike|name the same class",
    ),
    "outside": ({"../cat/a.png": b""}, "outside its own folder"),
    "nested": ({"cat/a.zip": b""}, "holds another one"),
    "empty": ({"cat/a.txt": b""}, "holds no photo"),
    "too many": ({f"c{at % 2}/{at}.png": b"" for at in range(10_000)}, "2,000 are the most"),
    "too many classes": ({f"c{at}/a.png": b"" for at in range(51)}, "room for 50 classes"),
    "unreadable": ({f"c{at}/a.png": b"no" for at in range(2)}, "not a picture"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_used_is_refused_in_a_sentence_and_nothing_is_lost(case: str) -> None:
    app = own_page()
    bring(app, archive(BAD[case][0]))
    assert re.search(BAD[case][1], said(app).replace("\\", "")), said(app)
    assert not app.session_state["teach_classes"].count or case == "one class"


def test_photos_that_are_all_the_same_or_in_two_classes_are_told_of() -> None:
    app = own_page()
    same = picture((90, 20, 20), 0)
    bring(app, archive({"a/1.png": same, "b/1.png": same}))
    assert "All photos are nearly the same" in said(app)
    assert not app.get("button_group") or not the_run(app).outcomes


def test_stopping_keeps_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    learn = ways_to_learn.TeachingRun.learn

    def stopping(run: ways_to_learn.TeachingRun, way: Way) -> Iterator[Any]:
        if way is Way.PROBE and not run.stopped:
            run.stop()
            ways_to_learn.st.rerun()
        yield from learn(run, way)

    monkeypatch.setattr(ways_to_learn.TeachingRun, "learn", stopping)
    app = own_page()
    bring(app, archive(three_classes(3)))
    assert set(the_run(app).outcomes) == {Way.NEAREST_MEAN}
    assert "Stopped; what was done is kept." in said(app)
    monkeypatch.setattr(ways_to_learn.TeachingRun, "learn", learn)
    press(app, "Go on")
    assert the_run(app).is_quick_done


def test_two_sessions_do_not_mix_and_removing_takes_everything(taught: AppTest) -> None:
    other = own_page()
    assert not other.session_state["teach_classes"].classes
    assert "teaching_runs" not in other.session_state
    bring(other, archive({f"{name}/{at}.png": picture(COLOURS[name], at)
                          for name in ("sea", "fire") for at in range(3)}))  # fmt: skip
    assert "each of the 6 is *checked* in turn" in said(other)
    assert the_run(other).photos.labels == ("fire", "sea")
    taught.run()
    assert the_run(taught).photos.labels == ("fire", "grass", "sea")
    press(taught, "Use it as My network")
    press(taught, "Remove my photos")
    kept = {each.key for each in photo_results._DECLARED} - {"teach_classes"}
    assert not [key for key in kept if key in taught.session_state]
    assert not taught.session_state["teach_classes"].classes
    assert taught.session_state["weights"] == "builtin"
    assert the_run(other).is_quick_done


def test_a_link_to_what_is_not_here_says_so() -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.query_params["classes"], app.query_params["weights"] = "own", "taught"
    app.switch_page(str(PAGES / "teach.py")).run()
    assert not app.exception
    assert "stay with the tab in which they were added" in said(app)
    assert "stays with the tab in which it was taught" in said(app)
    assert app.segmented_control(key="pick_classes").value == "example"
