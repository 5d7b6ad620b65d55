"""The output of `explain` for one photo: text to read, or a JSON object in one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.array_types import Map
from explorer.commands.outputs import one_line

if TYPE_CHECKING:
    from explorer.errors import ImageError
    from explorer.explain.analysis import Analysis, Prediction
    from explorer.explain.method_catalogue import Method


@dataclass(frozen=True)
class ExplainRequest:
    """The question about every photo of a call.

    Attributes:
        method: method of explanation.
        layer: block to explain; most methods that explain pixels ignore it.
        target: index of the class to explain; None for the predicted one.
        rather_than: index of a class to compare with, or None.
        signed: whether to keep the evidence against the class.
        frame: "crop" or "whole".
    """

    method: Method
    layer: str
    target: int | None
    rather_than: int | None
    signed: bool
    frame: str


@dataclass(frozen=True, eq=False)
class ExplainReport:
    """The answer for one photo, and its files.

    Attributes:
        photo: absolute path of the photo.
        question: question that is answered.
        analysis: analysis of the photo.
        target: explained class.
        heatmap: heatmap on the block's grid, or on the input's for a method that explains pixels;
            float32, shape (h, w).
        overlay_file: absolute path of the picture.
        heatmap_file: absolute path of the heatmap.
        seconds: wall time of analysis and heatmap in seconds.
    """

    photo: Path
    question: ExplainRequest
    analysis: Analysis
    target: Prediction
    heatmap: Map
    overlay_file: Path
    heatmap_file: Path
    seconds: float


def json_object(explanation: ExplainReport) -> str:
    """Return the report as a JSON object in one line, for scripts."""
    network = explanation.analysis.network
    return json.dumps(
        {
            "photo": str(explanation.photo),
            "variant": network.variant.name,
            "weights": network.weights.name,
            "device": str(network.device),
            "dtype": network.precision.value,
            "predictions": [asdict(p) for p in explanation.analysis.predictions],
            "target": {"index": explanation.target.index, "label": explanation.target.label},
            "method": explanation.question.method.name,
            "layer": explanation.question.layer,
            "heatmap": str(explanation.heatmap_file),
            "overlay": str(explanation.overlay_file),
            "seconds": explanation.seconds,
        }
    )


def json_error(photo: Path, error: ImageError) -> str:
    """Return a JSON object in one line about a photo that could not be read, for scripts."""
    return json.dumps({"photo": str(photo.absolute()), "error": str(error)})


def text_block(explanation: ExplainReport) -> str:
    """Return the report as text to read."""
    return "\n".join(_lines(explanation))


def _lines(explanation: ExplainReport) -> Iterator[str]:
    from explorer.explain.evidence_in_words import in_words

    analysis, heatmap = explanation.analysis, explanation.heatmap
    network = analysis.network
    quantity = explanation.question.method.quantity
    yield one_line(explanation.photo)
    yield (
        f"  network   {network.variant.title}, {network.weights.line} "
        f"({network.device}, {network.precision})"
    )
    yield f"  explains  {_subject(explanation)}"
    yield from (f"  {row}" for row in _table(explanation))
    yield f"  heatmap   {one_line(explanation.heatmap_file)}"
    yield (
        f"            {heatmap.shape[0]} x {heatmap.shape[1]} values "
        f"from {heatmap.min():.3g} to {heatmap.max():.3g}"
    )
    yield f"            {in_words(heatmap, analysis.frame, quantity)}"
    yield f"  overlay   {one_line(explanation.overlay_file)}"
    yield f"  time      {explanation.seconds:.3f} s"


def _subject(explanation: ExplainReport) -> str:
    question, labels = explanation.question, explanation.analysis.network.labels
    other = "" if question.rather_than is None else f" rather than {labels[question.rather_than]}"
    place = f" at {question.layer}" if question.method.of_block else ""
    return f"{explanation.target.label}{other}, by {question.method.title}{place}"


def _table(explanation: ExplainReport) -> Iterator[str]:
    """List the most probable classes, and the explained one if it is not among them."""
    rows = list(explanation.analysis.predictions)
    if explanation.target.index not in [row.index for row in rows]:
        rows.append(explanation.target)
    width = max(len(row.label) for row in rows)
    for row in rows:
        mark = ">" if row.index == explanation.target.index else " "
        yield f"{mark} {row.label:{width}}  {100 * row.probability:6.2f} %  class {row.index}"
