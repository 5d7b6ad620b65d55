"""Admission of a limited number of visitors, with a queue in order of arrival."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

HOLD_SECONDS = 5.0  # long enough for a browser to reload the page


class Admission:
    """A fixed number of places, and a queue for further visitors.

    A place that becomes free is held briefly for the browser that left it, so that reloading the
    page or a short loss of the network sends nobody to the end of the queue.

    Args:
        places: largest number of visitors at once.
        hold: time for which a place is held, in seconds.
        clock: monotonic clock in seconds.
    """

    def __init__(
        self,
        places: int,
        hold: float = HOLD_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.places = places
        self._hold_seconds, self._clock = hold, clock
        self._admitted: dict[str, str] = {}  # visitor -> browser
        self._queue: dict[str, str] = {}  # visitor -> browser, in order of arrival
        self._held: list[tuple[str, float]] = []  # browser, and end of the hold on the clock
        self._lock = threading.Lock()

    def arrive(self, visitor: str, browser: str = "") -> None:
        """Admit a visitor, or put them at the end of the queue.

        Args:
            visitor: our own name for this connection.
            browser: name that all connections of one browser share; "" if unknown.
        """
        with self._lock:
            self._queue[visitor] = browser
            self._admit()

    def leave(self, visitor: str) -> None:
        """Remove a visitor, who may be admitted, waiting or unknown."""
        with self._lock:
            self._queue.pop(visitor, None)
            browser = self._admitted.pop(visitor, "")
            if browser:
                self._held.append((browser, self._clock() + self._hold_seconds))
            self._admit()

    def place(self, visitor: str) -> int:
        """Return a visitor's position in the queue: 1 is next, 0 is admitted."""
        with self._lock:
            self._admit()
            return list(self._queue).index(visitor) + 1 if visitor in self._queue else 0

    @property
    def waiting(self) -> int:
        """Number of visitors in the queue."""
        with self._lock:
            return len(self._queue)

    def _admit(self) -> None:
        """Admit returning browsers, then the first in the queue as long as there are places."""
        now = self._clock()
        self._held = [(browser, until) for browser, until in self._held if until > now]
        for visitor, browser in list(self._queue.items()):
            hold = next((hold for hold in self._held if hold[0] == browser), None)
            if hold is not None:
                self._held.remove(hold)
                self._admitted[visitor] = self._queue.pop(visitor)
        while self._queue and len(self._admitted) + len(self._held) < self.places:
            visitor = next(iter(self._queue))
            self._admitted[visitor] = self._queue.pop(visitor)
