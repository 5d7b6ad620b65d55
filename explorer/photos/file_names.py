"""The names of a reader's files, as they are shown: a label of a photo, never a path."""

from __future__ import annotations

import unicodedata

MOST_CHARACTERS = 160
_HIDDEN = {"Cc", "Cs", "Zl", "Zp"}  # control characters, lone surrogates, and line ends
# They reverse the text around them: "photo\u202egnp.exe" would read as "photoexe.png".
_DIRECTIONS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_OF_SYSTEMS = {  # what systems leave in folders of photos, besides names with a dot
    *("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"),
    *("__macosx", "@eadir", "$recycle.bin", "system volume information"),
}


def shown(name: str) -> str:
    """Return the name of an uploaded file for people to read, and to find the file by.

    Folders stay in it, separated by "/", because they may be categories. Characters that cannot be
    seen, or that turn the text around, are replaced; of a long name the end is kept.
    """
    text = "".join(_visible(char) for char in name.replace("\\", "/")).strip("/ ")
    return text if len(text) <= MOST_CHARACTERS else f"…{text[1 - MOST_CHARACTERS :]}"


def folder_of(name: str) -> str:
    """Return the name of the folder that a file lies in; "" for a file without one."""
    return name.rpartition("/")[0].rpartition("/")[2]


def is_of_system(name: str) -> bool:
    """Whether a file or a folder is one that systems leave among photos, and no reader's."""
    return name.startswith("._") or name == ".DS_Store" or name.lower() in _OF_SYSTEMS


def matching_label(folder: str, labels: tuple[str, ...]) -> str:
    """Return the label that a folder is named after; "" if there is none.

    Letter case, and spaces, hyphens and underscores make no difference.
    """
    wanted = _plain(folder)
    return next((label for label in labels if wanted and _plain(label) == wanted), "")


def _visible(char: str) -> str:
    hidden = unicodedata.category(char) in _HIDDEN or char in _DIRECTIONS
    return "\N{REPLACEMENT CHARACTER}" if hidden else char


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(folded.replace("_", " ").replace("-", " ").split())
