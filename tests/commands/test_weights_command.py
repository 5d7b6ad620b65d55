"""Tests of explorer/commands/weights.py and loading.py."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from torchvision.models import ResNet18_Weights

from explorer.errors import WeightsError
from explorer.photos.samples import IN_TRAY, SAMPLES
from explorer.weights import builtin
from explorer.weights.download import DownloadProgress

Call = Callable[..., Any]

CONTENT = b"not really weights" * 1000
PUBLISHED = ResNet18_Weights.IMAGENET1K_V1
NAME = "resnet18/imagenet-classic"


@pytest.fixture
def cached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file_server: Any) -> Path:
    """The cache path of small ResNet-18 weights, which a server on loopback offers."""
    name = f"resnet18-{hashlib.sha256(CONTENT).hexdigest()[:8]}.pth"
    file_server.files[name] = CONTENT
    monkeypatch.setattr(PUBLISHED.value, "url", file_server.url(name))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    return tmp_path / "hub" / "checkpoints" / name


@pytest.fixture
def on_board(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_network: Path) -> Path:
    """A folder with one built-in network, ResNet-18."""
    path = tmp_path / "weights" / "resnet18.safetensors"
    path.parent.mkdir()
    shutil.copy(tiny_network, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (path.parent / builtin.SUMS).write_text(f"{digest}  {path.name}\n")
    monkeypatch.setattr(builtin, "FOLDER", path.parent)
    return path


def test_the_list_tells_what_is_on_board_cached_and_to_download(
    call: Call, on_board: Path, cached: Path
) -> None:
    cached.parent.mkdir(parents=True)
    cached.write_bytes(CONTENT)
    done = call("weights", "list")
    assert (done.code, done.err) == (0, "")
    lines = {line.split()[0]: line for line in done.out.splitlines()}
    assert lines["resnet18/builtin"].endswith("0.1 MB  on board")
    assert lines[NAME].endswith("46.8 MB  cached")
    assert lines["resnet50/imagenet-new"].endswith("102.5 MB  to download")
    assert "resnet18/imagenet-new" not in lines


def test_the_list_for_scripts_names_file_and_address(
    call: Call, on_board: Path, cached: Path
) -> None:
    by_name = {entry["name"]: entry for entry in call("weights", "list", "--json").objects}
    board, classic = by_name["resnet18/builtin"], by_name[NAME]
    assert (board["state"], board["path"], board["url"]) == ("on board", str(on_board), None)
    assert classic["state"] == "to download"
    assert (classic["path"], classic["url"]) == (str(cached), PUBLISHED.url)
    assert (classic["variant"], classic["weights"]) == ("resnet18", "imagenet-classic")


def test_fetching_shows_progress_and_prints_the_file(call: Call, cached: Path) -> None:
    done = call("weights", "fetch", NAME)
    assert (done.code, done.out) == (0, f"{NAME}  {cached}\n")
    assert done.err.endswith(f"{NAME}: 0.0 of 0.0 MB, 100 %\n")
    assert cached.read_bytes() == CONTENT


def test_weights_that_cannot_be_fetched_do_not_stop_the_others(
    call: Call, cached: Path, file_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from torchvision.models import ResNet34_Weights

    monkeypatch.setattr(ResNet34_Weights.IMAGENET1K_V1.value, "url", file_server.url("r-0123.pth"))
    done = call("weights", "fetch", "resnet34/imagenet-classic", "resnet50/builtin", NAME)
    first, second, *_ = done.err.splitlines()
    assert done.code == 1
    assert first.startswith("resnet34/imagenet-classic: r-0123.pth is not offered")
    assert second.startswith("resnet50/builtin: ")
    assert cached.is_file()


def test_verifying_a_built_in_network_predicts_the_samples(call: Call, on_board: Path) -> None:
    done = call("weights", "verify", "resnet18/builtin")
    assert (done.code, done.err) == (0, "")
    assert hashlib.sha256(on_board.read_bytes()).hexdigest() in done.out
    lines = done.out.splitlines()[2:]
    assert len(lines) == len(IN_TRAY)
    for name, line in zip(IN_TRAY, lines, strict=True):
        sample = SAMPLES[name]
        assert line.split("  ")[1] == sample.title
        assert any(f"%  {label}" in line for label in ("cat", "dog", "red panda"))
        assert ("no category is its own" in line) == (sample.category is None)


def test_a_file_that_is_not_the_recorded_one_fails(call: Call, on_board: Path) -> None:
    with on_board.open("ab") as file:
        file.write(b"!")
    done = call("weights", "verify", "resnet18/builtin")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert builtin.SUMS in done.err


def test_verifying_weights_that_are_not_here_fetches_nothing(
    call: Call, cached: Path, file_server: Any
) -> None:
    done = call("weights", "verify", NAME)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert str(cached.parent) in done.err
    assert file_server.requested == []


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("burn",),
        ("fetch",),
        ("fetch", "resnet18"),
        ("fetch", "resnet19/imagenet-new"),
        ("verify", "resnet18/random"),
        ("verify", "resnet18/builtin", "unknown/builtin"),
    ],
    ids=" ".join,
)
def test_an_unusable_request_is_one_line(arguments: tuple[str, ...], call: Call) -> None:
    done = call("weights", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith("resnet-explorer")


def ten_megabytes(*_: object) -> Iterator[DownloadProgress]:
    yield from (DownloadProgress(step * 2**18, 10 * 2**20) for step in range(41))


@pytest.mark.parametrize(
    ("terminal", "lines", "rewritten"),
    [(False, 11, 0), (True, 1, 41)],
    ids=["file", "terminal"],
)
def test_progress_rewrites_its_line_on_a_terminal_only(
    terminal: bool,
    lines: int,
    rewritten: int,
    call: Call,
    cached: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("explorer.weights.availability.fetch", ten_megabytes)
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda stream: terminal)
    errors = call("weights", "fetch", NAME).err
    assert (errors.count("\n"), errors.count("\r")) == (lines, rewritten)
    assert errors.endswith(f"{NAME}: 10.5 of 10.5 MB, 100 %\n")


def test_explaining_shows_the_download_unless_json_is_piped(
    call: Call,
    cached: Path,
    photo_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load(*_: object, **__: object) -> None:
        raise WeightsError("The weights are here." if cached.exists() else "Not yet.")

    monkeypatch.setattr("explorer.weights.loading.load", load)
    arguments = ("explain", photo_file, "--weights", "imagenet-classic", "--output", tmp_path)
    assert call(*arguments, "--json").err == "resnet-explorer: Not yet.\n"
    *progress, last = call(*arguments).err.splitlines()
    assert progress[-1] == f"{NAME}: 0.0 of 0.0 MB, 100 %"
    assert last == "resnet-explorer: The weights are here."
