"""Read single values that a checkpoint states: sides, colours, class names, in the usual forms.

Each reader returns None for a value that it cannot use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from explorer.networks.heads import LayerKind

SMALLEST_INPUT, LARGEST_INPUT = 32, 2048  # pixels per side
COLOURS = 3
Numbers = tuple[float, ...]


def parsed(text: str) -> Any:
    """Read a value of safetensors' metadata, which is always text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def whole_number(value: Any) -> int | None:
    """Read 3, 3.0 or "3"."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(value) if float(value) == int(float(value)) > 0 else None
    except (ValueError, OverflowError):
        return None


def sides_of(value: Any) -> tuple[int, int] | None:
    """Read 224, "224", [224, 224] or [3, 224, 224] as rows and columns."""
    if isinstance(value, list | tuple) and len(value) in (1, 2, 3):
        numbers = [whole_number(side) for side in value]
        numbers = numbers[1:] if len(numbers) == 3 else numbers
    else:
        numbers = [whole_number(value)]
    if any(side is None or not SMALLEST_INPUT <= side <= LARGEST_INPUT for side in numbers):
        return None
    return (numbers[0] or 0, numbers[-1] or 0)


def two_equal_sides(value: Any) -> int | None:
    """Read [224, 224], which resizes both sides and so squashes; 224 resizes the short one."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    sides = sides_of(value)
    return sides[0] if sides and sides[0] == sides[1] else None


def share(value: Any) -> float | None:
    """Read a share of a side, 0..1."""
    return float(value) if isinstance(value, int | float) and 0.1 < value <= 1 else None


def _numbers(value: Any) -> Numbers | None:
    """Read one number per colour channel."""
    if isinstance(value, Tensor):
        if value.numel() not in (1, COLOURS) or not value.is_floating_point():
            return None
        value = value.flatten().tolist()
    if isinstance(value, float):
        value = [value]
    if not isinstance(value, list | tuple) or len(value) not in (1, COLOURS):
        return None
    if not all(isinstance(number, int | float) for number in value):
        return None
    return tuple(float(number) for number in value)


def colour_mean(value: Any) -> Numbers | None:
    """Read one mean per colour channel, for colours in 0..1."""
    numbers = _numbers(value)
    if numbers is None or not all(-255 <= number <= 255 for number in numbers):
        return None
    return _in_unit(numbers)


def colour_std(value: Any) -> Numbers | None:
    """Read one standard deviation per colour channel, for colours in 0..1."""
    numbers = _numbers(value)
    if numbers is None or not all(0 < number <= 255 for number in numbers):
        return None
    return _in_unit(numbers)


def _in_unit(numbers: Numbers) -> Numbers:
    """Bring numbers for colours in 0..255 to colours in 0..1."""
    return tuple(number / 255 for number in numbers) if max(numbers) > 2 else numbers


def architecture_name(value: Any) -> str | None:
    """Read the name of a network that may be a ResNet."""
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]  # "architectures" of a config.json
    is_name = isinstance(value, str) and len(value) < 100
    return value if is_name and re.search(r"res.?ne", value, re.IGNORECASE) else None


def class_names(value: Any) -> tuple[str, ...] | None:
    """Read class names: a list, a mapping index -> name, or a mapping name -> index."""
    if isinstance(value, Mapping):
        return _ordered(value)
    if isinstance(value, list | tuple) and len(value) > 1:
        texts = all(isinstance(name, str) and name.strip() for name in value)
        return tuple(name.strip() for name in value) if texts else None
    return None


def _ordered(mapping: Mapping[Any, Any]) -> tuple[str, ...] | None:
    pairs = list(mapping.items())
    if pairs and all(isinstance(name, str) and _is_index(index) for name, index in pairs):
        by_index = {int(index): name for name, index in pairs}
    elif pairs and all(isinstance(name, str) and _is_index(index) for index, name in pairs):
        by_index = {int(index): name for index, name in pairs}
    else:
        return None
    complete = by_index.keys() == set(range(len(pairs))) and all(by_index.values())
    return tuple(by_index[index] for index in range(len(pairs))) if complete else None


def is_misnumbered(value: Any) -> bool:
    """Whether a value maps names to indices, or indices to names, but not from 0 without a gap."""
    if not isinstance(value, Mapping) or len(value) < 2 or _ordered(value) is not None:
        return False
    return any(
        all(isinstance(name, str) and _is_index(index) for name, index in pairs)
        for pairs in (value.items(), [(name, index) for index, name in value.items()])
    )


def _is_index(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isdecimal() and len(value) < 8
    return isinstance(value, int) and not isinstance(value, bool)


def activation_kind(value: Any) -> LayerKind | None:
    """Read the name of an activation."""
    names = {re.sub("[^a-z]", "", kind.lower()): kind for kind in LayerKind}
    kind = names.get(re.sub("[^a-z]", "", value.lower())) if isinstance(value, str) else None
    return None if kind in (LayerKind.LINEAR, LayerKind.BATCH_NORM, LayerKind.LAYER_NORM) else kind
