import argparse
import os
import pickle
import threading
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from explorer.errors import WeightsError
from explorer.weights.safe_pickle import read_pickle

TENSORS = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(2, dtype=torch.bfloat16)}


class Payload:
    """Creates a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


class Bomb:
    """Asks for any amount of memory, through a function that torch's own list allows."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call


@pytest.fixture(params=[True, False], ids=["zip", "legacy"])
def path(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to save to, in each of torch's two formats."""
    save = torch.save

    def save_in_format(content: Any, path: Path) -> None:
        save(content, path, _use_new_zipfile_serialization=request.param)

    monkeypatch.setattr(torch, "save", save_in_format)
    return tmp_path / "net.pth"


def assert_refused(path: Path, request: str) -> None:
    with pytest.raises(WeightsError) as caught:
        read_pickle(path)
    message = str(caught.value)
    assert message.startswith(f"{path.name} is not opened, because a file that asks for {request}")
    assert message.endswith('\nimport torch\ntorch.save(model.state_dict(), "weights.pth")')
    assert "weights_only" not in message
    assert "add_safe_globals" not in message


def test_tensors_come_back_as_they_were(path: Path) -> None:
    torch.save({"state_dict": TENSORS, "epoch": 3}, path)
    content = read_pickle(path)
    assert content["epoch"] == 3
    for name, tensor in TENSORS.items():
        assert content["state_dict"][name].dtype == tensor.dtype
        assert torch.equal(content["state_dict"][name], tensor)


def test_plain_values_of_training_scripts_are_read(path: Path) -> None:
    optimizer = torch.optim.SGD([nn.Parameter(torch.ones(2))], lr=0.1)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [30, 60])
    content = {
        "args": argparse.Namespace(lr=0.1, data=Path("photos"), names={"a", "b"}),
        "best": np.float64(76.5),
        "seen": np.int64(3),
        "raw": b"\x00\xff",
        "optimizer": optimizer.state_dict(),
        "lr_scheduler": schedule.state_dict(),
        "size": torch.Size([2]),
        "device": torch.device("cpu"),
        "weight": nn.Parameter(torch.ones(2)),
    }
    torch.save(content, path)
    read = read_pickle(path)
    assert vars(read["args"])["lr"] == 0.1
    assert str(vars(read["args"])["data"]) == "photos"
    assert (read["best"], read["seen"], read["raw"]) == (76.5, 3, b"\x00\xff")
    assert read["lr_scheduler"]["milestones"] == {30: 1, 60: 1}


def test_numpy_scalars_of_older_numpy_are_read(path: Path) -> None:
    torch.save({"best": np.float32(1.5)}, path)
    old = path.read_bytes().replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")
    if zipfile.is_zipfile(path):
        old = repack(path, lambda data: data.replace(b"numpy._core", b"numpy.core"))
    path.write_bytes(old)
    assert read_pickle(path)["best"] == 1.5


def repack(path: Path, change: Any, compression: int = zipfile.ZIP_STORED) -> bytes:
    """Return the zip with its pickle changed."""
    changed = path.with_suffix(".changed")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w", compression) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, change(data) if entry.filename.endswith(".pkl") else data)
    return changed.read_bytes()


def test_a_whole_pickled_model_is_refused_with_the_way_out(path: Path) -> None:
    torch.save(nn.Sequential(nn.Linear(2, 2)), path)
    assert_refused(path, "torch.nn.modules.container.Sequential, torch.nn.modules.linear.Linear")


@pytest.mark.parametrize("protocol", range(6))
def test_code_in_a_bare_pickle_never_runs(protocol: int, tmp_path: Path) -> None:
    path, trace = tmp_path / "net.pth", tmp_path / "trace"
    path.write_bytes(pickle.dumps({"a": Payload(trace)}, protocol))
    if (
        protocol < 2
    ):  # not even known as a pickle; `explorer.weights.checkpoints` refuses it earlier
        with pytest.raises((WeightsError, ValueError, RuntimeError)):
            read_pickle(path)
    else:
        assert_refused(path, "pickle protocol" if protocol > 2 else "posix.mkdir")
    assert not trace.exists()
    pickle.loads(path.read_bytes())  # unpickled by pickle itself, the payload does run
    assert trace.exists()


def test_code_in_a_checkpoint_never_runs(path: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    torch.save({"state_dict": TENSORS, "args": argparse.Namespace(x=Payload(trace))}, path)
    assert_refused(path, "posix.mkdir can run code")
    assert not trace.exists()


def test_code_is_found_in_any_of_the_legacy_pickles(tmp_path: Path) -> None:
    path, trace = tmp_path / "net.pth", tmp_path / "trace"
    torch.save(TENSORS, path, _use_new_zipfile_serialization=False)
    head = pickle.dumps(0x1950A86A20F9469CFC6C, 2)
    assert path.read_bytes().startswith(head)
    rest = path.read_bytes()[len(head) :]
    path.write_bytes(head + pickle.dumps(Payload(trace), 2) + rest)
    assert_refused(path, "posix.mkdir")
    assert not trace.exists()


@pytest.mark.parametrize(
    "bomb",
    [Bomb(bytearray, 10**15), Bomb(Tensor, 10**8, 10**8), Bomb(torch.UntypedStorage, 10**15)],
    ids=["bytearray", "tensor", "storage"],
)
def test_requests_for_memory_are_refused(bomb: Bomb, path: Path) -> None:
    torch.save({"a": bomb}, path)
    assert_refused(path, "")


def test_other_pickle_protocols_are_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    torch.save(TENSORS, path, pickle_protocol=4)
    assert_refused(path, "")


def test_torchscript_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/constants.pkl", b"")
        archive.writestr("net/data.pkl", b"")
    with pytest.raises(WeightsError, match=r"net\.pt is TorchScript code .* is not opened"):
        read_pickle(path)


def test_a_compressed_archive_is_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    torch.save({"a": torch.zeros(1000)}, path)
    path.write_bytes(repack(path, lambda data: data, zipfile.ZIP_DEFLATED))
    with pytest.raises(WeightsError, match="unpacked and zipped again"):
        read_pickle(path)


def test_a_pickle_of_endless_entries_is_given_up(path: Path) -> None:
    torch.save({"a": ["x" * 100 + str(i) for i in range(40_000)]}, path)
    with pytest.raises(ValueError, match="no checkpoint has this many entries"):
        read_pickle(path)


def test_torch_is_left_as_strict_as_it_was_by_all_threads(path: Path) -> None:
    torch.save({"args": argparse.Namespace(lr=0.1)}, path)
    before = set(torch.serialization.get_safe_globals())
    failures: list[Exception] = []

    def read_often() -> None:
        for _ in range(20):
            try:
                read_pickle(path)
            except WeightsError as error:
                failures.append(error)

    threads = [threading.Thread(target=read_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(torch.serialization.get_safe_globals()) == before


def test_tensors_stay_in_the_file_until_they_are_used(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    values = torch.rand(2, 1000)
    torch.save({"a": values[0].clone(), "b": values[1].clone()}, path)
    content, raw = read_pickle(path), path.read_bytes()
    a, b = (raw.index(value.numpy().tobytes()) for value in values)
    # Two allocations would lie anywhere; two parts of one mapping lie as they do in the file.
    assert content["b"].data_ptr() - content["a"].data_ptr() == b - a
