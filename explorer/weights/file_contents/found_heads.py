"""Find the head of a network among the entries beside its blocks, by the shapes of its layers.

A head is a chain of linear layers that begins with the channels of the last block. The entries do
not show the activation between two of them; see `FoundHead.activation_assumed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor

from explorer.networks.heads import Head, HeadLayer, LayerKind

COMMON_NAMES = ("fc", "head", "classifier", "linear", "last_linear", "cls_head", "heads")
# Parts of a self-supervised training that give no classes.
_NO_CLASSES = re.compile(r"proj|pred(ict)?or|prototypes|contrast|decoder|momentum|queue")
_MODULES = re.compile(r"(?P<path>.*?)\.?(?P<entry>[^.]+)$")


class UnknownHeadError(Exception):
    """A head is there, but it is none that can be rebuilt; the message is its name."""


@dataclass(frozen=True, eq=False)
class FoundHead:
    """A head and its entries.

    Attributes:
        name: beginning of its entries' names in the file, e.g. "fc" or "head.fc"; "" for no head.
        head: description of its layers.
        state: torchvision's name, e.g. "fc.weight", or "fc.0.weight" in a head of several layers
            -> tensor.
        taken: the same tensors' names in the group of entries that holds the head.
        activation_assumed: whether an activation that the entries do not show was put in.
        others: names of the file's other heads.
    """

    name: str
    head: Head
    state: Mapping[str, Tensor]
    taken: frozenset[str]
    activation_assumed: bool = False
    others: tuple[str, ...] = ()


NO_HEAD = FoundHead("", Head(), {}, frozenset())


def find_head(
    groups: Iterable[Mapping[str, Tensor]], channels: int, activation: LayerKind | None = None
) -> FoundHead:
    """Find the head in the nearest group of entries that has one.

    Args:
        groups: entries beside the blocks, nearest first.
        channels: channels of the last block, C.
        activation: what follows each linear layer but the last, if the file says so.

    Returns:
        The head; `NO_HEAD` if no group has any.

    Raises:
        UnknownHeadError: if a group has a head that is no chain of linear layers.
    """
    for group in groups:
        chains, unknown = _chains(group, channels)
        if chains:
            chosen = min(chains, key=lambda chain: _rank(chain.root))
            others = tuple(chain.root for chain in chains if chain is not chosen)
            return _described(chosen, channels, activation, others)
        if unknown:
            raise UnknownHeadError(unknown)
    return NO_HEAD


@dataclass(frozen=True, eq=False)
class _Module:
    """The entries of one layer: its path in the group, and entry name -> tensor."""

    path: str
    entries: Mapping[str, Tensor]

    def root(self, depth: int) -> str:
        """Return the first parts of the path: what a module of the network is called."""
        return ".".join(self.path.split(".")[:depth])

    @property
    def layer(self) -> HeadLayer | None:
        """The layer that the shapes describe; None if it is no layer of a head."""
        weight, bias = self.entries.get("weight"), self.entries.get("bias")
        if weight is None:
            return None
        if weight.ndim == 2 and self.entries.keys() <= {"weight", "bias"}:
            outputs, inputs = weight.shape
            fits = bias is None or tuple(bias.shape) == (outputs,)
            return HeadLayer(LayerKind.LINEAR, inputs, outputs, bias is not None) if fits else None
        if weight.ndim == 1 and bias is not None and bias.shape == weight.shape:
            kind = LayerKind.BATCH_NORM if "running_mean" in self.entries else LayerKind.LAYER_NORM
            return HeadLayer(kind, len(weight), len(weight))
        return None


@dataclass(frozen=True, eq=False)
class _Chain:
    """Modules that may follow one another, under a common name."""

    root: str
    modules: tuple[_Module, ...]

    @property
    def ends(self) -> tuple[int, int] | None:
        """The numbers of inputs and outputs; None if the modules do not fit one another."""
        first = size = 0
        for module in self.modules:
            layer = module.layer
            if layer is None or (size and layer.inputs != size):
                return None
            first, size = first or layer.inputs, layer.outputs
        return (first, size) if size else None

    @property
    def outputs(self) -> int:
        """The number of outputs; 0 if the modules do not fit one another."""
        return self.ends[1] if self.ends else 0

    @property
    def has_linear(self) -> bool:
        """Whether one of the modules is a linear layer."""
        return any(m.layer and m.layer.kind is LayerKind.LINEAR for m in self.modules)


def _chains(group: Mapping[str, Tensor], channels: int) -> tuple[list[_Chain], str]:
    """Return each chain of layers that begins with the channels, and a head that is none."""
    starts: list[_Chain] = []
    rests: list[_Chain] = []
    unknown = ""
    for chain in _by_root(list(_modules(group)), depth=1):
        if chain.ends is None:
            dense = any(t.ndim > 2 for m in chain.modules for t in m.entries.values())
            if chain.root in COMMON_NAMES and not dense:
                unknown = unknown or chain.root
        elif chain.ends[0] in (channels, 2 * channels) and chain.has_linear:
            if not any(_NO_CLASSES.search(module.path) for module in chain.modules):
                starts.append(chain)
        else:
            rests.append(chain)
            if chain.root in COMMON_NAMES and chain.has_linear:
                unknown = unknown or chain.root
    return [_extended(start, rests) for start in starts], unknown


def _by_root(modules: Sequence[_Module], depth: int) -> Iterator[_Chain]:
    """Yield the modules that share a root; split those that form no chain, e.g. several heads."""
    by_root: dict[str, list[_Module]] = {}
    for module in modules:
        by_root.setdefault(module.root(depth), []).append(module)
    for root, members in by_root.items():
        chain = _Chain(root, tuple(sorted(members, key=_natural)))
        parts = [*_by_root(members, depth + 1)] if chain.ends is None and depth == 1 else []
        yield from parts if any(part.ends for part in parts) else [chain]


def _modules(group: Mapping[str, Tensor]) -> Iterator[_Module]:
    entries: dict[str, dict[str, Tensor]] = {}
    for name, tensor in group.items():
        if match := _MODULES.match(name):
            entries.setdefault(match["path"], {})[match["entry"]] = tensor
    for path, tensors in entries.items():
        if path:
            yield _Module(path, tensors)


def _natural(module: _Module) -> list[tuple[int, str]]:
    """Sort "fc.10" after "fc.2"."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in module.path.split(".")]


def _extended(start: _Chain, rests: Sequence[_Chain]) -> _Chain:
    """Append what takes a chain's outputs as its inputs: `fc1` is followed by `fc2`."""
    chain, left = start, list(rests)
    while following := [rest for rest in left if rest.ends and rest.ends[0] == chain.outputs]:
        chain = _Chain(chain.root, chain.modules + following[0].modules)
        left.remove(following[0])
    return chain


def _rank(root: str) -> int:
    return COMMON_NAMES.index(root) if root in COMMON_NAMES else len(COMMON_NAMES)


def _described(
    chain: _Chain, channels: int, activation: LayerKind | None, others: tuple[str, ...]
) -> FoundHead:
    """Describe a chain of layers, with activations where its numbering leaves room for them."""
    layers: list[HeadLayer] = []
    state: dict[str, Tensor] = {}
    places = _activation_places(chain.modules)
    for position, module in enumerate(chain.modules):
        layer = module.layer
        assert layer is not None  # or the chain would have no ends
        names = {name: f"{len(layers)}.{name}" for name in module.entries}
        state |= {f"fc.{names[name]}": tensor for name, tensor in module.entries.items()}
        layers.append(layer)
        if position in places:
            kind = activation or LayerKind.RELU
            layers.append(HeadLayer(kind, layer.outputs, layer.outputs))
    if len(layers) == 1:
        state = {name.replace("fc.0.", "fc."): tensor for name, tensor in state.items()}
    return FoundHead(
        name=chain.root,
        head=Head(tuple(layers), pools_maximum=layers[0].inputs == 2 * channels),
        state=state,
        taken=frozenset(
            f"{module.path}.{name}" for module in chain.modules for name in module.entries
        ),
        activation_assumed=bool(places) and activation is None,
        others=others,
    )


def _activation_places(chain: Sequence[_Module]) -> set[int]:
    """Return after which layers an activation stands: one between each two linear layers.

    Layers without entries leave gaps in the numbers of a Sequential: in `fc.0`, `fc.1`, `fc.3` the
    activation follows the batch norm, in `fc.0`, `fc.2`, `fc.3` it precedes it. Two linear layers
    numbered without a gap have none in between; layers with names get one after the norm.
    """
    places = set()
    linear = [
        position
        for position, module in enumerate(chain)
        if (layer := module.layer) and layer.kind is LayerKind.LINEAR
    ]
    for first, last in pairwise(linear):
        named = [position for position in range(first, last) if not _adjacent(chain, position)]
        places.update(named[:1])
    return places


def _adjacent(chain: Sequence[_Module], position: int) -> bool:
    """Whether nothing can stand between a layer and the next one, or a norm must come first."""
    module, following = chain[position], chain[position + 1]
    before, after = (m.path.rpartition(".") for m in (module, following))
    if before[0] == after[0] and before[2].isdecimal() and after[2].isdecimal():
        return int(after[2]) - int(before[2]) == 1
    next_layer = following.layer
    return next_layer is not None and next_layer.kind is not LayerKind.LINEAR
