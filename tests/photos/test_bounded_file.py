import io

import pytest

from explorer.errors import ImageError
from explorer.photos import bounded_file
from explorer.photos.bounded_file import BoundedFile


def test_a_bounded_file_reads_like_the_file_and_leaves_it_open() -> None:
    file = io.BytesIO(b"0123456789")
    file.seek(5)
    bounded = BoundedFile(file)
    assert (bounded.read(3), bounded.tell()) == (b"012", 3)
    assert bounded.seek(-2, 2) == 8
    assert bounded.read() == b"89"
    assert not file.closed


def test_an_empty_or_a_huge_file_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImageError, match="empty"):
        BoundedFile(io.BytesIO())
    monkeypatch.setattr(bounded_file, "MAX_FILE_BYTES", 2_000_000)
    with pytest.raises(ImageError, match="more than 2 MB"):
        BoundedFile(io.BytesIO(bytes(2_000_001)))


def test_too_many_steps_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_file, "_MAX_READS", 3)
    bounded = BoundedFile(io.BytesIO(b"0123456789"))
    for _ in range(3):
        bounded.read(1)
    with pytest.raises(ImageError, match="too much beside its pixels"):
        bounded.read(1)


def test_a_long_header_is_stopped_but_long_pixels_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_file, "_MAX_HEADER_BYTES", 4)
    bounded = BoundedFile(io.BytesIO(b"0123456789"))
    bounded.read(4)
    with pytest.raises(ImageError, match="too much beside its pixels"):
        bounded.read(1)
    bounded.end_header()
    assert bounded.read(6) == b"456789"


@pytest.mark.parametrize("limit", ["_MAX_HEADER_SECONDS", "_MAX_SECONDS"])
def test_time_runs_out(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_file, limit, -1.0)
    bounded = BoundedFile(io.BytesIO(b"0123456789"))
    with pytest.raises(ImageError, match="takes too long"):
        bounded.read(1)


def test_only_the_header_has_a_time_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_file, "_MAX_HEADER_SECONDS", -1.0)
    bounded = BoundedFile(io.BytesIO(b"0123456789"))
    bounded.end_header()
    assert bounded.read(1) == b"0"
