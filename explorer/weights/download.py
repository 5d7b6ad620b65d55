"""Download one file over HTTP: with progress, a checked hash, and complete or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import cast
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from explorer.atomic_write import atomic_write
from explorer.errors import WeightsError, WeightsUnavailableError

TIMEOUT = 30  # seconds without data after which the connection counts as lost
CHUNK = 1 << 18  # bytes per read
OFFLINE = "No internet connection."


@dataclass(frozen=True)
class DownloadProgress:
    """How far a download has got.

    Attributes:
        bytes_done: number of bytes received.
        bytes_total: size of the whole file in bytes; None if the server does not state it.
    """

    bytes_done: int
    bytes_total: int | None


def download(url: str, path: Path, sha256_prefix: str) -> Iterator[DownloadProgress]:
    """Download a file, which gets its name only once it is complete and its hash is right.

    Concurrent downloads of the same file do not interfere; an abandoned one leaves nothing behind.

    Args:
        url: address of the file.
        path: path to save to; the folder is created, an existing file replaced.
        sha256_prefix: first hexadecimal digits of the expected SHA-256.

    Yields:
        The progress, after each chunk.

    Raises:
        WeightsUnavailableError: if the download fails or the file arrives damaged.
        WeightsError: if the file cannot be written.
    """
    digest, done = hashlib.sha256(), 0
    with _explaining_disk_errors(path), atomic_write(path) as partial:
        with _connect(url, path) as response, partial.open("xb") as file:
            total = response.length  # None if the server does not state it
            for chunk in _chunks(response, url, path):
                file.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                yield DownloadProgress(done, total)
        if total is not None and done < total:
            raise unavailable(url, path, f"stopped after {done:,} of {total:,} bytes")
        if not digest.hexdigest().startswith(sha256_prefix):
            raise unavailable(
                url, path, f"arrived damaged ({mismatch(digest.hexdigest(), sha256_prefix)})"
            )


def sha256(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unavailable(url: str, path: Path, problem: str, cause: str = "") -> WeightsUnavailableError:
    """Build the error that tells what happened to a file, where to fetch it and where to put it.

    Args:
        url: address of the file.
        path: path at which it is looked for.
        problem: what happened to the file, to follow its name.
        cause: sentence that comes first; "" for none.
    """
    what = f"{cause} {path.name} {problem}.".lstrip()
    return WeightsUnavailableError(
        f"{what} Fetch {url} into the folder {path.parent}, or go on with a built-in network.",
        for_visitors=f"{what} Try again later, or go on with a built-in network.",
    )


def _connect(url: str, path: Path) -> HTTPResponse:
    request = Request(url, headers={"User-Agent": "resnet-explorer"})
    try:
        return cast(HTTPResponse, urlopen(request, timeout=TIMEOUT))
    except HTTPError as error:
        error.close()
        raise unavailable(url, path, f"is not offered (the server says {error.code})") from error
    except (URLError, OSError, http.client.HTTPException) as error:
        problem = f"could not be fetched ({_reason(error)})"
        raise unavailable(url, path, problem, cause=OFFLINE) from error


def _chunks(response: HTTPResponse, url: str, path: Path) -> Iterator[bytes]:
    try:
        while chunk := response.read(CHUNK):
            yield chunk
    except (OSError, http.client.HTTPException) as error:
        raise unavailable(url, path, f"stopped half-way ({_reason(error)})") from error


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    return getattr(reason, "strerror", None) or str(reason) or type(reason).__name__


def mismatch(actual: str, expected: str) -> str:
    """Describe how a file's SHA-256 differs from the expected prefix."""
    return f"its SHA-256 begins with {actual[: len(expected)]}, not {expected}"


@contextlib.contextmanager
def _explaining_disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WeightsError(
            f"{path.name} cannot be written into {path.parent} ({error.strerror}). "
            "Make room there, or set TORCH_HOME to another folder.",
            for_visitors=f"{path.name} cannot be stored on the server ({error.strerror}). "
            "Tell whoever runs it, or go on with a built-in network.",
        ) from error
