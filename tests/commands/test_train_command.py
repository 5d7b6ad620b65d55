"""Tests of `resnet-explorer train`: explorer/commands/{train,trained,evaluate}.py."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torch import Tensor

from explorer.networks.variants import VARIANTS
from explorer.photos.geometry import Preprocessing, to_tensor
from explorer.training import trainer
from explorer.training.recipe import TrainingRecipe
from explorer.training.trainer import EpochResult, Trainer, evaluation_transform
from explorer.weights.model_cards import read_card
from narrow_checkpoints import narrow

Call = Callable[..., Any]

COLOURS = ("blue", "dark_red", "green")
NETWORK = VARIANTS["resnet18"].build(num_classes=len(COLOURS), width=4)
QUICK = ["--width", "4", "--epochs", "2", "--warmup", "1", "--batch-size", "4"]
QUICK += ["--resolution", "32", "--last-resolution", "32", "--resize-size", "32"]
QUICK += ["--average", "0.5", "--device", "cpu"]


def make_photos(folder: Path, count: int) -> Path:
    """Plain pictures in shades of each colour, a folder for each."""
    for colour in COLOURS:
        (folder / colour).mkdir(parents=True)
        for number in range(count):
            photo = Image.new("RGB", (40, 36), colour.replace("_", ""))
            photo.putpixel((number, 0), (255, 255, 255))
            photo.save(folder / colour / f"{number}.png")
    return folder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    make_photos(tmp_path / "photos" / "train", 4)
    make_photos(tmp_path / "photos" / "val", 2)
    return tmp_path / "photos"


@pytest.fixture
def interrupted_after_one_epoch(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Interrupt each training after its first epoch, until undone."""
    whole_run = Trainer.run

    def run(trainer: Trainer) -> Iterator[EpochResult]:
        yield next(whole_run(trainer))
        raise KeyboardInterrupt

    monkeypatch.setattr(Trainer, "run", run)
    return monkeypatch


def test_a_training_leaves_weights_with_a_card_and_a_page(
    call: Call, photos: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = call("train", photos, "--output", out, *QUICK, "--data", "Colours.", "--licence", "CC0")
    assert done.code == 0
    card = read_card(out / "resnet18.safetensors")
    assert (card.variant, card.width, card.photos) == ("resnet18", 4, 6)
    assert card.labels == ("blue", "dark red", "green")
    assert (card.crop_size, card.resize_size) == (32, 32)
    assert (card.data, card.licence) == ("Colours.", "CC0")
    assert card.parameters == sum(p.numel() for p in NETWORK.parameters())
    assert "epochs 2, batch size 4" in card.recipe
    assert f"top-1 {card.top1:.2f} %" in done.out
    assert str(out / "resnet18.safetensors") in done.out
    assert card.command in (out / "resnet18.md").read_text()


def test_every_epoch_is_a_line_on_stderr(call: Call, photos: Path, tmp_path: Path) -> None:
    lines = call("train", photos, "--output", tmp_path / "out", *QUICK).err.splitlines()
    assert lines[0] == "12 training and 6 validation photos in 3 categories"
    assert [line.split("  ")[0] for line in lines[1:]] == ["epoch 1/2", "epoch 2/2"]
    for part in ("loss ", "top-1 ", "mean per class ", " s  ", " left"):
        assert part in lines[1]


def test_the_command_on_the_card_trains_the_same_again(
    call: Call, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["--no-augment", "--seed", "3", "--learning-rate", "0.05"]
    train, val = photos / "train", photos / "val"
    call("train", train, "--val", val, "--output", tmp_path / "out", *QUICK, *options)
    command = shlex.split(read_card(tmp_path / "out" / "resnet18.safetensors").command)
    assert command[:3] == ["resnet-explorer", "train", "train"]
    assert str(tmp_path) not in " ".join(command)
    (tmp_path / "out").rename(tmp_path / "first")
    (photos / "out").mkdir()
    monkeypatch.chdir(photos)
    assert call(*command[1:], "--device", "cpu").code == 0
    first, again = (tmp_path / "first", photos / "out")
    assert (first / "resnet18.safetensors").read_bytes() == (
        again / "resnet18.safetensors"
    ).read_bytes()


def test_an_interrupted_training_goes_on_to_the_identical_result(
    call: Call,
    photos: Path,
    tmp_path: Path,
    interrupted_after_one_epoch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "out"
    stopped = call("train", photos, "--output", out, *QUICK)
    assert stopped.code == 130
    assert "stopped after epoch 1/2; the same command goes on from there" in stopped.err
    assert [path.name for path in out.iterdir()] == ["checkpoint.pt"]
    interrupted_after_one_epoch.undo()
    resumed = call("train", photos, "--output", out, *QUICK)
    straight = call("train", photos, "--output", tmp_path / "straight" / "out", *QUICK)
    assert (resumed.code, straight.code) == (0, 0)
    assert "going on after epoch 1/2" in resumed.err
    name = "resnet18.safetensors"
    assert (out / name).read_bytes() == (tmp_path / "straight" / "out" / name).read_bytes()


def test_evaluation_finds_what_the_card_states(call: Call, photos: Path, tmp_path: Path) -> None:
    call("train", photos, "--output", tmp_path, *QUICK)
    weights = tmp_path / "resnet18.safetensors"
    done = call("train", "--evaluate", photos / "val", "--weights", weights, "--device", "cpu")
    card = read_card(weights)
    assert done.code == 0
    assert f"{card.top1:6.2f} %   (stated: {card.top1:.2f} %)" in done.out
    assert f"mean per class  {card.mean_per_class:6.2f} %" in done.out
    assert "6 photos" in done.out


def test_a_checkpoint_is_evaluated_as_the_reader_says(
    call: Call, photos: Path, tmp_path: Path
) -> None:
    folders = sorted((photos / "val").iterdir())
    names = [folder.name.replace("_", " ") for folder in folders]
    module = narrow(classes=len(names))
    torch.save({"net": module.state_dict(), "class_names": names}, tmp_path / "mine.pth")
    done = call(
        *("train", "--evaluate", photos / "val", "--weights", tmp_path / "mine.pth"),
        *("--size", 64, "--mean", 0.5, "--std", "0.2,0.3,0.4", "--fit", "squash"),
    )
    as_told = Preprocessing(64, 64, (0.5,) * 3, (0.2, 0.3, 0.4), squash=True)
    right = [
        int(module(to_tensor(Image.open(file).convert("RGB"), as_told)).argmax()) == index
        for index, folder in enumerate(folders)
        for file in folder.iterdir()
    ]
    assert done.code == 0
    assert f"top-1           {100 * sum(right) / len(right):6.2f} %" in done.out
    assert "ImageNet" not in done.err


@pytest.fixture
def large_photos(photos: Path) -> Path:
    """The same folders, with photos of 400 x 360 pixels."""
    for file in photos.rglob("*.png"):
        Image.open(file).resize((400, 360)).save(file)
    return photos


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> set[tuple[int, int]]:
    """The sizes of the photos that networks were measured on."""
    sizes = set()

    def seeing(preprocessing: Preprocessing) -> Callable[[Image.Image], Tensor]:
        def transform(photo: Image.Image) -> Tensor:
            sizes.add(photo.size)
            return evaluation_transform(preprocessing)(photo)

        return transform

    monkeypatch.setattr(trainer, "evaluation_transform", seeing)
    return sizes


def test_no_photo_is_shrunk_below_what_the_recipe_or_the_card_needs(
    call: Call, large_photos: Path, tmp_path: Path, seen: set[tuple[int, int]]
) -> None:
    out = tmp_path / "out"
    sizes = ["--resolution", "288", "--last-resolution", "32", "--resize-size", "320"]
    call("train", large_photos, "--output", out, *QUICK, *sizes)
    assert seen == {(356, 320)}
    seen.clear()
    weights = out / "resnet18.safetensors"
    call("train", "--evaluate", large_photos / "val", "--weights", weights, "--device", "cpu")
    assert seen == {(356, 320)}


def test_categories_that_the_network_does_not_know_are_refused(
    call: Call, photos: Path, tiny_network: Path
) -> None:
    done = call("train", "--evaluate", photos / "val", "--weights", tiny_network)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "'blue', 'dark_red', 'green' are none of the 3 classes" in done.err


def empty(photos: Path) -> None:
    for file in (photos / "train").rglob("*.png"):
        file.unlink()


def one_class(photos: Path) -> None:
    for colour in COLOURS[1:]:
        (photos / "train" / colour).rename(photos / colour)


def corrupt(photos: Path) -> None:
    (photos / "val" / "green" / "0.png").write_bytes(b"\x89PNG")


def no_val(photos: Path) -> None:
    (photos / "val").rename(photos / "validation")


def other_categories(photos: Path) -> None:
    (photos / "val" / "green").rename(photos / "val" / "yellow")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (empty, "no photo"),
        (one_class, "at least two"),
        (corrupt, "green/0.png"),
        (no_val, "--val"),
        (other_categories, "different categories"),
    ],
)
def test_photos_that_cannot_be_trained_on_are_one_sentence(
    spoil: Callable[[Path], None], message: str, call: Call, photos: Path, tmp_path: Path
) -> None:
    spoil(photos)
    done = call("train", photos, "--output", tmp_path / "out", *QUICK)
    lines = done.err.splitlines()
    assert (done.code, done.out) == (2, "")
    assert message in lines[-1]
    assert lines[-1].startswith("resnet-explorer: ")
    assert len(lines) == (2 if spoil is other_categories else 1)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("photos",),
        ("photos", "--evaluate", "photos", "--output", "out"),
        ("photos", "--output", "out", "--weights", "builtin"),
        ("--evaluate", "photos"),
        ("nowhere", "--output", "out"),
        ("photos", "--output", "photos/train/blue/0.png"),
        ("photos", "--output", "out", "--variant", "resnet19"),
        ("photos", "--output", "out", "--variant", "resnext50_32x4d"),
        ("photos", "--output", "out", "--epochs", "0"),
        ("photos", "--output", "out", "--epochs", "many"),
        ("photos", "--output", "out", "--learning-rate", "nan"),
        ("photos", "--output", "out", "--smallest-crop", "2"),
        ("photos", "--output", "out", "--resize-size", "96"),
        ("photos", "--output", "out", "--warmup", "200"),
        ("photos", "--output", "out", "--labels", "names.txt"),
        ("photos", "--output", "out", "--threads", "0"),
        ("photos", "--output", "out", "--width", "0"),
        ("photos", "--output", "out", "--device", "abacus"),
    ],
    ids=" ".join,
)
def test_an_unusable_request_is_one_line(
    arguments: tuple[str, ...], call: Call, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photos.parent)
    done = call("train", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith("resnet-explorer")


def test_help_explains_every_field_of_the_recipe(call: Call) -> None:
    printed = " ".join(call("train", "--help").out.split())
    for field in fields(TrainingRecipe):
        assert f"--{field.name.replace('_', '-')}" in printed
        assert f"(default: {field.default})" in printed
    assert "pixels of the training crop" in printed


def test_the_checkpoint_of_another_network_is_refused(
    call: Call, photos: Path, tmp_path: Path
) -> None:
    call("train", photos, "--output", tmp_path, *QUICK)
    done = call("train", photos, "--output", tmp_path, *QUICK, "--variant", "resnet34")
    assert done.code == 2
    assert "another recipe, network or set of categories" in done.err


def test_a_damaged_checkpoint_is_refused(call: Call, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_text(json.dumps({}))
    done = call("train", photos, "--output", tmp_path, *QUICK)
    assert done.code == 2
    assert "checkpoint.pt is no whole checkpoint; remove it" in done.err


def test_the_card_describes_the_photos_that_were_trained_on(
    call: Call, photos: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    call("train", photos, "--output", out, *QUICK)
    assert read_card(out / "resnet18.safetensors").data == "12 photos."
    for number in range(90, 93):
        Image.new("RGB", (40, 36), (number, 0, 255)).save(photos / f"train/blue/{number}.png")
    again = call("train", photos, "--output", out, *QUICK)
    assert again.code == 0
    assert "the photos have changed since (3 new and 0 gone of the training photos)" in again.err
    assert read_card(out / "resnet18.safetensors").data == "12 photos."


def test_a_resumed_training_with_other_photos_says_so_on_the_card(
    call: Call, photos: Path, tmp_path: Path, interrupted_after_one_epoch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    call("train", photos, "--output", out, *QUICK)
    interrupted_after_one_epoch.undo()
    (photos / "train/blue/0.png").unlink()
    resumed = call("train", photos, "--output", out, *QUICK, "--data", "Colours.")
    assert "not those of the epochs before (0 new and 1 gone of the training photos)" in resumed.err
    assert read_card(out / "resnet18.safetensors").data == (
        "Colours. 12 photos in epochs 1 to 1, then 11 photos in epochs 2 to 2."
    )


def test_names_keep_their_identity_from_training_to_evaluation(
    call: Call, photos: Path, tmp_path: Path
) -> None:
    """Numbers of two digits, a space at the end, underscores beside spaces."""
    for part in ("train", "val"):
        for old, new in zip(COLOURS, ("10", "2 ", "9"), strict=True):
            (photos / part / old).rename(photos / part / new)
        make_photos(photos / part / "more", 4 if part == "train" else 2)
        for old, new in zip(COLOURS, ("red car", "red_car", "Red car"), strict=True):
            (photos / part / "more" / old).rename(photos / part / new)
        (photos / part / "more").rmdir()
    trained = call("train", photos, "--output", tmp_path / "out", *QUICK)
    assert trained.code == 0
    weights = tmp_path / "out/resnet18.safetensors"
    card = read_card(weights)
    assert card.labels == ("10", "2", "9", "Red car", "red car", "red_car")
    done = call("train", "--evaluate", photos / "val", "--weights", weights, "--device", "cpu")
    assert f"{card.top1:6.2f} %   (stated: {card.top1:.2f} %)" in done.out
    assert f"mean per class  {card.mean_per_class:6.2f} %" in done.out


def test_numeric_folders_and_nested_photos_are_said_before_the_training(
    call: Call, photos: Path, tmp_path: Path
) -> None:
    for part in ("train", "val"):
        for old, new in zip(COLOURS, ("2", "10", "1"), strict=True):
            (photos / part / old).rename(photos / part / new)
    (photos / "train/2/more").mkdir()
    (photos / "train/2/0.png").rename(photos / "train/2/more/0.JPG_large")
    lines = call("train", photos, "--output", tmp_path / "out", *QUICK).err.splitlines()
    assert "sorted as text as torchvision's ImageFolder sorts them: 1, 10, 2, ..." in lines[0]
    assert "1 photo in folders within the category folders used, too" in lines[1]
    assert lines[2] == "12 training and 6 validation photos in 3 categories"


def test_an_evaluation_takes_labels_and_shows_how_they_were_read(
    call: Call, photos: Path, tmp_path: Path, tiny_network: Path
) -> None:
    import torch
    from safetensors.torch import load_file

    state, names = load_file(tiny_network), tmp_path / "names.csv"
    torch.save({name: tensor.float() for name, tensor in state.items()}, tmp_path / "plain.pth")
    names.write_text("2,blue\n0,green\n1,dark_red\n")
    command = ["train", "--evaluate", photos / "val", "--weights", tmp_path / "plain.pth"]
    named = call(*command, "--labels", names, "--device", "cpu")
    first, *remarks = named.err.splitlines()
    assert named.code == 0
    assert first == "names.csv: 3 labels (index and label): 0 = green, 1 = dark_red, 2 = blue"
    assert all("ImageNet's assumed" in remark for remark in remarks)
    nameless = call(*command, "--device", "cpu")
    assert "taken for the folders in the order" in nameless.err
    assert "'blue', 'dark_red', 'green'" in nameless.err
