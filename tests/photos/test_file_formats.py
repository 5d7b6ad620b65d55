"""What a file is that is no photo: explorer/photos/file_formats.py."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from explorer.errors import ImageError
from explorer.photos.file_formats import ENDINGS, foreign_format, is_photo_name
from explorer.photos.reading import FORMATS, read_image


def saved(format: str) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((40, 30), 50).convert("RGB").save(buffer, format)
    return buffer.getvalue()


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("photo.jpg", saved("JPEG"))
    return buffer.getvalue()


def array() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros((4, 4)))
    return buffer.getvalue()


def box(brand: bytes, *more: bytes) -> bytes:
    return (
        (16 + 4 * len(more)).to_bytes(4) + b"ftyp" + brand + bytes(4) + b"".join(more) + bytes(99)
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
FILES = {  # word in the sentence -> file; what Pillow can write is written by it
    "HEIC": [box(b"heic", b"mif1"), box(b"mif1", b"heic"), box(b"heix"), box(b"msf1")],
    "JPEG XL": [b"\xff\x0a" + bytes(50), b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(50)],
    "JPEG 2000": [saved("JPEG2000"), b"\xff\x4f\xff\x51" + bytes(50)],
    "JPEG XR": [b"II\xbc\1" + bytes(50)],
    "SVG": [SVG, b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n' + SVG, b"\n " + SVG],
    "DICOM": [bytes(128) + b"DICM" + bytes(50)],
    "PDF": [saved("PDF"), b"\n" * 30 + b"%PDF-1.7"],
    "PostScript": [saved("EPS")],
    "CR2": [b"II*\0\x10\0\0\0CR\2\0" + bytes(90)],
    "CR3": [box(b"crx ")],
    "RAF": [b"FUJIFILMCCD-RAW 0201" + bytes(50)],
    "MP4": [box(b"isom"), box(b"qt  "), box(b"mp42")],
    "Matroska": [b"\x1aE\xdf\xa3" + bytes(50)],
    "AVI": [b"RIFF\x10\0\0\0AVI LIST" + bytes(50)],
    "Photoshop": [b"8BPS\0\1" + bytes(40)],
    "PPM": [saved("PPM")],
    "icon": [saved("ICO")],
    "web page": [b"<!DOCTYPE html><html><svg></svg>", b"\n<HTML><body>", b"<!-- a --><html>"],
    "ZIP": [zipped()],
    "packed": [gzip.compress(SVG)],
    "NumPy": [array()],
    "Git LFS": [b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"],
    "macOS": [b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(4000)],
}


@pytest.mark.parametrize("word", FILES)
def test_a_format_that_is_not_read_is_named_with_a_way_on(word: str) -> None:
    for content in FILES[word]:
        with pytest.raises(
            ImageError, match=rf"^This is an? .*{word}.*, not a picture.*;"
        ) as caught:
            read_image(content)
        assert str(caught.value).count(". ") == 0


@pytest.mark.parametrize(
    ("name", "word"),
    [("p.HEIC", "HEIC"), ("p.jxl", "JPEG XL"), ("p.dng", "DNG"), ("p.mov", "video")],
)
def test_a_file_that_does_not_tell_is_named_by_its_ending(
    name: str, word: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(bytes(range(1, 250)))
    with pytest.raises(ImageError, match=word):
        read_image(tmp_path / name)


@pytest.mark.parametrize("format", FORMATS)
def test_a_photo_is_no_foreign_format(format: str) -> None:
    assert foreign_format(saved(format)) is None


def test_every_ending_of_the_list_is_one_that_pillow_gives_to_a_format_that_is_read() -> None:
    register_heif_opener()
    registered = Image.registered_extensions().items()
    theirs = {ending for ending, format in registered if format in (*FORMATS, "HEIF")}
    assert set(ENDINGS) <= theirs
    assert all(is_photo_name(f"photo{ending.upper()}") for ending in ENDINGS)
    assert not is_photo_name("jpg")
