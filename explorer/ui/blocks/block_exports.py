"""What the pages about blocks give to take along: a channel, an equation, before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from explorer.explain.finding import Finding, limit
from explorer.explain.origin import FigureRecord, origin_of
from explorer.figures.blocks.occluded_photo import occluded_photo, seen_photo
from explorer.figures.explain import slide_templates
from explorer.figures.explain.crops import cut_out
from explorer.figures.explain.explained_photo import explained_photo
from explorer.figures.explain.heatmaps import Scale, draw
from explorer.figures.explain.slide import Slide
from explorer.figures.explain.slide_layout import ColourBar, SlidePanel
from explorer.figures.explain.slide_templates import Side
from explorer.figures.picture_settings import STANDARD
from explorer.figures.pictures import opened
from explorer.ui.blocks import activations, lesion_switch, region_occlusion
from explorer.ui.components import download_row
from explorer.ui.components.copy_picture import copy_picture
from explorer.ui.components.download_row import Export, maps_file
from explorer.ui.explain import export_row, shown_settings
from explorer.ui.explain.block_findings import LesionOutcome
from explorer.wording import percent, spoken, written

if TYPE_CHECKING:
    from explorer.blocks.region_occlusion import Occlusion
    from explorer.explain.analysis import Prediction
    from explorer.ui.blocks.activations import ActivationView
    from explorer.ui.blocks.residual_parts import Equation
    from explorer.ui.explain.latest_explanation import Explanation
    from explorer.ui.photos.session_photos import Photo


def of_channel(photo: Photo, explanation: Explanation, view: ActivationView) -> None:
    """Offer the large channel of the page, over its photo."""
    analysis, settings = explanation.analysis, shown_settings.current()
    channel, frame, framing = view.chosen, analysis.frame, explanation.framing
    values, high = np.array(view.channels.maps[channel]), float(view.limits[channel])
    title, scale = f"Channel {channel} of {view.block}", Scale(0.0, high)
    sentence = activations.where(view.channels, channel, frame)
    variant = analysis.network.variant
    described = _described(
        photo, explanation, title, (("Scale", f"0 to {written(high)}"), ("Shown", sentence))
    )

    def slide() -> Slide:
        image = photo.open()

        def picture(size: tuple[int, int]) -> Image.Image:
            resized = image.resize(size, Image.Resampling.LANCZOS)
            return explained_photo(resized, values, frame, framing, scale, settings=settings)

        plain = partial(image.resize, resample=Image.Resampling.LANCZOS)
        return Slide(
            title=title,
            subtitle=variant.title,
            panels=(SlidePanel(image.size, picture), SlidePanel(image.size, plain)),
            sentence=sentence,
            source=described()[0].origin.line,
            bar=ColourBar(
                slide_templates.colours(signed=False, settings=settings),
                ("0", written(high / 2), written(high)),
                "Activation",
                "The brighter, the more active the channel is there.",
            ),
            single=True,
        )

    name = f"{variant.name}-{view.block}-channel-{channel}"
    copied = partial(copy_picture, "channel_overlay", name, title, variant.title)
    maps = maps_file(lambda: [values], described, "Channel")
    download_row.row(Export(name, described, slide, settings, (maps,)), first=copied)


def of_equation(photo: Photo, explanation: Explanation, equation: Equation) -> None:
    """Offer the parts of a block, x + F(x) and the output, as the page shows them."""
    analysis, frame = explanation.analysis, explanation.analysis.frame
    variant, high = analysis.network.variant, equation.scale.high
    title = f"What {equation.block} adds"
    described = _described(
        photo, explanation, title, tuple((term.title, term.whose) for term in equation.terms)
    )

    def slide() -> Slide:
        seen = opened(cut_out(photo.shown, frame))
        resized = partial(seen.resize, resample=Image.Resampling.LANCZOS)
        panels = [SlidePanel((1, 1), resized, "Photo", note="what the network sees")]
        for term in equation.terms:
            cells = draw(term.values, equation.scale).convert("RGB")
            squares = partial(cells.resize, resample=Image.Resampling.NEAREST)
            named = f"{term.sign} {term.title}".strip()
            panels.append(SlidePanel(cells.size, squares, named, note=term.whose))
        return Slide(
            title=title,
            subtitle=variant.title,
            panels=tuple(panels),
            sentence=equation.sentence,
            source=described()[0].origin.line,
            bar=ColourBar(
                slide_templates.colours(signed=True, settings=STANDARD),
                (written(-high), "0", written(high)),
                "One scale for all",
                "Red to yellow: above zero. Blue: below.",
            ),
        )

    name = f"{variant.name}-{equation.block}-parts"
    maps = maps_file(lambda: [term.values for term in equation.terms], described, "Parts")
    download_row.row(Export(name, described, slide, STANDARD, (maps,)))


def of_lesion(
    photo: Photo, explanation: Explanation, explained: Prediction, cut: tuple[str, ...]
) -> None:
    """Offer the answer with all blocks on beside that without some, if any are off."""
    from explorer.blocks.lesions import Lesion

    if not cut:
        return
    network, settings = explanation.analysis.network, shown_settings.current()
    last = network.blocks[-1]
    heatmap = explanation.ladder(explained.index, signed=False)[last]
    before = LesionOutcome(explanation.analysis.predictions, explained, heatmap)
    after = explanation.study.without(Lesion(cut), explained.index)
    findings = _lesion_findings(photo, explanation, (before, after), cut)

    def slide() -> Slide:
        image, titles = photo.open(), ("All blocks on", f"Without {lesion_switch.listed_off(cut)}")
        sides = [
            Side(image, each, title, _best(outcome.predictions))
            for each, title, outcome in zip(findings, titles, (before, after), strict=True)
        ]
        question = f"What if {lesion_switch.listed_off(cut)} {_are(cut)} switched off?"
        sentence = lesion_switch.in_words(cut, before, after)
        return slide_templates.compared(sides, question, sentence, settings, network.variant.title)

    name = f"{network.variant.name}-without-{'-'.join(cut[:3])}"
    export_row.of_findings(name, lambda: findings, slide, "take_lesion", "Take both with you")


def _lesion_findings(
    photo: Photo,
    explanation: Explanation,
    outcomes: tuple[LesionOutcome, LesionOutcome],
    cut: tuple[str, ...],
) -> list[Finding]:
    """Return what is known before and after blocks are switched off; both maps share a scale."""
    from explorer.explain.method_catalogue import METHODS

    analysis = explanation.analysis
    high = limit([outcome.heatmap for outcome in outcomes], signed=False)
    changes = ("", f"switched off: {', '.join(cut)}")
    return [
        Finding(
            photo=export_row.photo_title(photo),
            network=analysis.network,
            frame=analysis.frame,
            framing=explanation.framing,
            probabilities=np.array([each.probability for each in outcome.predictions], np.float32),
            explained=outcome.target,
            rather_than=None,
            method=METHODS["grad-cam"],
            block=analysis.network.blocks[-1],
            heatmap=outcome.heatmap,
            ladder={},
            signed=False,
            end=high,
            changed=changed,
        )
        for outcome, changed in zip(outcomes, changes, strict=True)
    ]


def of_occlusion(photo: Photo, explanation: Explanation, occlusion: Occlusion) -> None:
    """Offer the photo as it is beside the photo with its hidden part, and both answers."""
    analysis, frame = explanation.analysis, explanation.analysis.frame
    before, after = _best(analysis.predictions), _best(occlusion.predictions)
    hidden = occlusion.words
    movement = region_occlusion.change_in_words(analysis, occlusion)
    described = _described(
        photo,
        explanation,
        "Answers before and after a part of the photo was hidden",
        (("Hidden", hidden), ("Before", before), ("After", after), ("Change", movement)),
    )

    def slide() -> Slide:
        image = photo.open()

        def resized(size: tuple[int, int]) -> Image.Image:
            return image.resize(size, Image.Resampling.LANCZOS)

        return Slide(
            title="What if this part is hidden?",
            subtitle=hidden,
            panels=(
                SlidePanel(image.size, lambda s: seen_photo(resized(s), frame), "Before", before),
                SlidePanel(
                    image.size,
                    lambda size: occluded_photo(resized(size), occlusion, frame),
                    "After",
                    after,
                ),
            ),
            sentence=movement,
            source=described()[0].origin.line,
        )

    name = f"{analysis.network.variant.name}-poke-{occlusion.hides.value}-{occlusion.fill.value}"
    covered = (occlusion.picture[..., 3] > 0).astype(np.float32)
    maps = maps_file(lambda: [covered], described, "Hidden pixels")
    download_row.row(Export(name, described, slide, STANDARD, (maps,)))


def _described(
    photo: Photo, explanation: Explanation, title: str, findings: tuple[tuple[str, str], ...]
) -> Callable[[], list[FigureRecord]]:
    """Return what makes the record of a figure, once."""
    network, framing = explanation.analysis.network, explanation.framing
    name = export_row.photo_title(photo)
    return cache(lambda: [FigureRecord(title, origin_of(name, network, framing), findings)])


def _best(predictions: Sequence[Prediction]) -> str:
    return f"{spoken(predictions[0].label)} · {percent(predictions[0].probability)}"


def _are(blocks: Sequence[str]) -> str:
    return "is" if len(blocks) == 1 else "are"
