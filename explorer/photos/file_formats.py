"""Which files are photos: the endings of those that open, and what another file is by its content.

One list of endings serves the app, the training and the commands. It needs no Pillow, so that the
first page can offer an uploader at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ENDINGS = (  # of the formats that are read; ".jfif" is what browsers on Windows call a JPEG
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".webp", ".gif"),
    *(".tif", ".tiff", ".bmp", ".avif", ".heic", ".heif", ".hif"),
)
HEADER_BYTES = 1024  # that tell what a file is

_NOTHING = rb"(?!)"  # matches no file: these begin as TIFF files do
_EXPORT = "open it in the program that it is from, export it as PNG or JPEG, and choose that"
_FRAME = "save one of its pictures as PNG or JPEG, and choose that"
_CONVERT = "convert it to PNG or JPEG, and choose that"
_DEVELOP = "export it as JPEG or TIFF with the camera's or a raw program, and choose that"
_UNPACK = "unpack it, and choose the photos in it"
_DOWNLOAD = "download the picture itself again, and choose that"


@dataclass(frozen=True)
class ForeignFormat:
    """A format that is known but cannot be opened as a photo.

    Attributes:
        name: what such a file is, with its article, e.g. "a PDF document".
        advice: what the reader can do instead.
        header: pattern of its first bytes.
        endings: endings of such files, for those whose content does not tell.
    """

    name: str
    advice: str
    header: re.Pattern[bytes]
    endings: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What the reader is told."""
        return f"This is {self.name}, not a picture that can be opened here; {self.advice}."


def _format(name: str, advice: str, header: bytes, *endings: str) -> ForeignFormat:
    return ForeignFormat(name, advice, re.compile(header, re.DOTALL), endings)


HEIC = _format(
    "an HEIC photo, as iPhones take them",
    'export it as JPEG (for new ones choose "Most Compatible" under Settings, Camera, Formats), '
    "and choose that",
    rb"....ftyp(hei[cxms]|hev[cxms]|mif1|msf1)(?!.{0,60}avif)",
    ".heic",
    ".heif",
    ".hif",
)
CAMERA_RAW = _format("a camera's raw file (CR2)", _DEVELOP, rb"II\*\0....CR", ".cr2")
_FOREIGN = (
    HEIC,
    CAMERA_RAW,
    _format("a camera's raw file (CR3)", _DEVELOP, rb"....ftypcrx ", ".cr3"),
    _format("a camera's raw file (RAF)", _DEVELOP, rb"FUJIFILMCCD-RAW", ".raf"),
    _format("a camera's raw file (RW2)", _DEVELOP, rb"IIU\0", ".rw2"),
    _format("a camera's raw file (ORF)", _DEVELOP, rb"IIR[OS]|MMOR", ".orf"),
    _format("a camera's raw file (X3F)", _DEVELOP, rb"FOVb"),
    _format("a camera's raw file (MRW)", _DEVELOP, rb"\0MRM"),
    _format("a camera's raw file (NEF)", _DEVELOP, _NOTHING, ".nef", ".nrw"),
    _format("a camera's raw file (ARW)", _DEVELOP, _NOTHING, ".arw", ".sr2"),
    _format("a camera's raw file (PEF)", _DEVELOP, _NOTHING, ".pef"),
    _format("a camera's raw file (DNG)", _DEVELOP, _NOTHING, ".dng"),
    _format("a JPEG XL picture", _CONVERT, rb"\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n", ".jxl"),
    _format("a JPEG 2000 picture", _CONVERT, rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51",
            ".jp2", ".j2k", ".jpx"),
    _format("a JPEG XR picture", _CONVERT, rb"II\xbc"),
    _format("a DICOM file, as medical scanners write them", _EXPORT, rb".{128}DICM",
            ".dcm", ".dicom"),
    _format("a NIfTI file, as medical scanners write them", _EXPORT, rb".{344}n[i+]1\0", ".nii"),
    _format("a PDF document", _FRAME, rb".{0,1000}?%PDF-", ".pdf"),
    _format("a PostScript file", _CONVERT, rb"%!PS|\xc5\xd0\xd3\xc6"),
    _format("a Photoshop file (PSD)", _EXPORT, rb"8BPS", ".psd"),
    _format("a GIMP file (XCF)", _EXPORT, rb"gimp xcf"),
    _format("an OpenEXR picture", _EXPORT, rb"\x76\x2f\x31\x01"),
    _format("a Radiance HDR picture", _EXPORT, rb"#\?(RADIANCE|RGBE)"),
    _format("a FITS file, as telescopes write them", _EXPORT, rb"SIMPLE  ="),
    _format("an HDF5 file", _EXPORT, rb"\x89HDF\r\n"),
    _format("a NumPy array", _CONVERT, rb"\x93NUMPY"),
    _format("an icon", _CONVERT, rb"\0\0[\x01\x02]\0[^\0]\0"),
    _format("a PPM picture", _CONVERT, rb"P[1-7][\s#]"),
    _format("a web page", _DOWNLOAD, rb"(?i)(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)?<(!doctype )?html"),
    _format("an SVG drawing", _CONVERT, rb"(\xef\xbb\xbf)?\s*<(svg|[?!].{0,950}?<svg)",
            ".svg", ".svgz"),
    _format("a video (Matroska or WebM)", _FRAME, rb"\x1aE\xdf\xa3", ".mkv", ".webm"),
    _format("a video (AVI)", _FRAME, rb"RIFF....AVI ", ".avi"),
    _format("a video (MPEG)", _FRAME, rb"\0\0\x01[\xb0-\xbf]"),
    _format("a video (WMV)", _FRAME, rb"0&\xb2u\x8ef\xcf\x11"),
    _format("a video (Flash)", _FRAME, rb"FLV\x01"),
    _format("a video (MP4 or QuickTime)", _FRAME, rb"....(ftyp(?!avi[fs]|mif1)|moov|mdat|wide)",
            ".mp4", ".mov", ".m4v"),
    _format("a hidden file of macOS", "choose the file without the ._ before its name",
            rb"\0\x05\x16[\0\x07]"),
    _format("a Git LFS pointer", 'fetch the picture with "git lfs pull", and choose that',
            rb"version https://git-lfs"),
    _format("a ZIP archive", _UNPACK, rb"PK\x03\x04|PK\x05\x06"),
    _format("a packed archive", _UNPACK, rb"Rar!|7z\xbc\xaf|\x1f\x8b|BZh\d|\xfd7zXZ"),
)  # fmt: skip
_RAW_ENDINGS = (".nef", ".nrw", ".arw", ".sr2", ".pef", ".cr2")
_RAW_MAKERS = {"NIKON": "NEF", "SONY": "ARW", "PENTAX": "PEF", "SAMSUNG": "SRW", "CANON": "CR2"}


def foreign_format(header: bytes) -> ForeignFormat | None:
    """Recognise a file that is no photo by its first bytes, as many as `HEADER_BYTES`."""
    return next((known for known in _FOREIGN if known.header.match(header)), None)


def format_named(name: str) -> ForeignFormat | None:
    """Return the format that a file that is no photo should have by the ending of its name."""
    lower = name.lower()
    return next(
        (known for known in _FOREIGN if known.endings and lower.endswith(known.endings)), None
    )


def is_raw_name(name: str) -> bool:
    """Whether a file has the ending of a raw file that holds nothing but a sensor's values."""
    return name.lower().endswith(_RAW_ENDINGS)


def raw_format(maker: str, name: str) -> ForeignFormat:
    """Return the format of a camera's raw file that has the structure of a TIFF file.

    Args:
        maker: name of the camera's maker, as the file states it.
        name: name of the file, or its ending; "" if it is not known.
    """
    known = format_named(name)
    if known is not None:
        return known
    makers = (kind for start, kind in _RAW_MAKERS.items() if maker.upper().startswith(start))
    kind = next(makers, "")
    return _format(f"a camera's raw file{f' ({kind})' if kind else ''}", _DEVELOP, b"")


def is_photo_name(name: str) -> bool:
    """Whether a file's name has the ending of a photo."""
    return name.lower().endswith(ENDINGS)
