from pathlib import Path

import pytest
from PIL import Image

from explorer.errors import DataError
from explorer.photos.class_folders import KEPT_SIDE, open_photo_folder


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
