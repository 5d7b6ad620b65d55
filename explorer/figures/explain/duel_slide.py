"""The slide of a duel: networks side by side, with map, answer and time of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from explorer.explain.finding import Finding
from explorer.explain.origin import origin_of
from explorer.figures.explain.slide import Slide
from explorer.figures.explain.slide_templates import Side, compared, question_of
from explorer.figures.picture_settings import PictureSettings
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Prediction


@dataclass(frozen=True, eq=False)
class Contestant:
    """One network of a duel.

    Attributes:
        finding: its explanation of the class of the duel.
        best: its own best class.
        milliseconds: time of a pass of one photo.
    """

    finding: Finding
    best: Prediction
    milliseconds: float


def depth_duel(
    image: Image.Image, contestants: Sequence[Contestant], passes: int, settings: PictureSettings
) -> Slide:
    """Networks side by side: where each looks, what it answers and how long it takes.

    Args:
        image: the RGB photo.
        contestants: the networks; the first is the reference.
        passes: number of passes that each time is the median of.
        settings: how the page draws the pictures.
    """
    sides = [
        Side(
            image,
            each.finding,
            title=each.finding.network.variant.title,
            answer=f"{spoken(each.best.label)} · {percent(each.best.probability)}",
            note=f"{each.milliseconds:.1f} ms",
        )
        for each in contestants
    ]
    first = contestants[0].finding
    device = origin_of(first.photo, first.network, first.framing).device
    return compared(
        sides,
        f"Why {question_of(first)}? {len(contestants)} networks",
        f"{_answers_in_words(contestants)} {_times_in_words(contestants)}".strip(),
        settings,
        f"Times for one photo: median of {passes} passes on {device}",
    )


def _answers_in_words(contestants: Sequence[Contestant]) -> str:
    label = contestants[0].best.label
    others = len(contestants) - 1
    agreeing = sum(each.best.label == label for each in contestants[1:])
    if not others:
        return ""
    if agreeing == others:
        return f"{'Both' if others == 1 else f'All {others + 1}'} answer {spoken(label)}."
    reference = contestants[0].finding.network.variant.title
    if not agreeing:
        return f"None of the others answers {spoken(label)}, as {reference} does."
    verb = "answers" if agreeing == 1 else "answer"
    return f"{agreeing} of the {others} others {verb} {spoken(label)}, as {reference} does."


def _times_in_words(contestants: Sequence[Contestant]) -> str:
    fastest = min(contestants, key=lambda each: each.milliseconds)
    slowest = max(contestants, key=lambda each: each.milliseconds)
    ratio = slowest.milliseconds / fastest.milliseconds
    if ratio < 1.05:
        return ""
    slow, fast = (each.finding.network.variant.title for each in (slowest, fastest))
    return f"{slow} takes {ratio:.1f} times as long as {fast}."
