"""Teach as thirty people at once, each with three classes that nobody else has.

    python benchmarks/teach_room.py [--sessions 30]

First each person brings their archive alone; then all do so at once. Every table must say what it
said to that person alone, the times in it apart, and no screen may name a class of another person.
Memory is that of the server process, read while nobody is connected.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import re
import sys
import time
import zipfile
from statistics import median
from typing import Any

import psutil
from room import MEGABYTE, Tab, connected, emptied, serving

from explorer.photos.samples import SAMPLES
from explorer.serving.policy import DEFAULT_SESSIONS

CLASSES, PHOTOS = 3, 6
TIMES = re.compile(r"\d[\d.,]*\s*(m?s|min)\b")
MEMORY = "The app holds"  # what the app takes at the moment, which anyone changes
NAME = re.compile(r"person (\d+) thing \d")


def label(person: int, own: int) -> str:
    """Return the name of a class that one person has."""
    return f"person {person} thing {own}"


def archive(person: int) -> bytes:
    """Return an archive of class folders: samples, turned as for nobody else."""
    samples = list(SAMPLES.values())
    with zipfile.ZipFile(written := io.BytesIO(), "w") as folders:
        for own in range(CLASSES):
            photo = samples[(person + 7 * own) % len(samples)].open().resize((200, 160))
            for at in range(PHOTOS):
                buffer = io.BytesIO()
                photo.rotate(3 * person + 5 * at).save(buffer, "JPEG")
                folders.writestr(f"{label(person, own)}/{at}.jpg", buffer.getvalue())
    return written.getvalue()


async def visit(url: str, person: int, everyone: asyncio.Barrier | None) -> tuple[str, float]:
    """Bring an archive and wait for the table; return the screen without times, and seconds."""
    started = time.perf_counter()
    async with connected(url) as (socket, token):
        tab = Tab(url, socket, token, "", page="teach")
        await tab.run()
        choice = tab.find("button_group", "pick_classes")
        tab.widgets[choice.id] = ["My classes"]
        await tab.run()
        await tab.upload(archive(person), "classes.zip", "class_archive")
        seconds = time.perf_counter() - started
        texts = [_text(element) for path, element in sorted(tab.elements.items()) if path[0] == 0]
        screen = "\n".join(text for text in texts if text and MEMORY not in text)
        if everyone is not None:
            await everyone.wait()
    return TIMES.sub("", screen), seconds


def _text(element: Any) -> str:
    """Return what an element says; "" if it only shows pictures."""
    kind = element.WhichOneof("type")
    if kind == "bidi_component":
        packed = bytes(element.bidi_component.bytes)
        described = json.loads(packed[4 : 4 + int.from_bytes(packed[:4], "little")] or "null")
        return json.dumps(described, ensure_ascii=False)
    return str(getattr(element, kind).body) if kind in ("html", "markdown") else ""


def faults(person: int, screen: str) -> list[str]:
    """Return what is wrong on a screen: classes of others, or none of one's own, or no table."""
    named = set(NAME.findall(screen))
    wrong = [f"sees classes of {other}" for other in named - {str(person)}]
    if str(person) not in named:
        wrong.append("does not see the own classes")
    if "Linear probe" not in screen:
        wrong.append("has no table")
    return wrong


async def measure(url: str, server: psutil.Process, sessions: int) -> bool:
    """Run the comparison, print it, and return whether everything was right."""
    await visit(url, 0, None)  # imports torch and loads the network
    alone = [await visit(url, person, None) for person in range(sessions)]
    wrong = {at: found for at, (screen, _) in enumerate(alone) if (found := faults(at, screen))}
    print(f"alone: {sessions} people, wrong: {wrong or 'none'}")
    print(f"  median {median(seconds for _, seconds in alone):.1f} s")
    before = await emptied(server)
    barrier = asyncio.Barrier(sessions)
    crowd = await asyncio.gather(*(visit(url, person, barrier) for person in range(sessions)))
    full = server.memory_info().rss / MEGABYTE
    mixed = {at: found for at, (screen, _) in enumerate(crowd) if (found := faults(at, screen))}
    other = [
        at for at, (one, many) in enumerate(zip(alone, crowd, strict=True)) if one[0] != many[0]
    ]
    print(f"crowd: {sessions} at once, mixed up: {mixed or 'none'}, tables: {other or 'as alone'}")
    print(f"  median {median(s for _, s in crowd):.1f} s, slowest {max(s for _, s in crowd):.1f} s")
    after = await emptied(server)
    print(
        f"  memory of the server, MB: {before:.0f} empty, {full:.0f} full, {after:.0f} empty again"
    )
    return not (wrong or mixed or other)


def main() -> None:
    """Start the app, compare, and exit with 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sessions", type=int, default=30)
    sessions = parser.parse_args().sessions
    with serving(max(sessions, DEFAULT_SESSIONS)) as (url, server):
        good = asyncio.run(measure(url, server, sessions))
    sys.exit(not good)


if __name__ == "__main__":
    main()
