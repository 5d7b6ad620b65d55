"""Dataclasses as JSON and back, where every value that comes back is checked against its type."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

LONGEST_TEXT, MOST_ENTRIES, LARGEST_NUMBER = 10_000, 100_000, 1e18

Kind = TypeVar("Kind")


def to_record(value: Any) -> Any:
    """Turn a dataclass into what JSON can hold: objects, lists, text, numbers, null."""
    if is_dataclass(value):
        return {f.name: to_record(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [to_record(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): to_record(one) for key, one in value.items()}
    return value.value if isinstance(value, StrEnum) else value


def from_record(kind: type[Kind], record: Any) -> Kind:
    """Turn what JSON held back into a dataclass; entries that it does not know are left out.

    Args:
        kind: a dataclass of numbers, text, enums of text, dataclasses, tuples and mappings.
        record: what `to_record` gave, or what a stranger sent.

    Raises:
        ValueError: if it is not a record of that kind; the message names the entry.
    """
    value: Kind = _read(kind, record, kind.__name__)
    return value


def _read(kind: Any, record: Any, place: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _read_optional(arguments, record, place)
    if origin is tuple:
        entries = _expect(record, list, place)
        return tuple(_read(arguments[0], one, f"{place}[{i}]") for i, one in enumerate(entries))
    if origin is Mapping:
        named = _expect(record, dict, place)
        return {key: _read(arguments[1], one, _at(place, key)) for key, one in named.items()}
    return (
        _read_dataclass(kind, record, place) if is_dataclass(kind) else _plain(kind, record, place)
    )


def _read_optional(kinds: tuple[Any, ...], record: Any, place: str) -> Any:
    (kind,) = (one for one in kinds if one is not types.NoneType)
    return None if record is None else _read(kind, record, place)


def _read_dataclass(kind: Any, record: Any, place: str) -> Any:
    entries, hints = _expect(record, dict, place), _hints(kind)
    values = {}
    for field in fields(kind):
        if field.name in entries:
            values[field.name] = _read(
                hints[field.name], entries[field.name], _at(place, field.name)
            )
        elif field.default is MISSING:
            raise ValueError(f"{_at(place, field.name)} is missing")
    return kind(**values)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _plain(kind: Any, record: Any, place: str) -> Any:
    if kind is bool:
        return _expect(record, bool, place)
    if kind in (int, float):
        return kind(_number(kind, record, place))
    text = _expect(record, str, place)
    if issubclass(kind, StrEnum) and text not in list(kind):
        raise ValueError(f"{place} is {text[:50]!r}, not one of {', '.join(kind)}")
    return kind(text)


def _number(kind: Any, record: Any, place: str) -> int | float:
    usable = isinstance(record, kind | int) and not isinstance(record, bool)
    if not usable or not math.isfinite(record) or abs(record) > LARGEST_NUMBER:
        raise ValueError(f"{place} is not a usable number")
    return record  # type: ignore[no-any-return]  # mypy does not follow the line above


def _expect(record: Any, kind: type[Kind], place: str) -> Kind:
    if not isinstance(record, kind):
        raise ValueError(f"{place} is not {_WORDS[kind]}")
    most = LONGEST_TEXT if kind is str else MOST_ENTRIES
    if isinstance(record, str | list | dict) and len(record) > most:
        raise ValueError(f"{place} is too long")
    return record


def _at(place: str, name: str) -> str:
    return f"{place}.{name}"


_WORDS = {bool: "true or false", str: "text", list: "a list", dict: "an object"}
