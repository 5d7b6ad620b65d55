import argparse
import json
import random
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.optim.swa_utils import AveragedModel
from torchvision.models.resnet import BasicBlock, ResNet

from explorer.errors import WeightsError
from explorer.networks.architectures import Architecture
from explorer.networks.narrow_resnet import NarrowResNet
from explorer.networks.variants import VARIANTS
from explorer.weights.checkpoints import read

RESNET18 = VARIANTS["resnet18"]


def tiny(seed: int = 0, layers: tuple[int, ...] = (2, 2, 2, 2)) -> NarrowResNet:
    """A ResNet-18 with 4 channels in the stem and 5 classes."""
    torch.manual_seed(seed)
    return NarrowResNet(BasicBlock, layers, width=4, num_classes=5)


def same(state: Mapping[str, Tensor], network: ResNet) -> bool:
    expected = network.state_dict()
    return state.keys() == expected.keys() and all(
        torch.equal(state[name], expected[name]) for name in expected
    )


@pytest.fixture(scope="module")
def network() -> NarrowResNet:
    return tiny()


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Any], Path]:
    def save(content: Any, name: str = "net.pth") -> Path:
        torch.save(content, tmp_path / name)
        return tmp_path / name

    return save


def test_a_state_dict_is_read_from_either_format(network: NarrowResNet, tmp_path: Path) -> None:
    torch.save(network.state_dict(), tmp_path / "zip.pth")
    torch.save(network.state_dict(), tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    save_file(network.state_dict(), tmp_path / "net.safetensors", metadata={"by": "me"})
    for path in tmp_path.iterdir():
        checkpoint = read(path)
        assert same(checkpoint.state, network), path
        assert checkpoint.architecture(RESNET18) == Architecture(RESNET18, width=4, num_classes=5)
        assert checkpoint.wrapper == ""
    assert read(tmp_path / "net.safetensors").metadata == {"by": "me"}


def test_the_content_decides_the_format_not_the_name(network: NarrowResNet, tmp_path: Path) -> None:
    save_file(network.state_dict(), tmp_path / "net.pth")
    torch.save(network.state_dict(), tmp_path / "net.zip")
    (tmp_path / "net.zip").rename(tmp_path / "net.safetensors.bin")
    for path in tmp_path.iterdir():
        assert same(read(path).state, network), path


WRAPPERS = ("model_ema", "ema", "state_dict", "model_state_dict", "model", "net", "epoch-3", "W")


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_wrappers_are_taken_off(
    wrapper: str, network: NarrowResNet, saved: Callable[[Any], Path]
) -> None:
    checkpoint = read(
        saved({"epoch": 3, wrapper: network.state_dict(), "optimizer": {"state": {}}})
    )
    assert same(checkpoint.state, network)
    assert checkpoint.wrapper == wrapper
    nested = read(saved({wrapper: {"state_dict": network.state_dict()}, "best": 0.5}))
    assert same(nested.state, network)
    assert nested.wrapper == f"{wrapper}.state_dict"


def test_averaged_weights_are_preferred_where_there_are_any(saved: Callable[[Any], Path]) -> None:
    raw, averaged = tiny(1), tiny(2)
    both = {"model": raw.state_dict(), "model_ema": averaged.state_dict()}
    assert same(read(saved(both)).state, averaged)
    assert same(read(saved({"model": raw.state_dict(), "ema": 0.999})).state, raw)
    assert same(read(saved({"state_dict": raw.state_dict(), "ema": None})).state, raw)


@pytest.mark.parametrize(
    "prefix",
    [
        *("module.", "model.", "_orig_mod.", "backbone.", "net.", "module.module.", "0.", "f.g.h."),
        *(
            "_orig_mod.module.",
            "model.backbone.",
            "module.encoder_q.",
            "backbone.body.",
            "Modell-1.",
        ),
    ],
)
def test_prefixes_are_taken_off(
    prefix: str, network: NarrowResNet, saved: Callable[[Any], Path]
) -> None:
    state = {prefix + name: tensor for name, tensor in network.state_dict().items()}
    assert same(read(saved(state)).state, network)
    beside = {"n_averaged": torch.tensor(1), "criterion.weight": torch.ones(5), **state}
    assert same(read(saved({"state_dict": beside})).state, network)


def test_a_reference_checkpoint_of_torchvision_is_read(
    network: NarrowResNet, saved: Callable[[Any], Path]
) -> None:
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    sum(parameter.sum() for parameter in network.parameters()).backward()
    optimizer.step()
    averaged = AveragedModel(network, use_buffers=True)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=30)
    content = {
        "model": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "lr_scheduler": schedule.state_dict(),
        "epoch": 89,
        "args": argparse.Namespace(lr=0.1, output_dir=Path("."), best=np.float64(76.1)),
        "scaler": torch.amp.GradScaler("cpu").state_dict(),
        "model_ema": averaged.state_dict(),
    }
    checkpoint = read(saved(content))
    assert checkpoint.wrapper == "model_ema"
    assert same(checkpoint.state, averaged.module)
    assert checkpoint.architecture() == Architecture(RESNET18, width=4, num_classes=5)


def test_parameters_instead_of_tensors_are_read_and_need_no_gradient(
    network: NarrowResNet, saved: Callable[[Any], Path]
) -> None:
    state = OrderedDict(network.state_dict(), **dict(network.named_parameters()))
    converted = read(saved(state)).to_float32()
    assert same(converted, network)
    assert not any(tensor.requires_grad for tensor in converted.values())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("name", ["net.pth", "net.safetensors"])
def test_every_precision_becomes_float32(
    dtype: torch.dtype, name: str, network: NarrowResNet, tmp_path: Path
) -> None:
    state = {
        key: tensor.to(dtype) if tensor.is_floating_point() else tensor
        for key, tensor in network.state_dict().items()
    }
    save: Any = torch.save if name.endswith("pth") else save_file
    save(state, tmp_path / name)
    converted = read(tmp_path / name).to_float32()
    for key, tensor in state.items():
        expected = torch.float32 if tensor.is_floating_point() else torch.int64
        assert converted[key].dtype is expected, key
        assert torch.equal(converted[key], tensor.to(expected)), key


def test_converted_weights_do_not_depend_on_the_file(
    network: NarrowResNet, saved: Callable[[Any], Path]
) -> None:
    path = saved({name: t.to(memory_format=torch.channels_last) if t.ndim == 4 else t
                  for name, t in network.state_dict().items()})  # fmt: skip
    converted = read(path).to_float32()
    path.write_bytes(bytes(path.stat().st_size))
    assert same(converted, network)
    assert all(tensor.is_contiguous() for tensor in converted.values())


def test_the_variant_is_taken_from_the_file_or_checked(saved: Callable[[Any], Path]) -> None:
    checkpoint = read(saved(tiny(layers=(3, 4, 6, 3)).state_dict()))
    assert checkpoint.architecture() == Architecture(VARIANTS["resnet34"], width=4, num_classes=5)
    with pytest.raises(WeightsError) as caught:
        checkpoint.architecture(RESNET18)
    assert str(caught.value) == (
        "net.pth does not fit ResNet-18: 96 entries differ (layer1.2.conv1.weight is unknown; "
        "layer1.2.bn1.weight is unknown; layer1.2.bn1.bias is unknown; ...). It holds ResNet-34; "
        "choose that."
    )


def test_single_entries_that_do_not_fit_are_listed(
    network: NarrowResNet, saved: Callable[[Any], Path]
) -> None:
    state = network.state_dict()
    del state["layer4.1.bn2.bias"]
    one = r"ResNet-18: 1 entry differs \(layer4\.1\.bn2\.bias is missing\)\."
    with pytest.raises(WeightsError, match=one):
        read(saved(state)).architecture()
    state["layer1.0.se.weight"] = torch.ones(1)
    with pytest.raises(WeightsError, match=r"2 entries differ .*se\.weight is unknown.*state_dict"):
        read(saved(state)).architecture(RESNET18)


def test_an_unknown_depth_is_answered_with_the_known_ones(saved: Callable[[Any], Path]) -> None:
    checkpoint = read(saved(tiny(layers=(1, 1, 1, 1)).state_dict()))
    with pytest.raises(WeightsError, match=r"none of the known networks.*ResNet-18, ResNet-34,"):
        checkpoint.architecture()
    with pytest.raises(WeightsError, match=r"does not fit ResNet-18: 40 entries .* is missing;"):
        checkpoint.architecture(RESNET18)


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        ({"encoder.weight": torch.ones(1), "epoch": 1}, "encoder.weight, epoch"),
        ({}, "a dict"),
        (torch.ones(2), "a Tensor"),
        ([1, 2], "a list"),
        ({"conv1.weight": "text"}, "conv1.weight"),
        ({1: torch.ones(1)}, "1"),
        ({"state_dict": {"model": {"ema": {"conv1.weight": torch.ones(1)}}}}, "state_dict"),
    ],
)
def test_a_file_without_a_network_is_told_what_it_holds(
    content: Any, keys: str, saved: Callable[[Any], Path]
) -> None:
    with pytest.raises(WeightsError, match=f"holds no ResNet: .* It holds {keys};"):
        read(saved(content))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"short", "is not a checkpoint"),
        (b"PK\x03\x04" + bytes(100), "is damaged or incomplete"),
        (b"\x80\x02" + bytes(100), "is damaged or incomplete"),
        (struct.pack("<Q", 10**15) + b'{"a"', "is damaged or incomplete"),
        (struct.pack("<Q", 2) + b"{}", "holds no ResNet"),
    ],
    ids=["empty", "short", "zip", "pickle", "safetensors", "no entries"],
)
def test_what_is_no_checkpoint_gets_one_sentence(
    content: bytes, problem: str, tmp_path: Path
) -> None:
    (tmp_path / "net.pth").write_bytes(content)
    with pytest.raises(WeightsError, match=rf"^net\.pth {problem}.*\.$"):
        read(tmp_path / "net.pth")


def test_missing_files_folders_and_devices_get_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none.pth", tmp_path, Path("/dev/zero")):
        with pytest.raises(WeightsError, match="There is no file"):
            read(path)


def test_a_file_above_the_limit_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    with path.open("wb") as file:
        file.truncate(600_000_001)  # a hole: takes no room on the disk
    with pytest.raises(WeightsError, match="has 600 MB; the limit is 600"):
        read(path)


def save_as(form: str, network: ResNet, path: Path) -> None:
    if form == "safetensors":
        save_file(network.state_dict(), path)
    else:
        torch.save(network.state_dict(), path, _use_new_zipfile_serialization=form == "zip")


@pytest.mark.parametrize("save", ["zip", "legacy", "safetensors"])
def test_a_truncated_file_gets_one_sentence(
    save: str, network: NarrowResNet, tmp_path: Path
) -> None:
    path = tmp_path / "net.pth"
    save_as(save, network, path)
    whole = path.read_bytes()
    for share in (0.01, 0.3, 0.6, 0.9, 0.999):
        path.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(WeightsError, match="damaged or incomplete"):
            read(path)


@pytest.mark.parametrize("save", ["zip", "legacy", "safetensors"])
def test_random_damage_never_ends_in_another_error(
    save: str, network: NarrowResNet, tmp_path: Path
) -> None:
    path = tmp_path / "net.pth"
    save_as(save, network, path)
    whole, chance = path.read_bytes(), random.Random(0)
    refused = 0
    for _ in range(60):
        damaged = bytearray(whole)
        # The start and the end hold the structure, the middle only numbers.
        start = chance.choice([0, len(whole) - 8000]) + chance.randrange(8000)
        damaged[start : start + 4] = chance.randbytes(4)
        path.write_bytes(damaged)
        try:
            read(path).to_float32()
        except WeightsError:
            refused += 1
    assert refused > 10


def claiming(shape: tuple[int, ...], network: NarrowResNet) -> dict[str, Tensor]:
    """Weights whose head claims a shape that takes 4 bytes in the file."""
    return {**network.state_dict(), "fc.weight": torch.zeros(1).expand(shape)}


def test_a_tensor_that_claims_more_than_the_file_holds_is_never_allocated(
    network: NarrowResNet, saved: Callable[[Any], Path]
) -> None:
    with pytest.raises(WeightsError, match=r"claims 4,000,000,\d+,\d+ bytes of weights in a file"):
        read(saved(claiming((10**9, 1000), network)))


@pytest.mark.parametrize("name", ["fc.weight", "conv1.weight"])
@pytest.mark.parametrize("shape", [(2**40, 0), (2**62, 0, 7, 7)])
def test_a_tensor_with_a_side_of_zero_is_refused(
    name: str, shape: tuple[int, ...], network: NarrowResNet, saved: Callable[[Any], Path]
) -> None:
    path = saved({**network.state_dict(), name: torch.empty(shape)})
    with pytest.raises(WeightsError, match=rf"{name} in net\.pth is empty"):
        read(path).architecture(RESNET18)


@pytest.mark.parametrize("legacy", [False, True])
def test_a_forged_size_is_never_allocated(
    legacy: bool, network: NarrowResNet, tmp_path: Path
) -> None:
    path = tmp_path / "net.pth"
    state = {**network.state_dict(), "fc.weight": torch.ones(31_337)}
    torch.save(state, path, _use_new_zipfile_serialization=not legacy)
    size, forged = b"M" + struct.pack("<H", 31_337), b"J" + struct.pack("<i", 2**31 - 1)
    assert size in path.read_bytes()
    changed = path.read_bytes().replace(size, forged)
    if not legacy:
        changed = rezipped(path, size, forged)
    path.write_bytes(changed)
    with pytest.raises(WeightsError):
        read(path).architecture()


def rezipped(path: Path, old: bytes, new: bytes) -> bytes:
    other = path.with_suffix(".zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            target.writestr(
                entry.filename, data.replace(old, new) if "pkl" in entry.filename else data
            )
    return other.read_bytes()


def test_a_safetensors_header_that_claims_too_much_is_damaged(tmp_path: Path) -> None:
    header = {"conv1.weight": {"dtype": "F32", "shape": [10**6, 10**6], "data_offsets": [0, 4]}}
    raw = json.dumps(header).encode()
    path = tmp_path / "net.safetensors"
    path.write_bytes(struct.pack("<Q", len(raw)) + raw + bytes(4))
    with pytest.raises(WeightsError, match="damaged or incomplete"):
        read(path)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_no_finite_numbers_are_named(
    value: float, network: NarrowResNet, saved: Callable[[Any], Path]
) -> None:
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    state["layer1.0.bn1.bias"][1] = value
    with pytest.raises(WeightsError, match=r"^layer1\.0\.bn1\.bias in net\.pth holds NaN"):
        read(saved(state)).to_float32()


def test_weights_that_are_whole_numbers_are_named(
    network: NarrowResNet, saved: Callable[[Any], Path]
) -> None:
    state = {**network.state_dict(), "fc.bias": torch.ones(5, dtype=torch.int8)}
    with pytest.raises(WeightsError, match=r"fc\.bias in net\.pth is torch\.int8, not floating"):
        read(saved(state)).to_float32()
