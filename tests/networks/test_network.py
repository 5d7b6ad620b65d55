import copy
from dataclasses import replace

import pytest
import torch
from torchvision.models import get_model

from explorer import load
from explorer.errors import RequestError
from explorer.networks.devices import Precision
from explorer.networks.network import Network, chain_of, run_chain
from explorer.networks.variants import VARIANTS


@pytest.fixture(scope="module")
def network() -> Network:
    return load("resnet18", "random:0")


@pytest.mark.parametrize("name", VARIANTS)
def test_the_chain_holds_every_block_in_order(name: str) -> None:
    module = VARIANTS[name].build()
    chain = chain_of(module)
    stages = {f"layer{i}": len(getattr(module, f"layer{i}")) for i in (1, 2, 3, 4)}
    blocks = [f"{stage}.{i}" for stage, count in stages.items() for i in range(count)]
    assert list(chain) == ["stem", *blocks, "head"]
    assert all(chain[block] is module.get_submodule(block) for block in blocks)


def test_running_the_chain_gives_the_models_own_logits() -> None:
    module = get_model("resnet50").eval()
    network = Network(VARIANTS["resnet50"], object(), module, torch.device("cpu"))
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(run_chain(network, x)["head"], module(x))


def test_a_loaded_network_is_frozen_and_in_eval_mode(network: Network) -> None:
    assert not any(module.training for module in network.module.modules())
    assert not any(parameter.requires_grad for parameter in network.module.parameters())


def test_the_suffix_is_new_at_every_call_and_shares_the_modules(network: Network) -> None:
    first, second = network.suffix("layer4.0"), network.suffix("layer4.0")
    assert first[0] is not second[0]
    assert first[1] is second[1] is network.module.layer4[1]
    assert first[2] is network.chain["head"]


def test_blocks_are_found_by_name_and_the_last_is_the_default(network: Network) -> None:
    assert network.find_block("layer2.1") == "layer2.1"
    assert network.find_block(None) == "layer4.1"
    for wrong in ("head", "layer5.0", ""):
        with pytest.raises(RequestError, match=r"layer4\.1"):
            network.find_block(wrong)


def test_classes_are_found_by_label_in_any_case_and_by_index(network: Network) -> None:
    index = network.labels.index("goldfish")
    for target in ("goldfish", "Goldfish ", index, str(index)):
        assert network.find_class(target) == index
    for wrong in ("no such fish", -1, 1000, "", "1.5"):
        with pytest.raises(RequestError, match="999"):
            network.find_class(wrong)


def labelled(network: Network, *labels: str) -> Network:
    return replace(network, weights=replace(network.weights, labels=labels))


def test_a_number_is_an_index_even_where_another_class_bears_it_as_its_label(
    network: Network,
) -> None:
    digits = labelled(network, "1", "0", "7")
    assert [digits.find_class(index) for index in (0, 1, 2)] == [0, 1, 2]
    assert [digits.find_class(label) for label in ("1", "0", "7", "2")] == [0, 1, 2, 2]
    with pytest.raises(RequestError, match="'7' is none of the 3 classes"):
        digits.find_class(7)


def test_labels_that_differ_in_case_only_are_told_apart(network: Network) -> None:
    dog, garment = network.labels.index("Cardigan"), network.labels.index("cardigan")
    assert dog != garment
    assert network.find_class("Cardigan") == dog
    assert network.find_class("cardigan ") == garment
    assert network.find_class("CARDIGAN") == min(dog, garment)


def test_a_network_on_the_cpu_is_its_own_copy_there(network: Network) -> None:
    assert network.on_cpu() is network


def test_a_network_on_another_device_shares_nothing_and_leaves_the_first_as_it_is(
    network: Network,
) -> None:
    before = {name: tensor.data_ptr() for name, tensor in network.module.state_dict().items()}
    moved = network.on(torch.device("meta"))
    assert {tensor.device.type for tensor in moved.module.state_dict().values()} == {"meta"}
    assert list(moved.chain) == list(network.chain)
    assert not {id(m) for m in moved.module.modules()} & {id(m) for m in network.module.modules()}
    assert not any(parameter.requires_grad for parameter in moved.module.parameters())
    assert moved.on(torch.device("meta")) is moved
    after = {name: tensor.data_ptr() for name, tensor in network.module.state_dict().items()}
    assert after == before


def test_another_precision_on_the_same_device_shares_the_module(network: Network) -> None:
    other = network.on(network.device, Precision.BFLOAT16)
    assert other.module is network.module
    assert (other.precision, network.precision) == (Precision.BFLOAT16, Precision.FLOAT32)


@pytest.mark.cuda
def test_the_copy_on_the_cpu_has_the_weights_of_the_network_on_the_gpu() -> None:
    network = load("resnet18", "random:0", device="cuda")
    copied, reference = network.on_cpu(), copy.deepcopy(network.module).cpu()
    for key, tensor in reference.state_dict().items():
        assert torch.equal(copied.module.state_dict()[key], tensor), key
    assert copied.device.type == "cpu"
    assert next(network.module.parameters()).is_cuda
