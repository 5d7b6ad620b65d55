from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.errors import DataError
from explorer.features.identity import photo_digest
from explorer.photos.class_folders import KEPT_SIDE
from explorer.photos.near_duplicates import duplicate_groups, gradient_hashes
from explorer.transfer.labelled_photos import (
    MOST_CLASSES,
    MOST_PHOTOS,
    Part,
    from_folder,
    labelled,
)


def save(path: Path, shade: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.effect_noise((24, 32), shade + 1).convert("RGB").save(path)


def test_photos_of_classes_are_put_together(photo: Image.Image) -> None:
    large = photo.resize((900, 600))
    found = labelled(
        ["red_panda", "cat"], [[large], [photo, photo.crop((0, 0, 200, 200))]], [["a"], ["b", "c"]]
    )
    assert found.labels == ("red panda", "cat")
    assert found.classes.tolist() == [0, 1, 1]
    assert found.counts.tolist() == [1, 2]
    assert found.names == ("a", "b", "c")
    assert found.parts is None
    assert found.photos[0].size == (round(KEPT_SIDE * 1.5), KEPT_SIDE)
    assert found.digests == tuple(map(photo_digest, found.photos))
    expected = duplicate_groups(gradient_hashes(found.photos))
    np.testing.assert_array_equal(found.groups, expected)
    assert found.groups[0] == found.groups[1]  # the same cat


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["cat"], "There is 1 class; telling apart needs 2 to 50."),
        ([str(i) for i in range(MOST_CLASSES + 1)], "There are 51 classes; "),
        (["cat", " "], "A class has no name"),
        (["cat", "Cat "], "same name, 'cat', 'Cat '"),
        (["red panda", "red_panda"], "same name"),
    ],
)
def test_classes_that_cannot_be_told_apart_are_refused(labels: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        labelled(labels, [[Image.new("RGB", (9, 9))]] * len(labels))


def test_an_empty_class_and_too_many_photos_are_refused(photo: Image.Image) -> None:
    with pytest.raises(DataError, match="The class 'dog' has no photo; add some, or remove"):
        labelled(["cat", "dog"], [[photo], []])
    with pytest.raises(DataError, match="more than 2,000 photos"):
        labelled(["cat", "dog"], [[photo] * MOST_PHOTOS, [photo]])


def test_a_folder_of_class_folders_says_nothing_of_parts(tmp_path: Path) -> None:
    for index, name in enumerate(["cat/1.png", "cat/2.png", "big_dog/3.png"]):
        save(tmp_path / name, index)
    found = from_folder(tmp_path)
    assert found.labels == ("big dog", "cat")
    assert found.classes.tolist() == [0, 1, 1]
    assert found.names == ("3.png", "1.png", "2.png")
    assert found.parts is None


@pytest.mark.parametrize(
    ("folders", "parts"),
    [
        (("train", "test"), [Part.LEARN, Part.CHECK]),
        (("Train", "val"), [Part.LEARN, Part.CHECK]),
        (("train", "val", "test"), [Part.LEARN, Part.CHOOSE, Part.CHECK]),
    ],
)
def test_parts_in_a_folder_are_kept(
    tmp_path: Path, folders: tuple[str, ...], parts: list[Part]
) -> None:
    for at, folder in enumerate(folders):
        for label in ("cat", "dog"):
            for number in range(at + 1):
                save(tmp_path / folder / label / f"{number}.png", 10 * at + number)
    (tmp_path / "README.md").write_text("about")
    found = from_folder(tmp_path)
    assert found.labels == ("cat", "dog")
    assert found.parts is not None
    for at, part in enumerate(parts):
        own = [c for c, p in zip(found.classes.tolist(), found.parts, strict=True) if p is part]
        assert own == [0] * (at + 1) + [1] * (at + 1)


def test_parts_of_different_classes_and_too_many_files_are_refused(tmp_path: Path) -> None:
    for name in ("train/cat/1.png", "train/dog/1.png", "test/cat/1.png", "test/cow/1.png"):
        save(tmp_path / name, 3)
    with pytest.raises(DataError, match=r"'dog'.*'cow'"):
        from_folder(tmp_path)
    with pytest.raises(DataError, match="more than 3 photos"):
        from_folder(tmp_path, most=3)
    with pytest.raises(DataError, match="is not a folder"):
        from_folder(tmp_path / "nothing")
