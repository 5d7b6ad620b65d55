"""Tests of explorer/costs/measurements.py, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.costs.measurements import (
    QUICK,
    Ceiling,
    Dtype,
    Latency,
    Machine,
    NetworkGroup,
    Row,
    Run,
    RunState,
    Setup,
    quick_effort,
)

CALLS = tuple(float(ms) for ms in np.random.default_rng(0).gamma(4, 5, 40))
ROW = Row(Setup("resnet50", batch_size=8), wanted=4, macs=4_000_000_000)


@pytest.mark.parametrize("count", [2, 3, 19, 20, 40])
def test_quantiles_are_numpys(count: int) -> None:
    calls = CALLS[:count]
    latency = Latency.of(calls)
    expected = np.quantile(calls, [0.25, 0.5, 0.75])
    np.testing.assert_allclose([latency.q1, latency.median, latency.q3], expected)
    assert latency.calls == count
    if count < 20:
        assert latency.p95 is None
    else:
        assert latency.p95 == pytest.approx(np.quantile(calls, 0.95))


def test_a_single_call_is_its_own_median() -> None:
    assert Latency.of((7.0,)) == Latency(1, 7.0, 7.0, 7.0, None)


def test_a_row_counts_the_calls_of_all_rounds() -> None:
    row = Row(ROW.setup, wanted=4, rounds_ms=((10.0, 30.0), (20.0,)))
    assert row.calls_ms == (10.0, 30.0, 20.0)
    assert row.latency is not None
    assert row.latency.median == 20
    assert row.provisional
    assert not Row(ROW.setup, wanted=3, rounds_ms=row.rounds_ms).provisional


def test_speed_follows_from_the_median_of_a_whole_batch() -> None:
    row = Row(ROW.setup, wanted=1, macs=ROW.macs, rounds_ms=((400.0,),))
    assert row.throughput == pytest.approx(8 / 0.4)
    assert row.gflops == pytest.approx(2 * 4 * 8 / 0.4)
    run = Run("", RunState.DONE, QUICK, (row,), ceilings=(Ceiling(Dtype.FLOAT32, 320.0, 1024),))
    assert run.share_of_ceiling(row) == pytest.approx(0.5)


def test_what_was_not_measured_has_no_speed() -> None:
    run = Run("", RunState.RUNNING, QUICK, (ROW,))
    assert (ROW.latency, ROW.throughput, ROW.gflops) == (None, None, None)
    assert run.share_of_ceiling(ROW) is None
    assert run.ceiling(Dtype.FLOAT32) is None


def test_built_in_networks_are_a_family_of_their_own() -> None:
    own, published = Setup("resnet50/builtin"), Setup("resnet50")
    assert (own.variant, own.family) == ("resnet50", NetworkGroup.BUILTIN)
    assert (published.variant, published.family) == ("resnet50", NetworkGroup.IMAGENET)


def test_threads_tell_processors_apart_and_gpus_not() -> None:
    cpu = Machine("cpu", "AMD EPYC", "AMD EPYC", 2, 1, 1e3, "Linux x86_64", {})
    gpu = Machine("cuda", "NVIDIA H100", "AMD EPYC", 2, 1, 1e3, "Linux x86_64", {})
    assert cpu.model == "AMD EPYC, 1 thread"
    assert gpu.model == "NVIDIA H100"


def test_a_quick_run_of_ten_rows_ends_within_a_minute() -> None:
    assert quick_effort(10) == QUICK
    assert QUICK.seconds is not None
    assert QUICK.seconds + QUICK.slot_seconds < 60
