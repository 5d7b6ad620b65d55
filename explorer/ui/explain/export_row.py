"""The row of downloads: an explanation as files, made on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from explorer.explain import exports
from explorer.explain.finding import UPLOAD, Finding
from explorer.explain.provenance import Provenance
from explorer.figures.explain.report import report_html
from explorer.figures.explain.slide import slide_png
from explorer.ui.components.deferred_download import deferred_download
from explorer.ui.photos.session_photos import Photo

if TYPE_CHECKING:
    from explorer.explain.analysis import Prediction
    from explorer.explain.batches import PhotoResult
    from explorer.networks.network import Network
    from explorer.photos.geometry import Framing
    from explorer.ui.explain.attribution_methods import MethodAnswer, MethodRequest


@dataclass(frozen=True)
class _FileKind:
    """A kind of file to download.

    Attributes:
        label: text of the download button.
        icon: Material icon in front of the label.
        ending: extension of the file name, without the dot.
        mime: MIME type of the file.
        make: function that returns the content of the file.
    """

    label: str
    icon: str
    ending: str
    mime: str
    make: Callable[[Photo, Finding, Provenance], bytes]


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


def _slide(photo: Photo, finding: Finding, provenance: Provenance) -> bytes:
    return slide_png(photo.open(), finding, provenance)


def _heatmap(photo: Photo, finding: Finding, provenance: Provenance) -> bytes:
    return exports.heatmap_npy(finding, provenance)


def _predictions(photo: Photo, finding: Finding, provenance: Provenance) -> bytes:
    return exports.predictions_csv(finding, provenance)


def _report(photo: Photo, finding: Finding, provenance: Provenance) -> bytes:
    return report_html(photo.open(), finding, provenance)


_FILES = (
    _FileKind("Slide (PNG)", ":material/slideshow:", "png", "image/png", _slide),
    _FileKind("Heatmap (NPY)", ":material/grid_on:", "npy", "application/octet-stream", _heatmap),
    _FileKind("Predictions (CSV)", ":material/table:", "csv", "text/csv", _predictions),
    _FileKind("Report (HTML)", ":material/article:", "html", "text/html", _report),
)


def _everything(photo: Photo, finding: Finding, provenance: Provenance) -> bytes:
    files = {
        f"{finding.name}.{kind.ending}": kind.make(photo, finding, provenance) for kind in _FILES
    }
    return exports.archive(files, provenance)


_ALL = _FileKind("Everything (ZIP)", ":material/folder_zip:", "zip", "application/zip", _everything)


def row(request: MethodRequest, answer: MethodAnswer) -> None:
    """Offer the explanation on the page as files.

    The buttons hold the explanation, not its autograd graph, so they do not keep the graph alive.

    Args:
        request: the photo and the question of the page, with the maps of all blocks.
        answer: the map over the large photo.
    """
    _buttons(request.photo, finding_of(request, answer))


def finding_of(request: MethodRequest, answer: MethodAnswer) -> Finding:
    """Return the explanation on the page without its graph."""
    analysis, question = request.explanation.analysis, request.question
    of_ladder = answer.heatmap is request.maps[question.block]
    return Finding(
        photo=_photo_title(request.photo),
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
) -> None:
    """Offer the answers for many photos as one table, and with their maps as a ZIP file.

    Args:
        network: the network that answered.
        block: name of the block at which the maps were taken.
        framing: how the photos became the network's input.
        signed: whether the maps hold evidence against the class, too.
        answers: the answers, one for each photo.
    """
    rows = [_sheet_row(answer, network, block, framing, signed) for answer in answers]
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


def _sheet_row(
    answer: SheetAnswer, network: Network, block: str, framing: Framing, signed: bool
) -> exports.SheetRow:
    """Return one photo's row of the table; arguments as for `of_many`."""
    photo, result = answer.photo, answer.result
    row = exports.SheetRow(
        _photo_title(photo, numbered=True),
        reason=answer.reason,
        file=photo.file,
        expected=answer.expected,
        beside=answer.beside,
    )
    if result is None:
        return row
    finding = Finding.of_many(_photo_title(photo), result, network, framing, block, signed)
    return replace(row, finding=finding, predictions=result.predictions, picture=answer.picture)


def _buttons(photo: Photo, finding: Finding) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="take_along"):
        st.markdown("**Take it with you**", width="content")
        for kind in (*_FILES, _ALL):
            _button(kind, photo, finding)


def _button(kind: _FileKind, photo: Photo, finding: Finding) -> None:
    def content() -> bytes:
        return kind.make(photo, finding, Provenance.of(finding))

    deferred_download(kind.label, kind.icon, f"{finding.name}.{kind.ending}", kind.mime, content)


def _photo_title(photo: Photo, numbered: bool = False) -> str:
    """Name a sample with its source, and a reader's own photo by its file or its number."""
    sample = photo.sample
    if sample is None:
        return photo.title if numbered else photo.file or UPLOAD
    return f"{sample.title}, {sample.source} ({sample.licence})"
