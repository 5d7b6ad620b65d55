"""A duel to take along: a slide with map, answer and time of each network, and the maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.explain.finding import Finding
from explorer.figures.explain.duel_slide import Contestant, depth_duel
from explorer.ui.explain import export_row, shown_settings
from explorer.ui.networks import chosen_network

if TYPE_CHECKING:
    from explorer.explain.batches import PhotoResult
    from explorer.figures.explain.slide import Slide
    from explorer.ui.duel.duel_answers import DuelCosts, DuelQuestion
    from explorer.ui.duel.duel_networks import DuelNetwork
    from explorer.ui.photos.session_photos import Photo


def row(
    photo: Photo,
    duelists: Sequence[DuelNetwork],
    answers: Sequence[PhotoResult],
    costs: Sequence[DuelCosts],
    question: DuelQuestion,
) -> None:
    """Offer the duel on the page as files; the buttons keep no network alive.

    Args:
        photo: the photo of the duel.
        duelists: the networks; the first is the reference.
        answers: the answer of each network.
        costs: the costs of each network.
        question: the question put to all of them.
    """
    settings = replace(shown_settings.current(), frame=False)

    def findings() -> list[Finding]:
        return [
            Finding.of_many(
                export_row.photo_title(photo),
                answer,
                chosen_network.network_of(duelist.key),
                question.framing,
                cost.ends[question.stage],
                question.signed,
            )
            for duelist, answer, cost in zip(duelists, answers, costs, strict=True)
        ]

    def slide() -> Slide:
        from explorer.explain.duel import PASSES

        contestants = [
            Contestant(finding, answer.predictions[0], cost.time.median)
            for finding, answer, cost in zip(findings(), answers, costs, strict=True)
        ]
        return depth_duel(photo.open(), contestants, PASSES, settings)

    names = "-".join(duelist.name for duelist in duelists[:3])
    more = f"-and-{len(duelists) - 3}-more" if len(duelists) > 3 else ""
    export_row.of_findings(f"duel-{names}{more}-{question.stage}", findings, slide)
