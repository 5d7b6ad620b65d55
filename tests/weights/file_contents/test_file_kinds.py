"""Files that are something else: each gets a sentence that says what it is and what to do."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import pickletools
import struct
import tarfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from explorer.errors import WeightsError
from explorer.weights.checkpoints import read
from explorer.weights.loading import load
from narrow_checkpoints import answers, narrow


def refused(path: Path) -> str:
    """The message of the error, checked to name the file and to have an end."""
    with pytest.raises(WeightsError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(f"{path.name} ")
    assert message.endswith((".", ")"))
    return message


# The first bytes of real files, by the specification of each format.
HEADS = {
    "Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 102530333\n",
    "HDF5": b"\x89HDF\r\n\x1a\n" + bytes(100),
    "TensorFlow Lite": b"\x1c\x00\x00\x00TFL3" + bytes(100),
    "web page": b"\n<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>",
    "a web page": b'<html lang="en"><body>404</body></html>',
    "JSON": b'{"_class_name": "ResNet", "architectures": ["ResNetForImageClassification"]}',
    "JSON text": b'[\n  "tench", "goldfish"]',
    "NumPy": b"\x93NUMPY\x01\x00v\x00{'descr'",
    "GGUF": b"GGUF\x03\x00\x00\x00" + bytes(30),
    "bzip2": b"BZh91AY&SY" + bytes(30),
    "7-Zip": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(30),
    "RAR": b"Rar!\x1a\x07\x01\x00" + bytes(30),
    "ONNX": b"\x08\x08\x12\x07pytorch\x1a\x052.3.0:\xb4\x01\n" + bytes(60),
    "an ONNX": b"\x08\x07\x12\x0abackend-test:\x1f\n" + bytes(60),
    "TensorFlow": b"\x08\x01\x12\xd9\x9d\x01\n\xa0(\x12$\n\x03Add\x12\x06\n\x01x" + bytes(60),
    "protocol 0": b"(dp0\nS'state_dict'\np1\nccollections\nOrderedDict\np2\n",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(30),
    "text, not": b"epoch,loss,accuracy\n1,0.5,70\n2,0.4,72\n",
}


@pytest.mark.parametrize("kind", HEADS)
def test_a_file_of_another_kind_is_named(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    path.write_bytes(HEADS[kind])
    assert kind in refused(path)


def test_archives_say_what_they_hold(tmp_path: Path) -> None:
    torch.save(narrow().state_dict(), tmp_path / "plain.pth")
    cases = {
        "holds model/plain.pth. Unpack it": ["__MACOSX/model/._plain.pth", "model/plain.pth"],
        "a Keras model": ["metadata.json", "config.json", "model.weights.h5"],
        "an Office document": ["[Content_Types].xml", "word/document.xml"],
        "NumPy arrays": ["a.npy", "b.npy"],
        "without weights: it holds read.me": ["read.me"],
    }
    for answer, names in cases.items():
        path = tmp_path / "model.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, "x")
        assert answer in refused(path)


def test_compressed_files_and_tar_archives_are_named(tmp_path: Path) -> None:
    torch.save(narrow().state_dict(), tmp_path / "plain.pth")
    path = tmp_path / "net.pth.tar"
    path.write_bytes(gzip.compress((tmp_path / "plain.pth").read_bytes()))
    assert "gzip. Unpack it" in refused(path)
    with tarfile.open(path, "w") as archive:
        archive.add(tmp_path / "plain.pth", "plain.pth")
    assert "a tar archive. Unpack it" in refused(path)


class Tiny(nn.Module):
    """A module whose code goes into a TorchScript archive."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(2, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(x)


def test_real_torchscript_is_named_whatever_its_file_is_called(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(Tiny(), torch.ones(1, 2))
        for name in ("model.pt", "code.pth"):
            torch.jit.save(traced, tmp_path / name)
            message = refused(tmp_path / name)
            assert "is TorchScript code" in message
            assert "torch.jit.load" in message


def test_a_checkpoint_called_code_is_no_torchscript(tmp_path: Path) -> None:
    torch.save(narrow().state_dict(), tmp_path / "code.pth")
    assert read(tmp_path / "code.pth").architecture().width == 4


def test_quantised_networks_are_named(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dynamic = torch.ao.quantization.quantize_dynamic(narrow(), {nn.Linear})
        packed = {"weight": torch.quantize_per_tensor(torch.ones(2, 2), 0.1, 0, torch.qint8)}
        for content in (dynamic.state_dict(), packed):
            torch.save(content, tmp_path / "int8.pth")
            assert "holds a quantised network" in refused(tmp_path / "int8.pth")
    state = {name: t.contiguous() for name, t in Tiny().state_dict().items()}
    save_file({**state, "fc.zero_point": torch.zeros(1)}, tmp_path / "int8.safetensors")
    assert "holds a quantised network" in refused(tmp_path / "int8.safetensors")


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_download_that_did_not_finish_is_said(share: float, tmp_path: Path) -> None:
    torch.save(narrow().state_dict(), tmp_path / "net.pth")
    save_file(narrow().state_dict(), tmp_path / "net.safetensors")
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        path.write_bytes(content[: int(share * len(content))])
        message = refused(path)
        assert "is damaged or incomplete: its end is missing" in message
        assert "a download that did not finish" in message


@pytest.mark.parametrize(
    ("entries", "answer"),
    [
        ({"conv1.0.weight": (8, 3, 3, 3), "layer1.0.conv1.weight": (8, 8, 3, 3)}, "ResNet-D"),
        ({"backbone.stem.0.weight": (8, 3, 3, 3)}, "ResNet-C"),
        ({"stages.0.blocks.0.conv1.weight": (8, 8, 3, 3)}, "second version"),
        ({"backbone.bottom_up.res2.0.conv1.weight": (8, 8, 1, 1)}, "Detectron2"),
        ({"layer1.0.conv1.weight": (8, 8, 3, 3)}, "but no stem"),
        ({"conv1.weight_orig": (8, 3, 7, 7), "conv1.weight_mask": (8, 3, 7, 7)}, "of pruning"),
        ({"conv1.parametrizations.weight.original": (8, 3, 7, 7)}, "parametrised weights"),
        ({"model.embed_tokens.weight": (8, 8)}, "It holds model.embed_tokens.weight;"),
    ],
)
def test_other_networks_say_how_they_differ(
    entries: dict[str, tuple[int, ...]], answer: str, tmp_path: Path
) -> None:
    tensors = {name: torch.zeros(shape) for name, shape in entries.items()}
    save_file(tensors, tmp_path / "net.safetensors")
    assert answer in refused(tmp_path / "net.safetensors")


def written_by_python_2(content: bytes) -> bytes:
    """Turn a pickle's short texts into the strings of bytes that Python 2 wrote in their place."""
    out, position = bytearray(), 0
    for opcode, argument, start in pickletools.genops(content):
        out += content[position:start]
        position = start
        if opcode.name == "BINUNICODE" and isinstance(argument, str) and len(argument) < 256:
            raw = argument.encode("latin1")
            out += b"U" + bytes([len(raw)]) + raw
            position = start + 5 + len(argument.encode())
    return bytes(out + content[position:])


def old_checkpoint(path: Path, content: Any) -> None:
    """Save in torch's old format, its pickles as Python 2 wrote them."""
    buffer = io.BytesIO()
    torch.save(content, buffer, _use_new_zipfile_serialization=False)
    buffer.seek(0)
    pickles = b""
    for _ in range(5):
        start = buffer.tell()
        for _ in pickletools.genops(buffer):
            pass
        pickles += written_by_python_2(buffer.getvalue()[start : buffer.tell()])
    path.write_bytes(pickles + buffer.read())


def test_a_checkpoint_of_python_2_is_read(tmp_path: Path) -> None:
    path = tmp_path / "model_best.pth.tar"
    content = {"epoch": 90, "arch": "resnet18", "best_prec1": 69.7}
    old_checkpoint(path, {**content, "state_dict": narrow().state_dict()})
    assert b"U\x0cconv1.weight" in path.read_bytes()
    assert torch.equal(answers(load(weights=path).module), answers(narrow()))


def test_a_checkpoint_of_python_2_that_cannot_be_read_safely_says_how_to_convert_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "old.pth.tar"
    old_checkpoint(path, {"state_dict": narrow().state_dict(), "note": "caf\xe9"})
    message = refused(path)
    assert "was written by Python 2" in message
    assert 'encoding="latin1"' in message


def test_plain_pickles_are_refused_by_their_protocol(tmp_path: Path) -> None:
    path = tmp_path / "net.pkl.pth"
    path.write_bytes(pickle.dumps({"conv1.weight": [1.0, 2.0]}, 4))
    assert "pickle protocol 4" in refused(path)


def test_a_header_in_json_is_no_safetensors_without_its_length(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_text(json.dumps({"metadata": {}, "weight_map": {"a": "model-00001.safetensors"}}))
    assert "is JSON text" in refused(path)
    path.write_bytes(struct.pack("<Q", 2) + b"{}")
    assert "holds no ResNet" in refused(path)
