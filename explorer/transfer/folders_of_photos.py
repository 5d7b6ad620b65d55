"""Which class a photo belongs to, by the folders that it lies in, in an archive or an upload."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from explorer.errors import DataError
from explorer.photos.category_names import labels_of
from explorer.photos.file_names import matching_label
from explorer.transfer.labelled_photos import Part, parts_named


def sorted_into_classes(
    paths: Iterable[tuple[str, ...]],
) -> Iterator[tuple[tuple[str, ...], str, Part | None]]:
    """Say which class each photo of a folder belongs to, by the folders that it lies in.

    Folders that all photos lie in say nothing, unless there are no others: then the last of them is
    the class. Folders such as `train` and `test` say what the photos are for.

    Args:
        paths: path of each photo as its parts, its own name last.

    Yields:
        The path, the name of the class's folder ("" if there is none), and what the photo is for.
    """
    paths = list(paths)
    shared = _shared([path[:-1] for path in paths])
    below = {path: path[len(shared) : -1] for path in paths}
    parts = parts_named({folders[0] for folders in below.values() if folders})
    if any(folders and folders[0] not in parts for folders in below.values()):
        parts = {}
    alone = shared[-1] if shared and not any(below.values()) else ""
    for path, folders in below.items():
        part = parts.get(folders[0]) if folders else None
        inner = folders[1:] if part is not None else folders
        yield path, inner[0] if inner else alone, part


def check_folders(names: Sequence[str]) -> None:
    """Refuse folders whose classes could not be told apart.

    Args:
        names: names of the folders, each of them once.

    Raises:
        DataError: if two of them differ only in case, spaces, hyphens or underscores.
    """
    for at, label in enumerate(labels_of(names)):
        twin = matching_label(label, tuple(names[:at]))
        if twin:
            raise DataError(
                f"Two folders name the same class, {twin!r} and {names[at]!r}; merge them or "
                "rename one, and choose the new file."
            )


def _shared(folders: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the folders that all paths begin with."""
    first, last = min(folders, default=()), max(folders, default=())
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]
