"""Tests of the Anatomy page, without a browser: its texts, what it computes, and the link."""

from __future__ import annotations

import gc
import io
import re
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer import analyze, load
from explorer.blocks import lesions, residual_parts
from explorer.blocks.lesion_records import LesionRecord
from explorer.blocks.lesions import Lesion, analyze_without
from explorer.explain import analysis
from explorer.explain.analysis import Analysis
from explorer.networks.narrow_resnet import NarrowResNet
from explorer.networks.variants import VARIANTS
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.photos.samples import SAMPLES
from explorer.training import twins
from explorer.ui.blocks import lesion_sweep
from explorer.ui.blocks import residual_parts as page_parts
from explorer.ui.components import block_bars, top_five
from explorer.ui.frame import torch_runtime
from explorer.weights import builtin
from explorer.weights.model_cards import read_card, save_network
from explorer.wording import percent, unbroken
from packed_data import unpacked
from patience import PATIENCE

Sent = dict[str, dict[str, Any]]
SKIPPABLE = ("layer1.0", "layer1.1", "layer2.1", "layer3.1", "layer4.1")


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Data last sent to the browser for each component, by the component's key."""
    latest: Sent = {}

    def recorded(draw: Callable[..., Any]) -> Callable[..., Any]:
        def recording(*, key: str, data: bytes | dict[str, Any], **rest: Any) -> Any:
            latest[key] = unpacked(data)
            return draw(key=key, data=data, **rest)

        return recording

    for module, name in (
        (page_parts, "block_equation"),
        (block_bars, "_columns"),
        (top_five, "_list"),
    ):
        monkeypatch.setattr(module, name, recorded(getattr(module, name)))
    return latest


@pytest.fixture(autouse=True)
def no_twins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the twins that ship with the app; a test may make its own."""
    monkeypatch.setattr(twins, "LESIONS", tmp_path)


def opened(**link: str) -> AppTest:
    """Return the page, opened with a link."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in link.items():
        app.query_params[name] = value
    app.switch_page(str(PAGES / "anatomy.py")).run()
    assert not app.exception
    assert not app.error
    return app


def page_text(app: AppTest) -> str:
    """Return all texts on the page."""
    elements = [*app.markdown, *app.caption, *app.info, *app.subheader]
    return " ".join(str(element.value) for element in elements).replace("\xa0", " ")


def choose(app: AppTest, name: str, value: str) -> None:
    """Make a choice as a click does, and run the page."""
    app.session_state[name] = value
    app.run()
    assert not app.exception


def blocks_of(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["id"]: block for stage in data["stages"] for block in stage["blocks"]}


@pytest.fixture(scope="module")
def motorbike() -> Analysis:
    return analyze(load("resnet18"), SAMPLES["kangaroo"].open())


def test_it_opens_on_the_last_block_taken_apart_and_every_block_compared(
    sent: Sent, motorbike: Analysis
) -> None:
    app = opened()
    titles = [part["title"] for part in sent["block_parts"]["parts"]]
    assert titles == [
        "Photo",
        "x, the shortcut",
        "F(x), the branch",
        "x + F(x)",
        "Output, after the ReLU",
    ]
    balances = residual_parts.balances(motorbike.forward_pass)
    assert residual_parts.in_words("layer4.1", balances["layer4.1"]) in page_text(app)
    for block, column in blocks_of(sent["balance_chart"]).items():
        assert column["number"] == f"{balances[block].ratio:.2f}"
        assert residual_parts.in_words(block, balances[block]) in page_text(app)
    assert sent["balance_chart"]["chosen"] == "layer4.1"
    assert "Every block is on: kangaroo" in page_text(app)
    assert list(app.query_params.items()) == []


def test_all_pictures_share_one_scale_that_reaches_the_strongest_value(
    sent: Sent, motorbike: Analysis
) -> None:
    opened(layer="layer3.1", channel="7")
    parts = residual_parts.take_apart(motorbike.forward_pass, "layer3.1")
    terms = (parts.shortcut, parts.branch, parts.total, parts.output)
    strongest = max(float(part[7].abs().max()) for part in terms)
    assert sent["block_parts"]["ends"]["high"] == f"{strongest:.3g}"
    low, high = float(parts.branch[7].min()), float(parts.branch[7].max())
    note = f"{low:.3g} to {high:.3g}".replace("-", "\N{MINUS SIGN}")
    branch = sent["block_parts"]["parts"][2]
    assert branch["note"].endswith(note)
    assert branch["alt"].startswith(f"F(x), the branch, channel 7: values from {note}. ")


def test_a_projection_is_shown_as_one_and_the_stem_has_nothing_to_take_apart(sent: Sent) -> None:
    app = opened(layer="layer2.0")
    titles = [part["title"] for part in sent["block_parts"]["parts"]]
    assert titles[1:3] == ["x, the input", "P(x), the projection"]
    assert "The projection turns x" in page_text(app)
    choose(app, "channel", "3")
    assert len(sent["block_parts"]["parts"]) == 5
    assert "so it is not shown" in page_text(app)
    choose(app, "layer", "stem")
    assert "**Block layer4.1**" in page_text(app)


def test_channels_are_offered_by_what_the_branch_adds(motorbike: Analysis) -> None:
    app = opened(layer="layer1.1")
    parts = residual_parts.take_apart(motorbike.forward_pass, "layer1.1")
    picker = app.selectbox(key="anatomy_channel")
    assert picker.options[0] == "Mean of all 16 channels"
    assert picker.options[1].startswith(f"Channel {parts.channels[0]}, norm of F(x) ")
    picker.select(parts.channels[0]).run()
    assert app.query_params["channel"] in (str(parts.channels[0]), [str(parts.channels[0])])


def test_the_switch_cuts_the_chosen_block_and_the_link_keeps_it(
    sent: Sent, motorbike: Analysis
) -> None:
    app = opened(layer="layer3.0")
    app.toggle(key="lesion_switch").set_value(True).run()
    assert not app.exception
    without = analyze_without(motorbike, Lesion(("layer3.0",)))
    best = without.predictions[0]
    rows = sent["top_five_after"]["rows"]
    assert rows[0]["width"] == pytest.approx(100 * best.probability)
    assert [row["watched"] for row in sent["top_five_before"]["rows"]] == [True] + 4 * [False]
    assert re.search(
        r"Without layer3\.0, kangaroo falls from 99\.. % to [\d.]+ %; ", page_text(app)
    )
    assert "layer3.0 has a projection as the shortcut: it stays; only F(x)" in page_text(app)
    assert app.query_params["cut"] in ("layer3.0", ["layer3.0"])
    app.toggle(key="lesion_switch").set_value(False).run()
    assert "cut" not in app.query_params
    assert "Every block is on" in page_text(app)


def test_several_blocks_are_off_at_once_and_those_of_other_networks_do_not_count(
    sent: Sent, motorbike: Analysis
) -> None:
    app = opened(cut="layer4.1,layer1.0,layer3.22")
    assert app.multiselect(key="lesion_blocks").value == ["layer1.0", "layer4.1"]
    assert app.toggle(key="lesion_switch").value is True
    without = analyze_without(motorbike, Lesion(("layer1.0", "layer4.1")))
    widths = [row["width"] for row in sent["top_five_after"]["rows"][:5]]
    assert widths == pytest.approx(
        [100 * prediction.probability for prediction in without.predictions]
    )
    assert "a block passes its input on unchanged" in page_text(app)
    app.multiselect(key="lesion_blocks").select("layer2.1").run()
    assert "Without layer1.0, layer2.1 and layer4.1, kangaroo" in page_text(app)
    assert app.multiselect(key="lesion_blocks").value == ["layer1.0", "layer2.1", "layer4.1"]


def test_another_class_can_be_watched(sent: Sent) -> None:
    app = opened(cut="layer4.0", **{"class": "helicopter"})
    assert "Without layer4.0, helicopter" in page_text(app)
    assert sent["sweep_chart"]["legend"][0]["text"] == "helicopter: change without the block"


class TestSweep:
    """Tests of the lesion sweep."""

    @pytest.fixture
    def slow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make every sweep wait for its button, however quick it is."""
        monkeypatch.setattr(lesion_sweep, "AT_ONCE", -1.0)

    @pytest.fixture
    def quick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make no sweep wait for its button, however busy the machine is."""
        monkeypatch.setattr(lesion_sweep, "AT_ONCE", 1e9)

    @pytest.mark.usefixtures("quick")
    def test_a_quick_one_is_there_at_once(self, sent: Sent, motorbike: Analysis) -> None:
        app = opened()
        target = motorbike.predictions[0]
        for step in lesions.sweep(motorbike):
            column = blocks_of(sent["sweep_chart"])[step.block]
            assert percent(float(step.probabilities[target.index])) in column["said"]
        assert "layer3.0 is needed most" in page_text(app)

    @pytest.mark.usefixtures("slow")
    def test_a_slow_one_waits_for_its_button_with_the_cost(self, sent: Sent) -> None:
        app = opened()
        assert "sweep_chart" not in sent
        (button,) = (
            button for button in app.button if button.label == "Switch each block off in turn"
        )
        assert "on this CPU." in page_text(app)
        button.click().run()
        assert len(blocks_of(sent["sweep_chart"])) == 8
        assert "Switch each block off in turn" not in [button.label for button in app.button]

    @pytest.mark.usefixtures("slow")
    def test_a_cancelled_one_keeps_what_is_done_and_goes_on(self, sent: Sent) -> None:
        app = opened()
        study = app.session_state["latest_explanation"].study
        for step in lesions.sweep(study.analysis, ("layer1.0", "layer1.1")):
            study.swept[step.block] = step.probabilities
        app.run()
        assert list(blocks_of(sent["sweep_chart"])) == ["layer1.0", "layer1.1"]
        assert "Stopped after 2 of 8 blocks. " in page_text(app)
        next(
            button for button in app.button if button.label == "Switch each block off in turn"
        ).click().run()
        assert len(blocks_of(sent["sweep_chart"])) == 8

    @pytest.mark.usefixtures("slow")
    def test_its_button_keeps_no_graph_alive_beside_the_next(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        app = opened()
        before = weakref.ref(app.session_state["latest_explanation"].analysis)
        alive: list[bool] = []

        def recording(*arguments: Any) -> Analysis:
            gc.collect()
            alive.append(before() is not None)
            return analyze(*arguments)

        monkeypatch.setattr(analysis, "analyze", recording)
        choose(app, "sample", "cat")
        assert alive == [False]


def test_a_block_change_takes_that_block_apart_and_runs_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = opened(cut="layer4.0")
    calls: list[str] = []

    def counted(module: Any, name: str) -> None:
        original = getattr(module, name)

        def counting(*arguments: Any, **options: Any) -> Any:
            calls.append(name)
            return original(*arguments, **options)

        monkeypatch.setattr(module, name, counting)

    for module, name in (
        (residual_parts, "take_apart"),
        (residual_parts, "balances"),
        (lesions, "analyze_without"),
        (lesions, "sweep"),
        (lesions, "logits_without"),
    ):
        counted(module, name)
    choose(app, "layer", "layer2.1")
    assert calls == ["take_apart"]


def test_what_is_kept_of_a_photo_is_small_and_free_of_the_pass() -> None:
    app = opened(cut="layer4.0,layer1.0")
    study = app.session_state["latest_explanation"].study
    arrays = [*study.swept.values(), *(outcome.heatmap for outcome in study._outcomes.values())]
    assert len(arrays) == 9
    assert sum(array.nbytes for array in arrays) < 10_000


class TestTwins:
    """Tests of a plain and a residual network that were trained alike."""

    @pytest.fixture
    def tiny_twins(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Make untrained twins with four channels, and made-up accuracies."""
        original_path = builtin.path_of
        monkeypatch.setattr(
            builtin,
            "path_of",
            lambda variant: (
                tmp_path / f"{variant.name}.safetensors"
                if variant.name in ("plain18", "residual18")
                else original_path(variant)
            ),
        )
        card = read_card(builtin.FOLDER / "resnet18.safetensors")
        network = VARIANTS["resnet18"].build()
        for name, shortcuts, top1 in (("plain18", False, 60.0), ("residual18", True, 70.0)):
            module = NarrowResNet.like(network, 4, len(card.labels), shortcuts)
            path = tmp_path / f"{name}.safetensors"
            save_network(module, replace(card, variant=name, width=4), path)
            without = {block: top1 - index for index, block in enumerate(SKIPPABLE)}
            names = {"bass": ("a.jpg", "b.jpg")}
            record = LesionRecord(name, "0" * 64, "skip", names, top1, without, "")
            (tmp_path / f"{name}.json").write_text(record.text)
        torch_runtime.pool.clear()  # it would return networks of another test
        yield
        torch_runtime.pool.clear()

    def test_without_files_there_is_no_such_section(self) -> None:
        assert "without shortcuts" not in page_text(opened())

    @pytest.mark.usefixtures("tiny_twins")
    def test_recorded_accuracies_stand_beside_the_readers_photo(self, sent: Sent) -> None:
        app = opened(layer="layer2.1")
        columns = blocks_of(sent["pair_chart"])
        assert columns["whole"]["said"] == unbroken("Plain-18 60.0 %, Residual-18 70.0 %")
        said = unbroken("without it, Plain-18 58.0 %, Residual-18 68.0 %")
        assert columns["layer2.1"]["said"] == said
        assert [bar["to"] for bar in columns["layer2.1"]["bars"]] == [0.58, 0.68]
        assert "right: 60.0 % of 2 photos, without layer2.1 58.0 %" in page_text(app)
        for name in ("plain18", "residual18"):
            rows = sent[f"pair_{name}"]["rows"]
            assert sum(row["watched"] for row in rows) == 1
        assert sent["pair_plain18"]["label"] == "Plain-18 without layer2.1: most probable"

    @pytest.mark.usefixtures("tiny_twins")
    def test_blocks_that_do_not_fit_are_greyed_with_the_reason(self, sent: Sent) -> None:
        app = opened(layer="layer3.0")
        greyed = {
            name for name, column in blocks_of(sent["pair_chart"]).items() if column["greyed"]
        }
        assert greyed == {"layer2.0", "layer3.0", "layer4.0"}
        reason = "It halves the grid and turns 8 channels into 16"
        assert blocks_of(sent["pair_chart"])["layer3.0"]["said"].startswith(reason)
        assert f"layer3.0 cannot be skipped. {reason}" in page_text(app)
        assert sent["pair_plain18"]["label"] == "Plain-18: most probable"

    @pytest.mark.usefixtures("tiny_twins")
    def test_both_answers_are_those_of_the_core(self, sent: Sent) -> None:
        opened(layer="layer4.1", sample="cat")
        whole = analyze(load("residual18"), SAMPLES["cat"].open())
        lesion = Lesion(("layer4.1",), lesions.LesionKind.SKIP)
        expected = [
            prediction.probability for prediction in analyze_without(whole, lesion).predictions
        ]
        rows = sent["pair_residual18"]["rows"][:5]
        assert [row["width"] / 100 for row in rows] == pytest.approx(expected, rel=1e-4)

    @pytest.mark.usefixtures("tiny_twins")
    def test_a_block_change_asks_the_twins_nothing_new(
        self, monkeypatch: pytest.MonkeyPatch, sent: Sent
    ) -> None:
        app = opened(layer="layer4.1")
        monkeypatch.setattr("explorer.explain.analysis.analyze", None)
        choose(app, "layer", "layer1.0")
        assert sent["pair_plain18"]["label"] == "Plain-18 without layer1.0: most probable"

    @pytest.mark.usefixtures("tiny_twins")
    def test_networks_without_twins_say_where_there_are_some(self) -> None:
        app = opened(weights="random:0")
        assert "Twins without shortcuts come with the built-in ResNet-18." in page_text(app)

    @pytest.mark.usefixtures("tiny_twins")
    def test_nothing_of_a_removed_photo_is_left(self, photo: Image.Image) -> None:
        app, buffer = opened(), io.BytesIO()
        photo.save(buffer, "JPEG")
        app.file_uploader[0].set_value([("cat.jpg", buffer.getvalue(), "image/jpeg")]).run()
        assert not app.exception
        assert app.session_state["latest_pair"][0][1] in app.session_state["uploads"]
        app.switch_page(str(PAGES / "explain.py")).run()
        next(button for button in app.button if button.label == "Remove my photos").click().run()
        assert not app.exception
        assert "latest_pair" not in app.session_state
