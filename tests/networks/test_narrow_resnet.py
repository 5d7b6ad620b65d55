import pytest
import torch
from torch import nn
from torch.nn import functional
from torchvision.models import get_model

from explorer.networks.narrow_resnet import NarrowResNet, PlainBasicBlock, PlainBottleneck
from explorer.networks.variants import PLAIN_TWINS, VARIANTS, find_variant
from explorer.training.recipe import TrainingRecipe
from explorer.training.trainer import untrained_network

PLAIN_RESNETS = [name for name, variant in VARIANTS.items() if variant.family == "ResNet"]


@pytest.mark.parametrize("name", PLAIN_RESNETS)
def test_at_width_64_the_logits_are_torchvisions(name: str) -> None:
    reference = get_model(name, num_classes=7).eval()
    with torch.device("meta"):
        ours = NarrowResNet.like(reference, 64, 7).eval()
    ours.load_state_dict(reference.state_dict(), assign=True)
    x = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    assert torch.equal(ours(x), reference(x))


@pytest.mark.parametrize("name", PLAIN_RESNETS)
def test_keys_are_torchvisions_and_every_channel_count_is_a_quarter(name: str) -> None:
    wide = VARIANTS[name].build(num_classes=66).state_dict()
    narrow = VARIANTS[name].build(num_classes=66, width=16).state_dict()
    assert list(narrow) == list(wide)
    for key in wide:
        if wide[key].ndim == 4:
            assert narrow[key].shape[0] == wide[key].shape[0] // 4, key


def test_convolutions_start_as_torchvision_starts_them() -> None:
    torch.manual_seed(0)
    ours = NarrowResNet.like(get_model("resnet18"), 64, 10)
    theirs = get_model("resnet18", num_classes=10)
    for (name, a), b in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        if a.ndim == 4:
            assert a.std().item() == pytest.approx(b.std().item(), rel=0.05), name


def twins(name: str, width: int = 8, classes: int = 5) -> tuple[nn.Module, nn.Module]:
    """Return a plain network and its residual twin as training starts from them."""
    residual = find_variant(name.replace("plain", "residual"))
    pair = (find_variant(name), residual)
    plain, other = (untrained_network(v, classes, TrainingRecipe(), width) for v in pair)
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
