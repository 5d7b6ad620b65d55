"""Tests of explorer/photos/photo_archive.py."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from PIL import Image

from explorer.errors import ImageError
from explorer.photos import photo_archive
from explorer.photos.photo_archive import ArchiveLimits, is_archive, open_photo_archive
from explorer.photos.reading import read_image

LIMITS = ArchiveLimits(megabytes=1, photos=4)


def photo(colour: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(buffer, "PNG")
    return buffer.getvalue()


def packed(files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, packing)
    return buffer.getvalue()


def names(content: bytes) -> list[str]:
    return ["/".join(path) for path in open_photo_archive(content, LIMITS).paths]


def test_photos_come_one_by_one_in_the_order_of_their_paths_as_they_were_packed() -> None:
    files = {"pets/dog/2.png": photo("blue"), "pets/cat/1.png": photo(), "./pets/cat/0": photo()}
    archive = open_photo_archive(packed(files), LIMITS)
    assert list(archive.photos()) == [
        (("pets", "cat", "0"), files["./pets/cat/0"]),
        (("pets", "cat", "1.png"), files["pets/cat/1.png"]),
        (("pets", "dog", "2.png"), files["pets/dog/2.png"]),
    ]
    assert [read_image(content).getpixel((0, 0)) for _, content in archive.photos()] == [
        (255, 0, 0),
        (255, 0, 0),
        (0, 0, 255),
    ]


def test_an_open_file_is_read_too_and_stays_open() -> None:
    file = io.BytesIO(packed({"cat/1.png": photo()}, zipfile.ZIP_STORED))
    (found,) = open_photo_archive(file, LIMITS).photos()
    assert found == (("cat", "1.png"), photo())
    assert not file.closed


def test_what_is_no_photo_is_named_and_what_systems_leave_is_skipped() -> None:
    junk = ("__MACOSX/cat/._1.png", "cat/.DS_Store", "cat/Thumbs.db", ".git/1.png", "dog\\")
    files = {"cat/1.png": photo(), "labels.csv": b"", "cat/notes.txt": b"", "cat/": b""}
    archive = open_photo_archive(packed(files | dict.fromkeys(junk, b"")), LIMITS)
    assert archive.paths == (("cat", "1.png"),)
    assert archive.left_out == ("labels.csv", "notes.txt")


def test_names_of_windows_and_macos_are_read_as_their_writers_meant_them() -> None:
    written = packed({"Bär\\1.png": photo()})
    assert names(written) == ["Bär/1.png"]
    undeclared = bytearray(written)  # macOS sets no flag for UTF-8
    for start, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = undeclared.index(start) + flag
        undeclared[place : place + 2] = b"\0\0"
    assert names(bytes(undeclared)) == ["Bär/1.png"]


def test_a_link_is_not_followed() -> None:
    link = zipfile.ZipInfo("cat/passwd.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("cat/1.png", photo())
    assert names(buffer.getvalue()) == ["cat/1.png"]


@pytest.mark.parametrize(
    "name", ["../1.png", "cat/../../1.png", "/cat/1.png", "\\cat\\1.png", "C:\\cat\\1.png"]
)
def test_a_path_that_leaves_the_folder_is_refused(name: str) -> None:
    with pytest.raises(ImageError, match=r"names a file outside its own folder, .*1\.png"):
        open_photo_archive(packed({name: photo()}), LIMITS)


def test_an_archive_within_an_archive_is_refused() -> None:
    content = packed({"cat/1.png": photo(), "train.ZIP": packed({"1.png": photo()})})
    with pytest.raises(ImageError, match=r'holds another one, "train\.ZIP"; unpack that first'):
        open_photo_archive(content, LIMITS)


def _locked(content: bytes) -> bytes:
    changed = bytearray(content)
    changed[changed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def _of_other_checksum(content: bytes) -> bytes:
    changed = bytearray(content)
    changed[changed.index(b"PK\x01\x02") + 16] ^= 1
    return bytes(changed)


def _claiming_less(content: bytes) -> bytes:
    changed = bytearray(content)
    place = changed.index(b"PK\x01\x02") + 24
    changed[place : place + 4] = struct.pack("<I", 5)
    return bytes(changed)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_locked, "locked with a password"),
        (_of_other_checksum, "damaged or cut off"),
        (_claiming_less, "damaged or cut off"),
        (lambda content: content[:-30], "damaged or cut off"),
        (lambda content: b"PK\x03\x04" + bytes(400), "damaged or cut off"),
        (lambda content: packed({}), "holds no photo"),
        (lambda content: packed({"notes.txt": b""}), "holds no photo"),
        (lambda content: packed({"1.png": photo()}, zipfile.ZIP_LZMA), "few programs read"),
        (lambda content: packed({f"{n}.png": b"" for n in range(5)}), "5 photos, and 4 are the"),
        (
            lambda content: packed({"1.png": bytes(1_000_001)}, zipfile.ZIP_STORED),
            "more than 1 MB",
        ),
        (lambda content: packed({"1.png": bytes(900_000)}), "more than 100 times its size"),
    ],
)
def test_what_cannot_be_read_or_is_too_much_gets_one_sentence(
    spoil: Callable[[bytes], bytes], sentence: str
) -> None:
    content = spoil(packed({"cat/1.png": photo()}))
    assert is_archive(content)
    with pytest.raises(ImageError, match=sentence) as refusal:
        list(open_photo_archive(content, LIMITS).photos())
    assert str(refusal.value).endswith(".")
    assert ". " not in str(refusal.value)


def test_an_endless_list_of_files_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_archive, "_MOST_BYTES_AT_ONCE", 200)
    content = packed({f"{number}.txt": b"" for number in range(5)})
    with pytest.raises(ImageError, match="lists far too many files"):
        open_photo_archive(content, LIMITS)


def test_any_cut_or_changed_byte_is_an_error_of_ours_or_none() -> None:
    content = packed({"cat/1.png": photo(), "dog/2.png": photo("blue")})
    for place in range(0, len(content), 3):
        for spoiled in (
            content[:place],
            content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :],
        ):
            with suppress(ImageError):
                list(open_photo_archive(spoiled, LIMITS).photos())
