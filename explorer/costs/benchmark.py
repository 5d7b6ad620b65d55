"""Measure what networks cost on this machine, in a process of its own, round by round.

    with QUEUE.take(on_wait=show_place):
        with closing(measure(quick())) as progress:
            for now in progress:
                show(now.run)

Leaving the loop, by `close` or by an exception, ends the measuring process; every row keeps what
it has. `result_files.saved(measure(plan))` also writes the result to the disk as it comes.
"""

from __future__ import annotations

import shutil
import signal
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from explorer.costs.benchmark_models import find_benchmark_model
from explorer.costs.benchmark_process import (
    BenchmarkNews,
    BenchmarkProcess,
    BenchmarkRequest,
    CpuLoad,
)
from explorer.costs.measurements import (
    QUICK,
    Ceiling,
    Dtype,
    Effort,
    MemoryFormat,
    Row,
    Run,
    RunState,
    Setup,
    quick_effort,
)
from explorer.errors import DeviceError, RequestError
from explorer.fair_queue import FairQueue
from explorer.networks.variants import VARIANTS

QUEUE = FairQueue(1)  # one benchmark at a time in this server; the others wait and see their place
MOST_ROWS, LARGEST_BATCH = 200, 4096
SMALLEST_SIDE, LARGEST_SIDE = 32, 2048  # pixels
_DTYPES = {
    "cpu": (Dtype.FLOAT32, Dtype.BFLOAT16),  # half precision has no fast path on processors
    "cuda": (Dtype.FLOAT32, Dtype.BFLOAT16, Dtype.FLOAT16),
    "mps": (Dtype.FLOAT32, Dtype.FLOAT16),
}


@dataclass(frozen=True)
class BenchmarkPlan:
    """What to measure.

    Attributes:
        setups: one row each, all on one device.
        effort: how long.
        threads: of torch in the measuring process; None for what torch takes by itself.
    """

    setups: tuple[Setup, ...]
    effort: Effort = QUICK
    threads: int | None = None


@dataclass(frozen=True)
class BenchmarkProgress:
    """News from a measurement; comes after each round of a row, and at least twice a second.

    Attributes:
        run: everything so far.
        step: what happens now, for people, e.g. "Round 2: ResNet-50, batch of 8".
        done: how much of the work is done, 0..1.
    """

    run: Run
    step: str
    done: float


def quick(device: str = "auto") -> BenchmarkPlan:
    """Plan the ten ResNets of torchvision, one photo at a time, in less than a minute."""
    return plan(tuple(VARIANTS), device=device)


def plan(
    models: tuple[str, ...],
    batch_sizes: tuple[int, ...] = (1,),
    device: str = "auto",
    dtype: Dtype = Dtype.FLOAT32,
    resolution: int | None = None,
    memory_format: MemoryFormat = MemoryFormat.CONTIGUOUS,
    compiled: bool = False,
    effort: Effort | None = None,
    threads: int | None = None,
) -> BenchmarkPlan:
    """Plan a row for each model and batch size.

    Args:
        models: names of `explorer.costs.benchmark_models.benchmark_models()`.
        batch_sizes: photos in one call.
        device: "auto", "cpu", "cuda", "cuda:N" or "mps".
        dtype: of parameters and photos.
        resolution: of the photos in pixels; None for each model's own.
        memory_format: how a batch lies in memory.
        compiled: whether to use `torch.compile`.
        effort: how long to measure; None for a quick run, a few seconds for each row.
        threads: of torch; None for what torch takes by itself.

    Raises:
        RequestError: if there is no such model, or a number makes no sense.
        DeviceError: if the device is not here, or does not offer the dtype or a compiler.
    """
    contestants = [find_benchmark_model(model) for model in models]
    _check_numbers(len(models) * len(batch_sizes), batch_sizes, resolution, threads)
    chosen = _choose(device, dtype, compiled)
    setups = tuple(
        Setup(
            contestant.name,
            batch_size,
            chosen,
            dtype,
            resolution or contestant.resolution,
            memory_format,
            compiled,
        )
        for contestant, batch_size in product(contestants, batch_sizes)
    )
    different = tuple(dict.fromkeys(setups))
    return BenchmarkPlan(different, effort or quick_effort(len(different)), threads)


def dtypes(device: str) -> tuple[Dtype, ...]:
    """Return in what a device is worth being measured; device as "cuda" or "cuda:1"."""
    return _DTYPES[device.partition(":")[0]]


def why_not_compiled(device: str) -> str:
    """Say why `torch.compile` cannot be used on a device; "" if it can."""
    if device == "mps":
        return "torch.compile is not offered on Apple GPUs."
    if not any(shutil.which(name) for name in ("cc", "gcc", "clang", "cl")):
        return "torch.compile needs a C compiler, and none was found."
    if device.startswith("cuda") and find_spec("triton") is None:
        return "torch.compile needs triton for GPUs, and it is not installed."
    return ""


def measure(
    plan: BenchmarkPlan, sessions: Callable[[], int] = lambda: 0
) -> Generator[BenchmarkProgress, None, None]:
    """Measure, and tell the news as they come; the last one has the finished run.

    Args:
        plan: what to measure.
        sessions: how many other analyses this app is busy with right now, for the record.

    Yields:
        Progress. A crash of the measuring process is a problem of the row that it was busy with;
        the other rows go on in a new process.
    """
    return _Measurement(plan, sessions).progress()


def cancelled(run: Run) -> Run:
    """Mark a run that was left before its end; its rows stay as they are."""
    return replace(run, state=RunState.CANCELLED) if run.state is RunState.RUNNING else run


class _Measurement:
    """One run, as it grows."""

    def __init__(self, plan: BenchmarkPlan, sessions: Callable[[], int]) -> None:
        self._plan, self._sessions = plan, sessions
        self._began = time.monotonic()
        self._busy_with: int | None = None  # index of a row
        self._step = "Starting a process of its own for the measurement"
        self._run = Run(
            started=datetime.now(UTC).isoformat(timespec="seconds"),
            state=RunState.RUNNING,
            effort=plan.effort,
            rows=tuple(Row(setup, plan.effort.calls) for setup in plan.setups),
        )

    def progress(self) -> Generator[BenchmarkProgress, None, None]:
        while self._run.state is RunState.RUNNING:
            with BenchmarkProcess(self._request()) as process:
                yield self._now()
                load = CpuLoad(process.pid)
                for news in process.news():
                    self._take(news or BenchmarkNews(), load)
                    yield self._now()
                if self._run.state is RunState.RUNNING:
                    self._blame(process.exit_code())
        yield self._now()

    def _request(self) -> BenchmarkRequest:
        effort = self._plan.effort
        if effort.seconds is not None:
            effort = replace(effort, seconds=max(effort.seconds - self._run.seconds, 0.0))
        return BenchmarkRequest(self._run.rows, effort, self._plan.threads)

    def _take(self, news: BenchmarkNews, load: CpuLoad) -> None:
        self._note_row(news)
        if news.machine:
            self._step = "Finding out how fast this device multiplies matrices"
        run, others = self._run, load.others()
        self._run = replace(
            run,
            state=RunState.DONE if news.done else run.state,
            machine=news.machine or run.machine,
            ceilings=_with(run.ceilings, news.ceiling),
            seconds=round(time.monotonic() - self._began, 3),
            others_cores=run.others_cores if others is None else round(others, 2),
            sessions=max(run.sessions, self._sessions()),
        )

    def _note_row(self, news: BenchmarkNews) -> None:
        if news.index is None:
            return
        if news.row is None:
            self._busy_with = news.index
            self._step = self._round_of(self._run.rows[news.index])
        else:
            self._busy_with = None
            self._put(news.index, news.row)

    def _put(self, index: int, row: Row) -> None:
        rows = list(self._run.rows)
        rows[index] = row
        self._run = replace(self._run, rows=tuple(rows))

    def _blame(self, exit_code: int) -> None:
        """Note why the process is gone; without a row to blame, the run is over."""
        reason = _reason(exit_code)
        if self._busy_with is None:
            self._run = replace(self._run, state=RunState.BROKEN_OFF, notes=(reason,))
            return
        self._put(self._busy_with, replace(self._run.rows[self._busy_with], problem=reason))
        self._busy_with = None

    def _now(self) -> BenchmarkProgress:
        return BenchmarkProgress(self._run, self._step, self._done())

    def _round_of(self, row: Row) -> str:
        batch = f", batch of {row.setup.batch_size}" if row.setup.batch_size > 1 else ""
        title = find_benchmark_model(row.setup.model).title
        return f"Round {len(row.rounds_ms) + 1}: {title}{batch}"

    def _done(self) -> float:
        if self._run.state is RunState.DONE:
            return 1.0
        rows, seconds = self._run.rows, self._plan.effort.seconds
        calls = sum(row.wanted if row.problem else len(row.calls_ms) for row in rows)
        in_time = self._run.seconds / seconds if seconds else 0.0
        has_all = all(row.rounds_ms or row.problem for row in rows)
        by_calls = calls / sum(row.wanted for row in rows)
        return min(max(by_calls, in_time) if has_all else by_calls, 1.0)


def _with(ceilings: tuple[Ceiling, ...], new: Ceiling | None) -> tuple[Ceiling, ...]:
    if new is None:
        return ceilings
    return (*(ceiling for ceiling in ceilings if ceiling.dtype != new.dtype), new)


def _reason(exit_code: int) -> str:
    if exit_code == -signal.SIGKILL:
        return "The system ended the measuring process: most likely memory ran out."
    return f"The measuring process ended unexpectedly, with code {exit_code}."


def _check_numbers(
    rows: int, batch_sizes: tuple[int, ...], resolution: int | None, threads: int | None
) -> None:
    if not 1 <= rows <= MOST_ROWS:
        raise RequestError(f"Ask for 1 to {MOST_ROWS} rows at a time, not {rows}.")
    if not all(1 <= batch_size <= LARGEST_BATCH for batch_size in batch_sizes):
        raise RequestError(f"A batch holds 1 to {LARGEST_BATCH} photos.")
    if resolution is not None and not SMALLEST_SIDE <= resolution <= LARGEST_SIDE:
        raise RequestError(f"A photo has {SMALLEST_SIDE} to {LARGEST_SIDE} pixels a side.")
    if threads is not None and threads < 1:
        raise RequestError(f"Measuring needs at least one thread, not {threads}.")


def _choose(device: str, dtype: Dtype, compiled: bool) -> str:
    chosen = "cpu" if device in ("auto", "cpu") and _has_no_gpu(device) else _ask_torch(device)
    if dtype not in dtypes(chosen):
        offered = " or ".join(one.value for one in dtypes(chosen))
        raise DeviceError(f"{dtype.value} is not worth measuring on {chosen}. Choose {offered}.")
    if compiled and why_not_compiled(chosen):
        raise DeviceError(why_not_compiled(chosen))
    return chosen


def _has_no_gpu(device: str) -> bool:
    """Tell without torch, whose import takes seconds that the measuring process could use."""
    drivers = ("/proc/driver/nvidia", "/dev/kfd")
    return device == "cpu" or (
        sys.platform == "linux" and not any(Path(driver).exists() for driver in drivers)
    )


def _ask_torch(device: str) -> str:
    from explorer.networks.devices import choose

    return str(choose(device))
