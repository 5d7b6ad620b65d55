"""Which measurements the page shows: the latest, those that ship, those kept, or a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from explorer.costs.comparison_export import day
from explorer.errors import ResultError
from explorer.ui.costs import benchmark_job
from explorer.ui.frame import error_messages
from explorer.ui.frame.help_texts import with_glossary

if TYPE_CHECKING:
    from explorer.costs.measurements import Run
    from explorer.costs.result_files import StoredRuns

LATEST = "latest"
_PICK, _OTHER = "pick_measurement", "pick_other_measurement"
_UPLOAD, _ROUND, _PROBLEM = "other_device_file", "other_device_round", "other_device_problem"
_FILES, _COMPLAINTS, _TURN = "measurement_files", "measurement_complaints", "turn_to_latest"
_MEGABYTES = 20
_MOST_FILES = 8  # that a session keeps


@dataclass(frozen=True, eq=False)
class OfferedRun:
    """A measurement to choose.

    Attributes:
        id: among all that are offered.
        title: for people: where it comes from, device and day.
        run: what was measured.
    """

    id: str
    title: str
    run: Run


def picker() -> OfferedRun | None:
    """Let the reader choose a measurement; None if there is none at all."""
    offered = _offered()
    if not offered:
        return None
    if LATEST in offered and st.session_state.pop(_TURN, False):
        st.session_state[_PICK] = LATEST
    if st.session_state.get(_PICK) not in offered:
        st.session_state[_PICK] = next(iter(offered))
    chosen = st.selectbox(
        "Measurements",
        list(offered),
        format_func=lambda name: offered[name].title,
        key=_PICK,
        persist_state="session",
        width=370,
    )
    return offered[chosen]


def show_latest() -> None:
    """Turn to the measurement that this session started last, as soon as it has a row."""
    st.session_state[_TURN] = True


def complaints() -> list[str]:
    """What could not be read, a sentence each; they stay for the session."""
    found: list[str] = st.session_state.setdefault(_COMPLAINTS, [])
    return found


def other(shown: OfferedRun) -> OfferedRun | None:
    """Let the reader take a second measurement, or a file; None if they have not."""
    left, right = st.columns(2, gap="large", vertical_alignment="bottom")
    with right:
        _upload()
    others = {name: one for name, one in _offered().items() if name != shown.id}
    if st.session_state.get(_OTHER) not in others:
        st.session_state[_OTHER] = None
    with left:
        chosen = st.selectbox(
            "Compare with",
            list(others),
            index=None,
            format_func=lambda name: others[name].title,
            key=_OTHER,
            placeholder="another measurement",
            persist_state="session",
        )
    return others.get(chosen) if chosen else None


def as_json(run: Run) -> bytes:
    """Encode a measurement as the file that can be read again."""
    from explorer.costs.result_files import to_json

    return to_json(run).encode()


def _offered() -> dict[str, OfferedRun]:
    """List the measurements, those first that a reader would look for first."""
    found: list[OfferedRun] = []
    job = benchmark_job.current()
    latest = job.run if job is not None and job.run is not None and job.run.machine else None
    if latest is not None:
        found.append(OfferedRun(LATEST, f"Just measured: {_title(latest)}", latest))
    found += _from_disk("reference", "Reference", _references())
    kept = _from_disk("kept", "Measured here", _kept())
    found += [one for one in kept if latest is None or one.run.started != latest.started]
    files: list[Run] = st.session_state.get(_FILES, [])
    found += [
        OfferedRun(f"file-{number}", f"From file {number + 1}: {_title(run)}", run)
        for number, run in enumerate(files)
    ]
    return {one.id: one for one in found}


def _title(run: Run) -> str:
    device = run.machine.model if run.machine else "unknown device"
    return f"{device} · {day(run)}"


def _from_disk(kind: str, heading: str, stored: StoredRuns) -> list[OfferedRun]:
    for complaint in stored.complaints:
        if complaint not in complaints():
            complaints().append(complaint)
    return [
        OfferedRun(f"{kind}-{one.path.stem}", f"{heading}: {_at(one.run, kind)}", one.run)
        for one in stored.runs
    ]


def _at(run: Run, kind: str) -> str:
    """Name a measurement; of those made here there may be several a day."""
    if kind == "kept":
        return f"{_title(run)}, {run.started[11:16]} UTC"
    return f"{_title(run)} · {_extent(run)}"


def _extent(run: Run) -> str:
    """Say how much was measured."""
    networks = len({row.setup.model for row in run.rows})
    batches = {row.setup.batch_size for row in run.rows}
    spread = f", batches of {min(batches)} to {max(batches)}" if len(batches) > 1 else ""
    return f"{networks} networks{spread}"


@st.cache_resource(show_spinner=False)
def _references() -> StoredRuns:
    from explorer.costs.result_files import references

    return references()


def _kept() -> StoredRuns:
    """Read the reader's folder, again only when something in it has changed."""
    from explorer.costs.result_files import folder

    return _read(tuple(_state(file) for file in sorted(folder().glob("*/*.json"))))


def _state(file: Path) -> tuple[str, int]:
    try:
        return str(file), file.stat().st_mtime_ns
    except OSError:  # somebody took it away meanwhile
        return str(file), 0


@st.cache_resource(show_spinner=False, max_entries=2)
def _read(state: Sequence[tuple[str, int]]) -> StoredRuns:
    """Read what lies in the folder; `state` says when that has to be done again."""
    from explorer.costs.result_files import stored

    return stored()


def _upload() -> None:
    """Take a file of measurements from another device; a new uploader then keeps none."""
    number = st.session_state.setdefault(_ROUND, 0)
    file = st.file_uploader(
        "Results from another device (JSON)",
        type="json",
        key=f"{_UPLOAD}_{number}",
        max_upload_size=_MEGABYTES,
        help=with_glossary(
            "A file that this app wrote there: Results (JSON), or what the command kept."
        ),
    )
    if file is not None:
        st.session_state[_ROUND] = number + 1
        _take(file.getvalue())
        st.rerun()  # the list of measurements was drawn without it
    if st.session_state.get(_PROBLEM):
        error_messages.show(st.session_state[_PROBLEM])


def _take(encoded: bytes) -> None:
    """Turn to the measurements of a file, or keep the reason why that cannot be."""
    try:
        st.session_state[_OTHER] = f"file-{_place(encoded)}"
    except ResultError as error:
        st.session_state[_PROBLEM] = str(error)
    else:
        st.session_state.pop(_PROBLEM, None)


def _place(encoded: bytes) -> int:
    """Return which of the session's files this is; one that is new becomes the last."""
    from explorer.costs.result_files import from_json

    files: list[Run] = st.session_state.setdefault(_FILES, [])
    run = from_json(encoded)
    if run not in files:
        if len(files) >= _MOST_FILES:
            raise ResultError(
                f"There is room for {_MOST_FILES} files; reload the page to begin with none."
            )
        files.append(run)
    return files.index(run)
