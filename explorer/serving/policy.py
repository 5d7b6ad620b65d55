"""The rules under which the app was started, for the pages to ask."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.serving.admission import Admission

DEFAULT_SESSIONS = 40
MEBIBYTE = 2**20  # bytes; Streamlit counts in it, and calls it MB
CHECKPOINT_MB, PHOTO_MB = 600, 20  # the largest file that may be uploaded


@dataclass(frozen=True, eq=False)
class Policy:
    """What visitors may do, and how many of them there may be.

    Attributes:
        checkpoints: whether a visitor may upload a checkpoint of their own.
        room: who is in and who waits; None if nobody counts, as without our server.
        styled: whether each page comes with our style sheet, as from our server.
    """

    checkpoints: bool = False
    room: Admission | None = None
    styled: bool = False

    @property
    def upload_mb(self) -> int:
        """The largest file in MB that the server takes."""
        return CHECKPOINT_MB if self.checkpoints else PHOTO_MB


_current = Policy()


def current() -> Policy:
    """Return the rules of this process; the strict ones unless the server set others."""
    return _current


def set_current(house: Policy) -> None:
    """Set the rules, once, before the first visitor comes."""
    global _current
    _current = house
