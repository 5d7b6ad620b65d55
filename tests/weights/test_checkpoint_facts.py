"""What a file says of itself, at every place where training scripts put it, and what is assumed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from explorer.errors import WeightsError
from explorer.photos.geometry import IMAGENET, Preprocessing
from explorer.weights.loading import load
from narrow_checkpoints import CLASSES, WIDTH, answers, narrow

NAMES = tuple(f"kind {i}" for i in range(CLASSES))
TO_INDEX = {name: i for i, name in enumerate(NAMES)}
TO_NAME = dict(enumerate(NAMES))
Save = Callable[..., Path]


@pytest.fixture
def saved(tmp_path: Path) -> Save:
    def save(**facts: Any) -> Path:
        torch.save({"state_dict": narrow().state_dict(), **facts}, tmp_path / "net.pth")
        return tmp_path / "net.pth"

    return save


@pytest.mark.parametrize(
    "facts",
    [
        {"classes": list(NAMES)},
        {"class_names": NAMES},
        {"class_to_idx": TO_INDEX},
        {"idx_to_label": TO_NAME},
        {"id2label": {str(index): name for index, name in TO_NAME.items()}},
        {"idx2cls": TO_NAME},
        {"meta": {"CLASSES": NAMES, "epoch": 3}},
        {"meta": {"dataset_meta": {"classes": NAMES}}},
        {"hyper_parameters": {"label_names": list(NAMES), "lr": 0.1}},
        {"args": argparse.Namespace(categories=list(NAMES))},
        {"dls": {"vocab": list(NAMES)}},
        {"labels": ["one", "too few"], "data": {"names": list(NAMES)}},
    ],
    ids=str,
)
def test_class_names_in_the_file_are_used(facts: dict[str, Any], saved: Save) -> None:
    assert load(weights=saved(**facts)).labels == NAMES


def test_class_names_in_the_metadata_of_safetensors_are_used(tmp_path: Path) -> None:
    metadata = {"classes": json.dumps(NAMES), "img_size": "160", "mean": "[0.5, 0.5, 0.5]",
                "std": "[0.5, 0.5, 0.5]"}  # fmt: skip
    save_file(narrow().state_dict(), tmp_path / "net.safetensors", metadata=metadata)
    network = load(weights=tmp_path / "net.safetensors")
    assert network.labels == NAMES
    assert network.weights.preprocessing == Preprocessing(160, 183, (0.5,) * 3, (0.5,) * 3)
    assert network.weights.remarks == ()


@pytest.mark.parametrize(
    "facts", [{"classes": ["a", "b"]}, {"class_to_idx": {"a": 0, "b": 1}}, {"names": ("a", "b")}]
)
def test_class_names_of_another_number_are_left_out_and_said(
    facts: dict[str, Any], saved: Save
) -> None:
    network = load(weights=saved(**facts))
    assert network.labels[0] == "class 0"
    assert "class names in the file are 2, the head has 5 outputs" in network.weights.notes[0]


@pytest.mark.parametrize(
    "names", [{n: i + 1 for n, i in TO_INDEX.items()}, {2 * i: n for i, n in TO_NAME.items()}]
)
def test_class_names_with_other_numbers_are_left_out_and_said(
    names: dict[Any, Any], saved: Save
) -> None:
    network = load(weights=saved(class_names=names))
    assert network.labels[0] == "class 0"
    assert "not numbered from 0 without a gap" in network.weights.notes[0]


def test_another_number_of_classes_is_said(saved: Save) -> None:
    assert load(weights=saved(num_classes=CLASSES)).weights.notes == ()
    (note,) = load(weights=saved(args={"num_classes": 7})).weights.notes
    assert "states 7 classes, and the head has 5 outputs" in note


@pytest.mark.parametrize(
    ("facts", "size", "resize"),
    [
        ({"img_size": 160}, 160, 183),
        ({"input_size": [3, 128, 128]}, 128, 146),
        ({"args": {"image_size": "192", "resize_size": 224}}, 192, 224),
        ({"config": {"crop_size": (96, 96), "crop_pct": 0.75}}, 96, 128),
        ({"size": {"input_size": {"height": 64, "width": 64}}}, 64, 73),
        ({"data_config": {"input_size": (3, 288, 288), "crop_pct": 0.95}}, 288, 303),
        ({"resize": 128}, 128, 128),
    ],
    ids=str,
)
def test_the_size_in_the_file_is_used(
    facts: dict[str, Any], size: int, resize: int, saved: Save
) -> None:
    weights = load(weights=saved(**facts)).weights
    assert weights.preprocessing.crop_size == size
    assert weights.preprocessing.resize_size == resize
    assert weights.assumed == ("mean and deviation",)


@pytest.mark.parametrize(
    "facts",
    [
        {"mean": [0.5, 0.4, 0.3], "std": (0.2, 0.25, 0.5)},
        {"imagenet_mean": [0.5, 0.4, 0.3], "imagenet_std": [0.2, 0.25, 0.5]},
        {"normalize": {"mean": [0.5, 0.4, 0.3], "std": [0.2, 0.25, 0.5]}},
        {"pixel_mean": [127.5, 102.0, 76.5], "pixel_std": [51.0, 63.75, 127.5]},
        {"norm": {"mean": torch.tensor([0.5, 0.4, 0.3]), "std": torch.tensor([0.2, 0.25, 0.5])}},
    ],
    ids=str,
)
def test_mean_and_deviation_in_the_file_are_used(facts: dict[str, Any], saved: Save) -> None:
    weights = load(weights=saved(**facts)).weights
    assert weights.preprocessing.mean == pytest.approx((0.5, 0.4, 0.3))
    assert weights.preprocessing.std == pytest.approx((0.2, 0.25, 0.5))
    assert weights.assumed == ("size",)


def test_a_normalisation_layer_in_the_state_dict_is_used(tmp_path: Path) -> None:
    state = {f"1.{name}": tensor for name, tensor in narrow().state_dict().items()}
    state["0.mean"] = torch.tensor([0.5, 0.4, 0.3]).view(1, 3, 1, 1)
    state["0.std"] = torch.tensor([0.2, 0.25, 0.5]).view(1, 3, 1, 1)
    torch.save(state, tmp_path / "net.pth")
    preprocessing = load(weights=tmp_path / "net.pth").weights.preprocessing
    assert preprocessing.mean == pytest.approx((0.5, 0.4, 0.3))
    assert preprocessing.std == pytest.approx((0.2, 0.25, 0.5))


def test_what_the_file_does_not_say_is_imagenets_and_said(saved: Save) -> None:
    weights = load(weights=saved()).weights
    assert weights.preprocessing == IMAGENET
    assert weights.remarks == (
        "The file does not state the size, mean and deviation of its input: ImageNet's assumed "
        "(resized to 256, cropped to 224 pixels).",
    )


def test_a_resize_of_both_sides_squashes(saved: Save) -> None:
    preprocessing = load(weights=saved(resize=[160, 160])).weights.preprocessing
    assert (preprocessing.crop_size, preprocessing.squash) == (160, True)
    cropped = load(weights=saved(resize=[256, 256], crop_size=224)).weights.preprocessing
    assert (cropped.crop_size, cropped.resize_size, cropped.squash) == (224, 256, False)


def test_another_interpolation_is_said(saved: Save) -> None:
    (note,) = load(weights=saved(interpolation="bicubic")).weights.notes
    assert "resized by bicubic interpolation; here it is bilinear" in note


def test_an_input_that_is_not_square_is_said(saved: Save) -> None:
    (note,) = load(weights=saved(input_size=[3, 256, 128])).weights.notes
    assert "256 x 128 pixels; only square inputs" in note


def test_the_reader_is_heard_before_the_file(saved: Save) -> None:
    path = saved(img_size=160, mean=[0.1] * 3, std=[0.1] * 3, classes=NAMES)
    options: dict[str, Any] = {"mean": [0.5], "std": (0.25, 0.5, 0.75), "squash": True}
    weights = load(weights=path, size=96, labels=[*"abcde"], **options).weights
    assert weights.preprocessing == Preprocessing(
        96, 110, (0.5,) * 3, (0.25, 0.5, 0.75), squash=True
    )
    assert weights.labels == tuple("abcde")
    assert weights.remarks == ()
    assert load(weights=path, size=96, resize=96).weights.preprocessing.resize_size == 96


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"size": 8}, "size is 8; give a number of pixels from 32 to 2048"),
        ({"resize": 10**6}, "resize is 1000000; give"),
        ({"mean": [0.5, 0.5]}, r"mean is 0\.5, 0\.5; give one number, or three"),
        ({"std": [0, 1, 1]}, "std is 0, 1, 1; give"),
        ({"mean": [124, 117, 104]}, "for colours from 0 to 1"),
        ({"outputs": "tanh"}, "no outputs 'tanh'. Give softmax or sigmoid"),
        ({"labels": ["a"]}, "1 labels are given, the network has 5 classes"),
    ],
)
def test_options_that_cannot_be_followed_get_one_sentence(
    options: dict[str, Any], problem: str, saved: Save
) -> None:
    with pytest.raises(WeightsError, match=problem):
        load(weights=saved(), **options)


@pytest.mark.parametrize("name", ["size", "mean", "squash", "outputs", "part"])
def test_options_belong_to_checkpoints(name: str) -> None:
    with pytest.raises(WeightsError, match="Only a checkpoint takes"):
        load("resnet18", "builtin", **{name: "x"})


@pytest.mark.parametrize(
    "facts",
    [
        {"arch": "resnetblur18"},
        {"arch": "resnetaa50"},
        {"model_name": "timm/resnetblur50.bt_in1k"},
        {"args": argparse.Namespace(arch="resnet18_lpf3")},
        {"arch": "dilated_resnet18"},
        {"backbone": "resnet18-d8"},
        {"arch": "resnet18_caffe"},
        {"arch": "resnet18_ibn_a"},
        {"arch": "se_resnet18"},
        {"config": {"replace_stride_with_dilation": [False, True, True]}},
        {"hyper_parameters": {"output_stride": 8}},
        {"args": {"aa_layer": "avg"}},
        {"config": {"downsample_in_bottleneck": True}},
        {"meta": {"cfg": "backbone=dict(type='ResNet', depth=50, style='caffe')"}},
    ],
    ids=str,
)
def test_another_architecture_with_the_same_shapes_is_not_computed_in_silence(
    facts: dict[str, Any], saved: Save
) -> None:
    path = saved(**facts)
    with pytest.raises(WeightsError, match=r"^net\.pth says that it (is|has) .* ask for resnet18"):
        load(weights=path)
    network = load("resnet18", path)
    assert torch.equal(answers(network.module), answers(narrow()))
    assert "as you asked" in network.weights.notes[0]


@pytest.mark.parametrize(
    "facts",
    [
        {"arch": "resnet18"},
        {"arch": "ResNet-18"},
        {"arch": "resnet"},
        {"model_name": "timm/resnet18.a1_in1k"},
        {"arch": "tv_resnet18"},
        {"arch": "gluon_resnet18_v1b"},
        {"arch": "resnet18_cifar10"},
        {"architectures": ["ResNetForImageClassification"]},
        {"hyper_parameters": {"model": "my_best_resnet18_classifier"}},
        {"config": {"replace_stride_with_dilation": [False, False, False], "output_stride": 32}},
        {"meta": {"cfg": "backbone=dict(type='ResNet', depth=18, style='pytorch')"}},
        {"arch": "SimpleCNN", "dilation": 1},
    ],
    ids=str,
)
def test_the_same_architecture_under_many_names_is_taken(
    facts: dict[str, Any], saved: Save
) -> None:
    assert load(weights=saved(**facts)).weights.notes == ()


@pytest.mark.parametrize("name", ["resnet50", "wide_resnet50_2", "resnext50_32x4d"])
def test_a_name_of_another_variant_is_said_and_the_weights_count(name: str, saved: Save) -> None:
    network = load(weights=saved(arch=name))
    assert network.variant.name == "resnet18"
    assert network.weights.notes[0].startswith(f"The file calls it {name}; its weights are those")


def test_a_grey_stem_sees_the_grey_values(tmp_path: Path) -> None:
    state = narrow().state_dict()
    state["conv1.weight"] = torch.randn(WIDTH, 1, 7, 7)
    torch.save({"net": state, "mean": [0.4], "std": [0.2]}, tmp_path / "grey.pth")
    network = load(weights=tmp_path / "grey.pth")
    preprocessing = network.weights.preprocessing
    assert (preprocessing.mean, preprocessing.std) == ((0.4,) * 3, (0.2,) * 3)
    assert any("grey" in note for note in network.weights.notes)
    colours = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    grey = (colours * torch.tensor([0.299, 0.587, 0.114])[:, None, None]).sum(1, keepdim=True)
    original = narrow()
    original.conv1 = torch.nn.Conv2d(1, WIDTH, 7, 2, 3, bias=False)
    original.load_state_dict(state)
    with torch.no_grad():
        expected = original.eval()((grey - 0.4) / 0.2)
        assert torch.allclose(network.module((colours - 0.4) / 0.2), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        ((WIDTH, 12, 7, 7), "takes pictures of 12 channels, and photos have three"),
        ((WIDTH, 2, 7, 7), "takes pictures of 2 channels"),
        ((WIDTH, 3, 3, 3), "convolution of 3 x 3 pixels, as networks for CIFAR"),
    ],
)
def test_other_stems_get_one_sentence(shape: tuple[int, ...], problem: str, tmp_path: Path) -> None:
    torch.save({**narrow().state_dict(), "conv1.weight": torch.ones(shape)}, tmp_path / "net.pth")
    with pytest.raises(WeightsError, match=problem):
        load(weights=tmp_path / "net.pth")
