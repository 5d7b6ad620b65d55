"""Class names from a reader's file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from explorer.errors import WeightsError

SIZE_LIMIT = 5_000_000  # bytes; the names of ImageNet's 21,841 categories take 1 MB


def read_labels(path: Path, count: int) -> tuple[str, ...]:
    """Read the names of all classes, in the order of the network's outputs.

    Args:
        path: a text file with one name per line, or JSON: a list of names, a mapping index -> name
            or index -> [code, name] (as published for ImageNet), or a mapping name -> index
            (torchvision's `class_to_idx`).
        count: how many classes the network has, K.

    Raises:
        WeightsError: if the file cannot be read, or does not hold K names.
    """
    text = _read_text(path)
    labels = _parse_json(path, text) if text.startswith(("[", "{")) else text.splitlines()
    labels = [label.strip() for label in labels]
    if len(labels) != count:
        raise WeightsError(
            f"{path.name} holds {len(labels):,} labels, the network has {count:,} classes. "
            "Give one label per class."
        )
    if not all(labels):
        raise WeightsError(f"Label {labels.index('') + 1} in {path.name} is empty. Give it a name.")
    return tuple(labels)


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise WeightsError(f"{path.name} is too large for a file of labels. Choose another.")
        return path.read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        raise WeightsError(
            f"{path} cannot be opened ({error.strerror}). Check the path of the labels."
        ) from error
    except UnicodeDecodeError as error:
        raise WeightsError(f"{path.name} is not UTF-8 text. Save the labels as UTF-8.") from error


def _parse_json(path: Path, text: str) -> list[str]:
    try:
        return _in_order(json.loads(text))
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise WeightsError(
            f"{path.name} is no list of labels. Give a JSON list of names, or a mapping from "
            "0, 1, ... to names."
        ) from error


def _in_order(content: Any) -> list[str]:
    """Put labels into the order of their indices, which must run from 0 without a gap."""
    if isinstance(content, list):
        return [_name(label) for label in content]
    if all(isinstance(value, int) for value in content.values()):
        content = {index: label for label, index in content.items()}
    by_index = {int(index): label for index, label in content.items()}
    return [_name(by_index[index]) for index in range(len(content))]


def _name(label: Any) -> str:
    """Take a name, or the last of [code, name]."""
    name = label[-1] if isinstance(label, list) else label
    if not isinstance(name, str):
        raise TypeError(f"{name!r} is no label")
    return name
