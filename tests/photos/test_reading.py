import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms, TiffImagePlugin, features
from pillow_heif import register_heif_opener

from explorer.errors import ImageError
from explorer.photos import bounded_file, photo_source, reading
from explorer.photos.reading import read_image, read_photo

SAVED_AS = {
    "PNG": {},
    "JPEG": {"quality": 95},
    "WEBP": {"lossless": True},
    "GIF": {},
    "TIFF": {},
    "BMP": {},
    **({"AVIF": {"quality": 95}} if features.check("avif") else {}),
    "HEIF": {"quality": -1, "chroma": 444},
}
register_heif_opener()


def encoded(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def quarters(mode: str = "RGB") -> Image.Image:
    """Red, green / blue, white: the order of the colours shows the orientation."""
    image = Image.new("RGB", (40, 20))
    for colour, box in {
        "red": (0, 0, 20, 10),
        "lime": (20, 0, 40, 10),
        "blue": (0, 10, 20, 20),
        "white": (20, 10, 40, 20),
    }.items():
        image.paste(colour, box)
    return image.convert(mode)


def near(image: Image.Image, point: tuple[int, int], colour: tuple[int, ...], by: int = 6) -> bool:
    return bool(np.abs(np.subtract(image.getpixel(point), colour)).max() <= by)


@pytest.mark.parametrize("format", SAVED_AS)
def test_every_format_opens_as_rgb_without_metadata(format: str) -> None:
    options: dict[str, object] = dict(SAVED_AS[format])
    if format in {"PNG", "JPEG", "WEBP", "TIFF", "HEIF"}:
        exif = Image.Exif()
        exif[0x010E] = "private"
        options["exif"] = exif
    image = read_image(encoded(quarters(), format, **options))
    assert (image.mode, image.size, image.info) == ("RGB", (40, 20), {})
    assert not image.getexif()
    assert near(image, (5, 5), (255, 0, 0), by=12)
    assert near(image, (35, 15), (255, 255, 255))


def test_a_path_bytes_and_an_open_file_give_the_same(tmp_path: Path) -> None:
    data = encoded(quarters())
    path = tmp_path / "photo with a wrong name.txt"
    path.write_bytes(data)
    expected = read_image(data).tobytes()
    assert read_image(path).tobytes() == read_image(str(path)).tobytes() == expected
    with path.open("rb") as file:
        file.read(7)
        assert read_image(file).tobytes() == expected
        assert not file.closed


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_ends_upright(format: str, orientation: int) -> None:
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    lying = quarters()
    if orientation in turns:
        lying = lying.transpose(turns[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    if format == "HEIF":
        lying.info["exif"] = exif.tobytes()  # from here its encoder makes the turn of the file
    image = read_image(encoded(lying, format, **SAVED_AS[format], exif=exif.tobytes()))
    assert image.size == (40, 20)
    for point, colour in {
        (4, 4): (255, 0, 0),
        (35, 4): (0, 255, 0),
        (4, 15): (0, 0, 255),
        (35, 15): (255, 255, 255),
    }.items():
        assert near(image, point, colour, by=12), (point, image.getpixel(point))


@pytest.mark.parametrize("height", [30, 1500])  # one band, and several
def test_a_tall_picture_is_turned_without_seams(height: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (height, 1100, 3), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    image = read_image(encoded(Image.fromarray(pixels), exif=exif, compress_level=1))
    np.testing.assert_array_equal(np.asarray(image), np.rot90(pixels, -1))


def test_transparent_pixels_lie_on_a_neutral_grey() -> None:
    clear = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    half = Image.new("RGBA", (4, 4), (255, 0, 0, 128))
    assert read_image(encoded(clear)).getpixel((0, 0)) == (128, 128, 128)
    assert near(read_image(encoded(half)), (0, 0), (192, 64, 64), by=1)
    grey = Image.new("LA", (4, 4), (255, 0))
    assert read_image(encoded(grey)).getpixel((0, 0)) == (128, 128, 128)
    palette = Image.new("P", (4, 4), 0)
    palette.putpalette([255, 0, 0] * 256)
    assert read_image(encoded(palette, transparency=0)).getpixel((0, 0)) == (128, 128, 128)
    keyed = encoded(Image.new("RGB", (4, 4), "red"), transparency=(255, 0, 0))
    assert read_image(keyed).getpixel((0, 0)) == (128, 128, 128)


@pytest.mark.parametrize(
    ("image", "format", "expected"),
    [
        (Image.new("1", (4, 4), 1), "PNG", (255, 255, 255)),
        (Image.new("L", (4, 4), 77), "PNG", (77, 77, 77)),
        (Image.new("CMYK", (4, 4), (0, 255, 255, 0)), "TIFF", (255, 0, 0)),
        (Image.new("CMYK", (4, 4), (0, 255, 255, 0)), "JPEG", (255, 0, 0)),
        (Image.new("I;16", (4, 4), 200 * 257), "PNG", (200, 200, 200)),
        (Image.new("I", (4, 4), 200), "TIFF", (200, 200, 200)),
        (Image.new("F", (4, 4), 0.5), "TIFF", (128, 128, 128)),
        (Image.new("F", (4, 4), 100.0), "TIFF", (100, 100, 100)),
        (Image.new("YCbCr", (4, 4), (255, 128, 128)), "JPEG", (255, 255, 255)),
    ],
    ids=lambda value: getattr(value, "mode", str(value)),
)
def test_every_depth_and_colour_space_becomes_8_bit_rgb(
    image: Image.Image, format: str, expected: tuple[int, int, int]
) -> None:
    assert near(read_image(encoded(image, format)), (0, 0), expected, by=2)


def test_values_of_any_range_are_stretched_and_nan_is_dark() -> None:
    values = np.array([[-5.0, 0.0, 5.0, np.nan]], np.float32)
    image = read_image(encoded(Image.fromarray(values), "TIFF"))
    assert [image.getpixel((x, 0))[0] for x in range(4)] == [0, 128, 255, 0]


def swapped_profile() -> bytes:
    """A profile with red and blue swapped, so that it shows whether it was applied."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    at = profile.find(b"sRGB built-in".decode().encode("utf-16-be"))
    if at >= 0:
        profile[at : at + 2] = "X".encode("utf-16-be")
    return bytes(profile)


def test_a_colour_profile_is_applied_and_a_broken_one_ignored() -> None:
    red = Image.new("RGB", (4, 4), "red")
    turned = read_image(encoded(red, icc_profile=swapped_profile())).getpixel((0, 0))
    assert turned[2] > 200 > turned[0]
    assert read_image(encoded(red, icc_profile=b"no profile")).getpixel((0, 0)) == (255, 0, 0)


def test_the_first_picture_of_an_animation_is_taken() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    for format in ("GIF", "TIFF", "WEBP"):
        data = encoded(frames[0], format, save_all=True, append_images=frames[1:])
        assert near(read_image(data), (3, 3), (255, 0, 0), by=12), format


def chunk(name: bytes, content: bytes) -> bytes:
    body = name + content
    return len(content).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)


def png_of(width: int, height: int) -> bytes:
    """A tiny PNG that states any size."""
    header = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99))


def tiff_of(tags: dict[int, tuple[int, int, int]], content: bytes = b"") -> bytes:
    """A grey 8 x 8 TIFF; tags -> type, count and value or offset; `content` begins at 500."""
    entries = {256: (4, 1, 8), 257: (4, 1, 8), 258: (3, 1, 8), 259: (3, 1, 1), 262: (3, 1, 1)}
    entries |= {273: (4, 1, 400), 277: (4, 1, 1), 278: (4, 1, 8), 279: (4, 1, 64), **tags}
    directory = struct.pack("<H", len(entries))
    for tag, (kind, count, value) in sorted(entries.items()):
        directory += struct.pack("<HHLL", tag, kind, count, value)
    return (b"II*\0" + struct.pack("<L", 8) + directory).ljust(500, b"\0") + content


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"<html>no picture</html>", "not a picture"),
        (bytes(range(256)) * 40, "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
        (b"8BPS\0\1" + b"\0" * 40, "not a picture"),
        (encoded(quarters(), "PPM"), "not a picture"),
        (encoded(quarters(), "ICO"), "not a picture"),
        (encoded(quarters())[:60], "damaged"),
        (encoded(quarters(), "JPEG")[:300], "damaged"),
        (png_of(60_000, 60_000), "50 megapixels"),
        (png_of(2_000_000, 1), "longer than 65,535 pixels"),
        (
            b"GIF89a" + b"\xff" * 4 + bytes(3) + b"," + bytes(4) + b"\xff" * 4 + b"\0\2",
            "50 megapixels",
        ),
        (png_of(300, 300), "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_picture_ends_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(ImageError, match=words) as caught:
        read_image(data)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_paths_that_lead_nowhere_end_in_one_sentence(tmp_path: Path) -> None:
    for path, words in (
        (tmp_path, "folder"),
        (tmp_path / "secret.png", "no file"),
        (tmp_path / ("secret" * 99), "cannot be read"),
        ("\0", "path"),
        ("/dev/zero", "device"),
    ):
        with pytest.raises(ImageError, match=words) as caught:
            read_image(path)
        assert "secret" not in str(caught.value)


def test_a_file_that_may_not_be_read_ends_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    (tmp_path / "photo.png").write_bytes(encoded(quarters()))
    monkeypatch.setattr(Path, "open", refuse)  # root may read everything
    with pytest.raises(ImageError, match="permissions"):
        read_image(tmp_path / "photo.png")


def test_an_open_file_of_the_wrong_kind_ends_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(encoded(quarters()))
    with path.open() as text, pytest.raises(ImageError, match='"rb"'):
        read_image(text)
    with path.open("rb") as file:
        pass
    with pytest.raises(ImageError, match="open it again"):
        read_image(file)
    with pytest.raises(TypeError, match="not int"):
        read_image(7)


def test_a_stream_without_rewind_is_read_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert read_image(Stream(encoded(quarters()))).size == (40, 20)
    for module in (photo_source, bounded_file):
        monkeypatch.setattr(module, "MAX_FILE_BYTES", 2_000_000)
    endless = Stream(bytes(9_000_000))
    with pytest.raises(ImageError, match="more than 2 MB"):
        read_image(endless)
    assert endless.tell() == 2_000_001


@pytest.mark.parametrize(
    "tags",
    [
        {273: (3, 4_000_000_000, 500)},
        {273: (3, 300_000, 500)},
        {273: (1, 300_000, 500)},
        {258: (3, 300_000, 500)},
        {277: (4, 1, 70_000)},
        {256: (4, 1, 2**32 - 1), 257: (4, 1, 2**32 - 1)},
        {256: (4, 0, 0)},
        {259: (3, 1, 8), 322: (4, 1, 60_000), 323: (4, 1, 60_000), 324: (4, 1, 500)},
        {259: (3, 1, 8), 279: (4, 1, 600_000)},
    ],
    ids=str,
)
def test_absurd_tags_end_in_one_sentence(tags: dict[int, tuple[int, int, int]]) -> None:
    with pytest.raises(ImageError, match=r"choose"):
        read_image(tiff_of(tags, bytes(600_000)))


def test_a_tiff_with_large_remarks_opens() -> None:
    remark = {270: (2, 500_000, 500), 700: (1, 500_000, 500), 37724: (7, 500_000, 500)}
    assert read_image(tiff_of(remark, b"x" * 2_000_000)).size == (8, 8)


def test_broken_files_print_nothing(tmp_path: Path) -> None:
    deflated = zlib.compress(bytes(64))[:-9]
    files = {
        "strip": tiff_of({259: (3, 1, 8), 273: (4, 1, 500), 279: (4, 1, 99)}, deflated),
        "samples": tiff_of({277: (4, 1, 70_000)}),
        "size": png_of(10_000, 10_000),
        "remarks": tiff_of({270: (2, 500_000, 500)}),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    script = (
        "import sys\n"
        "from explorer.photos.pillow_internals import silence_libtiff\n"
        "from explorer.photos.reading import read_image\n"
        "silence_libtiff()\n"
        "for path in sys.argv[1:]:\n"
        "    try: read_image(path)\n"
        "    except Exception as error: print(type(error).__name__)\n"
    )
    paths = [str(tmp_path / name) for name in files]
    done = subprocess.run([sys.executable, "-c", script, *paths], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.split() == ["ImageError"] * 3


def test_compressed_bombs_in_the_metadata_are_refused_or_dropped() -> None:
    bomb = zlib.compress(b"\0" * 200_000_000, 9)
    data = encoded(quarters())
    body = b"iCCP" + b"x\0\0" + bomb
    chunk = len(body[4:]).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
    try:
        image = read_image(data[:33] + chunk + data[33:])
    except ImageError:
        return
    assert image.size == (40, 20)


@pytest.mark.parametrize("format", SAVED_AS)
def test_mutilated_files_give_a_picture_or_one_sentence(format: str) -> None:
    generator = np.random.default_rng(7)
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {"exif": exif} if format in {"PNG", "JPEG", "WEBP", "TIFF", "AVIF", "HEIF"} else {}
    whole = encoded(quarters(), format, **SAVED_AS[format], **options)
    for _ in range(120):
        broken = bytearray(whole[: int(generator.integers(1, len(whole) + 1))])
        for at in generator.integers(0, len(broken), int(generator.integers(0, 12))):
            broken[at] = int(generator.integers(0, 256))
        with suppress(ImageError):
            assert read_image(bytes(broken)).mode == "RGB"


def test_no_number_of_chunks_or_scans_keeps_pillow_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_file, "_MAX_READS", 2_000)
    whole, flood = encoded(quarters()), chunk(b"prVt", b"") * 1_000
    with pytest.raises(ImageError, match="too much beside its pixels"):
        read_image(whole[:33] + flood + whole[33:])
    with pytest.raises(ImageError, match="too much beside its pixels"):
        read_image(whole[:-12] + flood + whole[-12:])
    monkeypatch.setattr(bounded_file, "_MAX_READS", 50)
    scans = encoded(Image.new("L", (80, 80)), "JPEG", progressive=True)
    last = scans.rindex(b"\xff\xda")
    with pytest.raises(ImageError, match="too much beside its pixels"):
        read_image(scans[:last] + scans[last:-2] * 20_000 + b"\xff\xd9")


def test_only_a_jpeg_of_several_scans_is_shrunk_to_spare_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    thumbnail = encoded(quarters(), "JPEG")
    exif = Image.Exif().tobytes() + thumbnail
    photo = Image.effect_noise((400, 300), 50).convert("RGB")
    baseline, scans = (encoded(photo, "JPEG", exif=exif, progressive=p) for p in (False, True))
    monkeypatch.setattr(reading, "_MAX_DECODER_BYTES", 400 * 300 * 7 - 1)
    assert read_image(baseline).size == (400, 300)
    assert read_image(scans).size == (200, 150)
    monkeypatch.setattr(reading, "_MAX_DECODER_BYTES", 400 * 300 * 7)
    assert read_image(scans).size == (400, 300)


def heic_of(width: int, height: int) -> bytes:
    """A small HEIC photo that states any size."""
    whole = bytearray(encoded(quarters().resize((64, 64)), "HEIF"))
    for at in range(len(whole)):
        if whole[at : at + 4] == b"ispe":
            whole[at + 8 : at + 16] = width.to_bytes(4) + height.to_bytes(4)
    return bytes(whole)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (heic_of(60_000, 60_000), "choose"),
        (heic_of(10_000, 10_000), "50 megapixels|damaged"),
        (encoded(quarters(), "HEIF")[:200], "damaged|not a picture"),
        (b"\0\0\0\x18ftypheic" + bytes(200), "choose"),
    ],
    ids=["huge", "large", "cut", "empty"],
)
def test_a_hostile_heic_ends_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(ImageError, match=words):
        read_image(data)


def test_pixels_are_no_header(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = Image.effect_noise((200, 200), 50)
    monkeypatch.setattr(bounded_file, "_MAX_HEADER_BYTES", 5_000)
    for format in ("PNG", "JPEG", "GIF", "BMP", "TIFF"):
        assert len(encoded(noise, format)) > 5_000
        assert read_image(encoded(noise, format)).size == (200, 200)


@pytest.mark.filterwarnings(
    "ignore::UserWarning"
)  # as `explorer.photos.reading` does, outside pytest
def test_broken_metadata_is_no_reason_to_refuse_a_picture() -> None:
    for exif in (b"Exif\0\0", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", b"Exif\0\0" + b"\xff" * 60_000):
        assert read_image(encoded(quarters(), "JPEG", exif=exif)).size == (40, 20)


def test_many_threads_read_what_one_reads() -> None:
    files = [encoded(quarters(), format, **options) for format, options in SAVED_AS.items()]
    broken = [data[: len(data) // 2] for data in files]

    def read(data: bytes) -> bytes | None:
        try:
            return read_image(data).tobytes()
        except ImageError:
            return None

    alone = [read(data) for data in (files + broken) * 10]
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(read, (files + broken) * 10)) == alone


def letters() -> bytes:
    """Text chunks that unpack to 250 MB in memory: one wide character widens all others."""
    text = zlib.compress("\U0001f600".encode() + b"a" * 1_000_000, 9)
    return b"".join(chunk(b"iTXt", b"k%d\0\1\0\0\0" % i + text) for i in range(63))


WORST = {
    "a rotated RGBA PNG": ("RGBA", "PNG", {"compress_level": 1}, (7000, 7000)),
    "a progressive JPEG": ("RGB", "JPEG", {"progressive": True, "subsampling": 0}, (7000, 7000)),
    "a CMYK JPEG": ("CMYK", "JPEG", {"progressive": True}, (7000, 7000)),
    "a PNG full of text": ("RGBA", "PNG", {"compress_level": 1}, (7000, 7000)),
    "a float TIFF": ("F", "TIFF", {"compression": "tiff_lzw"}, (7000, 7000)),
    "a TIFF of one strip": ("RGBA", "TIFF", {"compression": "tiff_lzw"}, (7000, 7000)),
    "a WebP": ("RGBA", "WEBP", {"method": 0}, (5000, 4990)),
    # A tenth of the limit, because encoding the whole takes a minute.
    "an HEIC": ("RGBA", "HEIF", {"enc_params": {"preset": "ultrafast"}}, (2250, 2220)),
    **({"an AVIF": ("RGBA", "AVIF", {"speed": 10}, (4000, 3990))} if "AVIF" in SAVED_AS else {}),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak there")
@pytest.mark.parametrize("kind", WORST)
def test_no_picture_takes_more_than_512_mb(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mode, format, options, size = WORST[kind]
    monkeypatch.setattr(TiffImagePlugin, "STRIP_SIZE", 2**30)
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "large"
    Image.new(mode, size).save(path, format, exif=exif, **options)
    if "text" in kind:
        whole = path.read_bytes()
        path.write_bytes(whole[:33] + letters() + whole[33:])
    script = (
        "import re, sys\n"
        "from explorer.photos import bounded_file\n"
        "from explorer.photos.reading import read_image\n"
        "bounded_file._MAX_SECONDS = 60\n"  # this is not about time: the machine may be busy
        "def peak():\n"
        "    status = open('/proc/self/status').read()\n"
        "    return int(re.search(r'VmHWM:\\s+(\\d+)', status)[1])\n"
        "for small in sys.argv[2:]: read_image(small)\n"
        "before = peak()\n"
        "print(read_image(sys.argv[1]).size)\n"
        "print(peak() - before)\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    if format == "HEIF":  # only what grows with the picture may be multiplied below
        (tmp_path / "small").write_bytes(encoded(Image.new("RGBA", (1000, 1000)), format))
        command.append(str(tmp_path / "small"))
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    size_line, kib = done.stdout.splitlines()
    shrunk = 2 if options.get("progressive") else 1
    turned = size if format == "HEIF" else size[::-1]  # its encoder takes no orientation here
    assert size_line == str((turned[0] // shrunk, turned[1] // shrunk))
    assert int(kib) * (10 if format == "HEIF" else 1) < 480_000


def test_torch_is_not_needed_to_open_a_photo() -> None:
    script = "import explorer.photos.reading, sys; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("bits", [10, 12, 14])
@pytest.mark.parametrize("kind", ["grey png", "grey tiff", "grey big-endian tiff", "32-bit tiff"])
def test_grey_values_of_fewer_bits_than_their_file_are_stretched_and_it_is_said(
    kind: str, bits: int
) -> None:
    eight = np.random.default_rng(0).integers(0, 256, (30, 40), np.uint8)
    eight[0, 0] = 255
    values = (eight.astype(np.uint16) << (bits - 8)) + 3
    if kind == "grey big-endian tiff":
        buffer = io.BytesIO()
        tifffile.imwrite(buffer, values, byteorder=">", metadata=None)
        data = buffer.getvalue()
    elif kind == "32-bit tiff":
        data = encoded(Image.fromarray(values.astype(np.int32)), "TIFF")
    else:
        data = encoded(Image.fromarray(values), kind.removeprefix("grey ").upper())
    photo = read_photo(data)
    expected = np.rint(values * (255 / (2**bits - 1)))
    np.testing.assert_array_equal(np.asarray(photo.image)[..., 1], expected)
    assert f"{2**bits - 1:,}, the largest of {bits} bits, is shown as white" in photo.notes[0]


def sixteen_bit_png(values: np.ndarray) -> bytes:
    """A PNG of 16-bit colours, shape (H, W, 1 to 4); Pillow writes none."""
    height, width, channels = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    colour_type = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    header = struct.pack(">LLBBBBB", width, height, 16, colour_type, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def sixteen_bit_tiff(values: np.ndarray, **options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, photometric="rgb", metadata=None, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "write",
    [
        sixteen_bit_png,
        sixteen_bit_tiff,
        partial(sixteen_bit_tiff, byteorder=">"),
        partial(sixteen_bit_tiff, compression="deflate"),
    ],
    ids=["png", "tiff", "big-endian tiff", "deflated tiff"],
)
@pytest.mark.parametrize("bits", [10, 12, 14])
def test_colours_of_fewer_bits_than_their_file_are_stretched(
    write: Callable[..., bytes], bits: int
) -> None:
    values = np.random.default_rng(1).integers(0, 2**bits, (30, 40, 3), np.uint16)
    values[0, 0] = 2**bits - 1
    photo = read_photo(write(values))
    np.testing.assert_array_equal(
        np.asarray(photo.image), np.rint(values.astype(float) * (255 / (2**bits - 1)))
    )
    assert f"the largest of {bits} bits" in photo.notes[0]


def test_colours_that_use_all_16_bits_are_read_as_pillow_does() -> None:
    values = np.random.default_rng(1).integers(0, 2**16, (30, 40, 3), np.uint16)
    photo = read_photo(sixteen_bit_png(values))
    np.testing.assert_array_equal(np.asarray(photo.image), values >> 8)
    assert photo.notes == ()


def test_dark_colours_with_transparency_keep_it() -> None:
    values = np.full((4, 4, 4), 4095, np.uint16)
    values[..., 3] = (0, 32_768, 65_535, 65_535)
    for channels in (values, values[..., 2:]):  # in colour, and in grey
        photo = read_photo(sixteen_bit_png(channels))
        assert [photo.image.getpixel((x, 0))[0] for x in range(4)] == [128, 192, 255, 255]
        assert "the largest of 12 bits" in photo.notes[0]


def test_values_that_were_stretched_are_said() -> None:
    values = np.array([[-1000, 0, 3071]], np.int32)
    assert read_photo(encoded(Image.fromarray(values), "TIFF")).notes == (
        "The values of this picture reach from -1,000 to 3,071; "
        "these two are shown as black and white.",
    )
    for usual in (np.full((2, 2), 65_535, np.uint16), np.full((2, 2), 0.5, np.float32)):
        assert read_photo(encoded(Image.fromarray(usual), "TIFF")).notes == ()


@pytest.mark.parametrize("mode", ["RGB", "L", "I;16", "P"])
def test_a_black_picture_is_never_shown_in_silence(mode: str) -> None:
    (note,) = read_photo(encoded(Image.new(mode, (40, 30)))).notes
    assert note.startswith("This picture is black or nearly so: of 255 levels, its brightest")


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_an_animation_is_called_one(format: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:])
    assert read_photo(data).notes == ("This file is an animation; its first picture is shown.",)
    assert read_photo(encoded(frames[0], format)).notes == ()
