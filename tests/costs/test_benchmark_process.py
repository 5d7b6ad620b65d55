"""Tests of explorer/costs/benchmark_process.py, most of them with a small program instead."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from explorer.costs import benchmark_process
from explorer.costs.benchmark_process import (
    COMMAND,
    BenchmarkNews,
    BenchmarkProcess,
    BenchmarkRequest,
    CpuLoad,
)
from explorer.costs.measurements import QUICK, Row, Setup
from explorer.json_records import to_record
from patience import PATIENCE

REQUEST = BenchmarkRequest((Row(Setup("resnet18/builtin"), wanted=1),), QUICK, threads=1)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> object:
    """Replace the program of the measuring process."""

    def put(text: str) -> None:
        monkeypatch.setattr(benchmark_process, "COMMAND", (sys.executable, "-c", text))

    return put


def test_the_request_goes_in_and_the_news_come_out(program: object) -> None:
    program(  # type: ignore[operator]
        "import json; request = json.loads(input())\n"
        "print(json.dumps({'index': request['threads']})); print(json.dumps({'done': True}))"
    )
    with BenchmarkProcess(REQUEST) as process:
        assert [news for news in process.news() if news] == [
            BenchmarkNews(index=1),
            BenchmarkNews(done=True),
        ]
        assert process.exit_code() == 0


def test_silence_is_told_so_that_the_caller_can_look_around(program: object) -> None:
    program("input(); input()")  # type: ignore[operator]
    with BenchmarkProcess(REQUEST) as process:
        assert next(process.news()) is None


def test_leaving_kills_it_with_its_children(program: object) -> None:
    program(  # type: ignore[operator]
        "import subprocess, sys; input()\n"
        "child = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)\n"
        "print('{\"index\": %d}' % child.pid, flush=True); input()"
    )
    with BenchmarkProcess(REQUEST) as process:
        news = next(news for news in process.news() if news)
        assert news.index is not None
        child = psutil.Process(news.index)
    assert process.exit_code() == -signal.SIGKILL
    child.wait(timeout=PATIENCE)


def test_a_program_that_dies_at_once_has_no_news(program: object) -> None:
    program("raise SystemExit(3)")  # type: ignore[operator]
    with BenchmarkProcess(REQUEST) as process:
        assert [news for news in process.news() if news] == []
        assert process.exit_code() == 3


def test_the_real_one_ends_when_nobody_holds_the_other_end() -> None:
    request = BenchmarkRequest((Row(Setup("resnet18/builtin"), wanted=10**9),), QUICK, threads=1)
    request_line = json.dumps(to_record(request)).encode()
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(request_line + b"\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["machine"]["threads"] == 1
    process.stdin.close()
    process.stdout.read()
    assert process.wait(timeout=PATIENCE) == 1
    process.stdout.close()


def test_the_load_of_others_leaves_the_process_itself_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = psutil.cpu_times()
    everything = iter([times, times._replace(user=times.user + 3.0, idle=times.idle + 9.0)])
    clock = iter([100.0, 102.0])
    own = psutil.Process().cpu_times()
    ours = iter([own, own._replace(user=own.user + 2.0)])
    monkeypatch.setattr(psutil, "cpu_times", lambda: next(everything))
    monkeypatch.setattr(psutil.Process, "cpu_times", lambda self: next(ours))
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    assert CpuLoad(os.getpid()).others() == pytest.approx((3.0 - 2.0) / 2.0)


def test_the_load_beside_a_process_that_is_gone_is_unknown(program: object) -> None:
    program("input()")  # type: ignore[operator]
    with BenchmarkProcess(REQUEST) as process:
        load = CpuLoad(process.pid)
    assert load.others() is None
