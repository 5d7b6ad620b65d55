"""A first-come, first-served queue for something that only a few threads may use at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 0.5  # longest time between two calls of `on_wait`, in seconds


class FairQueue:
    """Gives a limited number of turns at the same time, in order of arrival; thread-safe.

    Args:
        places: number of turns at the same time, at least 1.
    """

    def __init__(self, places: int) -> None:
        if places < 1:
            raise ValueError(f"there must be at least one place, not {places}")
        self.places = places
        self._queue: list[object] = []  # in order of arrival; the first `places` have a turn
        self._changed = threading.Condition()

    @contextmanager
    def take(self, on_wait: Callable[[int], None] | None = None) -> Iterator[None]:
        """Wait for a turn, and keep it for the duration of the `with` block.

        Args:
            on_wait: function called with the position in the queue (1 is next) while waiting, at
                least twice a second and without a lock. If it raises, the thread leaves the queue.
        """
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
        try:
            self._wait(ticket, on_wait)
            yield
        finally:
            with self._changed:
                self._queue.remove(ticket)
                self._changed.notify_all()

    @property
    def busy(self) -> int:
        """The number of current turns."""
        with self._changed:
            return min(len(self._queue), self.places)

    def _wait(self, ticket: object, on_wait: Callable[[int], None] | None) -> None:
        while position := self._position(ticket):
            if on_wait is not None:
                on_wait(position)
            with self._changed:
                if self._position(ticket) == position:
                    self._changed.wait(PATIENCE)

    def _position(self, ticket: object) -> int:
        """Return the number of turns that must end before this one begins; 0 if it has begun."""
        with self._changed:
            return max(self._queue.index(ticket) - self.places + 1, 0)


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
