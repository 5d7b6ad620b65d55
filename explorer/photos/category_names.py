"""Names of categories: from folders to labels, and back to the class that a name means.

A folder keeps its identity though systems write its name differently: composed or decomposed
(Unicode), with spaces at the end, with underscores for spaces, in another case. Two folders that
only look alike are refused, as nobody could tell their classes apart.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from explorer.errors import DataError

MOST_NAMED = 5  # in a sentence


def labels_of(folders: Sequence[str]) -> tuple[str, ...]:
    """Return the labels of category folders, in their order.

    A label has spaces for the folder's underscores, unless another folder would have the same.

    Raises:
        DataError: if two folders look alike.
    """
    looks: dict[str, str] = {}
    for folder in folders:
        twin = looks.setdefault(_look(folder), folder)
        if twin != folder:
            raise DataError(
                f"The category folders {twin!r} and {folder!r} look alike, and their classes "
                "could not be told apart; merge them or rename one."
            )
    counts = Counter(map(_spoken, folders))
    return tuple(
        _spoken(folder) if counts[_spoken(folder)] == 1 else _look(folder) for folder in folders
    )


def classes_named(name: str, labels: Sequence[str]) -> list[int]:
    """Return the indices of the labels that a name means: one, none, or several if it is unclear.

    Labels that are written as the name is come before those that differ in spaces at the end, then
    in underscores, then in case.
    """
    for key in (_composed, _look, _spoken, _folded):
        found = [index for index, label in enumerate(labels) if key(label) == key(name)]
        if found:
            return found
    return []


def named(names: Sequence[str]) -> str:
    """List names in quotes, at most five of them."""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(map(repr, names[:MOST_NAMED])) + more


def are_numbers(names: Sequence[str]) -> bool:
    """Whether all names are whole numbers."""
    return all(name.isascii() and name.isdecimal() for name in names)


def order_note(folders: Sequence[str]) -> str:
    """Return a sentence on the order of folders that are numbers; "" if it is the usual one."""
    if not are_numbers(folders) or list(folders) == sorted(folders, key=int):
        return ""
    place = next(i for i, name in enumerate(sorted(folders, key=int)) if folders[i] != name)
    first = ", ".join(folders[: max(MOST_NAMED, place + 1)])
    return (
        "The category folders are numbers, sorted as text as torchvision's ImageFolder sorts "
        f"them: {first}, ...; so output {place} of the network is folder {folders[place]}."
    )


def _composed(name: str) -> str:
    """Return a name in the Unicode form that is usual outside macOS, without broken bytes."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))


def _look(name: str) -> str:
    """Return what a reader sees of a name."""
    return " ".join(_composed(name).split())


def _spoken(name: str) -> str:
    return " ".join(_composed(name).replace("_", " ").split()) or _look(name)


def _folded(name: str) -> str:
    return _spoken(name).casefold()
