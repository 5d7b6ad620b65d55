"""The app's own server, started with its command as a person starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from patience import PATIENCE

COMMAND = Path(sys.executable).with_name("resnet-explorer")


@contextmanager
def serving(folder: Path, *options: str, base_path: str = "") -> Iterator[str]:
    """Serve the app from a folder that is not ours, and end it with Ctrl-C.

    Args:
        folder: where it is started; its log lies there.
        options: of the command.
        base_path: under which it answers.

    Yields:
        Its address, as it is printed.
    """
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [COMMAND, "app", "--port", "0", "--headless", *options],
            cwd=folder,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _wait_for_url(process, log, base_path)
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=PATIENCE)
    assert code == 0
    assert "Traceback" not in log.read_text()


def _wait_for_url(process: subprocess.Popen[bytes], log: Path, base_path: str) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        printed = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        if printed and _is_healthy(f"{printed[0]}/{base_path}".rstrip("/")):
            return printed[0]
        time.sleep(0.05)
    raise RuntimeError(f"The app did not start:\n{log.read_text()}")


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=PATIENCE):
            return True
    except OSError:
        return False
