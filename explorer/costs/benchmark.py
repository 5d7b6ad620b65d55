"""Measure what networks cost on this machine, in a separate process, round by round.

    with QUEUE.take(on_wait=show_place):
        with closing(measure(quick())) as updates:
            for progress in updates:
                show(progress.run)

Leaving the loop, by `close` or by an exception, ends the measuring process; every row keeps its
calls so far. `result_files.saved(measure(plan))` also writes the result to disk after each update.
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

QUEUE = FairQueue(1)  # one benchmark at a time on this server; the others wait in the queue
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
        setups: settings of the rows, one each, all on the same device.
        effort: duration and number of calls.
        threads: number of torch threads in the measuring process; None for torch's default.
    """

    setups: tuple[Setup, ...]
    effort: Effort = QUICK
    threads: int | None = None


@dataclass(frozen=True)
class BenchmarkProgress:
    """An update from a measurement, sent after each round of a row and at least twice a second.

    Attributes:
        run: all results so far.
        step: current step for display, e.g. "Round 2: ResNet-50, batch of 8".
        done: share of the work that is done, 0..1.
    """

    run: Run
    step: str
    done: float


def quick(device: str = "auto") -> BenchmarkPlan:
    """Plan torchvision's ten ResNets, one photo per call, in less than a minute."""
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
        batch_sizes: numbers of photos in one call.
        device: "auto", "cpu", "cuda", "cuda:N" or "mps".
        dtype: data type of parameters and photos.
        resolution: height and width of a photo in pixels; None for each model's own.
        memory_format: memory layout of a batch.
        compiled: whether to use `torch.compile`.
        effort: duration and number of calls; None for a quick run, a few seconds for each row.
        threads: number of torch threads; None for torch's default.

    Raises:
        RequestError: if there is no such model, or a number is out of range.
        DeviceError: if the device is missing, or does not offer the dtype or a compiler.
    """
    benchmark_models = [find_benchmark_model(name) for name in models]
    _check_numbers(len(models) * len(batch_sizes), batch_sizes, resolution, threads)
    chosen_device = _choose_device(device, dtype, compiled)
    setups = tuple(
        Setup(
            model.name,
            batch_size,
            chosen_device,
            dtype,
            resolution or model.resolution,
            memory_format,
            compiled,
        )
        for model, batch_size in product(benchmark_models, batch_sizes)
    )
    unique_setups = tuple(dict.fromkeys(setups))
    return BenchmarkPlan(unique_setups, effort or quick_effort(len(unique_setups)), threads)


def dtypes(device: str) -> tuple[Dtype, ...]:
    """Return the data types worth measuring on a device, given as "cuda" or "cuda:1"."""
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
    """Run a benchmark and report its progress; the last update has the finished run.

    Args:
        plan: rows to measure, and the effort.
        sessions: function that returns the number of other analyses this app is running.

    Yields:
        Progress updates. If the measuring process crashes, the row that it was measuring gets a
        problem; the other rows go on in a new process.
    """
    return _Measurement(plan, sessions).progress()


def cancelled(run: Run) -> Run:
    """Mark a run as cancelled if it has not ended; its rows stay as they are."""
    return replace(run, state=RunState.CANCELLED) if run.state is RunState.RUNNING else run


class _Measurement:
    """A run in progress."""

    def __init__(self, plan: BenchmarkPlan, sessions: Callable[[], int]) -> None:
        self._plan, self._sessions = plan, sessions
        self._started = time.monotonic()
        self._active_row: int | None = None  # index of the row being measured
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
                yield self._current_progress()
                load = CpuLoad(process.pid)
                for news in process.news():
                    self._apply(news or BenchmarkNews(), load)
                    yield self._current_progress()
                if self._run.state is RunState.RUNNING:
                    self._record_crash(process.exit_code())
        yield self._current_progress()

    def _request(self) -> BenchmarkRequest:
        effort = self._plan.effort
        if effort.seconds is not None:
            effort = replace(effort, seconds=max(effort.seconds - self._run.seconds, 0.0))
        return BenchmarkRequest(self._run.rows, effort, self._plan.threads)

    def _apply(self, news: BenchmarkNews, load: CpuLoad) -> None:
        self._note_row(news)
        if news.machine:
            self._step = "Finding out how fast this device multiplies matrices"
        run, others_cores = self._run, load.others()
        self._run = replace(
            run,
            state=RunState.DONE if news.done else run.state,
            machine=news.machine or run.machine,
            ceilings=_replace_ceiling(run.ceilings, news.ceiling),
            seconds=round(time.monotonic() - self._started, 3),
            others_cores=run.others_cores if others_cores is None else round(others_cores, 2),
            sessions=max(run.sessions, self._sessions()),
        )

    def _note_row(self, news: BenchmarkNews) -> None:
        if news.index is None:
            return
        if news.row is None:
            self._active_row = news.index
            self._step = self._round_title(self._run.rows[news.index])
        else:
            self._active_row = None
            self._set_row(news.index, news.row)

    def _set_row(self, index: int, row: Row) -> None:
        rows = list(self._run.rows)
        rows[index] = row
        self._run = replace(self._run, rows=tuple(rows))

    def _record_crash(self, exit_code: int) -> None:
        """Record why the process ended, in the active row or, without one, in the run."""
        reason = _exit_reason(exit_code)
        if self._active_row is None:
            self._run = replace(self._run, state=RunState.BROKEN_OFF, notes=(reason,))
            return
        self._set_row(self._active_row, replace(self._run.rows[self._active_row], problem=reason))
        self._active_row = None

    def _current_progress(self) -> BenchmarkProgress:
        return BenchmarkProgress(self._run, self._step, self._share_done())

    def _round_title(self, row: Row) -> str:
        batch = f", batch of {row.setup.batch_size}" if row.setup.batch_size > 1 else ""
        title = find_benchmark_model(row.setup.model).title
        return f"Round {len(row.rounds_ms) + 1}: {title}{batch}"

    def _share_done(self) -> float:
        if self._run.state is RunState.DONE:
            return 1.0
        rows, seconds = self._run.rows, self._plan.effort.seconds
        calls = sum(row.wanted if row.problem else len(row.calls_ms) for row in rows)
        by_time = self._run.seconds / seconds if seconds else 0.0
        all_begun = all(row.rounds_ms or row.problem for row in rows)
        by_calls = calls / sum(row.wanted for row in rows)
        return min(max(by_calls, by_time) if all_begun else by_calls, 1.0)


def _replace_ceiling(ceilings: tuple[Ceiling, ...], new: Ceiling | None) -> tuple[Ceiling, ...]:
    if new is None:
        return ceilings
    return (*(ceiling for ceiling in ceilings if ceiling.dtype != new.dtype), new)


def _exit_reason(exit_code: int) -> str:
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


def _choose_device(device: str, dtype: Dtype, compiled: bool) -> str:
    chosen = "cpu" if device in ("auto", "cpu") and _has_no_gpu(device) else _ask_torch(device)
    if dtype not in dtypes(chosen):
        offered = " or ".join(choice.value for choice in dtypes(chosen))
        raise DeviceError(f"{dtype.value} is not worth measuring on {chosen}. Choose {offered}.")
    if compiled and why_not_compiled(chosen):
        raise DeviceError(why_not_compiled(chosen))
    return chosen


def _has_no_gpu(device: str) -> bool:
    """Check without torch, whose import takes seconds that the measuring process could use."""
    drivers = ("/proc/driver/nvidia", "/dev/kfd")
    return device == "cpu" or (
        sys.platform == "linux" and not any(Path(driver).exists() for driver in drivers)
    )


def _ask_torch(device: str) -> str:
    from explorer.networks.devices import choose

    return str(choose(device))
