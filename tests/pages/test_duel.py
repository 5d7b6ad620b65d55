"""Tests of the duel of networks, without a browser: its networks, answers and summary."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torchvision.models import ResNet18_Weights, get_model

from explorer import analyze, load
from explorer.explain import duel
from explorer.explain.agreement import compare_maps
from explorer.explain.analysis import Analysis
from explorer.networks.network import Network
from explorer.networks.variants import CONTRAST, VARIANTS, find_variant
from explorer.networks.weight_sources import WeightSource
from explorer.networks.weights_info import Weights
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.photos.geometry import IMAGENET
from explorer.photos.samples import IN_TRAY, SAMPLES
from explorer.ui.components import sortable_table as tables
from explorer.ui.duel import duel as duel_page
from explorer.ui.duel import duel_answers, duel_many_photos
from explorer.ui.frame import torch_runtime
from explorer.ui.networks.link_choices import MY_NETWORK
from explorer.ui.photos import photo_results
from explorer.weights.availability import availability
from explorer.weights.pool import NetworkKey
from explorer.wording import spoken, unbroken
from patience import PATIENCE

# More networks may come with the app: these are enough.
HERE = ("resnet18", "resnet34", "resnet50")
Sent = list[dict[str, Any]]


@pytest.fixture
def sent(recorded: Callable[[ModuleType, str], Sent]) -> Sent:
    """Duels sent to the browser, the latest last."""
    return recorded(duel_page, "duel_rows")


def opened(**choices: str) -> AppTest:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in ({"tab": "duel"} | choices).items():
        app.query_params[name] = value
    app.switch_page(str(PAGES / "compare.py")).run()
    assert not app.exception
    return app


def alone(name: str, sample: str) -> Analysis:
    return analyze(load(name), SAMPLES[sample].open())


def rows_of(sent: Sent) -> dict[str, dict[str, Any]]:
    return {row["title"]: row for row in sent[-1]["rows"]}


def test_every_network_answers_as_it_does_alone_and_is_judged_by_the_reference(
    sent: Sent,
) -> None:
    opened(sample="cat", variant="resnet34", stage="layer3")
    rows = rows_of(sent)
    assert next(iter(rows)) == "ResNet-34"
    reference = alone("resnet34", "cat")
    target = reference.predictions[0].label
    for name in HERE:
        network, answer = load(name), alone(name, "cat")
        row = rows[network.variant.title]
        best = answer.predictions[0]
        assert row["classes"][0]["label"] == spoken(best.label)
        assert row["classes"][0]["width"] == pytest.approx(100 * best.probability, rel=1e-3)
        assert row["costs"][1] == unbroken(f"{network.nbytes / 1e6:.1f} MB")
        assert re.fullmatch(r"[\d.]+\sms \([\d.]+ to [\d.]+\)", row["costs"][0])
        if name == "resnet34":
            assert row["verdict"] == "the reference"
            continue
        assert row["judged"] == ("same" if best.label == target else "other")
        block = [b for b in network.blocks if b.startswith("layer3.")][-1]
        heatmap = answer.heatmap(block, target)
        correlation, overlap = compare_maps(
            reference.heatmap("layer3.5", target), reference.frame, heatmap, answer.frame
        )
        texts = [meter["text"].replace("\N{MINUS SIGN}", "-") for meter in row["meters"]]
        assert float(texts[0]) == pytest.approx(correlation, abs=0.011)
        assert float(texts[1].removesuffix(" %")) == pytest.approx(100 * (overlap or 0), abs=1.01)


def test_one_class_is_explained_by_all(sent: Sent) -> None:
    app = opened()
    app.selectbox(key="duel_class").set_value("cup").run()
    assert not app.exception
    assert app.query_params["class"] == "cup"
    for row in rows_of(sent).values():
        (watched,) = [entry for entry in row["classes"] if entry["watched"]]
        assert watched["label"] == "cup"
        assert "for cup" in row["alt"]


def test_every_network_is_asked_once(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []
    ask = duel.ask

    def recording(network: Network, *arguments: Any) -> Any:
        names.append(network.variant.name)
        return ask(network, *arguments)

    monkeypatch.setattr(duel, "ask", recording)
    opened()
    assert sorted(names) == sorted(set(names))
    assert set(names) >= set(HERE)


def test_nothing_is_computed_twice(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened()
    calls: list[object] = []
    monkeypatch.setattr("explorer.explain.duel.ask", lambda *arguments: calls.append(arguments))
    app.run()
    assert not app.exception
    assert calls == []


def test_untrained_networks_are_not_offered_and_absent_ones_say_what_to_fetch(
    sent: Sent,
) -> None:
    app = opened()
    offered = app.segmented_control(key="pick_duelists").options
    assert not any("ntrained" in title for title in offered)
    app.segmented_control(key="pick_duelists").set_value("imagenet-classic").run()
    assert not app.exception
    assert "None of these weights are on this machine" in app.info[0].value
    absent = app.pills(key="absent_weights")
    assert absent.disabled
    assert unbroken("ResNet-18, 47 MB") in absent.options
    assert unbroken("VGG-16, 553 MB") in absent.options
    assert not any("64x4d" in title for title in absent.options)
    assert any(
        "weights fetch resnet18/imagenet-classic" in caption.value for caption in app.caption
    )


def test_weights_are_fetched_where_they_are_missed_and_take_part(
    sent: Sent, file_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    weights = ResNet18_Weights.IMAGENET1K_V1
    torch.save(get_model("resnet18").state_dict(), file := tmp_path / "file.pth")
    content = file.read_bytes()
    name = f"resnet18-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    monkeypatch.setattr(weights.value, "url", file_server.url(name))
    app = opened(duelists="imagenet-classic")
    assert app.selectbox(key="fetch_which").value == "resnet18/imagenet-classic"
    app.button(key="fetch_weights").click().run()
    assert "is not offered" in app.error[0].value  # the server does not have it yet
    file_server.files[name] = content
    app.button(key="fetch_weights").click().run()
    assert not app.exception
    assert not app.error
    next(
        button for button in app.button if button.label.startswith("Start the duel of 1")
    ).click().run()
    assert list(rows_of(sent)) == ["ResNet-18"]
    assert not any("ResNet-18," in title for title in app.pills(key="absent_weights").options)


def test_a_network_of_ones_own_takes_part_and_is_asked_about_its_best_class(sent: Sent) -> None:
    shared, title = load("resnet34"), "My network (ResNet-34)"
    labels = tuple(f"own {label}" for label in shared.labels)
    weights = replace(shared.weights, source=WeightSource.TAUGHT, labels=labels)
    own = replace(shared, weights=weights)
    app = opened(sample="rocket")
    assert title not in app.pills[0].options
    app.session_state[MY_NETWORK] = own
    app.run()
    app.pills[0].set_value(["resnet18", WeightSource.TAUGHT.value]).run()
    assert not app.exception
    rows = rows_of(sent)
    assert rows["ResNet-18"]["verdict"] == "the reference"
    mine = analyze(own, SAMPLES["rocket"].open())
    assert rows[title]["verdict"] == "knows other classes"
    assert rows[title]["classes"][0]["label"] == spoken(mine.predictions[0].label)
    assert len(rows[title]["meters"]) == 2
    assert any(f"{title}: for its own best class" in text.value for text in app.caption)
    assert not [button for button in app.button if button.label.startswith("Ask them about all")]


def test_several_photos_are_summed_up_after_a_button(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables_sent: Sent = []
    monkeypatch.setattr(tables, "_table", lambda *, key, data: tables_sent.append(data))
    app = opened(sample="rocket")
    app.pills[0].set_value(list(HERE)).run()
    (button,) = [b for b in app.button if b.label.startswith("Ask them about all 8")]
    assert "s)" in button.label
    assert not tables_sent
    button.click().run()
    assert not app.exception
    best = {name: [alone(name, sample).predictions[0].label for sample in IN_TRAY] for name in HERE}
    same = {name: sum(map(str.__eq__, best["resnet18"], best[name])) for name in HERE[1:]}
    cells = {row["cells"][0]["text"]: row["cells"][1]["text"] for row in tables_sent[-1]["rows"]}
    assert cells == {load(name).variant.title: f"{n} of 8" for name, n in same.items()}
    differing = [
        sum(best[name][at] != best["resnet18"][at] for name in HERE[1:]) for at in range(8)
    ]
    (sentence,) = [m.value for m in app.markdown if "disagree most on" in m.value]
    title = sentence.split("**")[1]
    at = [SAMPLES[name].title for name in IN_TRAY].index(title)
    assert differing[at] == max(differing)
    next(button for button in app.button if button.label == "Show that duel").click().run()
    assert app.session_state["sample"] == IN_TRAY[at]


def test_all_answers_of_a_summary_are_kept_at_once() -> None:
    networks = len(VARIANTS) + len(CONTRAST)
    assert duel_many_photos.MOST_PHOTOS * networks < duel_answers.MOST_ANSWERS / 2


def test_answers_keep_no_network_alive_and_leave_with_their_photo(sent: Sent) -> None:
    app = opened(sample="coffee")
    bouts = app.session_state["duel_answers"]
    assert {key[0] for key in bouts.answers} == {"coffee"}
    assert not any(
        isinstance(value, Network)
        for answer in bouts.answers.values()
        for value in vars(answer).values()
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(photo_results.st, "session_state", {"duel_answers": bouts})
        photo_results.forget_photo("cat")
        assert bouts.answers
        photo_results.forget_photo("coffee")
        assert not bouts.answers
        photo_results.forget()
        assert not photo_results.st.session_state


def random_network(name: str, source: WeightSource) -> Network:
    """Return a network with random weights in place of published ones."""
    torch.manual_seed(0)
    variant = find_variant(name)
    labels = tuple(f"class {number}" for number in range(1000))
    weights = Weights(source, source, source.heading, labels, IMAGENET, "never trained")
    return Network(variant, weights, get_model(name), torch.device("cpu"))


def test_other_kinds_of_networks_join_where_their_weights_are_here(
    sent: Sent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("explorer.explain.duel.PASSES", 2)
    sources = {
        "resnet18": WeightSource.IMAGENET_CLASSIC,
        "densenet121": WeightSource.IMAGENET_OTHER,
    }
    for name, source in sources.items():
        path = availability(name, source).path
        assert path is not None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        key = NetworkKey(name, source, "cpu")
        monkeypatch.setitem(torch_runtime.pool()._networks, key, random_network(name, source))
    app = opened(duelists="imagenet-classic", sample="coffee")
    who = app.pills[0]
    assert who.value == ["resnet18"]
    who.set_value(["resnet18", "densenet121"]).run()
    (button,) = [b for b in app.button if b.label.startswith("Start the duel of 2 (")]
    assert not sent
    button.click().run()
    assert not app.exception
    rows = rows_of(sent)
    assert rows["ResNet-18"]["verdict"] == "the reference"
    assert rows["DenseNet-121"]["weights"] == WeightSource.IMAGENET_OTHER.heading
    assert rows["DenseNet-121"]["costs"][2] == "map: layer4.features.norm5"
    assert len(rows["DenseNet-121"]["meters"]) == 2
