import threading

import pytest
import torch
from skimage import data
from torch import Tensor, nn
from torchvision.models import ResNet18_Weights, get_model
from torchvision.models.resnet import ResNet
from torchvision.transforms.functional import to_tensor

from explorer.networks.variants import VARIANTS
from explorer.weights.untrained import build_untrained, dead_leaves, normalised

RESNET18, RESNET152 = VARIANTS["resnet18"], VARIANTS["resnet152"]


@pytest.fixture(scope="module")
def photos() -> Tensor:
    """Four real photos, shape (4, 3, 224, 224)."""
    preset = ResNet18_Weights.IMAGENET1K_V1.transforms()
    pictures = (data.astronaut(), data.coffee(), data.chelsea(), data.rocket())
    return torch.stack([preset((255 * to_tensor(picture)).byte()) for picture in pictures])


@pytest.fixture(scope="module")
def network() -> ResNet:
    return build_untrained(RESNET18, seed=0)


def same(network: ResNet, other: ResNet) -> bool:
    pairs = zip(network.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


@torch.no_grad()
def test_the_deepest_network_gives_photos_logits_of_order_1(photos: Tensor) -> None:
    logits = build_untrained(RESNET152, seed=0)(photos)
    assert logits.shape == (4, 1000)
    assert 0.2 < logits.std(1).min() < logits.std(1).max() < 2
    assert logits.softmax(1).max() < 0.1
    assert len(set(logits.argmax(1).tolist())) > 1


@torch.no_grad()
def test_without_calibration_it_would_be_useless(photos: Tensor) -> None:
    torch.manual_seed(0)
    logits = get_model("resnet152").eval()(photos[:2, :, 64:160, 64:160])
    assert logits.std(1).min() > 1e6
    assert len(set(logits.argmax(1).tolist())) == 1


def test_the_seed_decides_everything(network: ResNet) -> None:
    assert same(build_untrained(RESNET18, seed=0), network)
    other = build_untrained(RESNET18, seed=1)
    assert not torch.equal(other.conv1.weight, network.conv1.weight)
    assert not torch.equal(other.fc.bias, network.fc.bias)


def test_torchs_own_random_state_is_neither_read_nor_changed(network: ResNet) -> None:
    torch.manual_seed(1234)
    before = torch.get_rng_state()
    assert same(build_untrained(RESNET18, seed=0), network)
    assert torch.equal(torch.get_rng_state(), before)


def test_threads_that_draw_numbers_do_not_disturb_it(network: ResNet) -> None:
    stop = threading.Event()

    def draw() -> None:
        while not stop.is_set():
            torch.rand(100)

    threads = [threading.Thread(target=draw) for _ in range(2)]
    for thread in threads:
        thread.start()
    built = build_untrained(RESNET18, seed=0)
    stop.set()
    for thread in threads:
        thread.join()
    assert same(built, network)


def test_the_weights_are_distributed_as_torchvisions(network: ResNet) -> None:
    torch.manual_seed(0)
    reference = dict(get_model("resnet18").named_parameters())
    for name, parameter in network.named_parameters():
        expected, spread = reference[name], reference[name].std().item()
        if spread == 0:  # batch norm: 1 and 0
            assert torch.equal(parameter, expected), name
        else:
            assert parameter.std().item() == pytest.approx(spread, rel=0.1), name
            assert abs(parameter.mean().item()) < 0.1 * spread, name
            assert kurtosis(parameter) == pytest.approx(kurtosis(expected), abs=0.35), name


def kurtosis(values: Tensor) -> float:
    """Return the kurtosis: 3 for a normal distribution, 1.8 for a uniform one."""
    centred = values.detach() - values.detach().mean()
    return ((centred**4).mean() / (centred**2).mean() ** 2).item()


@torch.no_grad()
def test_batch_norm_passes_on_what_it_was_calibrated_on_with_mean_0_and_variance_1() -> None:
    network = build_untrained(RESNET18, seed=3)
    x = network.conv1(normalised(dead_leaves()))
    normal = network.bn1(x)
    assert normal.mean((0, 2, 3)).abs().max() < 1e-4
    assert (normal.var((0, 2, 3)) - 1).abs().max() < 1e-3


def test_it_is_ready_for_use(network: ResNet) -> None:
    assert not any(module.training for module in network.modules())
    assert not any(tensor.is_meta for tensor in network.state_dict().values())
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    assert {norm.momentum for norm in norms} == {0.1}


def test_the_pictures_are_always_the_same_and_show_something() -> None:
    pictures = dead_leaves()
    assert torch.equal(pictures, dead_leaves())
    assert pictures.shape == (8, 3, 128, 128)
    assert 0 <= pictures.min() < 0.1 < 0.9 < pictures.max() <= 1
    assert pictures.std((2, 3)).min() > 0.1
    flat = (pictures.diff(dim=-1) == 0).float().mean()
    assert 0.7 < flat < 1  # areas of one colour, with edges between them
