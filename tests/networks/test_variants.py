import pytest
import torch
from torchvision.models import get_model

from explorer.errors import RequestError
from explorer.networks.variants import VARIANTS, find_variant


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=list(VARIANTS))
def test_the_build_has_the_parameters_that_torchvision_states(variant: object) -> None:
    network = variant.build()
    count = sum(parameter.numel() for parameter in network.parameters())
    assert {weights.meta["num_params"] for weights in variant.published} == {count}


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=list(VARIANTS))
def test_the_build_takes_no_memory_and_is_ready_to_evaluate(variant: object) -> None:
    network = variant.build()
    assert all(tensor.is_meta for tensor in network.state_dict().values())
    assert not any(module.training for module in network.modules())


def test_a_state_dict_assigned_to_the_build_gives_torchvisions_logits() -> None:
    reference = get_model("resnet18").eval()
    network = VARIANTS["resnet18"].build()
    network.load_state_dict(reference.state_dict(), assign=True)
    x = torch.randn(1, 3, 64, 64)
    assert torch.equal(network(x), reference(x))


def test_an_unknown_variant_is_refused_with_the_choices() -> None:
    with pytest.raises(RequestError, match="resnet152"):
        find_variant("resnet19")
