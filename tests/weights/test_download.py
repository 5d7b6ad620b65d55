import hashlib
import itertools
import threading
from pathlib import Path
from typing import Any

import pytest

from explorer.errors import WeightsError, WeightsUnavailableError
from explorer.weights.download import CHUNK, DownloadProgress, download, sha256

CONTENT = bytes(range(256)) * 4096  # four chunks
PREFIX = hashlib.sha256(CONTENT).hexdigest()[:8]


@pytest.fixture
def url(file_server: Any) -> str:
    file_server.files["net.pth"] = CONTENT
    return str(file_server.url("net.pth"))


def test_the_file_arrives_whole_and_progress_ends_at_its_size(url: str, tmp_path: Path) -> None:
    path = tmp_path / "new" / "net.pth"
    progress = list(download(url, path, PREFIX))
    assert progress == [DownloadProgress(CHUNK * n, len(CONTENT)) for n in (1, 2, 3, 4)]
    assert path.read_bytes() == CONTENT
    assert list(path.parent.iterdir()) == [path]
    assert sha256(path) == hashlib.sha256(CONTENT).hexdigest()


def test_a_cut_connection_is_an_error_and_leaves_nothing(
    url: str, file_server: Any, tmp_path: Path
) -> None:
    file_server.missing = 1000
    with pytest.raises(WeightsUnavailableError, match="stopped after 1,048,576 of 1,049,576 bytes"):
        list(download(url, tmp_path / "net.pth", PREFIX))
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_hash_is_an_error_and_the_file_is_not_kept(url: str, tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailableError, match=f"begins with {PREFIX}, not 01234567"):
        list(download(url, tmp_path / "net.pth", "01234567"))
    assert list(tmp_path.iterdir()) == []


def test_an_older_file_stays_until_the_new_one_is_complete(
    url: str, file_server: Any, tmp_path: Path
) -> None:
    path = tmp_path / "net.pth"
    path.write_bytes(b"old")
    file_server.missing = 1
    with pytest.raises(WeightsUnavailableError):
        list(download(url, path, PREFIX))
    assert path.read_bytes() == b"old"
    file_server.missing = 0
    list(download(url, path, PREFIX))
    assert path.read_bytes() == CONTENT


def test_a_missing_file_and_a_missing_server_are_told_apart(
    file_server: Any, tmp_path: Path
) -> None:
    path = tmp_path / "net.pth"
    with pytest.raises(WeightsUnavailableError, match=r"not offered \(the server says 404\)"):
        list(download(file_server.url("other.pth"), path, PREFIX))
    with pytest.raises(WeightsUnavailableError, match=r"not be fetched \(Connection refused\)"):
        list(download("http://127.0.0.1:9/net.pth", path, PREFIX))
    assert list(tmp_path.iterdir()) == []


def test_the_error_names_what_to_fetch_and_where_to_put_it(tmp_path: Path) -> None:
    url, path = "http://127.0.0.1:9/net.pth", tmp_path / "net.pth"
    with pytest.raises(WeightsUnavailableError) as caught:
        list(download(url, path, PREFIX))
    for part in (f"Fetch {url} into the folder {tmp_path}", "go on with a built-in network"):
        assert part in str(caught.value)


def test_without_a_connection_that_comes_first_and_a_visitor_reads_no_path(tmp_path: Path) -> None:
    with pytest.raises(
        WeightsUnavailableError, match=r"^No internet connection\. net\.pth"
    ) as caught:
        list(download("http://127.0.0.1:9/net.pth", tmp_path / "net.pth", PREFIX))
    assert str(tmp_path) in str(caught.value)
    assert caught.value.for_visitors == (
        "No internet connection. net.pth could not be fetched (Connection refused). "
        "Try again later, or go on with a built-in network."
    )


def test_a_download_dropped_half_way_leaves_nothing(url: str, tmp_path: Path) -> None:
    progress = download(url, tmp_path / "net.pth", PREFIX)
    next(progress)
    assert [path.suffix for path in tmp_path.iterdir()] == [".partial"]
    progress.close()  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []


def test_two_downloads_at_once_both_succeed(url: str, tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    # In lock step, so that they do overlap.
    pairs = list(itertools.zip_longest(download(url, path, PREFIX), download(url, path, PREFIX)))
    assert len(pairs) == 4
    assert path.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [path]


def test_threads_may_fetch_the_same_file(url: str, tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    last: list[DownloadProgress] = []

    def fetch() -> None:
        *_, progress = download(url, path, PREFIX)
        last.append(progress)

    threads = [threading.Thread(target=fetch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert last == [DownloadProgress(len(CONTENT), len(CONTENT))] * 8
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == CONTENT


def test_a_folder_that_cannot_be_written_is_named(url: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        WeightsError, match=r"^net\.pth cannot be written into .*file.*TORCH_HOME"
    ) as caught:
        list(download(url, tmp_path / "file" / "net.pth", PREFIX))
    assert str(tmp_path) not in caught.value.for_visitors
