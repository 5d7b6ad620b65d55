"""Tests of the Explain page, without a browser: its texts, and the choices in the link."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from chosen_in_bar import choose_depth, choose_family, choose_weights
from explorer.errors import ExplorerError, WeightsUnavailableError
from explorer.explain.shared_scale import SharedScale
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.ui import sidebar
from explorer.ui.explain import attribution_methods, latest_explanation, prediction
from explorer.ui.frame import page_layout, torch_runtime
from explorer.ui.networks import chosen_network
from explorer.ui.photos import session_photos
from explorer.weights.download import DownloadProgress
from explorer.wording import unbroken
from patience import PATIENCE


def opened(**link: str) -> AppTest:
    """Return the app, opened with a link."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def headline(app: AppTest) -> str:
    """Return the headline: the predicted class and its probability."""
    return str(app.header[0].value)


def link(app: AppTest) -> dict[str, str]:
    """Return the parameters of the link."""
    parameters = app.query_params.items()
    return {name: value if isinstance(value, str) else value[-1] for name, value in parameters}


def upload(app: AppTest, *files: tuple[str, bytes, str]) -> None:
    """Upload files, as a reader does."""
    app.file_uploader[0].set_value(list(files)).run()
    assert not app.exception


def jpeg(image: Image.Image) -> tuple[str, bytes, str]:
    """Return a photo as an uploaded file."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return ("secret-name.jpg", buffer.getvalue(), "image/jpeg")


def errors(app: AppTest) -> list[str]:
    """Return the error messages, without the backslashes that escape Markdown."""
    return [str(error.value).replace("\\", "") for error in app.error]


def notice(app: AppTest) -> list[str]:
    """Return the buttons about weights that are missing, without those below the answer."""
    others = ("see_categories", "fetch_and_take")
    return [button.label for button in app.button if button.key not in others]


def everything_shown(app: AppTest) -> str:
    """Return all texts on the page."""
    elements = [*app.markdown, *app.caption, *app.error, *app.info, *app.header]
    return " ".join(str(element.value) for element in elements)


def test_it_opens_on_a_sample_that_is_explained_already() -> None:
    app = opened()
    assert app.title[0].value == "Explain"
    assert headline(app).startswith("kangaroo · ")
    assert errors(app) == []
    assert link(app) == {}
    assert "of it lies in" in everything_shown(app)


def test_a_link_restores_the_network_the_block_the_class_and_the_sample() -> None:
    choices = {
        "variant": "resnet34",
        "weights": "random:0",
        "layer": "layer2.1",
        "class": "tabby",
        "sample": "cat",
        "signed": "yes",
    }
    app = opened(**choices)
    assert link(app) == choices
    assert app.selectbox(key="class_search").value == "tabby"
    assert "**Block layer2.1**" in everything_shown(app)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("variant", "vgg16"),
        ("weights", "/etc/passwd.pth"),
        ("weights", "random:1"),
        ("layer", "layer9.1"),
        ("layer", "layer4.7"),
        ("class", "no such class"),
        ("sample", "../../etc/passwd"),
        ("framing", "stretched"),
    ],
)
def test_a_link_with_an_unknown_value_opens_with_the_default(name: str, value: str) -> None:
    app = opened(**{name: value})
    assert headline(app).startswith("kangaroo · ")
    assert errors(app) == []


def test_choices_go_into_the_link_and_defaults_leave_it() -> None:
    app = opened(weights="random:0")
    choose_depth(app, "resnet34")
    app.toggle(key="switch_whole").set_value(True).run()
    assert link(app) == {"weights": "random:0", "variant": "resnet34", "framing": "whole"}
    choose_depth(app, "resnet18")
    app.toggle(key="switch_whole").set_value(False).run()
    assert link(app) == {"weights": "random:0"}


def test_another_family_keeps_the_depth_where_it_can() -> None:
    app = opened(weights="imagenet-new", variant="resnet152")
    choose_family(app, "Wide ResNet")
    assert link(app)["variant"] == "wide_resnet101_2"
    choose_family(app, "ResNeXt")
    assert link(app)["variant"] == "resnext101_32x8d"


def test_a_class_stays_while_the_photo_does() -> None:
    app = opened()
    app.selectbox(key="class_search").set_value("stegosaurus").run()
    app.toggle(key="switch_signed").set_value(True).run()
    assert link(app) == {"class": "stegosaurus", "signed": "yes"}
    choose_weights(app, "random:0")
    assert app.selectbox(key="class_search").value == headline(app).split(" · ")[0]
    choose_weights(app, "builtin")
    assert app.selectbox(key="class_search").value == "stegosaurus"


def test_a_class_is_set_against_another_one_in_words_and_in_the_link() -> None:
    app = opened(signed="yes")
    app.selectbox(key="rather_than_search").set_value("helicopter").run()
    assert not app.exception
    assert link(app) == {"signed": "yes", "rather_than": "helicopter"}
    app.selectbox(key="class_search").set_value("helicopter").run()
    assert app.selectbox(key="rather_than_search").value == ""
    assert "kangaroo" in app.selectbox(key="rather_than_search").options


def test_maps_share_a_scale_if_the_reader_wants_it_and_the_link_keeps_it() -> None:
    app = opened(scale="network")
    assert "All maps share one scale" in everything_shown(app)
    assert "times weaker" in everything_shown(app)
    app.segmented_control(key="pick_scale").set_value(SharedScale.STAGE).run()
    assert not app.exception
    assert link(app) == {"scale": "stage"}
    assert "The maps of a stage share one scale" in everything_shown(app)


def test_how_far_a_probability_can_be_trusted_is_said() -> None:
    assert re.search("Calibrated: .* points on average", everything_shown(opened()))
    assert "this probability means nothing" in everything_shown(opened(weights="random:0"))


class TestMissingWeights:
    """Weights that are not on this machine."""

    @pytest.fixture
    def app(self) -> AppTest:
        app = opened()
        choose_depth(app, "resnet50")
        choose_weights(app, "imagenet-new")
        assert not app.exception
        return app

    def test_the_last_result_stays_with_a_sentence_and_two_buttons(self, app: AppTest) -> None:
        assert headline(app).startswith("kangaroo · ")
        assert "ResNet-50 (ImageNet, new recipe)** is not on this machine" in everything_shown(app)
        fetch, back = notice(app)
        assert fetch == unbroken("Fetch 103 MB")
        assert back.startswith("Back to")

    def test_going_back_takes_the_notice_away(self, app: AppTest) -> None:
        app.button[1].click().run()
        assert not notice(app)
        assert "weights" not in link(app)

    def test_a_failed_download_is_explained_and_marked(
        self, app: AppTest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(variant: str, source: str) -> Iterator[DownloadProgress]:
            yield DownloadProgress(1 << 20, 98 << 20)
            raise WeightsUnavailableError("It stopped half-way.")

        monkeypatch.setattr(chosen_network, "fetch", fails)
        app.button[0].click().run()
        assert errors(app) == ["It stopped half-way."]
        assert app.button[0].label == "Try again"
        assert headline(app).startswith("kangaroo · ")

    def test_a_download_that_ends_well_takes_an_earlier_failure_away(
        self, app: AppTest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        app.session_state["failed_download"] = (None, 0.0, "No internet.")
        arrived = iter([DownloadProgress(0, None), DownloadProgress(98 << 20, 98 << 20)])
        monkeypatch.setattr(chosen_network, "fetch", lambda variant, source: arrived)
        app.button[0].click().run()
        assert next(arrived, None) is None
        assert "failed_download" not in app.session_state
        assert errors(app) == []

    def test_weights_that_do_not_exist_offer_others_that_do(self) -> None:
        app = opened(variant="resnext50_32x4d")
        assert headline(app).startswith("kangaroo · ")
        assert notice(app) == [
            "Take ResNeXt-50 32x4d (ImageNet, new recipe)",
            "Back to ResNet-18 (Built-in)",
        ]
        app.button[0].click().run()
        assert link(app) == {"variant": "resnext50_32x4d", "weights": "imagenet-new"}
        assert app.button[0].label == unbroken("Fetch 100 MB")


class TestUploads:
    """The reader's own photos."""

    @pytest.fixture
    def app(self) -> AppTest:
        return opened()

    def test_an_upload_is_explained_and_stays_out_of_the_link(
        self, app: AppTest, photo: Image.Image
    ) -> None:
        before = headline(app)
        upload(app, jpeg(photo))
        assert headline(app) != before
        assert link(app) == {"photo": "own"}

    def test_bad_files_are_listed_one_by_one_and_the_rest_go_on(
        self, app: AppTest, photo: Image.Image
    ) -> None:
        before = headline(app)
        upload(
            app,
            ("a.png", b"not a picture", "image/png"),
            jpeg(photo),
            ("b.png", b"\x89PNG\r\n\x1a\n", "image/png"),
        )
        assert [sentence[:15] for sentence in errors(app)] == ["Photo 1 · a.png", "Photo 3 · b.png"]
        assert headline(app) != before

    def test_the_same_photo_twice_is_kept_once(self, app: AppTest, photo: Image.Image) -> None:
        upload(app, jpeg(photo), jpeg(photo))
        assert len(app.session_state["uploads"]) == 1

    def test_removing_them_leaves_nothing(self, app: AppTest, photo: Image.Image) -> None:
        upload(app, jpeg(photo))
        next(button for button in app.button if button.label == "Remove my photos").click().run()
        assert headline(app).startswith("kangaroo · ")
        assert not app.session_state["uploads"]
        explanation = app.session_state["latest_explanation"]
        assert isinstance(explanation, latest_explanation.Explanation)
        assert explanation.key[0] == "kangaroo"

    def test_more_than_the_tray_holds_is_refused_in_words(
        self, app: AppTest, photo: Image.Image, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(session_photos, "MOST_UPLOADS", 1)
        upload(app, jpeg(photo), jpeg(photo.rotate(180)))
        assert "room for 1 photos" in errors(app)[0]
        monkeypatch.setattr(session_photos, "MOST_UPLOADS", 9)
        monkeypatch.setattr(session_photos, "MOST_BYTES", 1_000_000)
        upload(app, jpeg(Image.effect_noise((2000, 1500), 80)))
        assert "fill the 1 MB" in errors(app)[-1]

    def test_another_session_sees_nothing_of_them(self, app: AppTest, photo: Image.Image) -> None:
        upload(app, jpeg(photo))
        assert "uploads" not in opened().session_state or not opened().session_state["uploads"]


def test_a_new_picture_reaches_the_browser_before_the_rest_and_an_old_one_holds_nothing_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order: list[str] = []

    def recorded(name: str, step: Callable[..., object]) -> Callable[..., object]:
        def recording(*arguments: object, **rest: object) -> object:
            order.append(name)
            return step(*arguments, **rest)

        return recording

    monkeypatch.setattr(
        attribution_methods, "photo_overlay", recorded("picture", attribution_methods.photo_overlay)
    )
    clock = SimpleNamespace(sleep=recorded("pause", lambda _seconds: None))
    monkeypatch.setattr(page_layout, "time", clock)
    monkeypatch.setattr(sidebar, "keep_room", recorded("room", sidebar.keep_room))
    monkeypatch.setattr(sidebar, "tray", recorded("sidebar", sidebar.tray))
    monkeypatch.setattr(prediction, "searches", recorded("rest", prediction.searches))
    torch_runtime.pool()
    app = opened(sample="cat")
    assert order == ["room", "sidebar", "picture", "pause", "rest"]  # first run of a session
    order.clear()
    app.run()
    assert order == ["room", "picture", "sidebar", "rest"]
    order.clear()
    search = app.selectbox(key="class_search")
    search.set_value(search.options[0]).run()
    assert order == ["room", "picture", "pause", "sidebar", "rest"]


def test_the_widgets_of_the_sidebar_are_the_same_whoever_draws_them() -> None:
    def ids(app: AppTest) -> list[str]:
        area = app.sidebar
        widgets = [*area.file_uploader, *area.button, *area.toggle]
        return [widget.id for widget in widgets]

    app = opened()  # drawn by the app
    first = ids(app)
    assert len(first) >= 2
    assert ids(app.run()) == first  # drawn by the page
    assert ids(app.switch_page(str(PAGES / "activations.py")).run()) == first


@pytest.mark.parametrize("problem", [ExplorerError("Out of luck."), ValueError("a mistake")])
def test_the_sidebar_stays_where_the_page_has_a_problem(
    monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    app = opened()

    def fail(*_: object) -> None:
        raise problem

    monkeypatch.setattr(attribution_methods, "show", fail)
    app.run()
    assert [str(element.value) for element in [*app.error, *app.exception]] == [str(problem)]
    assert app.sidebar.file_uploader(key="photo_files_0").label == "Add your photos"
