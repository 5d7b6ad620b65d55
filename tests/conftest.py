"""What every test shares: no network but loopback, one torch thread, photos and a tiny network."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

# Before torch is imported: a machine with two cores is slower with two threads as soon as anything
# else runs, and results are equal bit for bit only at a fixed number of threads.
os.environ["OMP_NUM_THREADS"] = "1"


def _is_loopback(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a path: a socket of this machine
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and not _is_loopback(arguments[1]):
        pytest.fail(f"A test tried to reach {arguments[1]}; the suite runs without a network.")


sys.addaudithook(_refuse_network)


@pytest.fixture(scope="session", autouse=True)
def _own_torch_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide the ImageNet weights that this machine may have: no test depends on them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCH_HOME", str(tmp_path_factory.mktemp("torch")))
        yield


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("cuda"):
        import torch

        if not torch.cuda.is_available():
            pytest.skip("no NVIDIA GPU here")


@pytest.fixture(scope="session")
def photo() -> Image.Image:
    """A cat, 300 rows and 451 columns, RGB."""
    from skimage import data

    return Image.fromarray(data.chelsea())


@pytest.fixture
def photo_file(photo: Image.Image, tmp_path: Path) -> Path:
    """The same cat as a PNG file."""
    path = tmp_path / "cat.png"
    photo.save(path)
    return path
