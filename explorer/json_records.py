"""Conversion of dataclasses to JSON and back; every value read is checked against its type."""

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
    """Convert a dataclass to what JSON can represent: objects, lists, text, numbers, null."""
    if is_dataclass(value):
        return {f.name: to_record(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [to_record(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_record(item) for key, item in value.items()}
    return value.value if isinstance(value, StrEnum) else value


def from_record(kind: type[Kind], record: Any) -> Kind:
    """Convert parsed JSON back to a dataclass; unknown entries are ignored.

    Args:
        kind: dataclass whose fields are numbers, text, enums of text, dataclasses, tuples or
            mappings.
        record: output of `to_record`, or untrusted data.

    Raises:
        ValueError: if the record does not match the dataclass; the message names the entry.
    """
    value: Kind = _read(kind, record, kind.__name__)
    return value


def _read(kind: Any, record: Any, path: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _read_optional(arguments, record, path)
    if origin is tuple:
        items = _expect(record, list, path)
        return tuple(_read(arguments[0], item, f"{path}[{i}]") for i, item in enumerate(items))
    if origin is Mapping:
        entries = _expect(record, dict, path)
        return {key: _read(arguments[1], item, _join(path, key)) for key, item in entries.items()}
    return (
        _read_dataclass(kind, record, path)
        if is_dataclass(kind)
        else _read_leaf(kind, record, path)
    )


def _read_optional(kinds: tuple[Any, ...], record: Any, path: str) -> Any:
    (kind,) = (member for member in kinds if member is not types.NoneType)
    return None if record is None else _read(kind, record, path)


def _read_dataclass(kind: Any, record: Any, path: str) -> Any:
    entries, hints = _expect(record, dict, path), _hints(kind)
    values = {}
    for field in fields(kind):
        if field.name in entries:
            values[field.name] = _read(
                hints[field.name], entries[field.name], _join(path, field.name)
            )
        elif field.default is MISSING:
            raise ValueError(f"{_join(path, field.name)} is missing")
    return kind(**values)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _read_leaf(kind: Any, record: Any, path: str) -> Any:
    if kind is bool:
        return _expect(record, bool, path)
    if kind in (int, float):
        return kind(_number(kind, record, path))
    text = _expect(record, str, path)
    if issubclass(kind, StrEnum) and text not in list(kind):
        raise ValueError(f"{path} is {text[:50]!r}, not one of {', '.join(kind)}")
    return kind(text)


def _number(kind: Any, record: Any, path: str) -> int | float:
    usable = isinstance(record, kind | int) and not isinstance(record, bool)
    if not usable or not math.isfinite(record) or abs(record) > LARGEST_NUMBER:
        raise ValueError(f"{path} is not a usable number")
    return record  # type: ignore[no-any-return]  # mypy does not follow the line above


def _expect(record: Any, kind: type[Kind], path: str) -> Kind:
    if not isinstance(record, kind):
        raise ValueError(f"{path} is not {_JSON_NAMES[kind]}")
    limit = LONGEST_TEXT if kind is str else MOST_ENTRIES
    if isinstance(record, str | list | dict) and len(record) > limit:
        raise ValueError(f"{path} is too long")
    return record


def _join(path: str, name: str) -> str:
    return f"{path}.{name}"


_JSON_NAMES = {bool: "true or false", str: "text", list: "a list", dict: "an object"}
