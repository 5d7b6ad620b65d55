"""The forms in which people write down class labels, and how each is put into the outputs' order.

A number beside a label is its index if the numbers run from 0 without a gap. How a file was read is
part of the result, and what could be read in two ways is refused.
"""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

_COMMENT = re.compile(r"#.*\S.*")  # a lone "#" is a label
_SYNSET = re.compile(r"n\d{8}[\s,;:]+(?=\S)")  # a code of WordNet, as in lists for ImageNet
_QUOTED = re.compile(r"""(["'])(?P<label>.*)\1,?""")
_NUMBER = re.compile(r"[0-9]{1,9}")
_COLON = re.compile(r"(\d+)\s*:\s*(.+)"), re.compile(r"(.+?)\s*:\s*(\d+)")
_SPACE = re.compile(r"(\d+)(?:[.)]|\s*[-=]>?)?\s+(.+)"), re.compile(r"(.+?)\s+(\d+)")
_INDEX_WORDS = {"index", "idx", "id", "class_id", "class_idx", "class_index", "label_id"}
_LABEL_WORDS = {"name", "label", "class", "class_name", "category", "title"}
_LIST_WORDS = _LABEL_WORDS | {"names", "labels", "classes", "class_names", "categories"}
_HOLDERS = (  # entries of larger JSON files that hold the labels, best first
    *("id2label", "idx_to_class", "idx_to_label", "class_to_idx", "label2id"),
    *("classes", "class_names", "labels", "label_names", "names", "categories"),
)
_SORTED_ALIKE = 9  # labels; the text "10" comes before "2"
_MOSTLY = 0.9  # share of labels that differ, where a space is taken for a separator
_Columns = tuple[list[str], list[str]]  # what may be the indices, and the labels beside them
_INDEX_FIRST, _LABEL_FIRST = "index and label", "label and index"


class Reading(NamedTuple):
    """Labels as a file holds them.

    Attributes:
        labels: the labels in the order of the outputs.
        form: how they were read, e.g. "one per line".
    """

    labels: list[str]
    form: str


class UnclearLabelsError(ValueError):
    """Labels, or their order, are not clear; the message is the rest of a sentence on the file."""


def read_text(text: str) -> Reading:
    """Read labels from a text in any of the known forms.

    Raises:
        UnclearLabelsError: if the labels or their order are not clear.
    """
    if text.startswith(("[", "{")):
        return _from_content(_parsed(text))
    lines = [line.strip() for line in re.split(r"\r\n|\r|\n", text)]
    kept = [line for line in lines if not _COMMENT.fullmatch(line)]
    reading = _from_lines("\n".join(kept).strip().split("\n"))
    return reading._replace(form=f"{reading.form}; comments left out") if kept != lines else reading


def _from_lines(lines: list[str]) -> Reading:
    """Read lines, with their titles if there are any."""
    if len(lines) > 1 and lines[0].casefold().rstrip(":") in _LIST_WORDS:
        below = _from_lines(lines[1:])
        return below._replace(form=f"{below.form}, below {lines[0]!r}")
    filled = [line for line in lines if line]
    for find in (_from_table, _from_colons, _from_spaces, _from_synsets):
        if filled and (reading := find(filled)):
            return reading
    return Reading([_bare(line) for line in lines], "one per line")


def _from_table(lines: list[str]) -> Reading | None:
    """Read columns between tabs, commas or semicolons, one of which holds the index."""
    for delimiter in "\t,;":
        rows = [[field.strip() for field in row] for row in _split(lines, delimiter)]
        if min(map(len, rows)) > 1 and (reading := _from_rows(rows)):
            return reading
    return None


def _split(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))
    except csv.Error:  # a field beyond its limit
        return [[]]


def _from_rows(rows: list[list[str]]) -> Reading | None:
    head = [field.casefold() for field in rows[0]]
    titled = len(rows) > 1 and not any(map(_NUMBER.fullmatch, head))
    index, label = (
        next((i for i, word in enumerate(head) if titled and word in words), None)
        for words in (_INDEX_WORDS, _LABEL_WORDS)
    )
    if index is not None and label is not None:
        return _from_titled(rows, index, label)
    body = rows[1:] if titled else rows
    reading = _in_order(
        ([row[0] for row in body], [", ".join(row[1:]) for row in body]),
        ([row[-1] for row in body], [", ".join(row[:-1]) for row in body]),
    )
    if reading is None and label is not None and min(map(len, rows)) > label:
        return Reading([row[label] for row in body], f"column {rows[0][label]!r}")
    return reading


def _from_titled(rows: list[list[str]], index: int, label: int) -> Reading:
    """Read the columns whose titles say what they hold."""
    form = f"columns {rows[0][index]!r} and {rows[0][label]!r}"
    if min(map(len, rows)) <= max(index, label):
        raise UnclearLabelsError("has rows of different lengths; give each an index and a name.")
    numbers = [row[index] for row in rows[1:]]
    if not all(map(_NUMBER.fullmatch, numbers)):
        raise UnclearLabelsError(f"has {form}, but not a number in each row; give each its index.")
    return _by_index(numbers, [row[label] for row in rows[1:]], form)


def _from_colons(lines: list[str]) -> Reading | None:
    return _in_order(*_columns(lines, *_COLON))


def _from_spaces(lines: list[str]) -> Reading | None:
    """Read "0 tench", but not "2 euro" or "model 1", whose numbers belong to the label."""
    sides = _columns(lines, *_SPACE)
    indexed = (
        _start([int(number) for number in side[0]]) is not None
        and len(set(side[1])) > _MOSTLY * len(lines)
        for side in sides
        if side
    )
    return _in_order(*sides) if any(indexed) else None


def _columns(
    lines: list[str], index_first: re.Pattern[str], label_first: re.Pattern[str]
) -> tuple[_Columns | None, _Columns | None]:
    """Split lines into the index and the rest, from either end; None if a line does not fit."""
    first = [match.groups() for match in map(index_first.fullmatch, lines) if match]
    last = [match.groups() for match in map(label_first.fullmatch, lines) if match]
    return (
        ([a for a, _ in first], [b for _, b in first]) if len(first) == len(lines) else None,
        ([b for _, b in last], [a for a, _ in last]) if len(last) == len(lines) else None,
    )


def _from_synsets(lines: list[str]) -> Reading | None:
    if not all(map(_SYNSET.match, lines)):
        return None
    reading = _from_lines(_without_codes(lines))
    return reading._replace(form=f"{reading.form}, after synsets")


def _start(numbers: list[int]) -> int | None:
    """Return 0 or 1 if the numbers run from there without a gap, in any order; else None."""
    start = min(numbers)
    whole = sorted(numbers) == list(range(start, start + len(numbers)))
    return start if whole and start <= 1 else None


def _in_order(index_first: _Columns | None, label_first: _Columns | None) -> Reading | None:
    """Put labels in the order of the numbers beside them; None if neither side holds numbers.

    If both sides could be the index, it is the one written in its order.
    """
    sides = {_INDEX_FIRST: index_first, _LABEL_FIRST: label_first}
    numbered = {
        form: (list(map(int, columns[0])), columns[1])
        for form, columns in sides.items()
        if columns and all(map(_NUMBER.fullmatch, columns[0]))
    }
    for start in (0, 1):
        whole = {
            form: (numbers, labels)
            for form, (numbers, labels) in numbered.items()
            if _start(numbers) == start
        }
        ascending = {form: side for form, side in whole.items() if side[0] == sorted(side[0])}
        if len(whole) > 1 and not ascending:
            raise UnclearLabelsError(
                "has two numbers for each class, and either may be the index; "
                "give the names alone, one per line in the order of the network's outputs."
            )
        for form, (numbers, labels) in (ascending or whole).items():
            return _by_index(numbers, labels, form)
    for form, (numbers, labels) in numbered.items():
        return _by_index(numbers, labels, form)
    return None


def _by_index(numbers: Sequence[int | str], labels: list[str], form: str) -> Reading:
    """Sort labels by their indices, which run without a gap from 0, or from 1 if they are few."""
    indices = list(map(int, numbers))
    by_index = dict(zip(indices, _without_codes(labels), strict=True))
    start = _start(indices)
    if start is None:
        raise UnclearLabelsError(
            "numbers its labels with a gap, or a number twice; "
            "number them from 0 in the order of the network's outputs."
        )
    if start == 1 and len(labels) > _SORTED_ALIKE:
        raise UnclearLabelsError(
            f"numbers its labels from 1 to {len(labels):,}, which may be places or names of "
            "folders, sorted as 1, 10, 11, 2; give the names alone, one per line in the order of "
            "the network's outputs."
        )
    form = f"{form}, counted from 1" if start else form
    return Reading([by_index[index] for index in sorted(by_index)], form)


def _without_codes(labels: list[str]) -> list[str]:
    """Remove the synset before each label, if all have one, and quotes around each."""
    coded = all(map(_SYNSET.match, labels))
    return [_bare(_SYNSET.sub("", label, count=1) if coded else label) for label in labels]


def _bare(label: str) -> str:
    """Remove the quotes around a label."""
    quoted = _QUOTED.fullmatch(label)
    return quoted["label"].replace(quoted[1] * 2, quoted[1]).strip() if quoted else label.strip()


def _parsed(text: str) -> Any:
    """Parse JSON, or the literal of Python that many lists for ImageNet are."""
    try:
        return json.loads(text)
    except ValueError:
        return ast.literal_eval(text)  # runs no code


def _from_content(content: Any) -> Reading:
    """Read labels from the content of a JSON file: a list, or a mapping in either direction."""
    holder = next((key for key in _HOLDERS if isinstance(content, dict) and key in content), None)
    if holder is not None and isinstance(content[holder], list | dict):
        return _from_content(content[holder])
    if isinstance(content, dict):
        return _from_mapping(content)
    if all(isinstance(entry, dict) for entry in content):
        return _from_objects(content)
    return Reading([_label(entry) for entry in content], "a list")


def _from_mapping(content: dict[Any, Any]) -> Reading:
    keys = [str(key) for key in content]
    values = [str(value) if isinstance(value, int) else _label(value) for value in content.values()]
    reading = _in_order((keys, values), (values, keys))
    if reading is None:
        raise ValueError("neither keys nor values are numbers")
    return reading


def _from_objects(entries: list[dict[str, Any]]) -> Reading:
    """Read objects that each have a label, and perhaps an index."""
    keys = set.intersection(*map(set, entries))
    label = next(key for key in entries[0] if key in keys & _LABEL_WORDS)
    labels = [_label(entry[label]) for entry in entries]
    index = next((key for key in entries[0] if key in keys & _INDEX_WORDS), None)
    if index is None:
        return Reading(labels, f"a list of objects with {label!r}")
    form = f"objects with {index!r} and {label!r}"
    return _by_index([int(entry[index]) for entry in entries], labels, form)


def _label(entry: Any) -> str:
    """Return the label of an entry that is a label or [code, label]."""
    label = entry[-1] if isinstance(entry, list | tuple) else entry
    if not isinstance(label, str):
        raise TypeError(f"{label!r} is no label")
    return label.strip()
