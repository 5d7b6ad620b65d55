"""Tests of explorer/networks/layer_summary.py.

Against torch's own counter and what the papers say.
"""

from __future__ import annotations

import pytest
import torch
from torch.utils import module_tracker
from torch.utils.flop_counter import FlopCounterMode

from explorer import load
from explorer.networks.layer_summary import Shortcut, layer_summary, summarise
from explorer.networks.network import run_chain
from explorer.networks.variants import PLAIN_TWINS, VARIANTS, find_variant

FIELDS = {
    "resnet18": (43, 99, 211, 435),
    "resnet34": (59, 179, 547, 899),
    "resnet50": (35, 91, 267, 427),
    "resnet101": (35, 91, 811, 971),
    "resnet152": (35, 155, 1291, 1451),
}


@pytest.mark.parametrize("name", FIELDS)
def test_receptive_fields_at_the_ends_of_the_stages_are_those_of_the_architecture(
    name: str,
) -> None:
    links = summarise(find_variant(name), 64, 1000, 224).links.values()
    ends = {link.name.partition(".")[0]: link.field.size for link in links}
    assert tuple(ends[f"layer{stage}"] for stage in range(1, 5)) == FIELDS[name]


@pytest.mark.parametrize("name", VARIANTS)
def test_parameters_and_multiply_adds_are_those_that_torchvision_publishes(name: str) -> None:
    variant = find_variant(name)
    summary = summarise(variant, 64, 1000, 224)
    meta = variant.published[0].meta
    assert summary.params == meta["num_params"]
    assert summary.macs / 1e9 == pytest.approx(meta["_ops"], abs=0.0006)


@pytest.mark.parametrize("name", ["resnet50", "plain18"])
def test_each_link_costs_what_torchs_counter_says(name: str) -> None:
    variant = (VARIANTS | PLAIN_TWINS)[name]
    with FlopCounterMode(display=False) as counter:
        variant.build(66, 16)(torch.empty(1, 3, 128, 128, device="meta"))
    links = summarise(variant, 16, 66, 128).links
    flops = counter.get_flop_counts()
    module = "NarrowResNet"
    assert 2 * sum(link.macs for link in links.values()) == counter.get_total_flops()
    for stage in ("layer1", "layer2", "layer3", "layer4"):
        macs = sum(link.macs for link in links.values() if link.name.startswith(stage))
        assert 2 * macs == sum(flops[f"{module}.{stage}"].values())


def test_shapes_and_parameters_are_those_of_a_pass() -> None:
    network = load("resnet50")
    summary = layer_summary(network)
    size = summary.input_size
    outputs = run_chain(network, torch.zeros(1, 3, size, size))
    assert {name: tuple(y.shape[1:]) for name, y in outputs.items()} == {
        name: link.shape for name, link in summary.links.items()
    }
    for name, module in network.chain.items():
        assert summary.links[name].params == sum(p.numel() for p in module.parameters())


def test_a_link_says_what_it_is() -> None:
    links = summarise(find_variant("resnet50"), 64, 1000, 224).links
    assert {name: link.shortcut for name, link in links.items() if link.name.endswith(".0")} == {
        f"layer{stage}.0": Shortcut.PROJECTION for stage in range(1, 5)
    }
    assert {name for name, link in links.items() if link.stride > 1} == {
        "stem",
        "layer2.0",
        "layer3.0",
        "layer4.0",
    }
    assert links["layer1.1"].shortcut is Shortcut.IDENTITY
    assert links["layer1.1"].kind == "bottleneck block"
    plain = summarise(find_variant("plain18"), 16, 66, 128).links
    assert plain["layer2.0"].kind == "plain basic block"
    assert {link.shortcut for link in plain.values()} == {Shortcut.NONE}


def test_the_head_sees_what_all_cells_before_it_see() -> None:
    links = summarise(find_variant("resnet18"), 16, 66, 128).links
    last, head = links["layer4.1"], links["head"]
    cells = last.shape[-1]
    assert head.field.of_cell(0).first == last.field.of_cell(0).first
    assert head.field.of_cell(0).end == last.field.of_cell(cells - 1).end


def test_a_blueprint_hooks_no_module_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(hook: object) -> None:
        raise AssertionError(f"{hook} would watch what other sessions compute.")

    for name in ("register_module_forward_pre_hook", "register_module_forward_hook"):
        monkeypatch.setattr(module_tracker, name, refuse)
    summarise.__wrapped__(find_variant("resnet18"), 16, 66, 128)
