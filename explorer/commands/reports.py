"""What `explain` prints about a photo: a block to read, or one JSON object in one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.commands.outputs import one_line

if TYPE_CHECKING:
    from explorer.errors import ImageError
    from explorer.explain.analysis import Analysis, Map, Prediction
    from explorer.explain.methods import Method


@dataclass(frozen=True)
class ExplainRequest:
    """What is asked about every photo of a call.

    Attributes:
        method: how to explain.
        layer: the block to explain at; of no account to most methods that explain pixels.
        target: index of the class to explain; None for the predicted one.
        rather_than: index of a class to set against it, or None.
        signed: keep the evidence against the class.
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
    """The answer for one photo, and where it lies.

    Attributes:
        photo: its absolute path.
        question: what was asked.
        analysis: the pass of the photo.
        target: the class that is explained.
        heatmap: on the block's own grid, or the input's for a method of pixels; float32, (h, w).
        overlay_file: the picture, an absolute path.
        heatmap_file: the map, an absolute path.
        seconds: wall time of analysis and heatmap.
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
    """Return everything in one line, for scripts."""
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
    """Return in one line that a photo could not be read, for scripts."""
    return json.dumps({"photo": str(photo.absolute()), "error": str(error)})


def text_block(explanation: ExplainReport) -> str:
    """Return everything as lines to read."""
    return "\n".join(_lines(explanation))


def _lines(explanation: ExplainReport) -> Iterator[str]:
    from explorer.explain.evidence import in_words

    network, heatmap = explanation.analysis.network, explanation.heatmap
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
    yield f"            {in_words(heatmap)}"
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
