"""Tests of explorer/costs/benchmark_timing.py, in this process with few calls of small networks."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from explorer.costs import benchmark_timing, matmul_ceiling
from explorer.costs.benchmark_process import BenchmarkNews, BenchmarkRequest
from explorer.costs.benchmark_timing import OUT_OF_MEMORY, BenchmarkWorker, describe_machine
from explorer.costs.measurements import Dtype, Effort, MemoryFormat, Row, Setup

EFFORT = Effort(calls=4, calls_per_round=2, slot_seconds=60, warm_up_seconds=0, seconds=None)
SMALL = Setup("resnet18/builtin", resolution=32)


@pytest.fixture(autouse=True)
def _small_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matmul_ceiling, "SIZES", {"cpu": 16})
    monkeypatch.setattr(benchmark_timing, "_CEILING_SECONDS", 0)


def measured(*rows: Row, effort: Effort = EFFORT) -> list[BenchmarkNews]:
    news: list[BenchmarkNews] = []
    BenchmarkWorker(BenchmarkRequest(rows, effort, None), news.append).run()
    return news


def last(news: list[BenchmarkNews]) -> list[Row]:
    """Return the final state of each row."""
    rows = {update.index: update.row for update in news if update.row is not None}
    return [rows[index] for index in sorted(index for index in rows if index is not None)]


def row(setup: Setup, wanted: int = 4) -> Row:
    return Row(setup, wanted)


def test_every_row_is_visited_once_per_round() -> None:
    news = measured(row(SMALL, 5), row(replace(SMALL, batch_size=2), 3))
    visits = [update.index for update in news if update.row is not None]
    assert visits == [0, 1, 0, 1, 0]
    assert news[-1] == BenchmarkNews(done=True)
    first, second = last(news)
    assert [len(calls) for calls in first.rounds_ms] == [2, 2, 1]
    assert [len(calls) for calls in second.rounds_ms] == [2, 1]
    assert min(first.calls_ms) > 0


def test_each_visit_is_announced_and_the_machine_comes_first() -> None:
    news = measured(row(SMALL, 1))
    assert news[0].machine is not None
    assert (news[0].machine.device, news[0].machine.threads) == ("cpu", torch.get_num_threads())
    assert news[1].ceiling is not None
    assert [(update.index, update.row is None) for update in news[2:4]] == [(0, True), (0, False)]


def test_a_row_knows_what_it_costs() -> None:
    (final,) = last(measured(row(replace(SMALL, dtype=Dtype.BFLOAT16), 1)))
    assert final.params == 710_610
    assert final.macs > 0
    assert final.size_mb == pytest.approx(1.426, abs=0.001)
    assert final.peak_memory_mb is not None
    assert final.peak_memory_mb >= final.size_mb + 3 * 32 * 32 * 2 / 1e6
    assert final.compile_seconds is None


def test_calls_of_an_earlier_process_count() -> None:
    begun = replace(row(SMALL, 3), params=1, rounds_ms=((5.0, 6.0),))
    (final,) = last(measured(begun))
    assert final.calls_ms[:2] == (5.0, 6.0)
    assert len(final.calls_ms) == 3


def test_when_time_is_up_every_row_has_one_round() -> None:
    news = measured(row(SMALL, 9), row(SMALL, 9), effort=replace(EFFORT, seconds=0.0))
    assert [len(final.rounds_ms) for final in last(news)] == [1, 1]


def test_a_slot_that_is_over_still_has_two_calls_after_the_first_round() -> None:
    (final,) = last(measured(row(SMALL, 5), effort=replace(EFFORT, slot_seconds=0.0)))
    assert [len(calls) for calls in final.rounds_ms] == [1, 2, 2]


def test_memory_that_runs_out_is_a_row_that_says_so() -> None:
    huge = Setup("resnet18/builtin", batch_size=2**30, resolution=2048)
    failed, fine = last(measured(row(huge), row(SMALL, 1)))
    assert failed.problem == OUT_OF_MEMORY
    assert failed.params > 0
    assert fine.calls_ms


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), OUT_OF_MEMORY),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried"), OUT_OF_MEMORY),
        (RuntimeError("std::bad_alloc"), OUT_OF_MEMORY),
        (MemoryError(), OUT_OF_MEMORY),
        (RuntimeError("no kernel\nC++ trace"), "It cannot be run like this: no kernel"),
        (AssertionError(), "It cannot be run like this: AssertionError"),
    ],
)
def test_what_goes_wrong_is_the_rows_problem(
    error: Exception, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(setup: Setup) -> None:
        if setup.batch_size == 3:
            raise error
        return make(setup)

    make: Callable[[Setup], None] = benchmark_timing.random_batch  # type: ignore[assignment]
    monkeypatch.setattr(benchmark_timing, "random_batch", fail)
    failed, fine = last(measured(row(replace(SMALL, batch_size=3)), row(SMALL, 1)))
    assert failed.problem == problem
    assert not failed.calls_ms
    assert fine.calls_ms
    assert not fine.problem


def test_vit_says_which_size_it_takes() -> None:
    (failed,) = last(measured(row(Setup("vit_b_16", resolution=32))))
    assert "Expected 224 but got 32" in failed.problem


def test_batch_sizes_share_their_network_as_long_as_there_is_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built: list[str] = []

    def recorded_build(model: object, setup: Setup) -> torch.nn.Module:
        built.append(setup.model)
        return build(model, setup)  # type: ignore[arg-type]

    build = benchmark_timing.random_network
    monkeypatch.setattr(benchmark_timing, "random_network", recorded_build)
    rows = row(SMALL, 4), row(replace(SMALL, batch_size=2), 4)
    measured(*rows)
    assert len(built) == 1 + 1  # one to warm up the libraries
    monkeypatch.setattr(benchmark_timing, "_free_memory", lambda device: 0)
    measured(*rows)
    assert len(built) == 2 + 1 + 4  # one for each visit


def test_a_network_that_failed_leaves_its_room_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[MemoryFormat] = []

    def recorded_build(model: object, setup: Setup) -> torch.nn.Module:
        built.append(setup.memory_format)
        return build(model, setup)  # type: ignore[arg-type]

    def fail(setup: Setup) -> torch.Tensor:
        if setup.batch_size == 3:
            raise MemoryError
        return make(setup)

    build, make = benchmark_timing.random_network, benchmark_timing.random_batch
    monkeypatch.setattr(benchmark_timing, "random_network", recorded_build)
    monkeypatch.setattr(benchmark_timing, "random_batch", fail)
    monkeypatch.setattr(
        benchmark_timing, "_free_memory", lambda device: 8_000_000
    )  # half is for one
    channels_last = replace(SMALL, memory_format=MemoryFormat.CHANNELS_LAST)
    measured(row(replace(SMALL, batch_size=3)), row(channels_last, 6))
    assert built.count(MemoryFormat.CHANNELS_LAST) == 1


def test_a_call_that_fails_leaves_the_garbage_collector_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(call: Callable[[], None]) -> float:
        raise MemoryError

    monkeypatch.setattr(benchmark_timing, "_seconds", fail)
    try:
        (failed,) = last(measured(row(SMALL)))
        assert failed.problem == OUT_OF_MEMORY
        assert gc.isenabled()
    finally:
        gc.enable()


def test_channels_last_is_measured_as_such() -> None:
    setup = replace(SMALL, memory_format=MemoryFormat.CHANNELS_LAST)
    (final,) = last(measured(row(setup, 2)))
    assert final.setup == setup
    assert len(final.calls_ms) == 2


def test_nothing_names_the_machine() -> None:
    import platform

    described = describe_machine(torch.device("cpu"))
    assert platform.node() not in str(described)
    assert described.memory_mb > 100
    assert described.versions["torch"] == torch.__version__.partition("+")[0]
