from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from numpy.testing import assert_allclose
from PIL import Image, ImageCms
from torch import nn
from torchvision.models.resnet import BasicBlock

from explorer import analyze, load, read_image
from explorer.errors import RequestError
from explorer.networks.class_outputs import Outputs, class_scores
from explorer.networks.heads import MaximumAndMean
from explorer.networks.narrow_resnet import NarrowResNet, plain_twin
from explorer.networks.network import Network, run_chain
from explorer.networks.onnx_export import PREDICT, OnnxCheck, check_onnx, to_onnx
from explorer.networks.weights_info import Weights
from narrow_checkpoints import CHANNELS, CLASSES, narrow, narrow_50, with_head
from taught_example import SIDES, base, pictures


def answered(content: bytes, x: torch.Tensor) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    answers: list[np.ndarray] = session.run(["logits", "last_block"], {"photos": x.numpy()})
    return answers


def plain() -> nn.Module:
    torch.manual_seed(0)
    return NarrowResNet(plain_twin(BasicBlock), (1, 1, 1, 1), 4, CLASSES).eval()


def several_layers() -> nn.Module:
    hidden = (nn.Linear(2 * CHANNELS, 6), nn.BatchNorm1d(6), nn.GELU(), nn.LayerNorm(6))
    activations = (nn.SiLU(), nn.Tanh(), nn.LeakyReLU(0.2), nn.ReLU())
    module = with_head(nn.Sequential(*hidden, *activations, nn.Linear(6, CLASSES, bias=False)))
    module.avgpool = MaximumAndMean()
    return module


def grouped() -> nn.Module:
    module = narrow()
    module.layer1[0].conv2 = nn.Conv2d(4, 4, 3, padding=2, dilation=2, groups=2)
    return module


@pytest.mark.parametrize("make", [narrow, narrow_50, plain, grouped, several_layers])
def test_the_file_computes_the_logits_and_the_last_block_of_the_network(make: object) -> None:
    network = base(make())  # type: ignore[operator]
    torch.manual_seed(2)
    x = torch.randn(3, 3, 32, 32)
    logits, block = answered(to_onnx(network), x)
    with torch.no_grad():
        outputs = run_chain(network, x)
        assert_allclose(logits, network.module(x), rtol=1e-5, atol=1e-4)
    assert_allclose(block, outputs[network.blocks[-1]], rtol=1e-5, atol=1e-4)


def test_a_single_output_becomes_the_scores_of_its_two_classes() -> None:
    network = base(narrow(classes=1))
    network = replace(network, weights=replace(network.weights, outputs=Outputs.YES_OR_NO))
    x = torch.randn(2, 3, 32, 32)
    content = to_onnx(network)
    with torch.no_grad():
        scores = class_scores(network.module(x))
    assert_allclose(answered(content, x)[0], scores, atol=1e-5)
    facts = {entry.key: entry.value for entry in onnx.load_from_string(content).metadata_props}
    assert facts["outputs"] == "sigmoid"


def test_one_file_holds_weights_labels_and_preprocessing() -> None:
    network = base()
    weights = replace(network.weights, temperature=1.0 / 3)
    content = to_onnx(replace(network, weights=weights), {"more": "text"})
    model = onnx.load_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    assert all(
        weight.data_location == onnx.TensorProto.DEFAULT for weight in model.graph.initializer
    )
    numbers = sum(np.prod(weight.dims) for weight in model.graph.initializer)
    state = network.module.state_dict()
    kept = {name: tensor for name, tensor in state.items() if "num_batches" not in name}
    assert {weight.name for weight in model.graph.initializer} == set(kept)
    assert numbers == sum(tensor.numel() for tensor in kept.values())
    facts = {entry.key: entry.value for entry in model.metadata_props}
    assert json.loads(facts["labels"]) == list("abcde")
    assert json.loads(facts["preprocessing"])["resize_size"] == SIDES.resize_size
    assert float(facts["temperature"]) == 1.0 / 3
    assert (facts["variant"], facts["outputs"], facts["more"]) == ("ResNet-18", "softmax", "text")
    assert "secret" not in str(facts)


def test_writing_a_network_changes_nothing_of_it() -> None:
    network = base()
    before = {name: tensor.clone() for name, tensor in network.module.state_dict().items()}
    to_onnx(network)
    after = network.module.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not any(module._forward_hooks for module in network.module.modules())


@pytest.mark.parametrize("name", ["vgg16", "efficientnet_b0"])
def test_other_families_are_refused(name: str) -> None:
    from explorer.networks.variants import find_variant

    variant = find_variant(name)
    module = variant.build(num_classes=2).to_empty(device="cpu")
    network = Network(variant, base().weights, module, torch.device("cpu"))
    with pytest.raises(RequestError, match=r"cannot be written as ONNX here\. Choose a ResNet"):
        to_onnx(network)


def test_the_check_counts_answers_and_finds_the_largest_difference() -> None:
    network, asked = base(), [picture for own in pictures(4) for picture in own]
    alike = check_onnx(to_onnx(network), network, asked)
    assert (alike.photos, alike.same_top1) == (12, 12)
    assert alike.largest_difference < 1e-5
    assert check_onnx(to_onnx(network), network, []) == OnnxCheck(0, 0.0, 0)
    shifted = base()
    with torch.no_grad():
        shifted.module.fc.bias[:] = torch.tensor([0.0, 0.0, 50.0, 0.0, 0.0])
    off = check_onnx(to_onnx(shifted), network, asked)
    assert off.largest_difference == pytest.approx(50, abs=1)
    assert off.same_top1 < 12
    assert "asked about 12 photos" in off.in_words


def swapped_profile() -> bytes:
    """A colour profile with red and blue swapped, under a name that is not sRGB."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    return swapped.replace("sRGB".encode("utf-16-be"), "XRGB".encode("utf-16-be"))


def photo_files(photo: Image.Image, folder: Path) -> list[Path]:
    """A photo upright, turned by its EXIF orientation, half transparent, and in other colours."""
    files = [folder / name for name in ("upright.png", "turned.jpg", "clear.png", "colours.png")]
    photo.save(files[0])
    exif = Image.Exif()
    exif[0x0112] = 6
    photo.save(files[1], exif=exif, quality=95)
    clear = photo.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(photo.size))
    clear.save(files[2])
    photo.save(files[3], icc_profile=swapped_profile())
    return files


@pytest.mark.parametrize("squash", [False, True])
def test_the_program_beside_it_answers_as_the_app_does(
    squash: bool, photo: Image.Image, tmp_path: Path
) -> None:
    network = load("resnet18")
    weights: Weights = replace(
        network.weights, preprocessing=replace(network.weights.preprocessing, squash=squash)
    )
    network = replace(network, weights=weights)
    path = tmp_path / "network.onnx"
    path.write_bytes(to_onnx(network))
    files = photo_files(photo, tmp_path)[: 1 if squash else None]
    command = [sys.executable, "-W", "error", str(PREDICT), str(path), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = iter(done.stdout.splitlines())
    for file in files:
        assert next(lines) == str(file)
        analysis = analyze(network, read_image(file))
        for _ in range(5):
            percent, label = next(lines).split(" %  ")
            expected = analysis.probabilities[network.labels.index(label)]
            assert float(percent) / 100 == pytest.approx(expected, abs=1e-3), (file, label)


def test_the_program_needs_neither_torch_nor_the_app() -> None:
    imported = {
        line.split()[1].split(".")[0]
        for line in PREDICT.read_text().splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported - set(sys.stdlib_module_names) == {"numpy", "onnxruntime", "PIL"}
