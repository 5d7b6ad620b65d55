"""Tests of explorer/ui/components/__init__.py."""

from __future__ import annotations

import pytest

from explorer.ui.components import packed, pictures
from packed_data import unpacked


@pytest.mark.parametrize("encoded", [(), (b"",), (b"one", b"", b"three"), (bytes(range(256)),) * 2])
def test_pictures_are_unpacked_as_they_were_packed(encoded: tuple[bytes, ...]) -> None:
    data = {
        "first": pictures(*encoded),
        "label": "caf\u00e9",
        "list": [1, None],
        "last": pictures(b"x"),
    }
    expected = data | {"first": list(encoded), "last": [b"x"]}
    assert unpacked(packed(data)) == expected


def test_what_json_cannot_say_is_refused_here_and_not_turned_into_text() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        packed({"picture": b"not among pictures()"})
