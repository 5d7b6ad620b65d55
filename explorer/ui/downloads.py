"""What is shown, to take along: as files that are made when they are asked for, and as a link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer import exports
from explorer.figures.heatmaps import Scale
from explorer.figures.report import report_html
from explorer.figures.slide import slide_png
from explorer.provenance import UPLOAD, Finding, Provenance, Span
from explorer.ui import links, shelf
from explorer.ui.explanations import Ladder
from explorer.ui.photos import Photo
from explorer.ui.question import Question

if TYPE_CHECKING:
    from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

    from explorer.analysis import Analysis
    from explorer.attribution import Method
    from explorer.geometry import Framing
    from explorer.provenance import Map


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


def row(
    photo: Photo,
    analysis: Analysis,
    question: Question,
    maps: Ladder,
    framing: Framing,
    span: Span = Span.OWN,
    method: Method | None = None,
    heatmap: Map | None = None,
    scale: Scale | None = None,
) -> None:
    """Offer everything that is shown as files and as a link.

    The buttons hold what is shown, not how it was computed: the graph is not kept alive by them.

    Args:
        photo: that is explained.
        analysis: of the photo.
        question: that the maps answer.
        maps: block name -> Grad-CAM there.
        framing: how the photo became the network's input.
        span: the maps that share a scale.
        method: that made the map shown large; None for Grad-CAM.
        heatmap: that map; None for the one of `maps`.
        scale: of that map; None for the one that `span` says.
    """
    from explorer.attribution import METHODS

    shown = maps[question.block] if heatmap is None else heatmap
    of_ladder = shown is maps[question.block]
    finding = Finding(
        photo=_described(photo),
        network=analysis.network,
        frame=analysis.frame,
        framing=framing,
        probabilities=analysis.probabilities,
        explained=question.explained,
        rather_than=question.rather_than,
        method=method or METHODS["grad-cam"],
        block=question.block,
        heatmap=shown,
        ladder=maps,
        signed=question.signed,
        span=span,
        end=None if of_ladder or scale is None else scale.high,
    )
    _offer(photo, finding)


def _offer(photo: Photo, finding: Finding) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="take_along"):
        st.markdown("**Take it with you**", width="content")
        for kind in (*_FILES, _ALL):
            _button(kind, photo, finding)
        links.copy()


def _button(kind: _Kind, photo: Photo, finding: Finding) -> None:
    st.download_button(
        kind.label,
        data=partial(_made, kind, photo, finding, get_script_run_ctx()),
        file_name=f"{finding.name}.{kind.ending}",
        mime=kind.mime,
        key=f"take_{kind.ending}",
        icon=kind.icon,
        on_click="ignore",
    )


def _made(kind: _Kind, photo: Photo, finding: Finding, reader: ScriptRunContext | None) -> bytes:
    """Make a file; this runs in a thread of the server, when the reader asks for it."""
    content = kind.made(photo, finding, Provenance.of(finding))
    if reader is not None:
        shelf.keep(content, kind.mime, f"{finding.name}.{kind.ending}", reader)
    return content


def _described(photo: Photo) -> str:
    """Say what the photo is; the reader's own has no name here."""
    sample = photo.sample
    return UPLOAD if sample is None else f"{sample.title}, {sample.source} ({sample.licence})"
