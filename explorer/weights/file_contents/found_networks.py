"""Find ResNets in the content of a file by the structure of its entries, whatever holds them.

A network is a set of tensors whose names, less a common prefix, are those of a stem and of residual
blocks. Prefix and keys may be anything: `state_dict.module.encoder_q.`, `0.`, `net.`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from torch import Tensor

from explorer.weights.file_contents.entry_names import SPELLINGS, Spelling

MOST_NETWORKS = 32
MOST_LEVELS = 6  # of mappings in mappings; VISSL's files have five
TOP_LEVEL = "the top level"
_AVERAGED = re.compile(
    r"(ema|swa|avg|averaged?|polyak|shadow)(model|net|network|state|weights|params)?"
    r"|(model|net|network|state|weights)(ema|swa|avg|averaged?)"
)
# Entries that belong to the network itself; those of layers without parameters are a sign that
# the layer is another one, e.g. a pooling with a learned power.
_OWN = re.compile(r"(conv1|bn1|layer\d+|relu|maxpool|avgpool|global_pool|pool|gem)\.")


@dataclass(frozen=True, eq=False)
class FoundNetwork:
    """The entries of one network in a file.

    Attributes:
        name: what holds the network, for people and to choose it by: keys and prefix, joined by
            dots, e.g. "state_dict.module.encoder_q"; "the top level" if nothing does.
        wrapper: keys of the mapping that holds the network; "" at the top level.
        spelling: how its entries are named.
        averaged: whether the file calls the weights an average over the training.
        state: torchvision's name -> tensor, for stem and blocks.
        beside: groups of entries that may hold the head, nearest first: those beside the blocks,
            then those beside what holds the network; each from name to tensor, in the file's order.
    """

    name: str
    wrapper: str
    spelling: Spelling
    averaged: bool
    state: Mapping[str, Tensor]
    beside: tuple[Mapping[str, Tensor], ...]


@dataclass(frozen=True)
class _Entry:
    tensor: Tensor
    wrapper: str


def find_networks(content: Any) -> list[FoundNetwork]:
    """Find every ResNet, averaged weights first, else in the order of the file.

    Args:
        content: what the file holds: mappings and lists of tensors and plain values.
    """
    entries = dict(_entries(content))
    prefixes = dict(islice(_prefixes(entries), MOST_NETWORKS))
    found = [_found(entries, prefixes, prefix) for prefix in prefixes]
    return sorted(found, key=lambda network: not network.averaged)


def tensors(content: Any) -> dict[str, Tensor]:
    """List every tensor of a file by the keys that lead to it, joined by dots."""
    return {name: entry.tensor for name, entry in _entries(content)}


def _entries(
    content: Any, path: str = "", level: int = 0, seen: set[int] | None = None
) -> Iterator[tuple[str, _Entry]]:
    """Yield each tensor with its full name and the keys of the mapping that holds it.

    A mapping is read once, however often it occurs: a small file may hold one a billion times.
    """
    seen = set() if seen is None else seen
    if isinstance(content, Tensor) or id(content) in seen:
        return
    seen.add(id(content))
    if isinstance(content, list | tuple):
        content = dict(enumerate(content)) if _holds_mappings(content) else {}
    if not isinstance(content, Mapping) or level > MOST_LEVELS:
        return
    inner = []
    for key, value in content.items():
        name = f"{path}.{key}" if path else str(key)
        if isinstance(value, Tensor):
            yield name, _Entry(value.detach(), path)
        else:
            inner.append((name, value))
    for name, value in inner:
        yield from _entries(value, name, level + 1, seen)


def _holds_mappings(values: list[Any] | tuple[Any, ...]) -> bool:
    return len(values) <= 64 and any(isinstance(value, Mapping) for value in values)


def _prefixes(entries: Mapping[str, _Entry]) -> Iterator[tuple[str, Spelling]]:
    """Yield what precedes the names of each network, with the spelling of these."""
    names = sorted(entries)
    for spelling in SPELLINGS:
        for name in entries:
            prefix = name.removesuffix(spelling.stem)
            if name != prefix and (not prefix or prefix.endswith(".")):
                first_stage = prefix + spelling.first_stage
                place = bisect_left(names, first_stage)
                if place < len(names) and names[place].startswith(first_stage):
                    yield prefix, spelling


def _found(
    entries: Mapping[str, _Entry], prefixes: Mapping[str, Spelling], prefix: str
) -> FoundNetwork:
    spelling = prefixes[prefix]
    names = {
        name: spelling.to_torchvision(name.removeprefix(prefix))
        for name in entries
        if name.startswith(prefix)
        and not any(other != prefix and len(other) > len(prefix) and name.startswith(other)
                    for other in prefixes)
    }  # fmt: skip
    state = {
        translated: entries[name].tensor
        for name, translated in names.items()
        if _OWN.match(translated)
    }
    free = {
        name: entry.tensor
        for name, entry in entries.items()
        if not _OWN.match(names.get(name, ""))
        and not any(other and other != prefix and name.startswith(other) for other in prefixes)
    }
    return FoundNetwork(
        name=prefix.rstrip(".") or TOP_LEVEL,
        wrapper=entries[prefix + spelling.stem].wrapper,
        spelling=spelling,
        averaged=_is_averaged(prefix, entries),
        state=state,
        beside=tuple(_beside(free, prefix)),
    )


def _beside(free: Mapping[str, Tensor], prefix: str) -> Iterator[dict[str, Tensor]]:
    """Yield the entries that share ever less of a prefix with the network."""
    rest, scope = dict(free), prefix
    while True:
        yield {name[len(scope) :]: rest.pop(name) for name in list(rest) if name.startswith(scope)}
        if not scope:
            return
        scope = scope[: scope.rstrip(".").rfind(".") + 1]


def _is_averaged(prefix: str, entries: Mapping[str, _Entry]) -> bool:
    """Whether keys or prefix call the weights averaged, as torch's `AveragedModel` also does."""
    words = re.split(r"[^a-z]+", prefix.lower())
    counter = f"{prefix.removesuffix('module.')}n_averaged"
    return counter in entries or any(_AVERAGED.fullmatch(word) for word in words)
