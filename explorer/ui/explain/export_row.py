"""What the pages about explanations give to take along: a map, several methods, many photos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from explorer.explain import exports
from explorer.explain.finding import UPLOAD, Finding
from explorer.explain.provenance import Provenance
from explorer.figures.explain import slide_templates
from explorer.figures.explain.report import report_html
from explorer.ui.components import download_row
from explorer.ui.components.copy_picture import copy_picture
from explorer.ui.components.download_row import Export, FileKind, maps_file
from explorer.ui.explain import shown_settings
from explorer.ui.photos.session_photos import Photo

if TYPE_CHECKING:
    from explorer.explain.analysis import Prediction
    from explorer.explain.batches import PhotoResult
    from explorer.figures.explain.slide import Slide
    from explorer.networks.network import Network
    from explorer.photos.geometry import Framing
    from explorer.ui.explain.attribution_methods import MethodAnswer, MethodRequest


@dataclass(frozen=True, eq=False)
class SheetAnswer:
    """The answer for one of many photos.

    Attributes:
        photo: the photo the question is about.
        result: the prediction and the map for the photo; None if it could not be explained.
        picture: the map over the photo, as JPEG.
        reason: why the photo could not be explained, in a sentence.
        expected: label that the photo should have; "" if it is not known.
        beside: most probable class of a second network; None without one.
    """

    photo: Photo
    result: PhotoResult | None
    picture: bytes
    reason: str
    expected: str = ""
    beside: Prediction | None = None


def row(request: MethodRequest, answer: MethodAnswer) -> None:
    """Offer the explanation on the page as files.

    The buttons hold the explanation, not its autograd graph, so they do not keep the graph alive.

    Args:
        request: the photo and the question of the page, with the maps of all blocks.
        answer: the map over the large photo.
    """
    photo, finding = request.photo, finding_of(request, answer)
    settings = shown_settings.current()
    provenance = cache(lambda: Provenance.of(finding))
    files = (
        maps_file(lambda: [finding.heatmap], lambda: [provenance()], "Heatmap"),
        FileKind(
            "Predictions (CSV)",
            ":material/table:",
            "csv",
            "text/csv",
            lambda: exports.predictions_csv(finding, provenance()),
        ),
        FileKind(
            "Report (HTML)",
            ":material/article:",
            "html",
            "text/html",
            lambda: report_html(photo.open(), finding, provenance(), settings),
        ),
    )
    download_row.row(
        Export(
            finding.name,
            lambda: [provenance()],
            lambda: slide_templates.one_answer(photo.open(), finding, settings),
            settings,
            files,
        ),
        first=partial(
            copy_picture,
            "overlay",
            finding.name,
            finding.answer,
            f"{finding.network.variant.title} · {finding.method.title} at {finding.place}",
        ),
    )


def of_several(pairs: Sequence[tuple[Photo, Finding]], key: str, title: str) -> None:
    """Offer explanations that stand side by side: methods, or a pinned one and the present one.

    Args:
        pairs: photos with their explanations, from left to right; two or more.
        key: key of the row on the page.
        title: what is taken along.
    """
    settings = shown_settings.current()
    findings = [finding for _, finding in pairs]
    names = "-".join(dict.fromkeys(finding.method.name for finding in findings))

    def slide() -> Slide:
        opened = [(photo.open(), finding) for photo, finding in pairs]
        return slide_templates.side_by_side(opened, settings)

    name = f"{findings[0].network.variant.name}-{names}-side-by-side"
    of_findings(name, lambda: findings, slide, key, title)


def of_findings(
    name: str,
    findings: Callable[[], Sequence[Finding]],
    slide: Callable[[], Slide],
    key: str = "take",
    title: str = download_row.TITLE,
) -> None:
    """Offer a slide of several explanations, their maps, and everything in one.

    Args:
        name: name of the files, without the extension.
        findings: function that returns the explanations.
        slide: function that returns what the slide shows.
        key: key of the row on the page.
        title: what is taken along.
    """
    described = cache(lambda: [Provenance.of(finding) for finding in findings()])
    maps = maps_file(lambda: [finding.heatmap for finding in findings()], described, "Heatmaps")
    export = Export(name, described, slide, shown_settings.current(), (maps,))
    download_row.row(export, key, title)


def finding_of(request: MethodRequest, answer: MethodAnswer) -> Finding:
    """Return the explanation on the page without its graph."""
    analysis, question = request.explanation.analysis, request.question
    of_ladder = answer.heatmap is request.maps[question.block]
    return Finding(
        photo=photo_title(request.photo),
        network=analysis.network,
        frame=analysis.frame,
        framing=request.explanation.framing,
        probabilities=analysis.probabilities,
        explained=question.explained,
        rather_than=question.rather_than,
        method=answer.method,
        block=question.block,
        heatmap=answer.heatmap,
        ladder=request.maps,
        signed=question.signed,
        span=request.span,
        end=None if of_ladder else answer.scale.high,
    )


def of_many(
    network: Network,
    block: str,
    framing: Framing,
    signed: bool,
    answers: Sequence[SheetAnswer],
    summary: str,
) -> None:
    """Offer the answers for many photos as a slide and a table, and with their maps as a ZIP file.

    Args:
        network: the network that answered.
        block: name of the block at which the maps were taken.
        framing: how the photos became the network's input.
        signed: whether the maps hold evidence against the class, too.
        answers: the answers, one for each photo.
        summary: what they amount to, in a few sentences.
    """
    rows = [_sheet_row(answer, network, block, framing, signed) for answer in answers]
    name = f"{network.variant.name}-grad-cam-{block}-{len(rows)}-photos"
    explained = [row.finding for row in rows if row.finding is not None]
    records = cache(lambda: [Provenance.of(finding) for finding in explained])
    table = FileKind(
        "Predictions (CSV)",
        ":material/table:",
        "csv",
        "text/csv",
        lambda: exports.sheet_csv(rows),
    )
    everything = FileKind(
        "Maps and predictions (ZIP)",
        ":material/folder_zip:",
        "zip",
        "application/zip",
        lambda: exports.sheet_zip(rows),
    )
    if not any(row.picture for row in rows):
        download_row.files(name, (table, everything))
        return
    settings = replace(shown_settings.current(), frame=False)

    def slide() -> Slide:
        return slide_templates.many_photos(rows, summary, settings)

    slide_file = download_row.slide_file(slide, records, settings)
    download_row.files(name, (slide_file, table, everything))


def _sheet_row(
    answer: SheetAnswer, network: Network, block: str, framing: Framing, signed: bool
) -> exports.SheetRow:
    """Return one photo's row of the table; arguments as for `of_many`."""
    photo, result = answer.photo, answer.result
    row = exports.SheetRow(
        photo_title(photo, numbered=True),
        reason=answer.reason,
        file=photo.file,
        expected=answer.expected,
        beside=answer.beside,
    )
    if result is None:
        return row
    finding = Finding.of_many(photo_title(photo), result, network, framing, block, signed)
    return replace(row, finding=finding, predictions=result.predictions, picture=answer.picture)


def photo_title(photo: Photo, numbered: bool = False) -> str:
    """Name a sample with its source, and a reader's own photo by its file or its number."""
    sample = photo.sample
    if sample is None:
        return photo.title if numbered else photo.file or UPLOAD
    return f"{sample.title}, {sample.source} ({sample.licence})"
