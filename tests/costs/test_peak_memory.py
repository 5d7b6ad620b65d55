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
    """Allocate and free 60 MB, then 20 MB."""
    torch.ones(15 * MEGABYTE)
    torch.ones(5 * MEGABYTE)


def test_the_peak_counts_although_it_is_over() -> None:
    growth = memory_growth(passing_peak, CPU)
    assert growth is not None
    assert 55 * MEGABYTE < growth < 100 * MEGABYTE


def test_what_was_there_before_does_not_count() -> None:
    earlier = torch.ones(25 * MEGABYTE)
    growth = memory_growth(lambda: torch.ones(5 * MEGABYTE), CPU)
    assert growth is not None
    assert growth < 50 * MEGABYTE
    del earlier


def test_where_the_system_keeps_no_mark_a_thread_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise PermissionError

    monkeypatch.setattr(peak_memory, "_LinuxMeter", refuse)
    before = threading.active_count()
    tensors: list[torch.Tensor] = []
    growth = memory_growth(lambda: tensors.append(torch.ones(15 * MEGABYTE)), CPU)
    assert growth is not None
    assert growth > 55 * MEGABYTE
    assert threading.active_count() == before


def test_a_device_without_a_mark_has_no_peak() -> None:
    called: list[bool] = []
    assert memory_growth(lambda: called.append(True), torch.device("mps")) is None
    assert called == [True]


def test_an_error_passes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        memory_growth(lambda: 1 / 0, CPU)
