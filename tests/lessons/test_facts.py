"""Tests of explorer/lessons/facts.py."""

from __future__ import annotations

import pytest
from torchvision.models import ResNet50_Weights, resnet18

from explorer.costs.result_files import references
from explorer.lessons.facts import fact, fill
from explorer.networks.variants import VARIANTS
from explorer.weights import builtin
from explorer.weights.model_cards import read_card


def test_a_text_gets_the_accuracy_of_the_card() -> None:
    card = read_card(builtin.path_of(VARIANTS["resnet18"]))
    text = fill("It has {{builtin.resnet18.top1}} on {{builtin.resnet18.photos}} photos.")
    assert text.replace("\N{NO-BREAK SPACE}", " ") == (
        f"It has {card.top1:.2f} % on {card.photos:,} photos."
    )


def test_published_numbers_are_torchvisions() -> None:
    meta = ResNet50_Weights.IMAGENET1K_V1.meta
    assert fact("imagenet.resnet50.params").value == meta["num_params"]
    assert fact("imagenet.resnet50.macs").value == pytest.approx(1e9 * meta["_ops"])
    better = ResNet50_Weights.IMAGENET1K_V2.meta["_metrics"]["ImageNet-1K"]["acc@1"]
    gain = better - meta["_metrics"]["ImageNet-1K"]["acc@1"]
    assert fact("imagenet.resnet50.gain_by_recipe").text == f"{gain:.1f}"


@pytest.mark.parametrize("depth", [18, 34, 50, 101, 152])
def test_the_counted_layers_are_the_number_in_the_name(depth: int) -> None:
    assert fact(f"layers.resnet{depth}.counted").value == depth


def test_projections_are_counted_in_the_network() -> None:
    projection_params = sum(
        p.numel() for name, p in resnet18().named_parameters() if "downsample" in name
    )
    assert fact("layers.resnet18.projection_params").value == projection_params
    assert fact("layers.resnet18.identities").value == 5
    assert fact("layers.resnet50.projections").value == 4


def test_blocks_of_256_channels_are_counted_by_hand() -> None:
    assert fact("blocks.basic.params").value == 2 * (9 * 256 * 256 + 2 * 256)
    bottleneck = 2 * 64 * 256 + 9 * 64 * 64 + 2 * (64 + 64 + 256)
    assert fact("blocks.bottleneck.params").value == bottleneck


def test_times_are_those_of_the_measurement_that_comes_with_the_app() -> None:
    (run,) = [
        stored.run
        for stored in references().runs
        if stored.run.machine and stored.run.machine.device == "cpu"
    ][:1]
    times = {row.setup.model: row.latency.median for row in run.rows if row.latency}
    assert fact("times.densenet121").value == times["densenet121"]
    quotient = fact("times.densenet121.of_resnet18").value
    assert quotient == pytest.approx(times["densenet121"] / times["resnet18"])


@pytest.mark.parametrize("name", ["builtin.resnet19.top1", "weather.today", "builtin", ""])
def test_an_unknown_fact_is_refused(name: str) -> None:
    with pytest.raises(KeyError, match="no fact"):
        fact(name)


def test_braces_of_formulas_are_left_alone() -> None:
    assert fill(r"$\frac{a}{b}$ {x}") == r"$\frac{a}{b}$ {x}"
