"""The rules with which the server was started, for use by the pages."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.serving.admission import Admission

DEFAULT_SESSIONS = 40
MEBIBYTE = 2**20  # bytes; Streamlit counts in it, and calls it MB
CHECKPOINT_MB, ZIP_MB, PHOTO_MB = 600, 200, 20  # largest uploads, in MiB


@dataclass(frozen=True, eq=False)
class Policy:
    """Permissions of visitors, and their number.

    Attributes:
        private: whether only the machine itself can reach the server.
        checkpoints: whether visitors may upload their own checkpoints.
        admission: admission of visitors; None if visitors are not counted, as without our server.
        styled: whether the server adds our style sheet to each page.
    """

    private: bool = False
    checkpoints: bool = False
    admission: Admission | None = None
    styled: bool = False

    @property
    def upload_mb(self) -> int:
        """Size of the largest file that the server accepts, in MiB."""
        return CHECKPOINT_MB if self.checkpoints else ZIP_MB


_current = Policy()


def current() -> Policy:
    """Return the rules of this process; the strictest ones unless the server has set others."""
    return _current


def set_current(policy: Policy) -> None:
    """Set the rules, once, before the first visitor arrives."""
    global _current
    _current = policy
