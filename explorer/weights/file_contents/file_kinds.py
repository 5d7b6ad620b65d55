"""Say what a file is that holds no weights of a ResNet, and what to do with it.

Each answer continues a sentence that begins with the name of the file.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from explorer.networks.weight_sources import CHECKPOINT_SUFFIXES

if TYPE_CHECKING:
    from torch import Tensor

HEAD_BYTES = 512  # read from the beginning of a file; a tar archive names itself at byte 257
SAVE_AGAIN = (
    "Where the model was made, save its weights alone, and open that file:\n"
    'import torch\ntorch.save(model.state_dict(), "weights.pth")'
)
_CONVERT = "Load it with {0}, and save the weights with torch.save or safetensors."
_UNPACK = "Unpack it, and choose the weights inside."
_ANOTHER = "Choose a .safetensors file, or one that torch.save wrote."

# (first byte, bytes there, what it is and what to do)
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (
        0,
        b"version https://git-lfs",
        "is a pointer of Git LFS, not the weights themselves. Run `git lfs pull` in its "
        "repository, or download the file itself.",
    ),
    (0, b"\x89HDF\r\n\x1a\n", "is an HDF5 file, as Keras saves. " + _CONVERT.format("Keras")),
    (4, b"TFL3", "is a TensorFlow Lite model. " + _CONVERT.format("TensorFlow")),
    (0, b"\x93NUMPY", "is a NumPy array, not a network. " + _ANOTHER),
    (0, b"GGUF", "is a GGUF file, which holds a language model. " + _ANOTHER),
    (0, b"\x1f\x8b", "is compressed with gzip. " + _UNPACK),
    (0, b"BZh", "is compressed with bzip2. " + _UNPACK),
    (0, b"\xfd7zXZ", "is compressed with xz. " + _UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "is compressed with Zstandard. " + _UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive. " + _UNPACK),
    (0, b"Rar!", "is a RAR archive. " + _UNPACK),
    (257, b"ustar", "is a tar archive. " + _UNPACK),
    (0, b"\x12\x01", "is a model of MXNet. " + _CONVERT.format("MXNet")),
    (0, b"ftrt", "is an engine of TensorRT. Choose the weights that it was built from."),
    (0, b"%PDF", "is a PDF document. " + _ANOTHER),
    (0, b"\x89PNG", "is a picture. Bring it as a photo, and choose weights here."),
    (0, b"\xff\xd8\xff", "is a picture. Bring it as a photo, and choose weights here."),
    (0, b"GIF8", "is a picture. Bring it as a photo, and choose weights here."),
)
_ONNX = "is an ONNX model. Save the weights of the PyTorch model that it was exported from."
_TENSORFLOW = "is a TensorFlow model. " + _CONVERT.format("TensorFlow")
_WEB_PAGE = (
    "is a web page, not a checkpoint: the link led to a page about the file. Download the file "
    "itself, e.g. by its button Download or Raw."
)
_JSON = "is JSON text, e.g. a configuration. Choose the file with the weights beside it."
_TEXT = "is text, not a checkpoint. " + _ANOTHER
_OLD_PICKLE = (
    "is a pickle of protocol 0, as Python 2 wrote, and no checkpoint of PyTorch. Load it where it "
    "was made, and save the weights with torch.save."
)
_NOTHING = "is not a checkpoint. " + _ANOTHER


def kind_of(head: bytes) -> str:
    """Say what a file is by its first `HEAD_BYTES` bytes, and what to do with it."""
    for start, signature, answer in _SIGNATURES:
        if head.startswith(signature, start):
            return answer
    if not any(head):
        return "holds nothing but zeros, as a download that did not finish. Download it again."
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype", b"<html", b"<head", b"<?xml", b"<!--")):
        return _WEB_PAGE
    if re.match(rb'(\{|\[)\s*("|\{|\[|\d|\})', text):
        return _JSON
    if _is_protobuf(head):
        is_onnx = re.search(rb"onnx|torch", head) or re.match(rb"(?s).{4}[a-z]{3}", head)
        return _ONNX if is_onnx else _TENSORFLOW
    if head.startswith((b"\x0a", b"node {")) and re.search(rb"Const|Placeholder|node", head):
        return _TENSORFLOW
    if re.match(rb"\((dp|lp|i)\d*\n|c[a-z_0-9.]+\n[A-Za-z_]+\n|ccopy_reg\n", head):
        return _OLD_PICKLE
    return _TEXT if len(text) > 20 and _is_text(head) else _NOTHING


def _is_protobuf(head: bytes) -> bool:
    """Whether a file begins as ONNX's and TensorFlow's saved models do: a version, then a string.

    Field 1 is a small whole number; the next field is 2 (ONNX's producer, TensorFlow's graph), or a
    later one of ONNX.
    """
    return len(head) > 4 and head[0] == 0x08 and head[1] < 0x40 and head[2] in b"\x12\x1a\x3a\x42"


def _is_text(head: bytes) -> bool:
    try:
        head[:-4].decode()
    except UnicodeDecodeError:
        return False
    return not re.search(rb"[\x00-\x08\x0e-\x1f]", head)


def kind_of_archive(names: Collection[str]) -> str:
    """Say what a ZIP archive is by the names inside it; "" if torch.save wrote it.

    TorchScript also holds a pickle of tensors; what tells it apart are its code and constants.
    """
    last = {PurePosixPath(name).name for name in names}
    folders = {part for name in names for part in PurePosixPath(name).parts[1:-1]}
    if "constants.pkl" in last or ("code" in folders and "data.pkl" in last):
        return (
            "is TorchScript code with its weights, and is not opened, because it is a program. "
            "Where the model was made, save its weights alone, and open that file:\nimport torch\n"
            'torch.save(torch.jit.load("model.pt").state_dict(), "weights.pth")'
        )
    if {"serialized_exported_program.json", "archive_format"} & last:
        return "is a program that torch.export saved. " + SAVE_AGAIN
    if "data.pkl" in last:
        return ""
    if any(name.endswith(".weights.h5") for name in last):
        return "is a Keras model. " + _CONVERT.format("Keras")
    if "[Content_Types].xml" in last:
        return "is an Office document. " + _ANOTHER
    if any(name.startswith("MAR-INF/") for name in names):
        return "is an archive of TorchServe. " + _UNPACK
    inside = [name for name in names if PurePosixPath(name).suffix.lower() in CHECKPOINT_SUFFIXES]
    inside = [name for name in inside if not _is_hidden(name)]
    if inside:
        return f"is a ZIP archive that holds {inside[0]}. Unpack it, and choose that file."
    if all(name.endswith(".npy") for name in names):
        return "is an archive of NumPy arrays. " + _CONVERT.format("NumPy")
    shown = ", ".join(list(names)[:3]) or "nothing"
    return f"is a ZIP archive without weights: it holds {shown}. " + _ANOTHER


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or parts[-1].startswith(".")


def kind_of_pickle(names: Iterable[str]) -> str:
    """Say what a pickle is by the names that it would import; "" if these do not tell."""
    listed = sorted(names)
    roots = {name.partition(".")[0] for name in listed}
    if any(re.search(r"quant|_rebuild_qtensor|QU?Int\d|\bqu?int\d", name) for name in listed):
        return (
            "holds a quantised network, whose weights are whole numbers. Save the weights before "
            "they are quantised."
        )
    if "fastai" in roots:
        return (
            "is a fastai learner, and is not opened, because it can run code. Save the weights "
            "alone, and open that file:\nimport torch\n"
            'torch.save(learn.model.state_dict(), "weights.pth")'
        )
    if roots & {"sklearn", "joblib", "xgboost", "lightgbm"}:
        return "is a model of scikit-learn or its like, not a network. " + _ANOTHER
    return ""


def unfinished(path: Path, head: bytes) -> str:
    """Say why a file cannot be whole: its end is missing; "" if that does not show."""
    size = path.stat().st_size
    if head.startswith(b"PK\x03\x04"):
        return "" if zipfile.is_zipfile(path) else _CUT_OFF
    if head[8:9] == b"{" and len(head) > 8:
        (header,) = struct.unpack("<Q", head[:8])
        return _CUT_OFF if header + 8 > size or _claims_more(path, header, size) else ""
    return ""


_CUT_OFF = ": its end is missing, as after a download that did not finish"


def _claims_more(path: Path, header: int, size: int) -> bool:
    """Whether the header of a safetensors file names bytes beyond the end of the file."""
    with path.open("rb") as file:
        file.seek(8)
        ends = re.findall(rb'"data_offsets":\s*\[\d+,\s*(\d+)\]', file.read(header))
    return max((int(end) for end in ends), default=0) + header + 8 > size


def why_no_resnet(content: Any, tensors: Mapping[str, Tensor]) -> str:
    """Say why no ResNet was found among a file's entries, and what to do."""
    for pattern, answer in _OTHER_LAYOUTS:
        if any(re.search(pattern, name) for name in tensors):
            return answer
    keys = ", ".join(list(map(str, content))[:3]) if isinstance(content, Mapping) else ""
    return (
        "holds no ResNet: none of its entries is named conv1.weight beside those of a layer1, or "
        f"as another library names them. It holds {keys or f'a {type(content).__name__}'}; save "
        "model.state_dict() instead."
    )


_CHOOSE = "Choose a ResNet whose stem and blocks are torchvision's."
_OTHER_LAYOUTS = (
    (
        r"(^|\.)(conv1\.0|stem\.0|stem\.conv1\.conv)\.weight$",
        "holds a network whose stem is several small convolutions, e.g. a ResNet-C or ResNet-D of "
        "timm or OpenMMLab; only a stem of one convolution is computed here. " + _CHOOSE,
    ),
    (
        r"(^|\.)stages\.0\.blocks\.0\.",
        "holds a network of timm with blocks of its own, e.g. a ResNet of the second version; only "
        "those of the first are computed here. " + _CHOOSE,
    ),
    (
        r"(^|\.)res2\.0\.conv1\.",
        "holds a ResNet of Detectron2, whose strides and colours are other ones than "
        "torchvision's. " + _CHOOSE,
    ),
    (
        r"\.weight_(orig|mask)$",
        "holds a network in the middle of pruning. Make it permanent with "
        "torch.nn.utils.prune.remove, and save the weights again.",
    ),
    (
        r"\.parametrizations\.|(conv1|bn1)\.weight_[gv]$",
        "holds a network with parametrised weights. Make them permanent with "
        "torch.nn.utils.parametrize.remove_parametrizations, and save the weights again.",
    ),
    (
        r"_packed_params|\.(scale|zero_point)$",
        "holds a quantised network, whose weights are whole numbers. Save the weights before they "
        "are quantised.",
    ),
    (
        r"(^|\.)layer1\.0\.conv1\.weight$",
        "holds blocks of a ResNet, but no stem: conv1.weight is missing beside layer1. Save the "
        "whole model.state_dict().",
    ),
)
