"""Tests of explorer/pausable_process.py; tests/training/test_live_training.py has more of them."""

from __future__ import annotations

import sys
import threading
import time
from typing import IO

from explorer.pausable_process import PausableProcess
from patience import PATIENCE

ECHO = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"


def test_no_command_gets_into_a_request_that_is_being_sent() -> None:
    held = threading.Event()

    def send(stream: IO[bytes]) -> None:
        stream.write(b"the begin")
        stream.flush()
        held.wait(PATIENCE)
        stream.write(b"ning and the end\n")

    process = PausableProcess()
    with process.started((sys.executable, "-c", ECHO), send):
        process.pause()
        assert not process.paused
        held.set()
        arriving = (line for line in process.lines() if line is not None)
        assert next(arriving) == "the beginning and the end\n"
        process.pause()
        assert process.paused
        assert next(arriving) == "pause\n"


def test_a_request_that_nobody_reads_keeps_nobody_waiting() -> None:
    started = time.monotonic()
    process = PausableProcess()
    with process.started(
        (sys.executable, "-c", "import time; print(1, flush=True); time.sleep(1000)"),
        lambda stream: stream.write(b"x" * 10_000_000) and None,
    ):
        assert next(line for line in process.lines() if line is not None) == "1\n"
    assert time.monotonic() - started < PATIENCE
