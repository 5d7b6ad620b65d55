"""Class labels from a reader's file."""

from __future__ import annotations

import codecs
import os
from dataclasses import dataclass
from pathlib import Path

from explorer.errors import WeightsError
from explorer.weights.label_formats import UnclearLabelsError, read_text

SIZE_LIMIT = 5_000_000  # bytes; the labels of ImageNet's 21,841 classes take 1 MB
_SHOWN = 3  # labels
_NO_LABELS = (  # raised by parsers, and by entries of other types than labels
    *(ValueError, LookupError, TypeError, AttributeError, StopIteration),
    *(SyntaxError, RecursionError, MemoryError),
)


@dataclass(frozen=True)
class LabelFile:
    """The labels of a file, and how it was read.

    Attributes:
        name: name of the file.
        labels: labels in the order of the network's outputs.
        form: how the file was read, e.g. "one per line".
    """

    name: str
    labels: tuple[str, ...]
    form: str

    @property
    def line(self) -> str:
        """The first three labels with their indices, their number, and how they were read."""
        first = [f"{i} = {_printable(label)}" for i, label in enumerate(self.labels[:_SHOWN])]
        more = ", ..." if len(self.labels) > _SHOWN else ""
        count = f"{len(self.labels):,} label{'' if len(self.labels) == 1 else 's'}"
        return f"{_printable(self.name)}: {count} ({self.form}): {', '.join(first)}{more}"

    def for_classes(self, count: int) -> tuple[str, ...]:
        """Return the labels of a network with this number of classes.

        Raises:
            WeightsError: if there are more labels or fewer.
        """
        if len(self.labels) != count:
            raise WeightsError(
                f"{self.name} holds {len(self.labels):,} labels, the network has {count:,} "
                f"classes. Give one label per class; these were read as {self.form}."
            )
        return self.labels


def read_labels(path: Path, count: int) -> tuple[str, ...]:
    """Read the labels of all classes, in the order of the network's outputs.

    Args:
        path: path of a file of labels; see `parse_labels`.
        count: number of classes of the network, K.

    Raises:
        WeightsError: if the file cannot be read, or does not hold K labels.
    """
    return open_labels(path).for_classes(count)


def open_labels(path: str | os.PathLike[str]) -> LabelFile:
    """Read a file of labels; see `parse_labels`.

    Raises:
        WeightsError: if the file cannot be read, or its labels are not clear.
    """
    path = Path(path).expanduser()
    try:
        with path.open("rb") as file:
            return parse_labels(path.name, file.read(SIZE_LIMIT + 1))
    except OSError as error:
        raise WeightsError(
            f"{path} cannot be opened ({error.strerror}). Check the path of the labels."
        ) from error


def parse_labels(name: str, content: bytes) -> LabelFile:
    """Read the labels of all classes from the content of a file.

    Text: one label per line, or a label and its index between a comma, tab, semicolon, colon or
    space, in either order, with or without titles, quotes and comments (#); or a list of synsets
    with their labels. JSON: a list of labels, a mapping between index and label (or [code, label])
    in either direction, a list of objects with "id" and "name", or a larger file with such an entry
    ("id2label", "class_to_idx", "classes", ...).

    Args:
        name: name of the file, for messages.
        content: its bytes, UTF-8 or UTF-16 with its mark.

    Raises:
        WeightsError: if it is no list of labels, or their order is not clear.
    """
    text = _decoded(name, content)
    try:
        reading = read_text(text)
    except UnclearLabelsError as error:
        raise WeightsError(f"{name} {error}") from error
    except _NO_LABELS as error:
        raise WeightsError(
            f"{name} is no list of labels. Give a JSON list of names, or a mapping from "
            "0, 1, ... to names."
        ) from error
    if not all(reading.labels):
        empty = reading.labels.index("") + 1
        raise WeightsError(f"Label {empty} in {name} is empty. Give it a name.")
    return LabelFile(name, tuple(reading.labels), reading.form)


def _decoded(name: str, content: bytes) -> str:
    if len(content) > SIZE_LIMIT:
        raise WeightsError(f"{name} is too large for a file of labels. Choose another.")
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if marked else "utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise WeightsError(f"{name} is not UTF-8 text. Save the labels as UTF-8.") from error


def _printable(text: str) -> str:
    return text if text.isprintable() else repr(text)
