"""Class labels from a reader's file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from explorer.errors import WeightsError

SIZE_LIMIT = 5_000_000  # bytes; the labels of ImageNet's 21,841 classes take 1 MB


def read_labels(path: Path, count: int) -> tuple[str, ...]:
    """Read the labels of all classes, in the order of the network's outputs.

    Args:
        path: path of a text file with one label per line, or of a JSON file: a list of labels, a
            mapping index -> label or index -> [code, label] (as published for ImageNet), or a
            mapping label -> index (torchvision's `class_to_idx`).
        count: number of classes of the network, K.

    Raises:
        WeightsError: if the file cannot be read, or does not hold K labels.
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
    """Sort labels by their indices, which must run from 0 without a gap."""
    if isinstance(content, list):
        return [_label(entry) for entry in content]
    if all(isinstance(value, int) for value in content.values()):
        content = {index: label for label, index in content.items()}
    by_index = {int(index): entry for index, entry in content.items()}
    return [_label(by_index[index]) for index in range(len(content))]


def _label(entry: Any) -> str:
    """Return the label of an entry that is a label or [code, label]."""
    label = entry[-1] if isinstance(entry, list) else entry
    if not isinstance(label, str):
        raise TypeError(f"{label!r} is no label")
    return label
