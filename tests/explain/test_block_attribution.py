"""Tests of explorer/explain/block_attribution.py: parity with Captum on the unmodified model."""

import pytest
import torch
from captum.attr import LayerGradCam
from torch import Tensor, nn

from explorer import load
from explorer.errors import RequestError
from explorer.explain.block_attribution import grad_cam, grad_cam_ladder, hires_cam
from explorer.explain.forward_pass import forward
from explorer.explain.method_catalogue import METHODS, find_method
from explorer.explain.target_score import Target
from explorer.networks.network import Network
from explorer.networks.variants import VARIANTS

# One torchvision network of each, at the smallest input that keeps a last grid of 2 x 2 or more.
CASES = [(name, seed) for seed, name in enumerate(VARIANTS)] + [("resnet18", 11), ("resnet50", 12)]
# Captum runs the whole model once per block. The deeper variants are built of the same blocks as
# these, so of them the stem and both ends of each stage are compared.
EVERY_BLOCK = {"resnet18", "resnet34", "resnet50", "resnext50_32x4d", "wide_resnet50_2"}


def input_of(seed: int, size: int) -> Tensor:
    """A synthetic photo: coloured noise on a few scales, so that maps are not flat."""
    generator = torch.Generator().manual_seed(seed)
    octaves = [torch.randn(1, 3, s, s, generator=generator) for s in (4, 16, size)]
    return sum(nn.functional.interpolate(o, size=(size, size), mode="bilinear") for o in octaves)


def whole_model_map(module: nn.Module, block: str, x: Tensor, index: int, relu: bool) -> Tensor:
    layer = module.maxpool if block == "stem" else module.get_submodule(block)
    reference = LayerGradCam(module, layer)
    return reference.attribute(x.clone(), target=index, relu_attributions=relu).detach()[0, 0]


def assert_close(ours: Tensor, reference: Tensor, block: str) -> None:
    assert ours.shape == reference.shape
    assert (ours - reference).abs().max() <= 1e-5 * reference.abs().max(), block


def compared(network: Network) -> list[str]:
    """The blocks whose maps are compared with those of the whole model."""
    blocks = list(network.blocks)
    if network.variant.name in EVERY_BLOCK:
        return blocks
    stages = [block.partition(".")[0] for block in blocks]
    return [
        block
        for at, block in enumerate(blocks)
        if stages[at] not in stages[:at] or stages[at] not in stages[at + 1 :]
    ]


@pytest.mark.parametrize(("name", "seed"), CASES)
def test_every_block_equals_captum_on_the_whole_model(name: str, seed: int) -> None:
    network = load(name, f"random:{seed}")
    x = input_of(seed, 96 if name == "resnet18" else 64)
    forward_pass = forward(network, x)
    index = int(forward_pass.logits.argmax())
    signed = grad_cam_ladder(forward_pass, Target(index), signed=True)
    positive = grad_cam_ladder(forward_pass, Target(index))
    assert list(signed) == list(network.blocks)
    blank, blocks = 0, compared(network)
    for block in blocks:
        reference = whole_model_map(network.module, block, x, index, relu=False)
        assert_close(signed[block], reference, block)
        assert_close(positive[block], reference.relu(), block)
        assert reference.abs().max() > 0, block
        blank += not bool(reference.relu().any())
    assert blank < len(blocks) / 2


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnext50_32x4d"])
def test_the_suffix_through_captum_equals_captum_on_the_whole_model(name: str) -> None:
    network = load(name, "random:0")
    x = input_of(0, 64)
    forward_pass = forward(network, x)
    for block in network.blocks:
        for signed in (True, False):
            ours = grad_cam(forward_pass, block, Target(7), signed)
            assert_close(ours, whole_model_map(network.module, block, x, 7, not signed), block)


def test_different_photos_get_different_classes() -> None:
    network = load("resnet50", "random:0")
    classes = {int(forward(network, input_of(seed, 64)).logits.argmax()) for seed in range(8)}
    assert len(classes) > 1


def test_a_rather_than_b_is_the_signed_map_of_a_less_that_of_b() -> None:
    network = load("resnet18", "random:0")
    forward_pass = forward(network, input_of(3, 96))
    for block in network.blocks:
        a, b = (grad_cam(forward_pass, block, Target(i), signed=True) for i in (10, 20))
        difference = grad_cam(forward_pass, block, Target(10, rather_than=20), signed=True)
        assert torch.allclose(difference, a - b, atol=1e-5 * float(a.abs().max())), block
        assert_close(
            grad_cam_ladder(forward_pass, Target(10, rather_than=20), signed=True)[block],
            difference,
            block,
        )


def test_grad_cam_runs_captum(monkeypatch: pytest.MonkeyPatch) -> None:
    network: Network = load("resnet18", "random:0")
    forward_pass = forward(network, input_of(0, 64))
    calls = []
    original = LayerGradCam.attribute
    monkeypatch.setattr(
        LayerGradCam, "attribute", lambda *a, **k: calls.append(1) or original(*a, **k)
    )
    grad_cam(forward_pass, "layer4.1", Target(0))
    assert calls == [1]


def test_hires_cam_is_the_gradient_times_the_activation_summed_over_channels() -> None:
    network = load("resnet18", "random:0")
    forward_pass = forward(network, input_of(2, 96))
    gradients = forward_pass.gradients(Target(5))
    for block in network.blocks:
        expected = (gradients[block] * forward_pass.outputs[block].detach()).sum(1)[0]
        assert_close(hires_cam(forward_pass, block, Target(5), signed=True), expected, block)
        assert_close(hires_cam(forward_pass, block, Target(5)), expected.relu(), block)


def test_at_the_last_block_hires_cam_and_grad_cam_are_the_same() -> None:
    """Only the average pool follows it, so every cell has the average gradient."""
    network = load("resnet18", "random:0")
    forward_pass = forward(network, input_of(2, 96))
    ours = hires_cam(forward_pass, "layer4.1", Target(5), signed=True)
    assert_close(ours, grad_cam(forward_pass, "layer4.1", Target(5), signed=True), "layer4.1")


def test_methods_are_found_by_name_and_others_refused() -> None:
    assert find_method("grad-cam") is METHODS["grad-cam"]
    with pytest.raises(RequestError, match="occlusion"):
        find_method("deeplift")
