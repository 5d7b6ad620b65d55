"""Tests of explorer/costs/benchmark.py: one real run, and small programs for rare events."""

from __future__ import annotations

import statistics
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from explorer.costs import benchmark, benchmark_process
from explorer.costs.benchmark import (
    BenchmarkProgress,
    cancelled,
    dtypes,
    measure,
    plan,
    quick,
    why_not_compiled,
)
from explorer.costs.measurements import QUICK, Dtype, Effort, Run, RunState, Setup
from explorer.errors import DeviceError, RequestError
from explorer.networks.variants import VARIANTS
from measuring_programs import ANSWERS, DIES_AT_ONCE, NEVER_ENDS

EFFORT = Effort(calls=3, calls_per_round=2, slot_seconds=60, warm_up_seconds=0, seconds=None)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> object:
    """Replace the program of the measuring process."""
    return lambda command: monkeypatch.setattr(benchmark_process, "COMMAND", command)


@pytest.fixture(scope="module")
def news() -> list[BenchmarkProgress]:
    """All updates from a real run of four small rows."""
    planned = plan(
        ("resnet18/builtin", "resnet34/builtin"),
        (1, 2),
        device="cpu",
        resolution=32,
        effort=EFFORT,
        threads=1,
    )
    return list(measure(planned, sessions=lambda: 3))


def test_a_run_measures_every_row_round_by_round(news: list[BenchmarkProgress]) -> None:
    run = news[-1].run
    assert (run.state, news[-1].done) == (RunState.DONE, 1.0)
    assert [row.setup.batch_size for row in run.rows] == [1, 2, 1, 2]
    assert [list(map(len, row.rounds_ms)) for row in run.rows] == [[2, 1]] * 4
    assert not any(row.problem or row.provisional for row in run.rows)


def test_the_result_holds_what_it_takes_to_repeat_it(news: list[BenchmarkProgress]) -> None:
    run = news[-1].run
    assert run.machine is not None
    assert (run.machine.threads, run.sessions, run.effort) == (1, 3, EFFORT)
    assert {"torch", "torchvision", "python", "resnet-explorer"} <= set(run.machine.versions)
    assert run.started.endswith("+00:00")
    assert run.seconds > 0
    assert run.others_cores is None or run.others_cores >= 0
    assert [ceiling.dtype for ceiling in run.ceilings] == [Dtype.FLOAT32]


def test_after_the_first_round_every_row_is_there_as_provisional(
    news: list[BenchmarkProgress],
) -> None:
    first = next(update for update in news if all(row.rounds_ms for row in update.run.rows))
    assert all(row.provisional and len(row.calls_ms) == 2 for row in first.run.rows)
    assert first.run.state is RunState.RUNNING


def test_steps_and_progress_are_told(news: list[BenchmarkProgress]) -> None:
    steps = list(dict.fromkeys(update.step for update in news))
    assert steps[0].startswith("Starting a process")
    assert steps[2:6] == [
        "Round 1: ResNet-18, built-in",
        "Round 1: ResNet-18, built-in, batch of 2",
        "Round 1: ResNet-34, built-in",
        "Round 1: ResNet-34, built-in, batch of 2",
    ]
    done = [update.done for update in news]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0.0, 1.0)


def test_leaving_ends_the_process_and_keeps_the_rows(program: object) -> None:
    program(NEVER_ENDS)  # type: ignore[operator]
    run: Run | None = None
    with closing(measure(plan(("resnet18", "resnet50"), device="cpu"))) as progress:
        for now in progress:
            run = now.run
            if run.rows[1].rounds_ms:
                (child,) = (c for c in psutil.Process().children() if NEVER_ENDS[-1] in c.cmdline())
                break
    assert not child.is_running()
    assert run is not None
    left = cancelled(run)
    assert left.state is RunState.CANCELLED
    assert left.rows == run.rows
    assert [row.latency.median for row in left.rows if row.latency] == [10.0, 20.0]


def test_a_killed_process_is_the_problem_of_its_row_and_the_others_go_on(program: object) -> None:
    program(ANSWERS)  # type: ignore[operator]
    *_, last = measure(plan(("resnet18", "vgg19", "vgg16", "resnet50"), device="cpu"))
    small, killed, no_memory, large = last.run.rows
    assert last.run.state is RunState.DONE
    assert "most likely memory ran out" in killed.problem
    assert no_memory.problem == "Out of memory."
    assert (len(small.calls_ms), len(large.calls_ms)) == (20, 20)
    assert last.done == 1.0


def test_a_process_that_cannot_even_start_ends_the_run(program: object) -> None:
    program(DIES_AT_ONCE)  # type: ignore[operator]
    *_, last = measure(plan(("resnet18",), device="cpu"))
    assert last.run.state is RunState.BROKEN_OFF
    assert last.run.notes == ("The measuring process ended unexpectedly, with code 7.",)
    assert cancelled(last.run) == last.run


def test_quick_mode_is_the_ten_resnets_one_photo_at_a_time() -> None:
    planned = quick("cpu")
    assert [setup.model for setup in planned.setups] == list(VARIANTS)
    assert {replace(setup, model="") for setup in planned.setups} == {Setup("")}
    assert planned.effort == QUICK


def test_a_plan_has_a_row_for_each_network_and_batch_size_at_its_own_size() -> None:
    planned = plan(("resnet18/builtin", "vit_b_16", "vit_b_16"), (1, 4), device="cpu")
    assert [(s.model, s.batch_size, s.resolution) for s in planned.setups] == [
        ("resnet18/builtin", 1, 160),
        ("resnet18/builtin", 4, 160),
        ("vit_b_16", 1, 224),
        ("vit_b_16", 4, 224),
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"models": ("resnet20",)}, "no network 'resnet20'"),
        ({"models": ()}, "1 to 200 rows"),
        ({"batch_sizes": (0,)}, "1 to 4096 photos"),
        ({"resolution": 16}, "32 to 2048 pixels"),
        ({"threads": 0}, "at least one thread"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        plan(**{"models": ("resnet18",), "device": "cpu", **arguments})  # type: ignore[arg-type]


def test_what_the_device_does_not_offer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeviceError, match="float16 is not worth measuring on cpu"):
        plan(("resnet18",), device="cpu", dtype=Dtype.FLOAT16)
    with pytest.raises(DeviceError, match="no device 'abacus'"):
        plan(("resnet18",), device="abacus")
    monkeypatch.setattr(benchmark.shutil, "which", lambda name: None)
    assert "C compiler" in why_not_compiled("cpu")
    with pytest.raises(DeviceError, match="C compiler"):
        plan(("resnet18",), device="cpu", compiled=True)


def test_dtypes_are_those_worth_it() -> None:
    assert dtypes("cpu") == (Dtype.FLOAT32, Dtype.BFLOAT16)
    assert dtypes("cuda:1") == (Dtype.FLOAT32, Dtype.BFLOAT16, Dtype.FLOAT16)
    assert dtypes("mps") == (Dtype.FLOAT32, Dtype.FLOAT16)


def test_without_a_driver_there_is_no_need_to_ask_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark.sys, "platform", "linux")
    monkeypatch.setattr(Path, "exists", lambda path: False)
    monkeypatch.setattr(benchmark, "_ask_torch", lambda device: pytest.fail("torch was asked"))
    assert plan(("resnet18",)).setups[0].device == "cpu"


@pytest.mark.cuda
def test_a_gpu_is_measured_in_half_precision() -> None:
    planned = plan(("resnet18/builtin",), (64,), device="cuda", dtype=Dtype.FLOAT16, effort=EFFORT)
    *_, last = measure(planned)
    (row,) = last.run.rows
    assert last.run.machine is not None
    assert (last.run.machine.device, row.problem) == ("cuda", "")
    assert "cuda" in last.run.machine.versions
    assert row.latency is not None
    assert row.peak_memory_mb is not None
    assert row.peak_memory_mb > row.size_mb + 64 * 3 * 160 * 160 * 2 / 1e6


def test_the_median_is_over_all_rounds(news: list[BenchmarkProgress]) -> None:
    for row in news[-1].run.rows:
        assert row.latency is not None
        assert row.latency.median == statistics.median(row.calls_ms)
