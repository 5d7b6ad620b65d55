"""Tests of explorer/process_lines.py, with a few lines of Python as the child."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from explorer.process_lines import lines


@contextmanager
def child(code: str) -> Iterator[subprocess.Popen[str]]:
    """Start a child with pipes at both ends; kill it at the end."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=pipe, stdout=pipe, encoding="utf-8"
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdin is not None
        with suppress(OSError):
            process.stdin.close()


def test_the_lines_arrive_in_order_and_end_with_the_process() -> None:
    with child("for number in range(1000): print(number)") as process:
        arrived = [line for line in lines(process) if line is not None]
        assert arrived == [f"{number}\n" for number in range(1000)]
        assert process.returncode == 0


def test_the_request_goes_first_and_the_input_stays_open() -> None:
    code = "print(input(), flush=True); print(input())"
    with child(code) as process:
        arriving = (line for line in lines(process, "the request") if line is not None)
        assert next(arriving) == "the request\n"
        print("more", file=process.stdin, flush=True)
        assert list(arriving) == ["more\n"]


def test_silence_yields_none_and_a_line_that_was_cut_off_comes_as_it_is() -> None:
    with child("input(); print('cut', end='')") as process:
        arriving = lines(process, heartbeat=0.001)
        assert next(arriving) is None
        print(file=process.stdin, flush=True)
        assert [line for line in arriving if line is not None] == ["cut"]


def test_a_child_that_reads_no_request_does_no_harm() -> None:
    with child("import os; os.close(0); print('deaf', flush=True)") as process:
        process.wait()
        assert [line for line in lines(process, "x" * 10**6) if line is not None] == ["deaf\n"]


def test_a_child_that_is_killed_ends_the_lines() -> None:
    with child("print('here', flush=True); input()") as process:
        arriving = (line for line in lines(process) if line is not None)
        assert next(arriving) == "here\n"
        process.kill()
        assert list(arriving) == []
