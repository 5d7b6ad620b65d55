"""The program of the measuring process: `python -m explorer.costs.benchmark_timing`.

`explorer.costs.benchmark_process` starts it and defines the messages. It ends when it is done, when
it is killed, or when its input is closed because the parent process is gone.
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
from explorer.json_records import from_record, to_record
from explorer.networks.devices import choose, describe, synchronize
from explorer.networks.variants import VARIANTS

PACKAGES = ("resnet-explorer", "torch", "torchvision")
OUT_OF_MEMORY = "Out of memory. Try a smaller batch, or fewer bytes per number."
# Torch has an exception for CUDA memory that runs out, but none for the CPU or Apple's GPU.
_OUT_OF_MEMORY_SIGNS = ("out of memory", "can't allocate memory", "not enough memory", "bad_alloc")
_CEILING_SECONDS = 0.2
_MIN_CALLS = 2  # in a round, except the first, which should soon show a time for every row
_RECOMPILE_LIMIT = 1000
_CACHE_SHARE = 0.5  # of the free memory, for networks that are kept for their next round


class BenchmarkWorker:
    """Measures each row once per round, so that noise on the machine affects all rows alike.

    Args:
        request: rows to measure, and the effort.
        send: function that is called with each message.
    """

    def __init__(self, request: BenchmarkRequest, send: Callable[[BenchmarkNews], None]) -> None:
        self._rows, self._effort, self._send = list(request.rows), request.effort, send
        self._device = choose(self._rows[0].setup.device)
        self._networks = _NetworkCache(self._device)
        self._ceilings: dict[Dtype, Ceiling] = {}
        self._deadline = _deadline(request.effort)

    def run(self) -> None:
        """Measure until every row has its calls or time is up; each row gets at least one round."""
        self._send(BenchmarkNews(machine=describe_machine(self._device)))
        self._warm_up_libraries()
        while pending := [i for i in range(len(self._rows)) if self._needs_round(i)]:
            self._update_ceilings()
            for index in pending:
                if self._needs_round(index):
                    self._send(BenchmarkNews(index))
                    self._rows[index] = self._measure_row(self._rows[index])
                    self._send(BenchmarkNews(index, self._rows[index]))
        self._send(BenchmarkNews(done=True))

    def _warm_up_libraries(self) -> None:
        """Trigger the libraries' one-time setup, which would otherwise slow down the first row."""
        setup = replace(self._rows[0].setup, resolution=32, batch_size=1, compiled=False)
        with torch.inference_mode():
            random_network(BenchmarkModel("", VARIANTS["resnet18"], width=8), setup)(
                random_batch(setup)
            )

    def _needs_round(self, index: int) -> bool:
        row = self._rows[index]
        in_time = not row.rounds_ms or time.monotonic() < self._deadline
        return row.provisional and not row.problem and in_time

    def _update_ceilings(self) -> None:
        for dtype in dict.fromkeys(row.setup.dtype for row in self._rows):
            best = self._ceilings.get(dtype)
            ceiling = measure_ceiling(self._device, dtype, 0 if best else _CEILING_SECONDS)
            if best is None or ceiling.gflops > best.gflops:
                self._ceilings[dtype] = ceiling
                self._send(BenchmarkNews(ceiling=ceiling))

    def _measure_row(self, row: Row) -> Row:
        """Measure one round of a row; an error becomes the row's problem."""
        try:
            row = self._with_static_costs(row)
            return self._measure_round(row)
        except (RuntimeError, AssertionError, MemoryError) as error:
            problem = _problem(error)
        # Outside the except clause, whose traceback keeps the failed tensors alive.
        self._networks.forget(row.setup)
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        return replace(row, problem=problem)

    def _measure_round(self, row: Row) -> Row:
        network = self._networks.get(row.setup)
        with torch.inference_mode():
            x = random_batch(row.setup)

            def call() -> None:
                network(x)
                synchronize(self._device)

            if row.rounds_ms:
                call()
            else:
                row = self._warm_up(row, call, x.nbytes)
            calls = self._time_calls(call, row)
        return replace(row, rounds_ms=(*row.rounds_ms, calls))

    def _with_static_costs(self, row: Row) -> Row:
        if row.params:
            return row
        setup = row.setup
        costs = count_costs(find_benchmark_model(setup.model), setup.resolution, setup.dtype)
        return replace(row, params=costs.params, macs=costs.macs, size_mb=costs.nbytes / 1e6)

    def _warm_up(self, row: Row, call: Callable[[], None], batch_bytes: int) -> Row:
        """Make untimed calls, which trigger one-time setup, and measure the peak memory."""
        if row.setup.compiled:
            row = replace(row, compile_seconds=_seconds(call))

        def warm_up() -> None:
            end = time.perf_counter() + self._effort.warm_up_seconds
            call()
            while time.perf_counter() < end:
                call()

        growth = memory_growth(warm_up, self._device)
        peak = None if growth is None else row.size_mb + (batch_bytes + growth) / 1e6
        return replace(row, peak_memory_mb=peak)

    def _time_calls(self, call: Callable[[], None], row: Row) -> tuple[float, ...]:
        """Time single calls, in ms."""
        max_calls = min(row.wanted - len(row.calls_ms), self._effort.calls_per_round)
        min_calls = _MIN_CALLS if row.rounds_ms else 1
        calls: list[float] = []
        gc.disable()
        try:
            end = time.perf_counter() + self._effort.slot_seconds
            while len(calls) < max_calls and (len(calls) < min_calls or time.perf_counter() < end):
                calls.append(round(1000 * _seconds(call), 4))
        finally:
            gc.enable()
        return tuple(calls)


class _NetworkCache:
    """Networks kept for their next round as far as memory allows; the others are rebuilt.

    All batch sizes share one network, unless it is compiled, since that is for one batch size.
    """

    def __init__(self, device: torch.device) -> None:
        self._free_bytes = _CACHE_SHARE * _free_memory(device)
        self._entries: dict[Setup, Callable[[Tensor], Tensor]] = {}
        self._sizes: dict[Setup, int] = {}  # of the entries, in bytes

    def get(self, setup: Setup) -> Callable[[Tensor], Tensor]:
        """Return the network of a setup, building it if necessary."""
        key = self._key(setup)
        if key in self._entries:
            return self._entries[key]
        network = random_network(find_benchmark_model(setup.model), setup)
        forward: Callable[[Tensor], Tensor] = network
        if setup.compiled:
            forward = torch.compile(network, dynamic=False)
        size = sum(tensor.nbytes for tensor in network.state_dict().values())
        if size <= self._free_bytes:
            self._free_bytes -= size
            self._entries[key], self._sizes[key] = forward, size
        return forward

    def forget(self, setup: Setup) -> None:
        """Drop the network of a setup."""
        key = self._key(setup)
        self._entries.pop(key, None)
        self._free_bytes += self._sizes.pop(key, 0)

    @staticmethod
    def _key(setup: Setup) -> Setup:
        return setup if setup.compiled else replace(setup, batch_size=1, resolution=1)


def describe_machine(device: torch.device) -> Machine:
    """Describe the hardware and software, without naming the machine."""
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
    if isinstance(error, MemoryError) or any(sign in str(error) for sign in _OUT_OF_MEMORY_SIGNS):
        return OUT_OF_MEMORY
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return f"It cannot be run like this: {lines[0][:200]}"


def _seconds(call: Callable[[], None]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _deadline(effort: Effort) -> float:
    """Return the time on the monotonic clock after which no round begins."""
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


def _limit_memory() -> None:
    """Make this process, and no other, fail if memory runs out."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    with suppress(ImportError, OSError, ValueError):
        import resource

        used = psutil.Process().memory_info()
        free = psutil.virtual_memory().available
        resource.setrlimit(resource.RLIMIT_DATA, (used.data + free, resource.RLIM_INFINITY))


def _exit_when_input_closes() -> None:
    """Exit as soon as the parent process closes the input."""
    sys.stdin.read()
    os._exit(1)


def _private_output() -> TextIO:
    """Reserve the standard output for messages; anything a library prints goes to stderr."""
    private = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return private


def main() -> None:
    """Measure the request on standard input."""
    output = _private_output()
    request = from_record(BenchmarkRequest, json.loads(sys.stdin.readline()))
    threading.Thread(target=_exit_when_input_closes, daemon=True).start()
    if request.threads is not None:
        torch.set_num_threads(request.threads)
    if request.rows[0].setup.device == "cpu":
        _limit_memory()
    if any(row.setup.compiled for row in request.rows):
        from torch._dynamo import config

        # With the default limit, the ninth network of a kind would silently run uncompiled.
        config.recompile_limit = _RECOMPILE_LIMIT

    def send(news: BenchmarkNews) -> None:
        print(json.dumps(to_record(news)), file=output, flush=True)

    BenchmarkWorker(request, send).run()


if __name__ == "__main__":
    main()
