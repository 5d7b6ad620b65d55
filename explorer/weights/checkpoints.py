"""Find the weights of a ResNet in a reader's file, whatever wraps them, and validate them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
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
from explorer.weights.file_contents.file_kinds import HEAD_BYTES, kind_of, unfinished, why_no_resnet
from explorer.weights.file_contents.found_heads import (
    NO_HEAD,
    FoundHead,
    UnknownHeadError,
    find_head,
)
from explorer.weights.file_contents.found_networks import FoundNetwork, find_networks, tensors
from explorer.weights.file_contents.stated_facts import StatedFacts, stated_facts
from explorer.weights.file_contents.stated_values import COLOURS
from explorer.weights.safe_pickle import PICKLE_START, ZIP_START, read_pickle

SIZE_LIMIT = 600_000_000  # bytes; the largest network of the catalogue has 508 MB in float32
LUMA = (0.299, 0.587, 0.114)  # shares of the colours in a grey value (ITU-R BT.601), as in Pillow


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The weights found in a file, not yet converted.

    Attributes:
        path: path of the file.
        network: stem and blocks of the chosen network.
        head: its head.
        parts: names of all networks in the file, the chosen one first.
        left_out: names of the tensors that belong to none of them.
        stated: what the file says of itself.
        metadata: metadata of a safetensors file, else empty.
    """

    path: Path
    network: FoundNetwork
    head: FoundHead
    parts: tuple[str, ...]
    left_out: tuple[str, ...]
    stated: StatedFacts
    metadata: Mapping[str, str]

    @property
    def wrapper(self) -> str:
        """Keys of the mapping that holds the weights, e.g. "model_ema"; "" at the top level."""
        return self.network.wrapper

    @property
    def state(self) -> Mapping[str, Tensor]:
        """Torchvision's name of each entry -> tensor of any type, memory-mapped."""
        return {**self.network.state, **self.head.state}

    @property
    def shapes(self) -> Shapes:
        """The shape of each entry."""
        return shapes_of(self.state)

    @property
    def is_grey(self) -> bool:
        """Whether the stem takes grey photos."""
        return self._stem_shape[1:2] == (1,)

    @property
    def _stem_shape(self) -> tuple[int, ...]:
        return tuple(self.network.state[STEM_ENTRY].shape)

    def architecture(self, required: Variant | None = None) -> Architecture:
        """Recognise the architecture, without allocating anything the size of the weights.

        Args:
            required: variant that the weights must belong to; None accepts any variant.

        Raises:
            WeightsError: if the weights match no variant of the catalogue, belong to another
                variant than the required one, or have entries that do not fit; the message lists
                the first of these.
        """
        self._check_stem()
        shapes = dict(self.shapes)
        if self.is_grey:
            shapes[STEM_ENTRY] = (self._stem_shape[0], COLOURS, *self._stem_shape[2:])
        expected = closest(required, shapes) if required else recognise(shapes)
        if expected is None:
            titles = ", ".join(variant.title for variant in VARIANTS.values())
            raise WeightsError(f"{self.path.name} is none of the known networks. Choose {titles}.")
        expected = self._with_head(expected)
        if mismatches := differences(shapes, expected):
            raise WeightsError(
                f"{self.path.name} does not fit {expected.variant.title}: "
                f"{_summarised(mismatches)}. {self._suggestion(expected.variant)}"
            )
        return expected

    def _with_head(self, plain: Architecture) -> Architecture:
        """Put the head of the file in place of torchvision's, unless they are the same."""
        head = self.head.head
        classes = head.layers[-1].outputs if head.layers else 1
        usual = len(head.layers) == 1 and not head.pools_maximum and head.layers[0].has_bias
        return Architecture(plain.variant, plain.width, classes, None if usual else head)

    def _check_stem(self) -> None:
        """Refuse a stem that takes other pictures than photos, or is of another size."""
        shape = self._stem_shape
        if len(shape) != 4:
            return
        if shape[1] not in (1, COLOURS):
            raise WeightsError(
                f"{self.path.name} takes pictures of {shape[1]} channels, and photos have three. "
                "Choose a network for colour or grey photos."
            )
        if shape[2:] == (3, 3):
            raise WeightsError(
                f"{self.path.name} begins with a convolution of {shape[2]} x {shape[3]} pixels, as "
                "networks for CIFAR's small pictures do; only the stem of 7 x 7 pixels is computed "
                "here. Choose a network for larger photos."
            )

    def _suggestion(self, expected: Variant) -> str:
        recognised = recognise(self.shapes)
        if recognised is None or recognised.variant == expected:
            return "Save model.state_dict() of torchvision's network."
        return f"It holds {recognised.variant.title}; choose that."

    def to_float32(self) -> dict[str, Tensor]:
        """Copy the weights into memory as float32; batch counters stay integers.

        A stem for grey photos becomes one for colours that computes the same of their grey values.

        Raises:
            WeightsError: if an entry is not floating-point, or has NaN or infinite values.
        """
        state = {name: _converted(self.path, name, tensor) for name, tensor in self.state.items()}
        if self.is_grey:
            luma = torch.tensor(LUMA)[:, None, None]
            state[STEM_ENTRY] = state[STEM_ENTRY] * luma
        return state


def read(path: Path, part: str | None = None) -> Checkpoint:
    """Open a checkpoint and find the weights in it.

    Args:
        path: path of a safetensors file or one that `torch.save` wrote; the format is detected from
            the content, not the name.
        part: which of several networks to take: its name, or a word of it that no other one has;
            None takes averaged weights if there are any, else the first network.

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
            raise WeightsError(f"{path.name} {kind_of(head)}")
    except _DAMAGED_FILE_ERRORS as error:
        reason = unfinished(path, head)
        raise WeightsError(
            f"{path.name} is damaged or incomplete{reason}. Copy or save it again."
        ) from error
    return _found(path, content, metadata, part)


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
    """Read the beginning of a file, and refuse one that is missing, empty or too large."""
    if not path.is_file():
        raise WeightsError(f"There is no file {path}. Check the path of the checkpoint.")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
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


def _found(path: Path, content: Any, metadata: dict[str, str], part: str | None) -> Checkpoint:
    """Choose one of the networks in the content of a file, and find its head."""
    everything = tensors(content)
    networks = find_networks(content)
    if not networks:
        raise WeightsError(f"{path.name} {why_no_resnet(content, everything)}")
    known = [network for network in networks if recognise(_in_colour(network)) is not None]
    network = _chosen(path, known or networks, part)
    _check_sizes(path, {**network.state, **network.beside[0]})
    stated = stated_facts(content, metadata)
    head = _head_of(path, network, stated, everything)
    names = tuple(other.name for other in known or networks if other is not network)
    left_out = [
        name
        for group in network.beside
        for name in group
        if name not in head.taken and not name.endswith(BATCH_COUNTER)
    ]
    return Checkpoint(
        path, network, head, (network.name, *names), tuple(left_out), stated, metadata
    )


def _in_colour(network: FoundNetwork) -> Shapes:
    shapes = shapes_of(network.state)
    stem = shapes[STEM_ENTRY]
    return {**shapes, STEM_ENTRY: (*stem[:1], COLOURS, *stem[2:])} if len(stem) == 4 else shapes


def _chosen(path: Path, networks: list[FoundNetwork], part: str | None) -> FoundNetwork:
    """Return the network that a name, or a word of it, stands for."""
    if part is None:
        return networks[0]
    exact = [network for network in networks if network.name == part]
    matching = exact or [network for network in networks if part in network.name.split(".")]
    if len(matching) != 1:
        names = ", ".join(network.name for network in networks)
        raise WeightsError(
            f"{path.name} holds {'no' if not matching else 'several'} networks under {part!r}. "
            f"Choose one of {names}."
        )
    return matching[0]


def _head_of(
    path: Path, network: FoundNetwork, stated: StatedFacts, everything: Mapping[str, Tensor]
) -> FoundHead:
    channels = _channels(network.state)
    if not channels:
        return NO_HEAD
    try:
        head = find_head(network.beside, channels, stated.activation)
    except UnknownHeadError as error:
        raise WeightsError(
            f"The head of {path.name}, {error}, is no chain of linear layers on the last block's "
            f"{channels:,} channels, so its answers cannot be computed. Save a network whose head "
            "is, or leave the head out of the file to look at the blocks."
        ) from error
    outputs = head.head.layers[-1].outputs if head.head.layers else 0
    queues = (t for name, t in everything.items() if name.rpartition(".")[2] == "queue")
    if any(queue.ndim == 2 and queue.shape[0] == outputs for queue in queues):
        return NO_HEAD  # MoCo compares the outputs with a queue of others: they are no classes
    return head


def _channels(state: Mapping[str, Tensor]) -> int:
    """Return the channels of the last block; 0 if there is none."""
    last = [
        tensor.shape[0]
        for name, tensor in sorted(state.items())
        if name.startswith("layer4.0.conv") and name.endswith(".weight") and tensor.ndim == 4
    ]
    return last[-1] if last else 0


def _check_sizes(path: Path, state: Mapping[str, Tensor]) -> None:
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
