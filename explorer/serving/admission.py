"""Who is in the room, and who waits at its door, in order of arrival."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

HOLD_SECONDS = 5.0  # a browser that loads the page again comes back within them


class Admission:
    """A room with a fixed number of places, and a line in front of it.

    A place that becomes free is held for a moment for the browser that left it: loading the page
    again, or a short loss of the network, must not send anyone to the end of the line.

    Args:
        places: how many visitors may be in at once.
        hold: seconds for which a place is held.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        places: int,
        hold: float = HOLD_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.places = places
        self._hold, self._clock = hold, clock
        self._inside: dict[str, str] = {}  # visitor -> browser
        self._line: dict[str, str] = {}  # the same, in order of arrival
        self._held: list[tuple[str, float]] = []  # browser, and until when
        self._lock = threading.Lock()

    def arrive(self, visitor: str, browser: str = "") -> None:
        """Let a visitor in, or put them at the end of the line.

        Args:
            visitor: a name of our own for this one connection.
            browser: what two connections of one browser have in common; "" if unknown.
        """
        with self._lock:
            self._line[visitor] = browser
            self._fill()

    def leave(self, visitor: str) -> None:
        """Free the place of a visitor, whether inside, in the line or not known."""
        with self._lock:
            self._line.pop(visitor, None)
            browser = self._inside.pop(visitor, "")
            if browser:
                self._held.append((browser, self._clock() + self._hold))
            self._fill()

    def place(self, visitor: str) -> int:
        """Return a visitor's place in the line: 1 is next, 0 is inside."""
        with self._lock:
            self._fill()
            return list(self._line).index(visitor) + 1 if visitor in self._line else 0

    @property
    def waiting(self) -> int:
        """How many stand in the line."""
        with self._lock:
            return len(self._line)

    def _fill(self) -> None:
        """Let in those who come back, then the first of the line, as long as there is room."""
        now = self._clock()
        self._held = [(browser, until) for browser, until in self._held if until > now]
        for visitor, browser in list(self._line.items()):
            held = next((hold for hold in self._held if hold[0] == browser), None)
            if held is not None:
                self._held.remove(held)
                self._inside[visitor] = self._line.pop(visitor)
        while self._line and len(self._inside) + len(self._held) < self.places:
            visitor = next(iter(self._line))
            self._inside[visitor] = self._line.pop(visitor)
