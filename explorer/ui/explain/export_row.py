"""What is shown, to take along: as files that are made when they are asked for, and as a link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.explain import exports
from explorer.explain.finding import UPLOAD, Finding
from explorer.explain.provenance import Provenance
from explorer.figures.explain.report import report_html
from explorer.figures.explain.slide import slide_png
from explorer.ui.components import copy_link
from explorer.ui.components.deferred_download import deferred_download
from explorer.ui.photos.session_photos import Photo

if TYPE_CHECKING:
    from explorer.explain.batches import PhotoResult
    from explorer.networks.network import Network
    from explorer.photos.geometry import Framing
    from explorer.ui.explain.attribution_methods import MethodAnswer, MethodRequest


@dataclass(frozen=True)
class _Kind:
    """A kind of file to take along.

    Attributes:
        label: of its button.
        icon: before the label.
        ending: of the file name.
        mime: its type.
        made: how it is made.
    """

    label: str
    icon: str
    ending: str
    mime: str
    made: Callable[[Photo, Finding, Provenance], bytes]


@dataclass(frozen=True, eq=False)
class SheetAnswer:
    """What is known of one photo among many.

    Attributes:
        photo: that was asked about.
        result: what the network makes of it; None if it failed.
        picture: the map over the photo, as JPEG.
        reason: why it failed, in a sentence.
    """

    photo: Photo
    result: PhotoResult | None
    picture: bytes
    reason: str


def _slide(photo: Photo, finding: Finding, provenance: Provenance) -> bytes:
    return slide_png(photo.open(), finding, provenance)


def _heatmap(photo: Photo, finding: Finding, provenance: Provenance) -> bytes:
    return exports.heatmap_npy(finding, provenance)


def _predictions(photo: Photo, finding: Finding, provenance: Provenance) -> bytes:
    return exports.predictions_csv(finding, provenance)


def _report(photo: Photo, finding: Finding, provenance: Provenance) -> bytes:
    return report_html(photo.open(), finding, provenance)


_FILES = (
    _Kind("Slide (PNG)", ":material/slideshow:", "png", "image/png", _slide),
    _Kind("Heatmap (NPY)", ":material/grid_on:", "npy", "application/octet-stream", _heatmap),
    _Kind("Predictions (CSV)", ":material/table:", "csv", "text/csv", _predictions),
    _Kind("Report (HTML)", ":material/article:", "html", "text/html", _report),
)


def _everything(photo: Photo, finding: Finding, provenance: Provenance) -> bytes:
    files = {
        f"{finding.name}.{kind.ending}": kind.made(photo, finding, provenance) for kind in _FILES
    }
    return exports.archive(files, provenance)


_ALL = _Kind("Everything (ZIP)", ":material/folder_zip:", "zip", "application/zip", _everything)


def row(asked: MethodRequest, answer: MethodAnswer) -> None:
    """Offer everything that is shown as files and as a link.

    The buttons hold what is shown, not how it was computed: the graph is not kept alive by them.

    Args:
        asked: what the page was asked, with the maps of all blocks.
        answer: the map that is shown large.
    """
    _offer(asked.photo, _finding(asked, answer))


def _finding(asked: MethodRequest, answer: MethodAnswer) -> Finding:
    analysis, question = asked.explanation.analysis, asked.question
    of_ladder = answer.heatmap is asked.maps[question.block]
    return Finding(
        photo=_described(asked.photo),
        network=analysis.network,
        frame=analysis.frame,
        framing=asked.explanation.framing,
        probabilities=analysis.probabilities,
        explained=question.explained,
        rather_than=question.rather_than,
        method=answer.method,
        block=question.block,
        heatmap=answer.heatmap,
        ladder=asked.maps,
        signed=question.signed,
        span=asked.span,
        end=None if of_ladder else answer.scale.high,
    )


def of_many(
    network: Network,
    block: str,
    framing: Framing,
    signed: bool,
    answers: Sequence[SheetAnswer],
) -> None:
    """Offer what is known of many photos as one table, and with their maps as ZIP.

    Args:
        network: that answered.
        block: that was explained.
        framing: how the photos became the network's input.
        signed: the maps hold evidence against the class, too.
        answers: one for each photo.
    """

    def row(answer: SheetAnswer) -> exports.SheetRow:
        name, result = _described(answer.photo, numbered=True), answer.result
        if result is None:
            return exports.SheetRow(name, reason=answer.reason)
        finding = Finding.of_many(name, result, network, framing, block, signed)
        return exports.SheetRow(name, finding, result.predictions, answer.picture)

    rows = [row(answer) for answer in answers]
    name = f"{network.variant.name}-grad-cam-{block}-{len(rows)}-photos"
    with st.container(horizontal=True, gap="small"):
        deferred_download(
            "Predictions (CSV)",
            ":material/table:",
            f"{name}.csv",
            "text/csv",
            lambda: exports.sheet_csv(rows),
        )
        deferred_download(
            "Maps and predictions (ZIP)",
            ":material/folder_zip:",
            f"{name}.zip",
            "application/zip",
            lambda: exports.sheet_zip(rows),
        )


def _offer(photo: Photo, finding: Finding) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="take_along"):
        st.markdown("**Take it with you**", width="content")
        for kind in (*_FILES, _ALL):
            _button(kind, photo, finding)
        copy_link.copy()


def _button(kind: _Kind, photo: Photo, finding: Finding) -> None:
    def made() -> bytes:
        return kind.made(photo, finding, Provenance.of(finding))

    deferred_download(kind.label, kind.icon, f"{finding.name}.{kind.ending}", kind.mime, made)


def _described(photo: Photo, numbered: bool = False) -> str:
    """Say what the photo is; the reader's own has no name here, and among many a number."""
    sample = photo.sample
    if sample is None:
        return photo.title if numbered else UPLOAD
    return f"{sample.title}, {sample.source} ({sample.licence})"
