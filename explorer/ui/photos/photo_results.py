"""What a session has computed from photos: each room declares its own, to go with the photos.

Whoever stores a result has declared its key before, at import, so that none outlives the photos.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st


@dataclass(frozen=True)
class PhotoResults:
    """A value in the session state that was computed from photos.

    Attributes:
        key: key in the session state.
        drop: function that removes what stems from one photo, given the value and the photo's id;
            None if the whole value goes with any photo.
    """

    key: str
    drop: Callable[[Any, str], None] | None


# A list: another session may import a page, and so append to it, while this one iterates.
_DECLARED: list[PhotoResults] = []


def declare(key: str, drop: Callable[[Any, str], None] | None = None) -> str:
    """Declare that the session state holds results from photos under a key, and return the key.

    Args:
        key: the key.
        drop: as in `PhotoResults`.

    Raises:
        ValueError: if the key is declared already.
    """
    if any(results.key == key for results in _DECLARED):
        raise ValueError(f"The results {key!r} are declared twice.")
    _DECLARED.append(PhotoResults(key, drop))
    return key


def of_other_photos(value: Any, photo_id: str) -> None:
    """Drop nothing: for results that do not stem from the photos of the tray, one by one."""


def forget() -> None:
    """Drop all results."""
    for results in _DECLARED:
        st.session_state.pop(results.key, None)


def forget_photo(photo_id: str) -> None:
    """Drop the results of one photo, and all that cannot be told apart by photo."""
    for results in _DECLARED:
        value = st.session_state.get(results.key)
        if results.drop is None:
            st.session_state.pop(results.key, None)
        elif value is not None:
            results.drop(value, photo_id)
