"""Explanations as files: the map, the predictions, and everything in one archive."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from explorer.explain.finding import Finding
from explorer.explain.provenance import Provenance

if TYPE_CHECKING:
    from explorer.explain.analysis import Prediction

TOP = 5  # classes listed for each of many photos
README, RECORD = "README.txt", "provenance.json"


def heatmap_npy(finding: Finding, provenance: Provenance) -> bytes:
    """Encode the map in NumPy's format, followed by the record as a second array, a JSON text.

    `np.load(path)` returns the map. From an open file a second `np.load(file)` returns the text.
    """
    buffer = io.BytesIO()
    np.save(buffer, finding.heatmap)
    np.save(buffer, np.array(_json(provenance)))
    return buffer.getvalue()


def predictions_csv(finding: Finding, provenance: Provenance) -> bytes:
    """List all classes, the most probable first; the first row carries the record.

    Returns:
        CSV in UTF-8, with a byte order mark by which spreadsheets recognise the encoding.
    """
    probabilities, labels = finding.probabilities, finding.network.labels
    record = provenance.record() | {"versions": provenance.versions_in_words}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["rank", "index", "label", "probability", *record])
    for rank, index in enumerate(np.argsort(-probabilities, kind="stable"), start=1):
        cells = [rank, index, labels[index], f"{probabilities[index]:.6g}"]
        said = record.values() if rank == 1 else [""] * len(record)
        writer.writerow([_as_text(cell) for cell in (*cells, *said)])
    return text.getvalue().encode("utf-8-sig")


@dataclass(frozen=True)
class SheetRow:
    """One photo of many.

    Attributes:
        photo: a description of the photo, e.g. its title.
        finding: the explanation of the photo; None if the photo failed.
        predictions: the most probable classes, best first.
        picture: the map over the photo, as JPEG.
        reason: why the photo failed, in a sentence; "" if it did not.
        file: name of the reader's file; "" if there is none.
        expected: label that the photo should have; "" if it is not known.
        beside: most probable class of a second network; None without one.
    """

    photo: str
    finding: Finding | None = None
    predictions: tuple[Prediction, ...] = ()
    picture: bytes = b""
    reason: str = ""
    file: str = ""
    expected: str = ""
    beside: Prediction | None = None


def sheet_csv(rows: Sequence[SheetRow]) -> bytes:
    """List photos, one per row, with their files and best classes, or why they failed.

    What is the same for all of them is in the first row that has an answer, and in no other.
    """
    best = [f"{part}_{rank}" for rank in range(1, TOP + 1) for part in ("class", "probability")]
    names = ["photo", "file", "expected", "reason", *best, "beside", "beside_probability"]
    of_all = [field.name for field in fields(Provenance) if field.name not in ("photo", *_OF_EACH)]
    text, is_said = io.StringIO(newline=""), False
    table = csv.DictWriter(text, [*names, *_OF_EACH, *of_all], restval="", extrasaction="ignore")
    table.writeheader()
    for row in rows:
        cells = _answer_cells(row)
        if row.finding is not None:
            provenance = Provenance.of(row.finding)
            record = provenance.record() | {"versions": provenance.versions_in_words}
            kept = {name: record[name] for name in (*_OF_EACH, *([] if is_said else of_all))}
            cells, is_said = kept | cells, True
        table.writerow({name: _as_text(value) for name, value in cells.items()})
    return text.getvalue().encode("utf-8-sig")


_OF_EACH = (
    "block",
    "target",
    "target_probability",
    "low",
    "high",
    "strongest",
)  # differ between photos


def _answer_cells(row: SheetRow) -> dict[str, object]:
    cells: dict[str, object] = {"photo": row.photo, "file": row.file, "expected": row.expected}
    cells["reason"] = row.reason
    for rank, prediction in enumerate(row.predictions, start=1):
        cells[f"class_{rank}"] = prediction.label
        cells[f"probability_{rank}"] = f"{prediction.probability:.6g}"
    if row.beside is not None:
        cells["beside"] = row.beside.label
        cells["beside_probability"] = f"{row.beside.probability:.6g}"
    return cells


def _as_text(value: object) -> object:
    """Keep a spreadsheet from taking a name for a formula, which could run a program."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet_zip(rows: Sequence[SheetRow]) -> bytes:
    """Pack the maps of many photos with their table; maps are numbered like its rows."""
    files = {"photos.csv": sheet_csv(rows)}
    for number, row in enumerate(rows, start=1):
        if row.finding is not None:
            name = f"{number:03}-{row.finding.name}"
            files[f"{name}.jpg"] = row.picture
            files[f"{name}.npy"] = heatmap_npy(row.finding, Provenance.of(row.finding))
    return _zip(files, datetime.now(UTC))


def archive(files: Mapping[str, bytes], provenance: Provenance) -> bytes:
    """Pack files into a ZIP, with a README for people and the record as JSON.

    Args:
        files: name -> content.
        provenance: the provenance of all the files.
    """
    extra = {README: _readme(files, provenance).encode(), RECORD: _json(provenance).encode()}
    return _zip(extra | dict(files), datetime.fromisoformat(provenance.made))


def _zip(files: Mapping[str, bytes], made: datetime) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive_file:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, made.timetuple()[:6])
            archive_file.writestr(info, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _json(provenance: Provenance) -> str:
    return json.dumps(provenance.record(), indent=2, ensure_ascii=False)


def _readme(files: Mapping[str, bytes], provenance: Provenance) -> str:
    """Describe the files and where they come from."""
    facts = [f"{name}: {value}" for name, value in provenance.facts]
    return "\n".join(
        [
            f"{provenance.method} for {provenance.question}",
            "",
            *facts,
            "",
            "Files",
            *(f"  {name}  {_FILE_DESCRIPTIONS[name.rpartition('.')[2]]}" for name in files),
            f"  {RECORD}  all of the above, for programs",
            "",
        ]
    )


_FILE_DESCRIPTIONS = {
    "png": "the photo with the map in its place, for a slide",
    "npy": "the map itself, float32: numpy.load(file)",
    "csv": "every class with its probability",
    "html": "the report; opens in any browser, without a network",
}
