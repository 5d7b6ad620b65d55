"""Explanations as files: the map, the predictions, and everything in one archive."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from explorer.array_types import Map
from explorer.explain.finding import Finding
from explorer.explain.provenance import Provenance

if TYPE_CHECKING:
    from explorer.explain.analysis import Prediction

TOP = 5  # classes listed for each of many photos
README, RECORD = "README.txt", "provenance.json"


class Record(Protocol):
    """What an export says of its origin: a `Provenance`, or a `FigureRecord`."""

    @property
    def title(self) -> str:
        """What is shown, in a line."""

    @property
    def made(self) -> str:
        """When it was made, as ISO 8601 in UTC."""

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a name and a value, for people to read."""

    def record(self) -> dict[str, Any]:
        """Return everything by name, for JSON."""


def maps_npy(maps: Sequence[Map], records: Sequence[Record]) -> bytes:
    """Encode maps in NumPy's format, followed by their records as a last array, a JSON text.

    `np.load(path)` returns the first map. From an open file, each further `np.load(file)` returns
    the next map, and the last one the text.
    """
    buffer = io.BytesIO()
    for heatmap in maps:
        np.save(buffer, heatmap)
    np.save(buffer, np.array(as_json(records)))
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
            files[f"{name}.npy"] = maps_npy([row.finding.heatmap], [Provenance.of(row.finding)])
    return _zip(files, datetime.now(UTC))


def archive(files: Mapping[str, bytes], records: Sequence[Record]) -> bytes:
    """Pack files into a ZIP, with a README for people and the records as JSON.

    Args:
        files: name -> content.
        records: the records of all the files, one or more.
    """
    extra = {README: notes(records, files).encode(), RECORD: as_json(records).encode()}
    return _zip(extra | dict(files), datetime.fromisoformat(records[0].made))


def _zip(files: Mapping[str, bytes], made: datetime) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive_file:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, made.timetuple()[:6])
            archive_file.writestr(info, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def as_json(records: Sequence[Record]) -> str:
    """Return one record as an object, and several as a list of them."""
    each = [record.record() for record in records]
    return json.dumps(each[0] if len(each) == 1 else each, indent=2, ensure_ascii=False)


def notes(records: Sequence[Record], files: Iterable[str] = ()) -> str:
    """Write records for people: what each is, and where it comes from.

    Args:
        records: the records.
        files: names of the files that they belong to, to be described at the end.
    """
    parts = []
    for record in records:
        facts = [f"{name}: {value}" for name, value in record.facts]
        parts.append("\n".join([record.title, "", *facts]))
    described = [f"  {name}  {_FILE_DESCRIPTIONS[name.rpartition('.')[2]]}" for name in files]
    if described:
        described.append(f"  {RECORD}  all of the above, for programs")
        parts.append("\n".join(["Files", *described]))
    return "\n\n".join(parts) + "\n"


_FILE_DESCRIPTIONS = {
    "png": "a slide, with the pictures as the page showed them",
    "npy": "the values themselves: numpy.load(file)",
    "csv": "every class with its probability",
    "jpg": "a photo with its map",
    "txt": "notes for whoever presents it",
    "html": "the report; opens in any browser, without a network",
}
