"""Tests of explorer/blocks/lesions.py, against a copy of torchvision's model without the blocks."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
import torch
from captum.attr import LayerGradCam
from PIL import Image
from torch import Tensor, nn

from explorer import analyze, load
from explorer.blocks.lesions import (
    Lesion,
    LesionKind,
    analyze_without,
    lesioned,
    refusal,
    removable_blocks,
    sweep,
)
from explorer.errors import RequestError
from explorer.explain.analysis import Analysis
from explorer.networks.narrow_resnet import PlainBasicBlock
from explorer.networks.network import Network
from explorer.networks.variants import PLAIN_TWINS
from explorer.photos.geometry import to_tensor

SHIPPED = ["resnet18", "resnet34", "resnet50"]


@pytest.fixture(scope="module", params=SHIPPED)
def analysis(request: pytest.FixtureRequest, photo: Image.Image) -> Analysis:
    return analyze(load(request.param), photo)


@pytest.fixture(scope="module")
def resnet18(photo: Image.Image) -> Analysis:
    return analyze(load("resnet18"), photo)


@pytest.fixture(autouse=True)
def _untouched(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check after each test that the shared networks are unchanged."""
    networks = [
        request.getfixturevalue(name).network
        for name in ("analysis", "resnet18")
        if name in request.fixturenames
    ]
    before = [fingerprint(network) for network in networks]
    yield
    assert [fingerprint(network) for network in networks] == before


def fingerprint(network: Network) -> tuple[object, ...]:
    """Weights, flags, hooks and modules of a shared network."""
    modules = list(network.module.modules())
    return (
        [float(tensor.double().sum()) for tensor in network.module.state_dict().values()],
        [id(module) for module in modules],
        [module.training for module in modules],
        [parameter.requires_grad for parameter in network.module.parameters()],
        [len(module._forward_hooks) + len(module._backward_hooks) for module in modules],
        [type(module) for module in modules],
    )


def reference(network: Network, *blocks: str) -> nn.Module:
    """torchvision's model, copied, with a Sequential of shortcut and ReLU for these blocks."""
    model = copy.deepcopy(network.module)
    for block in blocks:
        stage, index = block.split(".")
        old = getattr(model, stage)[int(index)]
        shortcut = old.downsample if old.downsample is not None else nn.Identity()
        getattr(model, stage)[int(index)] = nn.Sequential(shortcut, nn.ReLU())
    return model


def probabilities(model: nn.Module, analysis: Analysis) -> Tensor:
    with torch.no_grad():
        logits = model(analysis.forward_pass.x)[0]
    return (logits / analysis.network.weights.temperature).softmax(0)


def test_each_block_switched_off_equals_the_reference(analysis: Analysis) -> None:
    for block in analysis.network.blocks[1:]:
        expected = probabilities(reference(analysis.network, block), analysis)
        without = analyze_without(analysis, Lesion((block,)))
        assert torch.equal(torch.from_numpy(without.probabilities), expected), block
        assert without.predictions[0].index == int(expected.argmax())
        assert without.forward_pass.graph_bytes == 0


def test_the_sweep_equals_the_reference_block_by_block(analysis: Analysis) -> None:
    steps = list(sweep(analysis))
    assert [step.block for step in steps] == list(analysis.network.blocks[1:])
    assert [step.done for step in steps] == list(range(1, len(steps) + 1))
    for step in steps:
        expected = probabilities(reference(analysis.network, step.block), analysis)
        torch.testing.assert_close(torch.from_numpy(step.probabilities), expected)
        assert step.steps == len(steps)


def test_several_blocks_at_once_equal_the_reference_in_any_order(resnet18: Analysis) -> None:
    blocks = ("layer4.0", "layer1.1", "layer2.0")
    expected = probabilities(reference(resnet18.network, *blocks), resnet18)
    without = analyze_without(resnet18, Lesion(blocks))
    assert torch.equal(torch.from_numpy(without.probabilities), expected)
    assert not torch.equal(expected, torch.from_numpy(resnet18.probabilities))


def test_every_block_but_the_stem_may_go_at_once(resnet18: Analysis) -> None:
    blocks = resnet18.network.blocks[1:]
    expected = probabilities(reference(resnet18.network, *blocks), resnet18)
    without = analyze_without(resnet18, Lesion(blocks))
    assert torch.equal(torch.from_numpy(without.probabilities), expected)


@pytest.mark.parametrize("layer", ["layer4.1", "layer2.0"])
def test_grad_cam_without_a_block_is_captums_on_the_reference(
    resnet18: Analysis, layer: str
) -> None:
    model, target = reference(resnet18.network, "layer3.1"), 5
    x = resnet18.forward_pass.x.clone().requires_grad_()
    module = model.get_submodule(layer)
    expected = LayerGradCam(model, module).attribute(x, target, relu_attributions=True)
    heatmap = analyze_without(resnet18, Lesion(("layer3.1",))).heatmap(layer, target)
    assert expected.any()
    torch.testing.assert_close(torch.from_numpy(heatmap), expected[0, 0].detach())


def test_the_pass_of_the_whole_network_is_left_as_it_was(resnet18: Analysis) -> None:
    before = {
        name: output.detach().clone() for name, output in resnet18.forward_pass.outputs.items()
    }
    analyze_without(resnet18, Lesion(("layer2.1", "layer4.1")))
    list(sweep(resnet18))
    for name, output in resnet18.forward_pass.outputs.items():
        assert torch.equal(output.detach(), before[name]), name
    assert resnet18.heatmap("layer1.0").any()  # its graph is still usable


def test_skipping_an_identity_block_is_switching_its_branch_off(resnet18: Analysis) -> None:
    """The input of the block is already the output of a ReLU."""
    for block in ("layer1.0", "layer3.1"):
        skipped = analyze_without(resnet18, Lesion((block,), LesionKind.SKIP))
        cut = analyze_without(resnet18, Lesion((block,)))
        assert torch.equal(
            torch.from_numpy(skipped.probabilities), torch.from_numpy(cut.probabilities)
        )


@pytest.fixture(scope="module")
def plain() -> Network:
    """An untrained Plain-18 with eight channels."""
    from explorer.networks.narrow_resnet import NarrowResNet

    torch.manual_seed(0)
    module = NarrowResNet(PlainBasicBlock, (2, 2, 2, 2), width=8, num_classes=66)
    return Network(PLAIN_TWINS["plain18"], load("resnet18").weights, module, torch.device("cpu"))


def test_a_plain_network_is_skipped_as_if_the_block_had_never_been_there(
    plain: Network, photo: Image.Image
) -> None:
    model = copy.deepcopy(plain.module)
    model.layer3 = nn.Sequential(model.layer3[0])
    x = to_tensor(photo, plain.weights.preprocessing)
    with torch.no_grad():
        expected = model(x)[0]
    without = analyze_without(analyze(plain, photo), Lesion(("layer3.1",), LesionKind.SKIP))
    assert torch.equal(without.forward_pass.logits, expected)


def test_only_blocks_whose_input_fits_the_next_are_skipped(plain: Network) -> None:
    fits = ("layer1.0", "layer1.1", "layer2.1", "layer3.1", "layer4.1")
    assert removable_blocks(plain, LesionKind.SKIP) == fits
    bottlenecks = load("resnet50")
    fits = tuple(b for b in bottlenecks.blocks if b != "stem" and not b.endswith(".0"))
    assert removable_blocks(bottlenecks, LesionKind.SKIP) == fits
    assert refusal(plain, "layer2.0", LesionKind.SKIP) == (
        "It halves the grid and turns 8 channels into 16, so its input does not fit the next block."
    )
    assert refusal(bottlenecks, "layer1.0", LesionKind.SKIP).startswith(
        "It turns 16 channels into 64"
    )


def test_what_cannot_be_switched_off_is_refused_in_words(
    plain: Network, resnet18: Analysis, photo: Image.Image
) -> None:
    with pytest.raises(RequestError, match="every photo would look the same"):
        lesioned(plain, Lesion(("layer1.0",)))
    with pytest.raises(RequestError, match="does not fit the next block"):
        analyze_without(resnet18, Lesion(("layer2.0",), LesionKind.SKIP))
    with pytest.raises(RequestError, match="does not fit the next block"):
        list(sweep(resnet18, ("layer2.0",), LesionKind.SKIP))
    with pytest.raises(RequestError, match=r"stem cannot be switched off\. It is no residual"):
        lesioned(resnet18.network, Lesion(("stem",)))
    with pytest.raises(RequestError, match="has no block"):
        lesioned(resnet18.network, Lesion(("layer9.0",)))
    skipped = [step.block for step in sweep(analyze(plain, photo), cut=LesionKind.SKIP)]
    assert skipped == ["layer1.0", "layer1.1", "layer2.1", "layer3.1", "layer4.1"]


def test_a_lesioned_network_shares_the_weights_and_nothing_else(resnet18: Analysis) -> None:
    network = resnet18.network
    without = lesioned(network, Lesion(("layer1.0",)))
    assert isinstance(without.chain["layer1.0"], nn.Sequential)
    assert without.module.fc.weight is network.module.fc.weight
    assert without.module.fc is not network.module.fc
