"""Tests of explorer/costs/peak_memory.py."""

from __future__ import annotations

import threading

import pytest
import torch

from explorer.costs import peak_memory
from explorer.costs.peak_memory import memory_growth

MEGABYTE = 1_000_000
CPU = torch.device("cpu")


def passing_peak() -> None:
    """Fill 60 MB and let go of them, then fill 20."""
    torch.ones(15 * MEGABYTE)
    torch.ones(5 * MEGABYTE)


def test_the_peak_counts_although_it_is_over() -> None:
    found = memory_growth(passing_peak, CPU)
    assert found is not None
    assert 55 * MEGABYTE < found < 100 * MEGABYTE


def test_what_was_there_before_does_not_count() -> None:
    kept = torch.ones(25 * MEGABYTE)
    found = memory_growth(lambda: torch.ones(5 * MEGABYTE), CPU)
    assert found is not None
    assert found < 50 * MEGABYTE
    del kept


def test_where_the_system_keeps_no_mark_a_thread_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise PermissionError

    monkeypatch.setattr(peak_memory, "_HighWater", refuse)
    before = threading.active_count()
    held: list[torch.Tensor] = []
    found = memory_growth(lambda: held.append(torch.ones(15 * MEGABYTE)), CPU)
    assert found is not None
    assert found > 55 * MEGABYTE
    assert threading.active_count() == before


def test_a_device_without_a_mark_has_no_peak() -> None:
    called: list[bool] = []
    assert memory_growth(lambda: called.append(True), torch.device("mps")) is None
    assert called == [True]


def test_an_error_passes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        memory_growth(lambda: 1 / 0, CPU)
