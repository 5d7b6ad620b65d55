"""Find the weights of a ResNet in a reader's file, whatever wraps them, and check its claims."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from explorer.errors import WeightsError
from explorer.networks.architectures import (
    BATCH_COUNTER,
    STEM_ENTRY,
    Architecture,
    Shapes,
    closest,
    differences,
    recognise,
    shapes_of,
)
from explorer.networks.variants import VARIANTS, Variant
from explorer.weights.safe_pickle import PICKLE_START, ZIP_START, read_pickle

SIZE_LIMIT = 600_000_000  # bytes; the largest network of the catalogue has 508 MB in float32

# Where training scripts keep the weights, the averaged ones first: they are what gets evaluated.
WRAPPERS = ("model_ema", "ema", "state_dict", "model_state_dict", "model")
PREFIXES = ("module.", "model.", "_orig_mod.", "backbone.", "net.")


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The weights found in a file, still as they lie there.

    Attributes:
        path: the file.
        wrapper: where in the file they were, e.g. "model_ema", or "" at the top.
        state: entry name without prefixes -> tensor of any type, memory-mapped.
        metadata: what a safetensors file says about itself, else empty.
    """

    path: Path
    wrapper: str
    state: Mapping[str, Tensor]
    metadata: Mapping[str, str]

    @property
    def shapes(self) -> Shapes:
        """The shape of each entry."""
        return shapes_of(self.state)

    def architecture(self, asked: Variant | None = None) -> Architecture:
        """Recognise the architecture; nothing the size of the weights is allocated.

        Args:
            asked: the variant that it must be; None takes what it is.

        Raises:
            WeightsError: if the catalogue has none like it, it is not the one asked for, or single
                entries do not fit; the first of them are listed.
        """
        expected = closest(asked, self.shapes) if asked else recognise(self.shapes)
        if expected is None:
            titles = ", ".join(known.title for known in VARIANTS.values())
            raise WeightsError(f"{self.path.name} is none of the known networks. Choose {titles}.")
        if wrong := differences(self.shapes, expected):
            raise WeightsError(
                f"{self.path.name} does not fit {expected.variant.title}: {_listed(wrong)}. "
                f"{self._way_out(expected.variant)}"
            )
        return expected

    def _way_out(self, asked: Variant) -> str:
        found = recognise(self.shapes)
        if found is None or found.variant == asked:
            return "Save model.state_dict() of torchvision's network."
        return f"It holds {found.variant.title}; choose that."

    def to_float32(self) -> dict[str, Tensor]:
        """Copy the weights into memory as float32; batch counters stay whole numbers.

        Raises:
            WeightsError: if an entry is not made of finite floating-point numbers.
        """
        return {name: _converted(self.path, name, tensor) for name, tensor in self.state.items()}


def read(path: Path) -> Checkpoint:
    """Open a checkpoint and find the weights in it.

    Args:
        path: a safetensors file or one that `torch.save` wrote; the content decides, not the name.

    Raises:
        WeightsError: if it is missing, too large, damaged, not a checkpoint, not safe to open, or
            holds no weights of a ResNet.
    """
    head = _head(path)
    try:
        if head[8:9] == b"{":
            content, metadata = _read_safetensors(path)
        elif head.startswith((ZIP_START, PICKLE_START)):
            content, metadata = read_pickle(path), {}
        else:
            raise WeightsError(
                f"{path.name} is not a checkpoint. Choose a .safetensors file, or one that "
                "torch.save wrote."
            )
    except _DAMAGE as error:
        raise WeightsError(
            f"{path.name} is damaged or incomplete. Copy or save it again."
        ) from error
    wrapper, state = _find_state(path, content)
    return Checkpoint(path, wrapper, _believable(path, state), metadata)


# What torch, zipfile, pickletools and safetensors raise on files that are not what they should be;
# Warning for those who turn warnings into errors.
_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SafetensorError,
    TypeError,
    ValueError,
    Warning,
    struct.error,
    zipfile.BadZipFile,
)


def _head(path: Path) -> bytes:
    """Return the first bytes of a file of bearable size."""
    if not path.is_file():
        raise WeightsError(f"There is no file {path}. Check the path of the checkpoint.")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(9)
    except OSError as error:
        raise WeightsError(
            f"{path} cannot be opened ({error.strerror}). Choose another checkpoint."
        ) from error
    if size > SIZE_LIMIT:
        raise WeightsError(
            f"{path.name} has {size / 1e6:,.0f} MB; the limit is {SIZE_LIMIT / 1e6:,.0f}. Save the "
            "weights alone, without the optimizer."
        )
    if size == 0:
        raise WeightsError(f"{path.name} is empty. Copy or save it again.")
    return head


def _read_safetensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    with safe_open(path, framework="pt") as file:
        names = file.keys()
        return {name: file.get_tensor(name) for name in names}, file.metadata() or {}


def _find_state(path: Path, content: Any) -> tuple[str, dict[str, Tensor]]:
    """Find a network's entries in what a file held, and where they were."""
    for wrapper, mapping in _mappings(content):
        if state := _network_entries(mapping):
            return wrapper, state
    held = ", ".join(list(map(str, content))[:3]) if isinstance(content, Mapping) else ""
    raise WeightsError(
        f"{path.name} holds no ResNet: none of its entries is named {STEM_ENTRY}. "
        f"It holds {held or f'a {type(content).__name__}'}; save model.state_dict() instead."
    )


def _mappings(content: Any, wrapper: str = "") -> Iterator[tuple[str, Mapping[Any, Any]]]:
    """Unwrap mappings, two deep: the whole first, then averaged weights before others."""
    if isinstance(content, Mapping):
        yield wrapper, content
        if "." not in wrapper:
            for name in WRAPPERS:
                inner = f"{wrapper}.{name}" if wrapper else name
                yield from _mappings(content.get(name), inner)


def _network_entries(mapping: Mapping[Any, Any]) -> dict[str, Tensor]:
    """Take the tensors under the prefix that leads to the stem, and drop the prefix.

    What lies beside that prefix, e.g. `n_averaged` of averaged weights, is no part of the network.
    """
    tensors = {name: value for name, value in mapping.items() if isinstance(value, Tensor)}
    stems = [name for name in tensors if isinstance(name, str) and _STEM.fullmatch(name)]
    if not stems:
        return {}
    prefix = min(stems, key=len).removesuffix(STEM_ENTRY)
    return {
        str(name).removeprefix(prefix): tensor.detach()
        for name, tensor in tensors.items()
        if str(name).startswith(prefix)
    }


def _believable(path: Path, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Refuse tensors that claim any shape they like: of a few numbers repeated, or of none."""
    for name, tensor in state.items():
        if not tensor.numel():
            shape = " x ".join(map(str, tensor.shape))
            raise WeightsError(f"{name} in {path.name} is empty ({shape}). Copy or save it again.")
    claimed, size = sum(tensor.nbytes for tensor in state.values()), path.stat().st_size
    if claimed > size:
        raise WeightsError(
            f"{path.name} claims {claimed:,} bytes of weights in a file of {size:,}. "
            "Copy or save it again."
        )
    return state


def _listed(wrong: tuple[str, ...], limit: int = 3) -> str:
    count = "1 entry differs" if len(wrong) == 1 else f"{len(wrong)} entries differ"
    return f"{count} ({'; '.join(wrong[:limit])}{'; ...' if len(wrong) > limit else ''})"


def _converted(path: Path, name: str, tensor: Tensor) -> Tensor:
    if name.endswith(BATCH_COUNTER):
        return tensor.to(torch.int64, copy=True)
    if not tensor.is_floating_point():
        raise WeightsError(
            f"{name} in {path.name} is {tensor.dtype}, not floating-point. Save the weights before "
            "they are quantised."
        )
    converted = tensor.to(torch.float32, copy=True, memory_format=torch.contiguous_format)
    if not converted.isfinite().all():
        raise WeightsError(
            f"{name} in {path.name} holds NaN or infinite numbers, so the training diverged. "
            "Choose an earlier checkpoint."
        )
    return converted


_STEM = re.compile(f"(?:{'|'.join(map(re.escape, PREFIXES))})*{re.escape(STEM_ENTRY)}")
