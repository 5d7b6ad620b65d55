"""What runs in the measuring process: `python -m explorer.costs.benchmark_worker`.

`explorer.costs.benchmark_process` starts it, and says how the two talk. It ends when it is done,
when it is killed, or when its input is closed: when whoever asked is gone.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

import psutil
import torch
from torch import Tensor

from explorer.costs.benchmark_models import BenchmarkModel, find_benchmark_model
from explorer.costs.benchmark_process import BenchmarkNews, BenchmarkRequest
from explorer.costs.matmul_ceiling import measure_ceiling
from explorer.costs.measurements import Ceiling, Dtype, Effort, Machine, Row, Setup
from explorer.costs.peak_memory import memory_growth
from explorer.costs.random_networks import random_batch, random_network
from explorer.costs.static_costs import count_costs
from explorer.fair_queue import cores
from explorer.networks.devices import choose, describe, synchronize
from explorer.networks.variants import VARIANTS
from explorer.records import from_record, to_record

PACKAGES = ("resnet-explorer", "torch", "torchvision")
OUT_OF_MEMORY = "Out of memory. Try a smaller batch, or fewer bytes per number."
# Torch has a type for a GPU's lack of memory, but none for that of the CPU or of Apple's GPU.
_NO_ROOM = ("out of memory", "can't allocate memory", "not enough memory", "bad_alloc")
_CEILING_SECONDS = 0.2
_LEAST_CALLS = 2  # in a round, the first excepted: there everybody waits for the last row
_MOST_COMPILED = 1000
_SHARE_OF_MEMORY = 0.5  # of what is free, for networks that wait for their next round


class BenchmarkWorker:
    """Measures rows in rounds, each row once per round, so that a noisy machine favours none.

    Args:
        request: what to measure.
        tell: is given the news.
    """

    def __init__(self, request: BenchmarkRequest, tell: Callable[[BenchmarkNews], None]) -> None:
        self._rows, self._effort, self._tell = list(request.rows), request.effort, tell
        self._device = choose(self._rows[0].setup.device)
        self._networks = _Networks(self._device)
        self._ceilings: dict[Dtype, Ceiling] = {}
        self._end = _end(request.effort)

    def run(self) -> None:
        """Measure until every row has its calls, or time is up; each row has one round."""
        self._tell(BenchmarkNews(machine=describe_machine(self._device)))
        self._wake_libraries()
        while waiting := [i for i in range(len(self._rows)) if self._wants_more(i)]:
            self._raise_ceilings()
            for index in waiting:
                if self._wants_more(index):
                    self._tell(BenchmarkNews(index))
                    self._rows[index] = self._measured(self._rows[index])
                    self._tell(BenchmarkNews(index, self._rows[index]))
        self._tell(BenchmarkNews(done=True))

    def _wake_libraries(self) -> None:
        """Let the libraries set up what they need once, or the first row would pay for it."""
        setup = replace(self._rows[0].setup, resolution=32, batch_size=1, compiled=False)
        with torch.inference_mode():
            random_network(BenchmarkModel("", VARIANTS["resnet18"], width=8), setup)(
                random_batch(setup)
            )

    def _wants_more(self, index: int) -> bool:
        row = self._rows[index]
        in_time = not row.rounds_ms or time.monotonic() < self._end
        return row.provisional and not row.problem and in_time

    def _raise_ceilings(self) -> None:
        for dtype in dict.fromkeys(row.setup.dtype for row in self._rows):
            known = self._ceilings.get(dtype)
            found = measure_ceiling(self._device, dtype, 0 if known else _CEILING_SECONDS)
            if known is None or found.gflops > known.gflops:
                self._ceilings[dtype] = found
                self._tell(BenchmarkNews(ceiling=found))

    def _measured(self, row: Row) -> Row:
        """Measure one round of a row; what goes wrong becomes the row's problem."""
        try:
            row = self._counted(row)
            return self._round(row)
        except (RuntimeError, AssertionError, MemoryError) as error:
            problem = _problem(error)
        # After the clause, whose traceback keeps the failed tensors alive.
        self._networks.forget(row.setup)
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        return replace(row, problem=problem)

    def _round(self, row: Row) -> Row:
        network = self._networks.get(row.setup)
        with torch.inference_mode():
            x = random_batch(row.setup)

            def call() -> None:
                network(x)
                synchronize(self._device)

            if row.rounds_ms:
                call()
            else:
                row = self._warmed_up(row, call, x.nbytes)
            calls = self._timed(call, row)
        return replace(row, rounds_ms=(*row.rounds_ms, calls))

    def _counted(self, row: Row) -> Row:
        if row.params:
            return row
        setup = row.setup
        costs = count_costs(find_benchmark_model(setup.model), setup.resolution, setup.dtype)
        return replace(row, params=costs.params, macs=costs.macs, size_mb=costs.nbytes / 1e6)

    def _warmed_up(self, row: Row, call: Callable[[], None], batch_bytes: int) -> Row:
        """Call until everything is set up that a first call sets up, and watch the memory."""
        if row.setup.compiled:
            row = replace(row, compile_seconds=_seconds(call))

        def warm_up() -> None:
            end = time.perf_counter() + self._effort.warm_up_seconds
            call()
            while time.perf_counter() < end:
                call()

        grown = memory_growth(warm_up, self._device)
        peak = None if grown is None else row.size_mb + (batch_bytes + grown) / 1e6
        return replace(row, peak_memory_mb=peak)

    def _timed(self, call: Callable[[], None], row: Row) -> tuple[float, ...]:
        """Time single calls, in ms."""
        most = min(row.wanted - len(row.calls_ms), self._effort.calls_per_round)
        least = _LEAST_CALLS if row.rounds_ms else 1
        calls: list[float] = []
        gc.disable()
        try:
            end = time.perf_counter() + self._effort.slot_seconds
            while len(calls) < most and (len(calls) < least or time.perf_counter() < end):
                calls.append(round(1000 * _seconds(call), 4))
        finally:
            gc.enable()
        return tuple(calls)


class _Networks:
    """Networks that wait for their next round, as many as there is memory for; others are rebuilt.

    All batch sizes of a network share it, unless it is compiled, for then it is made for one.
    """

    def __init__(self, device: torch.device) -> None:
        self._room = _SHARE_OF_MEMORY * _free_memory(device)
        self._kept: dict[Setup, Callable[[Tensor], Tensor]] = {}
        self._sizes: dict[Setup, int] = {}  # of the kept ones, in bytes

    def get(self, setup: Setup) -> Callable[[Tensor], Tensor]:
        """Return the network of a setup, building it if need be."""
        key = self._key(setup)
        if key in self._kept:
            return self._kept[key]
        network = random_network(find_benchmark_model(setup.model), setup)
        called: Callable[[Tensor], Tensor] = network
        if setup.compiled:
            called = torch.compile(network, dynamic=False)
        size = sum(tensor.nbytes for tensor in network.state_dict().values())
        if size <= self._room:
            self._room -= size
            self._kept[key], self._sizes[key] = called, size
        return called

    def forget(self, setup: Setup) -> None:
        """Let go of the network of a setup."""
        key = self._key(setup)
        self._kept.pop(key, None)
        self._room += self._sizes.pop(key, 0)

    @staticmethod
    def _key(setup: Setup) -> Setup:
        return setup if setup.compiled else replace(setup, batch_size=1, resolution=1)


def describe_machine(device: torch.device) -> Machine:
    """Describe what measures, without naming the machine."""
    report = describe(device)
    versions = {package: version(package) for package in PACKAGES}
    versions["python"] = platform.python_version()
    if device.type == "cuda":
        versions["cuda"] = str(torch.version.cuda)
    return Machine(
        device=device.type,
        device_name=report.name,
        cpu=describe(torch.device("cpu")).name,
        cores=cores(),
        threads=report.threads,
        memory_mb=_total_memory(device) / 1e6,
        system=f"{platform.system()} {platform.machine()}",
        versions=versions,
    )


def _problem(error: BaseException) -> str:
    if isinstance(error, MemoryError) or any(sign in str(error) for sign in _NO_ROOM):
        return OUT_OF_MEMORY
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return f"It cannot be run like this: {lines[0][:200]}"


def _seconds(call: Callable[[], None]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _end(effort: Effort) -> float:
    """Return when time is up, on the monotonic clock."""
    if effort.seconds is None:
        return float("inf")
    age = time.time() - psutil.Process().create_time()
    return time.monotonic() - age + effort.seconds


def _free_memory(device: torch.device) -> int:
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    if device.type == "mps":
        return torch.mps.recommended_max_memory()
    return psutil.virtual_memory().available


def _total_memory(device: torch.device) -> int:
    if device.type == "cuda":
        return torch.cuda.get_device_properties(device).total_memory
    if device.type == "mps":
        return torch.mps.recommended_max_memory()
    return psutil.virtual_memory().total


def _protect_the_others() -> None:
    """Where memory runs out, let it be this process that has too little, and nobody else."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    with suppress(ImportError, OSError, ValueError):
        import resource

        used = psutil.Process().memory_info()
        free = psutil.virtual_memory().available
        resource.setrlimit(resource.RLIMIT_DATA, (used.data + free, resource.RLIM_INFINITY))


def _end_with_whoever_asked() -> None:
    """Leave as soon as nobody holds the other end of the input."""
    sys.stdin.read()
    os._exit(1)


def _private_output() -> TextIO:
    """Keep the standard output for the news; whatever a library prints goes to stderr."""
    private = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return private


def main() -> None:
    """Measure what was asked for."""
    output = _private_output()
    request = from_record(BenchmarkRequest, json.loads(sys.stdin.readline()))
    threading.Thread(target=_end_with_whoever_asked, daemon=True).start()
    if request.threads is not None:
        torch.set_num_threads(request.threads)
    if request.rows[0].setup.device == "cpu":
        _protect_the_others()
    if any(row.setup.compiled for row in request.rows):
        from torch._dynamo import config

        # By its default, the ninth network of a kind would silently run uncompiled.
        config.recompile_limit = _MOST_COMPILED

    def tell(news: BenchmarkNews) -> None:
        print(json.dumps(to_record(news)), file=output, flush=True)

    BenchmarkWorker(request, tell).run()


if __name__ == "__main__":
    main()
