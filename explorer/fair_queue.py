"""Turns at something that only so many can use at once, in order of arrival."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 0.5  # seconds between two looks at the line, so that a waiter can give up


class FairQueue:
    """A fair line in front of a fixed number of places, shared by all threads.

    Args:
        places: how many may use it at once, from 1.
    """

    def __init__(self, places: int) -> None:
        if places < 1:
            raise ValueError(f"there must be at least one place, not {places}")
        self.places = places
        self._line: list[object] = []  # in order of arrival; the first `places` of it have a turn
        self._changed = threading.Condition()

    @contextmanager
    def take(self, on_wait: Callable[[int], None] | None = None) -> Iterator[None]:
        """Wait for a turn, and keep it for the block.

        Args:
            on_wait: called with the place in the line (1 is next) while there is no turn yet, at
                least twice a second and without a lock. What it raises gives up the place.
        """
        ticket = object()
        with self._changed:
            self._line.append(ticket)
        try:
            self._wait(ticket, on_wait)
            yield
        finally:
            with self._changed:
                self._line.remove(ticket)
                self._changed.notify_all()

    @property
    def busy(self) -> int:
        """How many have a turn right now."""
        with self._changed:
            return min(len(self._line), self.places)

    def _wait(self, ticket: object, on_wait: Callable[[int], None] | None) -> None:
        while place := self._place(ticket):
            if on_wait is not None:
                on_wait(place)
            with self._changed:
                if self._place(ticket) == place:
                    self._changed.wait(PATIENCE)

    def _place(self, ticket: object) -> int:
        """How many turns must end before this one begins; 0 if it has begun."""
        with self._changed:
            return max(self._line.index(ticket) - self.places + 1, 0)


def cores() -> int:
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
