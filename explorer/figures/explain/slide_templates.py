"""The slides that the app offers: one answer, several side by side, many photos.

Each shows its pictures as the page draws them, with one sentence that says what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PIL import Image

from explorer.explain.agreement import compare_maps
from explorer.explain.exports import SheetRow
from explorer.explain.finding import Finding
from explorer.explain.origin import origin_of
from explorer.figures.explain.explained_photo import explained_photo
from explorer.figures.explain.heatmaps import Scale, colour_bar
from explorer.figures.explain.slide import Slide
from explorer.figures.explain.slide_layout import ColourBar, SlidePanel
from explorer.figures.picture_settings import PictureSettings
from explorer.figures.pictures import opened
from explorer.wording import listed, percent, spoken, written

MOST_PHOTOS = 15  # of many that fit on a slide


@dataclass(frozen=True, eq=False)
class Side:
    """One of several answers that a slide compares.

    Attributes:
        image: the RGB photo.
        finding: the explanation.
        title: what distinguishes it, e.g. "ResNet-18" or "Without layer3.1".
        answer: the best class with its probability; "" if all of them have the same.
        note: a number or a name that belongs to it.
    """

    image: Image.Image
    finding: Finding
    title: str
    answer: str = ""
    note: str = ""


def one_answer(image: Image.Image, finding: Finding, settings: PictureSettings) -> Slide:
    """One photo, one class: the map large, beside it the answer.

    Args:
        image: the RGB photo.
        finding: the explanation to show.
        settings: how the page draws the picture.
    """
    explained = explained_panel(image, finding, settings)
    plain = SlidePanel(image.size, partial(_resized, image))
    return Slide(
        title=question_of(finding),
        subtitle=_probability(finding),
        panels=(explained, plain),
        sentence=finding.words,
        source=source_of(finding),
        bar=_bar(finding, settings),
        single=True,
    )


def compared(
    sides: Sequence[Side], title: str, sentence: str, settings: PictureSettings, subtitle: str = ""
) -> Slide:
    """Several answers side by side.

    Args:
        sides: the answers, from left to right.
        title: the question that they answer.
        sentence: what the comparison shows.
        settings: how the page draws the pictures.
        subtitle: what all of them share; "" for nothing.
    """
    findings = [side.finding for side in sides]
    panels = [
        replace(
            explained_panel(side.image, side.finding, settings),
            title=side.title,
            answer=side.answer,
            note=side.note,
        )
        for side in sides
    ]
    return Slide(
        title=title,
        subtitle=subtitle,
        panels=tuple(panels),
        sentence=sentence,
        source=_shared_source(findings),
        bar=_shared_bar(findings, settings),
    )


def side_by_side(pairs: Sequence[tuple[Image.Image, Finding]], settings: PictureSettings) -> Slide:
    """Two or more explanations, each named by what distinguishes it from the others.

    Args:
        pairs: photos with their explanations, from left to right.
        settings: how the page draws the pictures.
    """
    findings = [finding for _, finding in pairs]
    differing = _differing(findings)
    by_method = [aspect.name for aspect in differing] == [_METHOD]
    has_one_answer = not {aspect.name for aspect in differing} & _OF_ANSWER
    first = findings[0]
    sides = [
        Side(
            image,
            finding,
            title=" · ".join(aspect.of(finding) for aspect in differing) or finding.method.title,
            answer="" if has_one_answer else finding.answer,
            note=finding.method.paper if by_method else "",
        )
        for image, finding in pairs
    ]
    return compared(
        sides,
        f"Why {question_of(first)}?" if has_one_answer else "Explanations side by side",
        _difference(findings, [aspect.name for aspect in differing]),
        settings,
        f"{first.network.variant.title}: {first.answer}" if has_one_answer else "",
    )


def _differing(findings: Sequence[Finding]) -> list[_Aspect]:
    """Return in what the explanations differ; in the block only if all of them use one."""
    return [
        aspect
        for aspect in _ASPECTS
        if len({aspect.of(finding) for finding in findings}) > 1
        and (aspect.name != "block" or all(finding.method.uses_block for finding in findings))
    ]


def _difference(findings: Sequence[Finding], differing: Sequence[str]) -> str:
    """Say in what the explanations differ, and how far two of them point at the same places."""
    if not differing:
        return "Both are the same."
    verb = "differs" if len(differing) == 1 else "differ"
    sentence = f"Only the {listed(differing)} {verb}."
    if len(findings) != 2 or "photo" in differing:
        return sentence
    first, second = findings
    _, overlap = compare_maps(first.heatmap, first.frame, second.heatmap, second.frame)
    if overlap is None:
        return f"{sentence} One of the maps is blank."
    return f"{sentence} {100 * overlap:.0f} % of what the maps show lies in the same places."


def many_photos(rows: Sequence[SheetRow], summary: str, settings: PictureSettings) -> Slide:
    """The first of many photos with their answers, as their cards show them.

    Args:
        rows: the photos; those that failed, or that the page does not show, are left out.
        summary: what the answers amount to, in a few sentences.
        settings: how the page draws the pictures.
    """
    pairs = [(row, row.finding) for row in rows if row.finding is not None and row.picture]
    shown = pairs[:MOST_PHOTOS]
    findings = [finding for _, finding in shown]
    more = f", {len(shown)} of them shown" if len(pairs) > len(shown) else ""
    first = findings[0].network
    return Slide(
        title=f"{first.variant.title} on {len(pairs)} photos{more}",
        panels=tuple(_card(row) for row, _ in shown),
        sentence=summary,
        source=_shared_source(findings),
        bar=_shared_bar(findings, settings),
    )


def _card(row: SheetRow) -> SlidePanel:
    card, best = opened(row.picture), row.predictions[0]
    answer = f"{spoken(best.label)} · {percent(best.probability)}"
    return SlidePanel(card.size, partial(_resized, card), answer=answer)


def explained_panel(image: Image.Image, finding: Finding, settings: PictureSettings) -> SlidePanel:
    """A photo with its map, drawn as the page does."""

    def draw(size: tuple[int, int]) -> Image.Image:
        return explained_photo(
            _resized(image, size),
            finding.heatmap,
            finding.frame,
            finding.framing,
            Scale.up_to(finding.high, finding.has_against),
            finding.method.of_block,
            settings,
        )

    return SlidePanel(image.size, draw)


def source_of(finding: Finding) -> str:
    """What made the picture, and whose photo it is, in one line."""
    origin = origin_of(finding.photo, finding.network, finding.framing)
    network = f"{origin.variant}, {origin.weights}"
    return f"{network} · {finding.method.title} at {finding.place} · photo: {finding.photo}"


def _shared_source(findings: Sequence[Finding]) -> str:
    """Return the same for several explanations; what differs between them is left out."""
    origins = [origin_of(each.photo, each.network, each.framing) for each in findings]
    parts = (
        _common(origin.variant for origin in origins),
        _common(origin.weights for origin in origins)
        or _common(each.network.weights.source.heading for each in findings),
        _common(f"{each.method.title} at {each.place}" for each in findings)
        or _common(each.method.title for each in findings),
        _common(f"photo: {origin.photo}" for origin in origins),
    )
    return " · ".join(filter(None, parts))


def _common(texts: Iterable[str]) -> str:
    """Return the text that all share; "" if they differ."""
    found = set(texts)
    return found.pop() if len(found) == 1 else ""


def question_of(finding: Finding) -> str:
    """Return the class that is explained, and the one that it is compared with."""
    other = finding.rather_than
    rather = f" rather than {spoken(other.label)}" if other else ""
    return f"{spoken(finding.explained.label)}{rather}"


def _probability(finding: Finding) -> str:
    """The probability of the class; with the network's own answer if that is another one."""
    probability, best = percent(finding.explained.probability), int(finding.probabilities.argmax())
    if best == finding.explained.index:
        return probability
    label = spoken(finding.network.labels[best])
    return f"{probability} (its answer: {label}, {percent(float(finding.probabilities[best]))})"


def _shared_bar(findings: Sequence[Finding], settings: PictureSettings) -> ColourBar:
    """Return the colour bar of several maps, with what is true of all of them."""
    methods, questions = {f.method.title for f in findings}, {question_of(f) for f in findings}
    title = methods.pop() if len(methods) == 1 else "Each map"
    meaning = findings[0].colours_in_words(*settings.palette.names)
    bar = replace(_bar(findings[0], settings), ends=_ends(findings), title=title, meaning=meaning)
    kinds = {(finding.has_against, finding.method.signed) for finding in findings}
    if len(questions) == len(kinds) == 1:
        return bar
    return replace(bar, meaning="The brighter, the more it counts.")


def _bar(finding: Finding, settings: PictureSettings) -> ColourBar:
    signed = finding.has_against
    return ColourBar(
        draw=colours(signed, settings),
        ends=_ends([finding]),
        title=f"{finding.method.title} at {finding.place}",
        meaning=finding.reading(*settings.palette.names, framed=settings.frame),
    )


def colours(signed: bool, settings: PictureSettings) -> partial[Image.Image]:
    """Return what draws the bar of all colours at a given size."""
    bar = colour_bar(signed, settings.palette).convert("RGB")
    return partial(bar.resize, resample=Image.Resampling.NEAREST)


def _ends(findings: Sequence[Finding]) -> tuple[str, str, str]:
    """The values at the ends of the colours; in words if the maps have different ones."""
    highs, signed = {finding.high for finding in findings}, findings[0].has_against
    if len(highs) > 1:
        return ("most against" if signed else "zero", "", "strongest of each map")
    (high,) = highs
    return (written(-high if signed else 0.0), written(0.0 if signed else high / 2), written(high))


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image.resize(size, Image.Resampling.LANCZOS)


@dataclass(frozen=True)
class _Aspect:
    """In what two explanations can differ, and what it is for one of them."""

    name: str
    of: Callable[[Finding], str]


_METHOD = "method"
_OF_ANSWER = frozenset(("photo", "network", "class"))  # on which the answer depends
_ASPECTS = (
    _Aspect("photo", lambda finding: finding.photo.partition(",")[0]),
    _Aspect("network", lambda finding: finding.network.variant.title),
    _Aspect("class", question_of),
    _Aspect(_METHOD, lambda finding: finding.method.title),
    _Aspect("block", lambda finding: finding.block),
)
