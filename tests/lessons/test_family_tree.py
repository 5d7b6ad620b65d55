"""Tests of explorer/lessons/family_tree.py, its drawings, and what is said of the members."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
import torch
from torch import nn
from torchvision.models import get_model

from explorer.figures.lessons.family_tree import HEIGHT, WIDTH, svg
from explorer.lessons.facts import fact
from explorer.lessons.family_tree import OTHERS, RESNET, FamilyMember, Merge, family_members
from explorer.networks.variants import find_variant

EVERY_MEMBER = pytest.mark.parametrize(
    "member", family_members().values(), ids=lambda member: member.id
)


@EVERY_MEMBER
def test_a_member_says_what_it_is_what_it_gave_up_and_where_it_was_published(
    member: FamilyMember,
) -> None:
    assert all((member.title, member.formula, member.idea, member.price, member.works))
    assert "{{" not in member.idea + member.price
    assert find_variant(member.variant).title
    assert all(0 < layer.width <= 1 for layer in member.flow.layers)


@EVERY_MEMBER
def test_a_drawing_has_all_blocks_and_says_what_it_shows(member: FamilyMember) -> None:
    root = ElementTree.fromstring(svg(member))
    flow = member.flow
    stacks = flow.blocks if flow.merge is Merge.CONCATENATION else 0
    boxes = len(flow.layers) * flow.branches * flow.blocks + stacks
    assert len(root.findall("rect")) == boxes + (flow.blocks if flow.behind else 0)
    sums = [text for text in root.findall("text") if text.text == "+"]
    assert len(sums) == (flow.blocks if flow.merge in (Merge.SUM, Merge.GATE) else 0)
    assert root.get("aria-label") == member.alt
    assert member.title in member.alt
    for rect in root.findall("rect"):
        assert 0 <= float(rect.get("x", -1)) < WIDTH
        assert 0 <= float(rect.get("y", -1)) < HEIGHT


def test_a_dense_block_reads_from_every_layer_before() -> None:
    root = ElementTree.fromstring(svg(family_members()["densenet"]))
    heads = [shape for shape in root.findall("polygon") if "accent" in shape.get("class", "")]
    assert len(heads) == 0 + 1 + 2 + 3


def test_resnet_is_the_first_and_no_other_lacks() -> None:
    assert list(family_members()) == [RESNET, *OTHERS]


def test_a_relu_stands_behind_the_sum_where_it_is_drawn() -> None:
    with torch.device("meta"):
        last_modules = {name: _last_of_a_block(name) for name in ("resnet50", "efficientnet_b0")}
    assert last_modules == {"resnet50": nn.ReLU, "efficientnet_b0": nn.BatchNorm2d}
    behind = {id: bool(member.flow.behind) for id, member in family_members().items()}
    assert behind["resnet"] is behind["wide"] is behind["resnext"] is True
    assert behind["efficientnet"] is behind["vit"] is False


def _last_of_a_block(name: str) -> type[nn.Module]:
    """The type of the last module that the second block of a stage runs."""
    model = get_model(name)
    block = model.layer1[1] if name.startswith("resnet") else model.features[2][1]
    types: list[type[nn.Module]] = []
    for module in block.modules():
        if not list(module.children()):
            module.register_forward_hook(lambda module, *_: types.append(type(module)))
    block.eval()(torch.empty(1, 256 if name.startswith("resnet") else 24, 8, 8, device="meta"))
    return next(kind for kind in reversed(types) if "Stochastic" not in kind.__name__)


def test_most_of_vggs_parameters_are_in_one_linear_layer() -> None:
    with torch.device("meta"):
        first = get_model("vgg16").classifier[0]
    assert first.weight.numel() > 0.5 * fact("imagenet.vgg16.params").value


def test_the_network_with_fewest_multiply_adds_is_the_one_of_the_lesson() -> None:
    macs = {member.id: member.size("macs").value for member in family_members().values()}
    assert min(macs, key=lambda id: macs[id]) == "efficientnet"
