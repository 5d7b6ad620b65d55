"""What every test shares: no network but loopback, one torch thread, photos and a tiny network."""

from __future__ import annotations

import ipaddress
import os
import signal
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from explorer.explain.finding import Finding

# Before torch is imported: a machine with two cores is slower with two threads as soon as anything
# else runs, and results are equal bit for bit only at a fixed number of threads.
os.environ["OMP_NUM_THREADS"] = "1"
# A shell that starts the tests in the background lets them, and all their children, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)


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


@pytest.fixture(scope="session", autouse=True)
def _own_results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide the benchmarks that this machine may have kept, and keep none of ours among them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESNET_EXPLORER_RESULTS", str(tmp_path_factory.mktemp("results")))
        yield


class FileServer:
    """A web server on loopback that gives out files and keeps count.

    Attributes:
        files: name -> content; add to it at any time.
        missing: bytes that it announces but never sends.
        requested: the names that were asked for, in order.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.missing = 0
        self.requested: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_FileHandler, self))
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{name}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _FileHandler(BaseHTTPRequestHandler):
    def __init__(self, site: FileServer, *arguments: Any) -> None:
        self.site = site
        super().__init__(*arguments)

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        self.site.requested.append(name)
        if name not in self.site.files:
            self.send_error(404)
            return
        content = self.site.files[name]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) + self.site.missing))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def file_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = FileServer()
    yield server
    server.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser last: while Playwright lives, no other test can run an event loop.

    `make tests` gives whole files to its processes in this order, so it holds in each of them.
    """
    items.sort(key=lambda item: "browser" in item.path.parts)


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


@pytest.fixture(scope="session")
def finding(photo: Image.Image) -> Finding:
    """What the built-in network finds in the cat, for its best class at its last block."""
    from explorer import analyze, load
    from explorer.explain.finding import Finding
    from explorer.explain.method_catalogue import METHODS
    from explorer.photos.geometry import Framing

    analysis = analyze(load("resnet18"), photo)
    ladder = analysis.ladder()
    return Finding(
        photo="Chelsea the cat, Stefan van der Walt (CC0)",
        network=analysis.network,
        frame=analysis.frame,
        framing=Framing.CROP,
        probabilities=analysis.probabilities,
        explained=analysis.predictions[0],
        rather_than=None,
        method=METHODS["grad-cam"],
        block="layer4.1",
        heatmap=ladder["layer4.1"],
        ladder=ladder,
        signed=False,
    )
