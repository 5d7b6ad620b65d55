"""Tests of explorer/twin_facts.py."""

from __future__ import annotations

import json

from explorer.facts import fact
from explorer.paths import ASSETS
from explorer.twin_facts import facts


def test_facts_are_the_recorded_accuracies() -> None:
    record = json.loads((ASSETS / "cuts" / "plain18.json").read_text())
    found = facts()
    assert found["plain18.whole"].value == record["top1"]
    assert found["plain18.best"].value == max(record["without"].values())
    assert found["plain18.worst"].value == min(record["without"].values())
    assert found["plain18.photos"].text == "1,071"
    assert fact("cuts.residual18.whole").text.endswith("\N{NO-BREAK SPACE}%")


def test_what_the_lesson_says_of_the_twins_holds() -> None:
    """Without one block the plain twin guesses; the residual one keeps most of its accuracy."""
    chance = 100 / 66
    assert fact("cuts.plain18.best").value < 3 * chance
    assert fact("cuts.residual18.worst").value > 0.7 * fact("cuts.residual18.whole").value
