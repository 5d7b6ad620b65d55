import unicodedata
from pathlib import Path

import pytest
from PIL import Image
from torchvision.datasets import ImageFolder

from explorer.errors import DataError
from explorer.photos.class_folders import KEPT_SIDE, PhotoFolder, open_photo_folder


def save(path: Path, colour: str = "red", size: tuple[int, int] = (20, 30)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)


def test_photos_come_with_the_class_of_their_folder(tmp_path: Path) -> None:
    save(tmp_path / "green_tree/b.png", "green")
    save(tmp_path / "ball/a.jpg")
    save(tmp_path / "green_tree/c.png", "lime")
    (tmp_path / "green_tree/notes.txt").write_text("no photo")
    folder = open_photo_folder(tmp_path)
    assert folder.labels == ("ball", "green tree")
    assert folder.targets == (0, 1, 1)
    assert folder.photos[1].getpixel((0, 0)) == (0, 128, 0)


def test_large_photos_are_kept_small_in_their_own_proportions(tmp_path: Path) -> None:
    save(tmp_path / "a/1.png", size=(2000, 1000))
    save(tmp_path / "b/1.png")
    large, small = open_photo_folder(tmp_path).photos
    assert large.size == (2 * KEPT_SIDE, KEPT_SIDE)
    assert small.size == (20, 30)


def test_photos_keep_as_many_pixels_as_are_asked_for(tmp_path: Path) -> None:
    save(tmp_path / "a/1.png", size=(2000, 1000))
    save(tmp_path / "b/1.png", size=(300, 400))
    sizes = {
        side: [photo.size for photo in open_photo_folder(tmp_path, side).photos]
        for side in (32, 350, 1024)
    }
    assert sizes[32] == [(2 * KEPT_SIDE, KEPT_SIDE), (KEPT_SIDE, round(KEPT_SIDE * 4 / 3))]
    assert sizes[350] == [(700, 350), (300, 400)]
    assert sizes[1024] == [(2000, 1000), (300, 400)]


def test_the_transform_is_applied_anew_at_every_access(tmp_path: Path) -> None:
    save(tmp_path / "a/1.png")
    save(tmp_path / "b/1.png")
    calls: list[Image.Image] = []
    photos = open_photo_folder(tmp_path).transformed(calls.append)
    assert photos[1] == (None, 1)
    assert photos[1] == (None, 1)
    assert len(photos) == len(calls) == 2


@pytest.mark.parametrize(
    ("way", "closed"), [("iterdir", "."), ("iterdir", "two"), ("is_dir", "two")]
)
def test_a_folder_that_may_not_be_read_is_named(
    way: str, closed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "one/1.png")
    save(tmp_path / "two/1.png")
    unguarded = getattr(Path, way)

    def guarded(path: Path) -> object:
        if path == tmp_path / closed:
            raise PermissionError(13, "Permission denied")
        return unguarded(path)

    monkeypatch.setattr(Path, way, guarded)
    with pytest.raises(DataError, match=r"cannot be read \(Permission denied\)"):
        open_photo_folder(tmp_path)


def test_a_folder_that_cannot_be_used_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a folder"):
        open_photo_folder(tmp_path / "nowhere")
    save(tmp_path / "one/1.png")
    with pytest.raises(DataError, match="at least two"):
        open_photo_folder(tmp_path)
    (tmp_path / "two").mkdir()
    with pytest.raises(DataError, match="holds no photo"):
        open_photo_folder(tmp_path)
    (tmp_path / "two/broken.jpg").write_bytes(b"\xff\xd8 no photo")
    with pytest.raises(DataError, match=r"broken\.jpg.*remove it"):
        open_photo_folder(tmp_path)


def scattered(folder: Path) -> Path:
    """Photos with many endings in folders within folders, and names that sort in odd ways."""
    for category in (*map(str, range(12)), "Zebra", "apple", "red car"):
        for name in ("10.png", "2.JPG", "a b/1.jpeg", "a/b/1.webp", "a/1.bmp", "B/1.tiff"):
            save(folder / category / name, "blue")
    return folder


def test_classes_and_photos_have_the_order_of_torchvisions_imagefolder(tmp_path: Path) -> None:
    ours, theirs = open_photo_folder(scattered(tmp_path)), ImageFolder(tmp_path)
    assert list(ours.folders) == theirs.classes
    paths = [Path(path).relative_to(tmp_path) for path, _ in theirs.samples]
    assert list(ours.names) == ["/".join(path.parts[1:]) for path in paths]
    assert ours.targets == tuple(theirs.targets)
    assert "60 photos in folders within the category folders used, too" in "".join(ours.notes)


@pytest.mark.parametrize(
    "name", ["p.jfif", "p.JPG_large", "p", "p.jpe", "p.jpg.png ", "p.JPEG", "p.orig"]
)
def test_a_photo_is_found_under_any_ending(name: str, tmp_path: Path) -> None:
    save(tmp_path / "a/1.png")
    save(tmp_path / "b/1.png")
    (tmp_path / "b/1.png").rename(tmp_path / "b" / name)
    assert open_photo_folder(tmp_path).names == ("1.png", name)


def test_what_is_no_photo_is_left_out_and_counted_with_the_reason(tmp_path: Path) -> None:
    for category in "ab":
        save(tmp_path / category / "1.png")
    for number in range(7):
        (tmp_path / f"a/{number}.jxl").write_bytes(b"\xff\x0a" + bytes(99))
    (tmp_path / "b/notes.txt").write_text("no photo")
    save(tmp_path / "stray.jpg")
    beside, a, b = open_photo_folder(tmp_path).notes
    assert "1 photo beside the category folders left out, such as 'stray.jpg'" in beside
    assert a.startswith(
        f"{tmp_path / 'a'}: 7 of 8 files left out (7 .jxl): '0.jxl': This is a JPEG XL"
    )
    assert b.startswith(f"{tmp_path / 'b'}: 1 of 2 files left out (1 .txt): 'notes.txt': ")
    (tmp_path / "a/1.png").unlink()
    with pytest.raises(DataError, match=r"can be opened: '0\.jxl': This is a JPEG XL"):
        open_photo_folder(tmp_path)


def test_what_systems_leave_is_skipped_in_silence(tmp_path: Path) -> None:
    for category in "ab":
        save(tmp_path / category / "1.png")
        for name in ("._1.png", "Thumbs.db", ".DS_Store", "desktop.ini", ".gitkeep"):
            (tmp_path / category / name).write_bytes(b"\0\5\x16\7" + bytes(99))
    save(tmp_path / "__MACOSX/a/._1.png")
    save(tmp_path / "a/@eaDir/1.png")
    save(tmp_path / ".git/1.png")
    folder = open_photo_folder(tmp_path)
    assert (folder.folders, folder.names, folder.notes) == (("a", "b"), ("1.png", "1.png"), ())


def test_a_link_back_to_a_folder_above_ends(tmp_path: Path) -> None:
    save(tmp_path / "a/1.png")
    save(tmp_path / "b/1.png")
    (tmp_path / "a/again").symlink_to(tmp_path / "a")
    (tmp_path / "a/all").symlink_to(tmp_path)
    names = open_photo_folder(tmp_path).names
    assert names.count("1.png") == 2
    assert len(names) < 6


def test_parts_of_a_data_set_are_not_taken_for_categories(tmp_path: Path) -> None:
    save(tmp_path / "train/red/1.png")
    save(tmp_path / "val/red/1.png")
    with pytest.raises(DataError, match="parts of a data set"):
        open_photo_folder(tmp_path)


def test_what_was_assumed_of_a_photo_is_said(tmp_path: Path) -> None:
    save(tmp_path / "a/1.png", "black")
    save(tmp_path / "b/1.png")
    (note,) = open_photo_folder(tmp_path).notes
    assert "1 photo read with a choice: '1.png': This picture is black" in note


def test_validation_photos_get_the_classes_of_the_training_photos(tmp_path: Path) -> None:
    """A decomposed é sorts before z, a composed one after it."""
    for form, part in (("NFD", "train"), ("NFC", "val")):
        for category in ("blz", unicodedata.normalize(form, "blé")):
            save(tmp_path / part / category / f"{category[-1] == 'z'}.png")
    training, val = (open_photo_folder(tmp_path / part) for part in ("train", "val"))
    assert training.labels == ("blé", "blz")
    assert val.labels == ("blz", "blé")
    alike = val.like(training)
    assert alike.labels == training.labels
    assert {alike.labels[t]: name for t, name in zip(alike.targets, alike.names, strict=True)} == {
        "blz": "True.png",
        "blé": "False.png",
    }


@pytest.mark.parametrize(
    ("val", "words"),
    [
        (["red", "blue"], ["only the training photos have 'green'"]),
        (["red", "blue", "green", "pink "], ["only the validation photos have 'pink '"]),
        (["red", "blue", "greens"], ["have 'green'", "have 'greens'"]),
        (["red", "blue", "green", "Green"], ["two folders for 'green'"]),
    ],
)
def test_categories_that_differ_are_named(val: list[str], words: list[str]) -> None:
    def folder(names: list[str]) -> PhotoFolder:
        return PhotoFolder(tuple(names), (), (), folders=tuple(names))

    with pytest.raises(DataError) as caught:
        folder(val).like(folder(["blue", "green", "red"]))
    assert all(part in str(caught.value) for part in words)
