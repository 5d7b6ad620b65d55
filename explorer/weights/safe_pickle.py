"""Read a file that `torch.save` wrote, without letting it run code.

A pickle is a program. torch's restricted unpickler runs a safe subset of it; this module first
checks that every name the program imports is harmless. Tensors stay in the file, memory-mapped,
until they are used, so that a forged size does not make us allocate memory.
"""

from __future__ import annotations

import argparse
import io
import pickle
import pickletools
import threading
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, BinaryIO

import numpy as np
import torch

from explorer.errors import WeightsError
from explorer.weights.file_contents.file_kinds import SAVE_AGAIN, kind_of_archive, kind_of_pickle

ZIP_START, PICKLE_START = b"PK\x03\x04", pickle.PROTO
PROTOCOL = 2  # of pickle; the one that torch writes by default, and the only one it reads safely
LEGACY_PICKLES = 5  # magic number, version, system, content, keys of the tensors
PICKLE_LIMIT = 4_000_000  # bytes; the names of all entries of a training checkpoint take 0.5 MB


def read_pickle(path: Path) -> Any:
    """Read tensors and plain values, and refuse everything else.

    Args:
        path: path of a file that begins with `ZIP_START` or `PICKLE_START`.

    Returns:
        The saved object: usually a dict, with tensors that are memory-mapped.

    Raises:
        WeightsError: if opening the file could run code.
        Exception: almost any other, if the file is damaged; see `explorer.weights.checkpoints`.
    """
    with path.open("rb") as file:
        zipped = file.read(len(ZIP_START)) == ZIP_START
    names = _names_in_zip(path) if zipped else _names_in_series(path)
    if forbidden := sorted(names - HARMLESS - PLAIN.keys()):
        if kind := kind_of_pickle(forbidden):
            raise WeightsError(f"{path.name} {kind}")
        more = f" and {len(forbidden) - 3} more" if len(forbidden) > 3 else ""
        raise _refusal(path, ", ".join(forbidden[:3]) + more)
    plain: list[Any] = [(value, name) for name, value in PLAIN.items()]
    try:
        # safe_globals changes a set that all threads share, and removes its names at the end.
        with _SAFE_GLOBALS_LOCK, torch.serialization.safe_globals(plain):
            return torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)
    except (pickle.UnpicklingError, UnicodeDecodeError) as error:
        if not zipped and _has_strings_of_bytes(path):
            raise WeightsError(f"{path.name} {_PYTHON_2}") from error
        if isinstance(error, UnicodeDecodeError):
            raise
        raise _refusal(path, "more than tensors and plain values") from error


def _names_in_zip(path: Path) -> set[str]:
    """List the names in what `torch.save` writes since PyTorch 1.6: a zip of pickle and tensors."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if kind := kind_of_archive([entry.filename for entry in entries]):
            raise WeightsError(f"{path.name} {kind}")
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
            raise WeightsError(
                f"{path.name} is a checkpoint that was unpacked and zipped again. "
                "Choose the file as torch.save wrote it."
            )
        pickles = [entry for entry in entries if entry.filename.endswith("/data.pkl")]
        return {name for entry in pickles for name in _names(io.BytesIO(archive.read(entry)))}


def _names_in_series(path: Path) -> set[str]:
    """List the names in what `torch.save` wrote before: a series of pickles, then the tensors."""
    names: set[str] = set()
    with path.open("rb") as file:
        for _ in range(LEGACY_PICKLES):
            if file.peek(1):  # a pickle that torch did not write may be the only one
                names |= _names(file)
    return names


def _has_strings_of_bytes(path: Path) -> bool:
    """Whether a series of pickles holds strings as only Python 2 writes them."""
    with path.open("rb") as file:
        return any(
            opcode.name in ("BINSTRING", "SHORT_BINSTRING", "STRING")
            for _ in range(LEGACY_PICKLES)
            if file.peek(1)
            for opcode, _, _ in pickletools.genops(file)
        )


def _names(pickled: BinaryIO) -> set[str]:
    """List the names that the next pickle of a stream would import, without running it."""
    names, strings = set(), [""]
    for opcode, argument, position in pickletools.genops(pickled):
        if (position or 0) > PICKLE_LIMIT:
            raise ValueError("no checkpoint has this many entries")
        if opcode.name == "PROTO" and argument != PROTOCOL:
            names.add(f"pickle protocol {argument}")
        elif opcode.name in ("GLOBAL", "INST"):
            names.add(str(argument).replace(" ", "."))
        elif opcode.name == "STACK_GLOBAL":
            names.add(".".join(strings[-2:]))
        elif isinstance(argument, str):
            strings.append(argument)
    return names


def _refusal(path: Path, request: str) -> WeightsError:
    return WeightsError(
        f"{path.name} is not opened, because a file that asks for {request} can run code. "
        f"{SAVE_AGAIN}"
    )


_PYTHON_2 = (
    "was written by Python 2, with texts or numbers that can no longer be read safely. If you "
    "trust it, convert it:\nimport torch\n"
    'old = torch.load("old.pth.tar", map_location="cpu", encoding="latin1", weights_only=False)\n'
    'torch.save(old["state_dict"], "weights.pth")'
)

# What a checkpoint may import. torch's own list is longer, and includes names that can allocate any
# amount of memory, e.g. torch.Tensor and bytearray.
_STORAGES = (
    "Float", "Half", "BFloat16", "Double", "Long", "Int", "Short", "Char", "Byte", "Bool",
)  # fmt: skip
HARMLESS = {
    "torch._utils._rebuild_tensor",
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_parameter",
    *(f"torch.{kind}Storage" for kind in _STORAGES),
    "torch.Size",
    "torch.device",
    "collections.OrderedDict",
    "collections.Counter",
    "_codecs.encode",
    "builtins.set",
    "__builtin__.set",
}

# Plain types that torch's list lacks: the options and the best accuracy of a training script.
_numpy_scalar = np.float64(0).__reduce__()[0]
PLAIN: dict[str, Any] = {
    "argparse.Namespace": argparse.Namespace,
    "pathlib.PosixPath": PurePosixPath,
    "pathlib.WindowsPath": PureWindowsPath,
    "numpy.dtype": np.dtype,
    "numpy._core.multiarray.scalar": _numpy_scalar,
    "numpy.core.multiarray.scalar": _numpy_scalar,
    **{
        f"numpy.dtypes.{type(np.dtype(code)).__name__}": type(np.dtype(code))
        for code in f"?{np.typecodes['AllInteger']}{np.typecodes['AllFloat']}"
    },
}
_SAFE_GLOBALS_LOCK = threading.Lock()
