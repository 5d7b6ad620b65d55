import pytest
import torch
from torchvision.models import get_model

from explorer.narrow import NarrowResNet
from explorer.variants import VARIANTS

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
