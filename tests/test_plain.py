import pytest
import torch
from torch import nn
from torch.nn import functional

from explorer.plain import PlainBasicBlock, PlainBottleneck
from explorer.training import Recipe, untrained_network
from explorer.variants import PLAIN_TWINS, find_variant


def twins(name: str, width: int = 8, classes: int = 5) -> tuple[nn.Module, nn.Module]:
    """Return a plain network and its residual twin as training starts from them."""
    residual = find_variant(name.replace("plain", "residual"))
    pair = (find_variant(name), residual)
    plain, other = (untrained_network(v, classes, Recipe(), width) for v in pair)
    return plain, other


@pytest.mark.parametrize("name", PLAIN_TWINS)
def test_a_plain_twin_has_the_layers_of_its_residual_twin_without_the_shortcuts(name: str) -> None:
    plain, residual = twins(name)
    expected = {k: v.shape for k, v in residual.state_dict().items() if "downsample" not in k}
    assert {k: v.shape for k, v in plain.state_dict().items()} == expected


@pytest.mark.parametrize("block", [PlainBasicBlock, PlainBottleneck])
def test_a_plain_block_is_its_layers_one_after_another(block: type[nn.Module]) -> None:
    torch.manual_seed(0)
    ours = block(8, 8 // block.expansion).eval()
    x = torch.randn(2, 8, 6, 6)
    layers = [ours.conv1, ours.bn1, nn.ReLU(), ours.conv2, ours.bn2, nn.ReLU()]
    if block is PlainBottleneck:
        layers += [ours.conv3, ours.bn3, nn.ReLU()]
    assert torch.equal(ours(x.clone()), nn.Sequential(*layers)(x.clone()))


@pytest.mark.parametrize("name", PLAIN_TWINS)
def test_after_one_step_on_either_twin_every_convolution_has_a_gradient(name: str) -> None:
    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(4, 3, 64, 64, generator=generator), torch.tensor([0, 1, 2, 3])
    for module in twins(name):
        functional.cross_entropy(module.train()(x), y).backward()
        for part, layer in module.named_modules():
            if isinstance(layer, nn.Conv2d):
                assert layer.weight.grad.abs().max() > 0, part


@pytest.mark.parametrize("name", PLAIN_TWINS)
def test_a_plain_twin_is_built_for_any_width_and_published_by_nobody(name: str) -> None:
    variant = find_variant(name)
    assert variant.published == ()
    for width in (16, 64):
        module = variant.build(num_classes=7, width=width)
        assert module.conv1.weight.shape[0] == width
        assert isinstance(module.layer1[0], PlainBasicBlock | PlainBottleneck)
