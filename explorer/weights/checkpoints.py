"""Find the weights of a ResNet in a reader's file, whatever wraps them, and validate them."""

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

# Keys under which training scripts store weights; averaged ones first, as those get evaluated.
WRAPPERS = ("model_ema", "ema", "state_dict", "model_state_dict", "model")
PREFIXES = ("module.", "model.", "_orig_mod.", "backbone.", "net.")


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The weights found in a file, not yet converted.

    Attributes:
        path: path of the file.
        wrapper: key of the mapping that holds the weights, e.g. "model_ema"; "" at the top level.
        state: entry name without prefixes -> tensor of any type, memory-mapped.
        metadata: metadata of a safetensors file, else empty.
    """

    path: Path
    wrapper: str
    state: Mapping[str, Tensor]
    metadata: Mapping[str, str]

    @property
    def shapes(self) -> Shapes:
        """The shape of each entry."""
        return shapes_of(self.state)

    def architecture(self, required: Variant | None = None) -> Architecture:
        """Recognise the architecture, without allocating anything the size of the weights.

        Args:
            required: variant that the weights must belong to; None accepts any variant.

        Raises:
            WeightsError: if the weights match no variant of the catalogue, belong to another
                variant than the required one, or have entries that do not fit; the message lists
                the first of these.
        """
        expected = closest(required, self.shapes) if required else recognise(self.shapes)
        if expected is None:
            titles = ", ".join(variant.title for variant in VARIANTS.values())
            raise WeightsError(f"{self.path.name} is none of the known networks. Choose {titles}.")
        if mismatches := differences(self.shapes, expected):
            raise WeightsError(
                f"{self.path.name} does not fit {expected.variant.title}: "
                f"{_summarised(mismatches)}. {self._suggestion(expected.variant)}"
            )
        return expected

    def _suggestion(self, expected: Variant) -> str:
        recognised = recognise(self.shapes)
        if recognised is None or recognised.variant == expected:
            return "Save model.state_dict() of torchvision's network."
        return f"It holds {recognised.variant.title}; choose that."

    def to_float32(self) -> dict[str, Tensor]:
        """Copy the weights into memory as float32; batch counters stay integers.

        Raises:
            WeightsError: if an entry is not floating-point, or has NaN or infinite values.
        """
        return {name: _converted(self.path, name, tensor) for name, tensor in self.state.items()}


def read(path: Path) -> Checkpoint:
    """Open a checkpoint and find the weights in it.

    Args:
        path: path of a safetensors file or one that `torch.save` wrote; the format is detected from
            the content, not the name.

    Raises:
        WeightsError: if the file is missing, too large, damaged, not a checkpoint, not safe to
            open, or holds no weights of a ResNet.
    """
    head = _read_head(path)
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
    except _DAMAGED_FILE_ERRORS as error:
        raise WeightsError(
            f"{path.name} is damaged or incomplete. Copy or save it again."
        ) from error
    wrapper, state = _find_state(path, content)
    return Checkpoint(path, wrapper, _check_sizes(path, state), metadata)


# What torch, zipfile, pickletools and safetensors raise on damaged files; Warning in case warnings
# are turned into errors.
_DAMAGED_FILE_ERRORS = (
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


def _read_head(path: Path) -> bytes:
    """Read the first 9 bytes of a file, and refuse one that is missing, empty or too large."""
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
    """Find a network's entries in the content of a file, and the key that they are stored under."""
    for wrapper, mapping in _mappings(content):
        if state := _network_entries(mapping):
            return wrapper, state
    keys = ", ".join(list(map(str, content))[:3]) if isinstance(content, Mapping) else ""
    raise WeightsError(
        f"{path.name} holds no ResNet: none of its entries is named {STEM_ENTRY}. "
        f"It holds {keys or f'a {type(content).__name__}'}; save model.state_dict() instead."
    )


def _mappings(content: Any, wrapper: str = "") -> Iterator[tuple[str, Mapping[Any, Any]]]:
    """Unwrap mappings up to two levels deep: outermost first, averaged weights before others."""
    if isinstance(content, Mapping):
        yield wrapper, content
        if "." not in wrapper:
            for name in WRAPPERS:
                inner = f"{wrapper}.{name}" if wrapper else name
                yield from _mappings(content.get(name), inner)


def _network_entries(mapping: Mapping[Any, Any]) -> dict[str, Tensor]:
    """Return the tensors that share the prefix of the stem's entry, without that prefix.

    Entries without the prefix, e.g. `n_averaged` of averaged weights, are not part of the network.
    """
    tensors = {name: value for name, value in mapping.items() if isinstance(value, Tensor)}
    stems = [name for name in tensors if isinstance(name, str) and _STEM_PATTERN.fullmatch(name)]
    if not stems:
        return {}
    prefix = min(stems, key=len).removesuffix(STEM_ENTRY)
    return {
        str(name).removeprefix(prefix): tensor.detach()
        for name, tensor in tensors.items()
        if str(name).startswith(prefix)
    }


def _check_sizes(path: Path, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Refuse tensors whose shape is not backed by data: a few numbers repeated, or none at all."""
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


def _summarised(phrases: tuple[str, ...], limit: int = 3) -> str:
    count = "1 entry differs" if len(phrases) == 1 else f"{len(phrases)} entries differ"
    return f"{count} ({'; '.join(phrases[:limit])}{'; ...' if len(phrases) > limit else ''})"


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


_STEM_PATTERN = re.compile(f"(?:{'|'.join(map(re.escape, PREFIXES))})*{re.escape(STEM_ENTRY)}")
