"""Tests of explorer/explain/provenance.py."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version

import numpy as np
import pytest

from explorer.explain.finding import Finding
from explorer.explain.method_catalogue import METHODS
from explorer.explain.provenance import Provenance
from explorer.explain.shared_scale import SharedScale
from explorer.networks.network import Network
from explorer.networks.weight_sources import WeightSource

MADE = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


def test_it_names_everything_that_a_map_depends_on(finding: Finding) -> None:
    provenance = Provenance.of(finding, MADE)
    weights = finding.network.weights
    assert provenance.variant == "ResNet-18"
    assert provenance.weights == weights.line
    assert provenance.recipe == weights.recipe
    assert provenance.sha256 == weights.sha256
    assert provenance.target == finding.explained.label
    assert provenance.method == "Grad-CAM (Selvaraju et al., 2017)"
    assert provenance.block == "layer4.1"
    assert (provenance.rows, provenance.columns) == finding.heatmap.shape
    assert (provenance.scale, provenance.low) == ("own", 0)
    assert provenance.high == provenance.strongest == float(finding.heatmap.max())
    assert provenance.device.startswith("CPU (")
    assert provenance.precision == "float32"
    assert provenance.versions["captum"] == version("captum")
    assert provenance.made == "2026-03-14T15:09:26+00:00"


def test_every_fact_is_said_to_people_and_survives_json(finding: Finding) -> None:
    provenance = Provenance.of(finding, MADE)
    assert all(name and value for name, value in provenance.facts)
    assert Provenance(**json.loads(json.dumps(provenance.record()))) == provenance
    for part in ("ResNet-18", "layer4.1", "captum", "2026-03-14", "the map's own, 0 to"):
        assert part in provenance.line


@pytest.mark.parametrize(
    ("span", "shared"),
    [
        (SharedScale.OWN, ["layer3.0"]),
        (SharedScale.STAGE, ["layer3.0", "layer3.1"]),
        (SharedScale.NETWORK, None),
    ],
)
def test_a_scale_is_the_largest_value_of_all_maps_that_share_it(
    finding: Finding, span: SharedScale, shared: list[str] | None
) -> None:
    ladder = finding.ladder
    changed = replace(finding, block="layer3.0", heatmap=ladder["layer3.0"], span=span)
    provenance = Provenance.of(changed)
    assert provenance.high == max(float(ladder[block].max()) for block in shared or ladder)
    weaker = bool(provenance.high > ladder["layer3.0"].max())
    assert ("this map reaches" in provenance.scale_in_words) is weaker


def test_a_signed_scale_reaches_as_far_below_zero(finding: Finding) -> None:
    heatmap = np.array([[-3, 1], [0, 2]], np.float32)
    changed = replace(finding, heatmap=heatmap, ladder={"layer4.1": heatmap}, signed=True)
    provenance = Provenance.of(changed)
    assert (provenance.low, provenance.high) == (-3, 3)
    assert "blue counts against it" in changed.reading()


def test_a_map_that_is_none_of_the_ladders_has_its_own_scale(finding: Finding) -> None:
    pixels = np.full((8, 8), 7, np.float32)
    changed = replace(finding, heatmap=pixels, span=SharedScale.NETWORK)
    assert (Provenance.of(changed).scale, Provenance.of(changed).high) == ("own", 7)
    shortened = Provenance.of(replace(changed, end=5.0))
    assert shortened.scale_in_words.startswith("the map's own, 0 to 5, ")
    assert shortened.scale_in_words.endswith("this map reaches 7")


def test_the_name_of_a_readers_own_checkpoint_is_not_in_it(finding: Finding) -> None:
    weights = replace(
        finding.network.weights,
        name="acme-secret.pth",
        source=WeightSource.CHECKPOINT,
        title="My checkpoint (acme-secret.pth)",
        recipe="Not stated; the weights are model in acme-secret.pth.",
    )
    network = Network(
        finding.network.variant, weights, finding.network.module, finding.network.device
    )
    provenance = Provenance.of(replace(finding, network=network))
    assert "secret" not in json.dumps(provenance.record())
    assert provenance.weights.startswith("my checkpoint, quarter width")


def test_a_blank_map_has_no_scale(finding: Finding) -> None:
    blank = np.zeros((5, 5), np.float32)
    provenance = Provenance.of(replace(finding, heatmap=blank, ladder={"layer4.1": blank}))
    assert provenance.scale_in_words == "none, for the map is blank"


def test_a_comparison_names_both_classes(finding: Finding) -> None:
    other = replace(finding.explained, label="car_side")
    provenance = Provenance.of(replace(finding, rather_than=other))
    assert provenance.question.endswith(" rather than car side")
    signed = replace(finding, rather_than=other, signed=True)
    assert ", blue car side." in signed.reading()


def test_a_method_that_explains_pixels_is_asked_at_the_input(finding: Finding) -> None:
    saliency = replace(finding, method=METHODS["saliency"])
    assert Provenance.of(saliency).block == "the input's pixels"
    assert saliency.reading().startswith("Yellow matters for ")
    assert saliency.name.startswith("resnet18-saliency-")
    assert Provenance.of(replace(saliency, signed=True)).low == 0  # it knows magnitudes only
    guided = replace(finding, method=METHODS["guided-grad-cam"])
    assert Provenance.of(guided).block == "the input's pixels through layer4.1"


def test_a_files_name_holds_no_character_that_a_system_refuses(finding: Finding) -> None:
    odd = replace(finding, explained=replace(finding.explained, label='a/b:c*"d" é'))
    assert odd.name == "resnet18-grad-cam-layer4.1-a_b_c__d__é"
