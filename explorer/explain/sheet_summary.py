"""Many answers at once: a sentence that sums them up, and a choice of which to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.wording import listed, spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Prediction

MOST_NAMED = 3  # classes that the sentence names
UNSURE, WRONG, DIFFERENT = "unsure", "wrong", "different"


@dataclass(frozen=True)
class SheetOutcome:
    """What is known of one photo's answer.

    Attributes:
        best: the most probable class.
        expected: label that the photo should have; "" if it is not known.
        beside: the most probable class of a second network; None without one.
        unsure_below: probability below which an answer counts as not sure.
    """

    best: Prediction
    expected: str
    beside: Prediction | None
    unsure_below: float

    @property
    def traits(self) -> frozenset[str]:
        """What the photo can be picked by: its class's label, and those of the names above."""
        traits = {
            UNSURE: self.best.probability < self.unsure_below,
            WRONG: bool(self.expected) and self.best.label != self.expected,
            DIFFERENT: self.beside is not None and self.beside.label != self.best.label,
        }
        return frozenset({trait for trait, holds in traits.items() if holds} | {_of_class(self)})


def _of_class(outcome: SheetOutcome) -> str:
    return f"class:{outcome.best.label}"


def choices(outcomes: Sequence[SheetOutcome]) -> dict[str, str]:
    """Return the traits that photos can be picked by, and how to write them with their number."""
    counts = Counter(trait for outcome in outcomes for trait in outcome.traits)
    titles = {UNSURE: "Not sure", WRONG: "Wrong", DIFFERENT: "Networks differ"}
    classes = sorted(set(counts) - set(titles), key=lambda trait: (-counts[trait], trait))
    titles |= {trait: spoken(trait.removeprefix("class:")) for trait in classes}
    return {trait: f"{title} ({counts[trait]})" for trait, title in titles.items() if counts[trait]}


def summary(outcomes: Sequence[SheetOutcome]) -> str:
    """Sum up the answers in two to four short sentences; "" for none."""
    if not outcomes:
        return ""
    classes = Counter(outcome.best.label for outcome in outcomes).most_common()
    named = [f"{spoken(label)} ({count})" for label, count in classes[:MOST_NAMED]]
    others = len(classes) - len(named)
    if others:
        named.append("one other class" if others == 1 else f"{others} other classes")
    sentences = [f"{_photos(len(outcomes))}: {listed(named)}."]
    unsure = _count(outcomes, UNSURE)
    sentences.append(f"Not sure about {unsure}." if unsure else "Sure about all.")
    known = [outcome for outcome in outcomes if outcome.expected]
    if known:
        right = len(known) - _count(known, WRONG)
        sentences.append(
            f"{right} of the {len(known)} with a known class are right."
            if len(known) > 1
            else f"The one with a known class is {'right' if right else 'wrong'}."
        )
    beside = [outcome for outcome in outcomes if outcome.beside is not None]
    if beside:
        differing = _count(beside, DIFFERENT)
        sentences.append(f"The two networks agree on {len(beside) - differing} of {len(beside)}.")
    return " ".join(sentences)


def _photos(number: int) -> str:
    return "1 photo" if number == 1 else f"{number} photos"


def _count(outcomes: Sequence[SheetOutcome], trait: str) -> int:
    return sum(trait in outcome.traits for outcome in outcomes)
