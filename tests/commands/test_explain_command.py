"""Tests of explorer/commands/explain.py and its output."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from patience import PATIENCE

KEYS = ["photo", "variant", "weights", "device", "dtype", "predictions", "target"]
KEYS += ["method", "layer", "heatmap", "overlay", "seconds"]

COMMAND = str(Path(sys.executable).with_name("resnet-explorer"))


Explain = Callable[..., Any]


@pytest.fixture
def explain(call: Callable[..., Any], tiny_network: Path, tmp_path: Path) -> Explain:
    """Call `explain --json` with the tiny network, into the folder `out`."""

    def explain(*arguments: object) -> Any:
        network = ("--weights", tiny_network, "--device", "cpu")
        return call("explain", *network, "--output", tmp_path / "out", "--json", *arguments)

    return explain


def expected(tiny_network: Path, photo: Path, **question: Any) -> NDArray[np.float32]:
    """The heatmap that the three calls from Python give."""
    from explorer import analyze, load, read_image

    return analyze(load(weights=tiny_network), read_image(photo)).heatmap(**question)


def test_one_object_with_the_agreed_keys_and_two_files_that_hold_what_it_says(
    explain: Explain, photo_file: Path, tiny_network: Path, tmp_path: Path
) -> None:
    done = explain(photo_file)
    (report,) = done.objects
    assert (done.code, done.err) == (0, "")
    assert list(report) == KEYS
    assert report["photo"] == str(photo_file)
    assert report["heatmap"] == str(tmp_path / "out" / "cat.heatmap.npy")
    assert report["overlay"] == str(tmp_path / "out" / "cat.overlay.png")
    heatmap = np.load(report["heatmap"])
    assert heatmap.dtype == np.float32
    assert np.array_equal(heatmap, expected(tiny_network, photo_file))
    with Image.open(report["overlay"]) as overlay:
        assert (overlay.format, overlay.mode, overlay.size) == ("PNG", "RGB", (451, 300))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "cat.heatmap.npy",
        "cat.overlay.png",
    ]


def test_the_object_names_the_network_and_the_best_classes(
    explain: Explain, photo_file: Path
) -> None:
    (report,) = explain(photo_file).objects
    predictions = report["predictions"]
    assert [list(prediction) for prediction in predictions] == [
        ["index", "label", "probability"]
    ] * 3
    assert sum(prediction["probability"] for prediction in predictions) == pytest.approx(1)
    assert report["target"] == {key: predictions[0][key] for key in ("index", "label")}
    assert (report["variant"], report["weights"]) == ("resnet18", "tiny.safetensors")
    assert (report["device"], report["dtype"]) == ("cpu", "float32")
    assert (report["method"], report["layer"]) == ("grad-cam", "layer4.1")
    assert report["seconds"] > 0


@pytest.mark.parametrize("name", ["red panda", "Red Panda", "2"])
def test_class_block_and_sign_are_the_readers_choice(
    name: str, explain: Explain, photo_file: Path, tiny_network: Path
) -> None:
    (report,) = explain(photo_file, "--target", name, "--layer", "layer2.0", "--signed").objects
    assert report["target"] == {"index": 2, "label": "red panda"}
    assert report["layer"] == "layer2.0"
    heatmap = np.load(report["heatmap"])
    assert heatmap.min() < 0
    oracle = expected(tiny_network, photo_file, layer="layer2.0", target=2, signed=True)
    assert np.array_equal(heatmap, oracle)


def test_rather_than_is_the_difference_of_two_signed_maps(
    explain: Explain, photo_file: Path, tiny_network: Path
) -> None:
    options = ("--target", "cat", "--rather-than", "dog", "--signed")
    (report,) = explain(photo_file, *options).objects
    cat, dog = (expected(tiny_network, photo_file, target=name, signed=True) for name in (0, 1))
    assert np.load(report["heatmap"]) == pytest.approx(cat - dog, rel=1e-4, abs=1e-6)


def test_a_method_of_pixels_gives_a_map_of_the_networks_input(
    explain: Explain, photo_file: Path
) -> None:
    (report,) = explain(photo_file, "--method", "saliency").objects
    heatmap = np.load(report["heatmap"])
    assert (report["method"], heatmap.shape, heatmap.dtype) == ("saliency", (64, 64), np.float32)
    assert heatmap.min() >= 0
    assert heatmap.max() > 0


def test_the_overlay_colours_only_what_the_network_saw(
    explain: Explain, photo: Image.Image, tmp_path: Path
) -> None:
    wide = Image.new("RGB", (400, 100), "grey")
    wide.paste(photo.resize((100, 100)), (150, 0))
    wide.save(tmp_path / "wide.png")
    changed = {}
    for frame in ("crop", "whole"):
        (report,) = explain(tmp_path / "wide.png", "--frame", frame, "--signed").objects
        difference = np.asarray(Image.open(report["overlay"])) != np.asarray(wide)
        changed[frame] = difference.any((0, 2))
    assert not changed["crop"][:150].any()
    assert not changed["crop"][250:].any()
    assert changed["crop"][150:250].mean() > 0.5
    assert changed["whole"][:150].any()


def test_photos_that_cannot_be_read_do_not_stop_the_others(
    explain: Explain, photo_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.jpg").write_text("not a picture")
    (tmp_path / "empty.png").touch()
    broken = [tmp_path / "text.jpg", tmp_path / "empty.png", tmp_path / "none.png", tmp_path]
    done = explain(*broken, photo_file)
    assert done.code == 1
    assert [list(report) for report in done.objects] == [["photo", "error"]] * 4 + [KEYS]
    assert [report["photo"] for report in done.objects] == [str(p) for p in (*broken, photo_file)]
    lines = done.err.splitlines()
    assert len(lines) == 4
    for path, report, line in zip(broken, done.objects, lines, strict=False):
        assert line == f"{path}: {report['error']}"


def test_equal_names_meet_neither_each_other_nor_a_photo(
    explain: Explain, photo_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "ü").mkdir()
    photos = [tmp_path / "a b" / "Cät 1.png", tmp_path / "ü" / "cät 1.PNG"]
    for photo in photos:
        shutil.copy(photo_file, photo)
    done = explain(*photos)
    assert done.code == 0
    names = [Path(report[kind]).name for report in done.objects for kind in ("overlay", "heatmap")]
    assert names == [
        "Cät 1.overlay.png",
        "Cät 1.heatmap.npy",
        "cät 1-2.overlay.png",
        "cät 1-2.heatmap.npy",
    ]


def test_without_json_it_prints_something_to_read(
    call: Callable[..., Any], photo_file: Path, tiny_network: Path, tmp_path: Path
) -> None:
    question = ("--target", "dog", "--rather-than", "cat", "--device", "cpu")
    network = ("--weights", tiny_network, "--output", tmp_path)
    done = call("explain", photo_file, *network, *question)
    assert (done.code, done.err) == (0, "")
    for part in (
        str(photo_file),
        "ResNet-18, my checkpoint",
        "dog rather than cat, by Grad-CAM at layer4.1",
        "red panda",
        "%",
        "2 x 2 values from",
        str(tmp_path / "cat.overlay.png"),
    ):
        assert part in done.out


@pytest.mark.parametrize(
    "options",
    [
        ("--variant", "resnet19"),
        ("--variant", "resnet50"),
        ("--weights", "imagenet"),
        ("--weights", "random:x"),
        ("--weights", "none.pth"),
        ("--labels", "none.txt"),
        ("--layer", "layer9.0"),
        ("--target", "unicorn"),
        ("--target", "3"),
        ("--rather-than", "-1"),
        ("--target", "cat", "--rather-than", "0"),
        ("--method", "guesswork"),
        ("--frame", "round"),
        ("--device", "abacus"),
        ("--dtype", "float8"),
        ("--dtype", "bfloat16"),
    ],
    ids=" ".join,
)
def test_an_unusable_request_is_one_line(
    options: tuple[str, ...], explain: Explain, photo_file: Path
) -> None:
    done = explain(photo_file, *options)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert done.err.startswith("resnet-explorer")


def test_a_file_as_output_folder_is_an_unusable_request(
    call: Callable[..., Any], photo_file: Path
) -> None:
    done = call("explain", photo_file, "--output", photo_file)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "--output" in done.err


def test_without_the_internet_imagenet_weights_are_named_with_their_folder(
    call: Callable[..., Any], photo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unplugged(*arguments: object, **options: object) -> None:
        raise URLError("no network")

    monkeypatch.setattr("explorer.weights.download.urlopen", unplugged)
    done = call("explain", photo_file, "--weights", "imagenet-classic", "--output", tmp_path)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "resnet18-f37072fd.pth" in done.err
    assert os.environ["TORCH_HOME"] in done.err


def test_an_interruption_is_quiet_and_leaves_whole_files_only(
    photo_file: Path, tiny_network: Path, tmp_path: Path
) -> None:
    """Through the real command: Ctrl-C after the first of many photos."""
    photos = [str(photo_file)] * 500
    network = ["--weights", str(tiny_network), "--device", "cpu"]
    process = subprocess.Popen(
        [COMMAND, "explain", *photos, *network, "--json", "--output", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (130, "")
    assert list(first) == KEYS
    for path in (tmp_path / "out").iterdir():
        assert path.suffix in (".npy", ".png")
        np.load(path) if path.suffix == ".npy" else Image.open(path).load()


@pytest.fixture
def bare_checkpoint(tiny_network: Path, tmp_path: Path) -> Path:
    """The tiny network as a training script saves it, without a card, beside a loss's weight."""
    import torch
    from safetensors.torch import load_file

    state = {f"net.{name}": tensor for name, tensor in load_file(tiny_network).items()}
    content = {"state_dict": {**state, "loss.weight": torch.ones(3)}, "multi_label": True}
    torch.save(content, tmp_path / "bare.ckpt")
    return tmp_path / "bare.ckpt"


def test_what_is_assumed_about_a_checkpoint_is_said_and_can_be_told(
    call: Callable[..., Any], bare_checkpoint: Path, photo_file: Path, tmp_path: Path
) -> None:
    from explorer import analyze, load, read_image

    command = ["explain", photo_file, "--weights", bare_checkpoint, "--device", "cpu", "--json"]
    command += ["--output", tmp_path / "out"]
    plain = call(*command)
    assert "ImageNet's assumed" in plain.err
    assert "1 entry beside the network is left out: loss.weight." in plain.err
    assert "the probabilities need not add up" in plain.err
    told = call(
        *command, "--size", 64, "--mean", "0.5", "--std", "0.5,0.5,0.5", "--fit", "squash",
        "--outputs", "softmax",
    )  # fmt: skip
    network = load(
        weights=bare_checkpoint, size=64, mean=[0.5], std=[0.5], squash=True, outputs="softmax"
    )
    analysis = analyze(network, read_image(photo_file))
    shown = [row["probability"] for row in told.objects[0]["predictions"]]
    assert shown == pytest.approx([best.probability for best in analysis.predictions], abs=1e-5)
    assert "ImageNet" not in told.err
    assert call(*command, "--mean", "a,b").code == 2
    assert call(*command, "--part", "teacher").code == 2


def test_a_network_without_head_is_refused_in_one_sentence(
    call: Callable[..., Any], tiny_network: Path, photo_file: Path, tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    state = {k: v for k, v in load_file(tiny_network).items() if not k.startswith("fc.")}
    save_file(state, tmp_path / "body.safetensors")
    done = call("explain", photo_file, "--weights", tmp_path / "body.safetensors", "--json")
    assert (done.code, done.out) == (2, "")
    assert "This network has no head" in done.err.splitlines()[-1]


def test_what_is_assumed_of_photo_labels_and_numbers_is_said(
    explain: Explain, tmp_path: Path
) -> None:
    scan, names = tmp_path / "scan.tif", tmp_path / "names.csv"
    Image.fromarray(np.arange(4096, dtype=np.uint16).reshape(64, 64)).save(scan)
    names.write_text("2,0\n0,1\n1,red panda\n")
    done = explain(scan, "--labels", names, "--target", "1")
    assert done.code == 0
    assert done.err.splitlines() == [
        "names.csv: 3 labels (index and label): 0 = 1, 1 = red panda, 2 = 0",
        "1 is read as the label of output 0, not as output 1; that is 'red panda'.",
        f"{scan}: The values of this picture reach 4,095; 4,095, the largest of 12 bits, "
        "is shown as white.",
    ]
    assert done.objects[0]["target"] == {"index": 0, "label": "1"}


def test_the_help_names_every_method(capsys: pytest.CaptureFixture[str]) -> None:
    from explorer.cli import main
    from explorer.explain.method_catalogue import METHODS

    with pytest.raises(SystemExit):
        main(["explain", "--help"])
    words = capsys.readouterr().out.replace("-\n", "-").replace(",", " ").split()
    assert [name for name in METHODS if name not in words] == []
