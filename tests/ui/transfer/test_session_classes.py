"""Tests of the classes of a session, without a page."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.errors import DataError
from explorer.features.identity import photo_digest
from explorer.transfer.labelled_photos import Part, from_folder
from explorer.ui.transfer import session_classes
from explorer.ui.transfer.photo_intake import archived, in_folder
from explorer.ui.transfer.session_classes import SessionClasses, current

LABELS = ("bird", "cat", "dog")


def picture(seed: int, size: tuple[int, int] = (40, 50)) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer := io.BytesIO(), "PNG")
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of class folders, split into photos to learn from and to check with."""
    for number, label in enumerate(LABELS):
        for at in range(4):
            path = tmp_path / "set" / ("test" if at == 3 else "train") / label / f"{at}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture(10 * number + at, (300, 400) if at == 0 else (40, 50)))
    return tmp_path / "set"


@pytest.fixture
def classes(monkeypatch: pytest.MonkeyPatch) -> SessionClasses:
    monkeypatch.setattr(session_classes.st, "session_state", {})
    return session_classes.mine()


def zipped(folder: Path) -> bytes:
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
        for path in sorted(folder.rglob("*.png")):
            archive.write(path, path.relative_to(folder.parent))
    return buffer.getvalue()


def test_an_archive_gives_the_very_photos_and_parts_that_its_folder_does(
    classes: SessionClasses, folder: Path
) -> None:
    shares = list(archived(classes, zipped(folder), "set.zip"))
    assert shares[-1] == 1
    assert not classes.refused
    found, expected = current(), from_folder(folder)
    assert found is not None
    assert found.parts is not None
    assert set(found.labels) == set(expected.labels) == set(LABELS)

    def described(photos: object) -> set[tuple[str, str, Part]]:
        labels = [photos.labels[own] for own in photos.classes]  # type: ignore[attr-defined]
        return set(zip(photos.digests, labels, photos.parts, strict=True))  # type: ignore[attr-defined]

    assert described(found) == described(expected)
    assert tuple(map(photo_digest, found.photos)) == found.digests
    np.testing.assert_array_equal(np.sort(found.groups), np.sort(np.unique(found.groups)))
    assert current() is found  # put together once


def test_a_folder_is_read_as_an_archive_is(classes: SessionClasses, folder: Path) -> None:
    files = [
        (path.relative_to(folder.parent).parts, path.read_bytes)
        for path in sorted(folder.rglob("*.png"))
    ]
    list(in_folder(classes, files))
    list(archived(classes, zipped(folder), "set.zip"))  # the same photos, which are kept once
    assert classes.count == len(files)
    assert classes.classes[1].photos[next(iter(classes.classes[1].photos))].part is Part.CHECK


def test_photos_without_a_part_end_the_parts(classes: SessionClasses, folder: Path) -> None:
    list(archived(classes, zipped(folder), "set.zip"))
    classes.add(1, picture(99), "late.png")
    found = current()
    assert found is not None
    assert found.parts is None


def test_two_classes_with_photos_are_needed_and_no_empty_one(classes: SessionClasses) -> None:
    cat, dog = classes.add_class("cat"), classes.add_class("dog")
    classes.add(cat.number, picture(0), "a.png")
    assert current() is None
    classes.add(dog.number, picture(1), "b.png")
    assert current() is not None
    classes.add_class("bird")
    with pytest.raises(DataError, match="'bird' has no photo"):
        current()


@pytest.mark.parametrize("name", ["Cat", " cat ", "CAT", "c\u0061t"])
def test_a_class_cannot_be_named_twice(classes: SessionClasses, name: str) -> None:
    classes.add_class("cat")
    dog = classes.add_class("dog")
    for change in (lambda: classes.add_class(name), lambda: classes.rename(dog.number, name)):
        with pytest.raises(DataError, match="There is a class 'cat' already"):
            change()
    classes.rename(1, "Cat")  # itself, written otherwise
    assert [own.name for own in classes.classes.values()] == ["Cat", "dog"]
    with pytest.raises(DataError, match="needs a name"):
        classes.add_class("  ")


def test_there_is_room_for_so_many_classes_photos_and_bytes(
    classes: SessionClasses, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(session_classes.MOST_CLASSES):
        classes.add_class(f"class {number}")
    with pytest.raises(DataError, match="room for 50 classes"):
        classes.add_class("one more")
    monkeypatch.setattr(session_classes, "MOST_PHOTOS", 2)
    assert [classes.add(1, picture(at), f"{at}.png") for at in range(3)] == [True, True, False]
    assert "room for 2 photos" in classes.refused[0].reason
    monkeypatch.setattr(session_classes, "MOST_PHOTOS", 9)
    monkeypatch.setattr(session_classes, "MOST_BYTES", 3 * classes.count * 4000)
    assert not classes.add(2, picture(7, (250, 250)), "large.png")
    assert "fill the" in classes.refused[-1].reason
    assert classes.count == 2  # what was there is there


def test_the_limits_are_those_of_teaching() -> None:
    from explorer.transfer import labelled_photos

    assert session_classes.MOST_CLASSES == labelled_photos.MOST_CLASSES
    assert session_classes.MOST_PHOTOS == labelled_photos.MOST_PHOTOS
