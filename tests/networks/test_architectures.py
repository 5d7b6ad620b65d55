import pytest
import torch
from torchvision.models import get_model

from explorer.networks.architectures import Architecture, differences, recognise, shapes_of
from explorer.networks.variants import VARIANTS, Variant

RESNETS = [variant for variant in VARIANTS.values() if variant.family == "ResNet"]


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=list(VARIANTS))
def test_every_variant_is_recognised_with_its_classes(variant: Variant) -> None:
    shapes = shapes_of(variant.build(num_classes=7).state_dict())
    assert recognise(shapes) == Architecture(variant, width=64, num_classes=7)


@pytest.mark.parametrize("variant", RESNETS, ids=[variant.name for variant in RESNETS])
@pytest.mark.parametrize("width", [8, 16, 24])
def test_narrow_networks_are_recognised_with_their_width(variant: Variant, width: int) -> None:
    shapes = shapes_of(variant.build(num_classes=66, width=width).state_dict())
    assert recognise(shapes) == Architecture(variant, width, num_classes=66)


@pytest.mark.parametrize("name", ["densenet121", "vgg11_bn", "mobilenet_v2", "alexnet"])
def test_other_networks_are_not_recognised(name: str) -> None:
    with torch.device("meta"):
        assert recognise(shapes_of(get_model(name).state_dict())) is None


@pytest.mark.parametrize(
    "shapes",
    [
        {},
        {"conv1.weight": ()},
        {"conv1.weight": (64, 3, 7, 7), "layer1.0.conv2.weight": (64, 64)},
        {"conv1.weight": (0, 3, 7, 7), "layer1.0.conv2.weight": (64, 0, 3, 3)},
        {"conv1.weight": (64, 3, 7, 7), "layer1.0.conv2.weight": (64, 64, 3, 3)},
    ],
)
def test_fragments_are_not_recognised(shapes: dict[str, tuple[int, ...]]) -> None:
    assert recognise(shapes) is None


def test_what_fits_has_no_differences_with_or_without_batch_counters() -> None:
    architecture = Architecture(VARIANTS["resnet18"], 64, 1000)
    shapes = shapes_of(architecture.build().state_dict())
    assert differences(shapes, architecture) == ()
    weights = {name: shape for name, shape in shapes.items() if not name.endswith("tracked")}
    assert len(weights) < len(shapes)
    assert differences(weights, architecture) == ()


def test_each_difference_is_named_wrong_shapes_first() -> None:
    architecture = Architecture(VARIANTS["resnet18"], 64, 10)
    shapes = shapes_of(architecture.build().state_dict())
    del shapes["layer1.0.bn1.bias"]
    shapes |= {"conv1.weight": (64, 1, 7, 7), "bn1.bias": (), "head.scale": (1,)}
    assert differences(shapes, architecture) == (
        "conv1.weight is 64 x 1 x 7 x 7 instead of 64 x 3 x 7 x 7",
        "bn1.bias is a single number instead of 64",
        "layer1.0.bn1.bias is missing",
        "head.scale is unknown",
    )


def test_assembling_keeps_the_tensors_themselves_and_fills_in_batch_counters() -> None:
    state = get_model("resnet18", num_classes=3).state_dict()
    weights = {name: t for name, t in state.items() if not name.endswith("num_batches_tracked")}
    network = Architecture(VARIANTS["resnet18"], 64, 3).assemble(weights)
    assert network.conv1.weight.data_ptr() == state["conv1.weight"].data_ptr()
    assert network.bn1.num_batches_tracked == 0
    assert not any(tensor.is_meta for tensor in network.state_dict().values())
    assert not network.training


def test_recognising_allocates_nothing() -> None:
    shapes = shapes_of(VARIANTS["resnet152"].build().state_dict())
    shapes["fc.weight"] = (10**12, 2048)
    assert recognise(shapes) == Architecture(VARIANTS["resnet152"], 64, 10**12)
    assert differences(shapes, Architecture(VARIANTS["resnet152"], 64, 10**12)) == (
        "fc.bias is 1000 instead of 1000000000000",
    )
