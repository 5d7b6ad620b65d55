"""Open the lessons as thirty people at once, each at a different card.

    python benchmarks/lessons.py [--sessions 30] [--rounds 2]

First each person opens a card alone; then all do so at once, `--rounds` times. Every screen must
equal the one of that person alone, in texts and figures.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from itertools import cycle, islice
from statistics import median
from urllib.parse import urlencode

from room import Seen, Tab, connected, serving

from explorer.lessons.lessons import Lesson, LessonCard, lessons
from explorer.serving.policy import DEFAULT_SESSIONS


async def visit(
    url: str, lesson: Lesson, card: LessonCard, everyone: asyncio.Barrier | None
) -> Seen:
    """Open a card, and keep it open until everyone has theirs."""
    started = time.perf_counter()
    async with connected(url) as (socket, token):
        query = urlencode({"lesson": lesson.name, "card": card.name})
        tab = Tab(url, socket, token, query, page="lessons")
        await tab.run()
        seen = tab.seen([time.perf_counter() - started], level="h3")
        if everyone is not None:
            await everyone.wait()
    return seen


async def measure(url: str, sessions: int, rounds: int) -> bool:
    """Run the comparison, print it, and return whether everything was right."""
    cards = [(lesson, card) for lesson in lessons().values() for card in lesson.cards]
    everyone = list(islice(cycle(cards), sessions))
    for lesson, card in everyone[:1] + everyone:  # the first visit imports torch
        await visit(url, lesson, card, None)
    alone = [await visit(url, lesson, card, None) for lesson, card in everyone]
    wrong = [
        card.name
        for (_, card), seen in zip(everyone, alone, strict=True)
        if seen.headline != card.title or seen.errors
    ]
    print(f"alone: {len(alone)} people, wrong: {wrong or 'none'}")
    print(f"  median {median(screen.seconds[0] for screen in alone):.2f} s")
    good = not wrong
    for number in range(1, rounds + 1):
        barrier = asyncio.Barrier(len(everyone))
        visits = [visit(url, lesson, card, barrier) for lesson, card in everyone]
        crowd = await asyncio.gather(*visits)
        mixed = [
            card.name
            for (_, card), single, seen in zip(everyone, alone, crowd, strict=True)
            if single.digest != seen.digest
        ]
        errors = [error for seen in crowd for error in seen.errors]
        seconds = [seen.seconds[0] for seen in crowd]
        print(f"crowd {number}: {len(errors)} errors, mixed up: {mixed or 'none'}")
        print(f"  median {median(seconds):.2f} s, slowest {max(seconds):.2f} s")
        good = good and not mixed and not errors
    return good


def main() -> None:
    """Start the app, compare, and exit with 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with serving(max(options.sessions, DEFAULT_SESSIONS)) as (url, _):
        good = asyncio.run(measure(url, options.sessions, options.rounds))
    sys.exit(not good)


if __name__ == "__main__":
    main()
