"""An explanation as one HTML file that opens in any browser, without the app or the internet."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from PIL import Image

from explorer.explain.evidence_in_words import in_words
from explorer.explain.finding import Finding
from explorer.explain.provenance import Provenance
from explorer.explain.shared_scale import SharedScale
from explorer.figures.explain.explained_photo import explained_photo
from explorer.figures.explain.heatmaps import SMOOTHING, Scale, colour_bar, draw
from explorer.figures.html_template import template_beside
from explorer.figures.palettes import Palette
from explorer.figures.picture_settings import STANDARD, PictureSettings
from explorer.figures.pictures import fitted, jpeg, png
from explorer.networks.block_names import stage_of
from explorer.wording import percent, spoken, written

_MANY = 20  # blocks; the maps of more blocks are drawn smaller
_WIDE = 1.9  # width / height; wider photos are shown one below the other
_TOP = 5  # classes that are listed
_FILTERS: Mapping[str, Callable[..., Any]] = {
    "spoken": spoken,
    "percent": percent,
    "written": written,
}
_SCALES = {
    SharedScale.OWN: "Each map has its own scale.",
    SharedScale.STAGE: "The maps of a stage share one scale.",
    SharedScale.NETWORK: "All maps share one scale.",
}


@dataclass(frozen=True)
class _Step:
    """One block of the ladder, with its map and a description of it."""

    block: str
    short: str
    picture: str
    words: str


@dataclass(frozen=True)
class _Stage:
    """The blocks of one stage."""

    title: str
    steps: tuple[_Step, ...]


@dataclass(frozen=True)
class _Row:
    """One class of the table of predictions."""

    index: int
    label: str
    probability: float


def report_html(
    image: Image.Image,
    finding: Finding,
    provenance: Provenance,
    settings: PictureSettings = STANDARD,
) -> bytes:
    """Write the report.

    Args:
        image: the RGB photo; the report contains a smaller copy without metadata.
        finding: the explanation of the photo.
        provenance: the provenance of the explanation.
        settings: how the page draws the picture.

    Returns:
        HTML in UTF-8 with all pictures inline.
    """
    resized = fitted(image)
    bar = colour_bar(provenance.signed, settings.palette).convert("RGB")
    rows = _rows(finding)
    text = template_beside(__file__, "report.html", _FILTERS).render(
        provenance=provenance,
        title=f"{provenance.question}, {percent(finding.explained.probability)}",
        words=finding.words,
        reading=finding.reading(*settings.palette.names, framed=settings.frame),
        method=finding.method.title,
        smoothing="drawn cell by cell" if settings.cells else SMOOTHING,
        photo=_inline(jpeg(resized), "jpeg"),
        overlay=_inline(jpeg(_overlaid(resized, finding, provenance, settings)), "jpeg"),
        size=resized.size,
        ratio=resized.width / resized.height,
        wide=resized.width > _WIDE * resized.height,
        bar=_inline(png(bar), "png"),
        middle=(provenance.low + provenance.high) / 2,
        rows=rows,
        best=rows[0],
        is_best=rows[0].index == finding.explained.index,
        explained=finding.explained.index,
        stages=_stages(finding, settings.palette),
        ladder_scale=_SCALES[finding.span],
        cell=64 if len(finding.ladder) <= _MANY else 40,
    )
    return text.encode()


def _overlaid(
    resized: Image.Image, finding: Finding, provenance: Provenance, settings: PictureSettings
) -> Image.Image:
    return explained_photo(
        resized,
        finding.heatmap,
        finding.frame,
        finding.framing,
        Scale(provenance.low, provenance.high),
        finding.method.of_block,
        settings,
    )


def _rows(finding: Finding) -> list[_Row]:
    """Return the most probable classes, and the explained one if it is not among them."""
    order = [int(index) for index in finding.probabilities.argsort()[::-1][:_TOP]]
    if finding.explained.index not in order:
        order.append(finding.explained.index)
    labels, probabilities = finding.network.labels, finding.probabilities
    return [_Row(index, labels[index], float(probabilities[index])) for index in order]


def _stages(finding: Finding, palette: Palette) -> list[_Stage]:
    stages = []
    for stage, blocks in groupby(finding.ladder, key=stage_of):
        steps = tuple(_step(finding, block, palette) for block in blocks)
        rows, columns = finding.ladder[steps[0].block].shape
        stages.append(_Stage(f"{stage} · {rows} by {columns}", steps))
    return stages


def _step(finding: Finding, block: str, palette: Palette) -> _Step:
    high, heatmap = finding.limit(block), finding.ladder[block]
    scale = Scale(-high if finding.signed else 0.0, high)
    picture = draw(heatmap, scale, palette).convert("RGB")
    short = block.rpartition(".")[2]
    return _Step(block, short, _inline(png(picture), "png"), in_words(heatmap, finding.frame))


def _inline(encoded: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(encoded).decode()}"
