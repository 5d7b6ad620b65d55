"""Choice of the run to show: the latest, one that ships, one kept on disk, or one from a file."""

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
_UPLOAD, _UPLOADER, _PROBLEM = "other_device_file", "other_device_round", "other_device_problem"
_FILES, _COMPLAINTS, _LATEST_NEXT = "measurement_files", "measurement_complaints", "turn_to_latest"
_MAX_UPLOAD_MB = 20
_MOST_FILES = 8  # per session


@dataclass(frozen=True, eq=False)
class OfferedRun:
    """A run that the reader can choose.

    Attributes:
        id: key of the run among all offered runs.
        title: origin, device and day of the run, for readers.
        run: the run itself.
    """

    id: str
    title: str
    run: Run


def picker() -> OfferedRun | None:
    """Let the reader choose a run; return None if there is none at all."""
    offered = _offered()
    if not offered:
        return None
    if LATEST in offered and st.session_state.pop(_LATEST_NEXT, False):
        st.session_state[_PICK] = LATEST
    if st.session_state.get(_PICK) not in offered:
        st.session_state[_PICK] = next(iter(offered))
    chosen = st.selectbox(
        "Measurements",
        list(offered),
        format_func=lambda id: offered[id].title,
        key=_PICK,
        persist_state="session",
        width=420,
    )
    return offered[chosen]


def show_latest() -> None:
    """Select the run that this session started last as soon as it has a row."""
    st.session_state[_LATEST_NEXT] = True


def complaints() -> list[str]:
    """Return a sentence for each file that could not be read, kept for the session."""
    sentences: list[str] = st.session_state.setdefault(_COMPLAINTS, [])
    return sentences


def other(shown: OfferedRun) -> OfferedRun | None:
    """Let the reader choose a second run, or upload one; return None without a choice."""
    left, right = st.columns(2, gap="large", vertical_alignment="bottom")
    with right:
        _upload()
    others = {id: offer for id, offer in _offered().items() if id != shown.id}
    if st.session_state.get(_OTHER) not in others:
        st.session_state[_OTHER] = None
    with left:
        chosen = st.selectbox(
            "Compare with",
            list(others),
            index=None,
            format_func=lambda id: others[id].title,
            key=_OTHER,
            placeholder="another measurement",
            persist_state="session",
        )
    return others.get(chosen) if chosen else None


def as_json(run: Run) -> bytes:
    """Encode a run as a file that the app can read again."""
    from explorer.costs.result_files import to_json

    return to_json(run).encode()


def _offered() -> dict[str, OfferedRun]:
    """Return the runs by id, in the order in which a reader would look for them."""
    offers: list[OfferedRun] = []
    run = benchmark_job.measured(benchmark_job.current())
    latest = run if run is not None and run.machine else None
    if latest is not None:
        offers.append(OfferedRun(LATEST, f"Just measured: {_title(latest)}", latest))
    offers += _from_disk("reference", "Reference", _references())
    kept = _from_disk("kept", "Measured here", _kept())
    offers += [offer for offer in kept if latest is None or offer.run.started != latest.started]
    files: list[Run] = st.session_state.get(_FILES, [])
    offers += [
        OfferedRun(f"file-{number}", f"From file {number + 1}: {_title(run)}", run)
        for number, run in enumerate(files)
    ]
    return {offer.id: offer for offer in offers}


def _title(run: Run) -> str:
    return f"{_device(run)} · {day(run)}"


def _device(run: Run) -> str:
    return run.machine.model if run.machine else "unknown device"


def _from_disk(kind: str, heading: str, folder: StoredRuns) -> list[OfferedRun]:
    for complaint in folder.complaints:
        if complaint not in complaints():
            complaints().append(complaint)
    return [
        OfferedRun(
            f"{kind}-{stored.path.stem}", f"{heading}: {_long_title(stored.run, kind)}", stored.run
        )
        for stored in folder.runs
    ]


def _long_title(run: Run, kind: str) -> str:
    """Return a title with the time for kept runs, of which a day may have several.

    Of a reference the day is said below it.
    """
    if kind == "kept":
        return f"{_title(run)}, {run.started[11:16]} UTC"
    return f"{_device(run)} · {_extent(run)}"


def _extent(run: Run) -> str:
    """Describe how many networks and batch sizes a run has."""
    networks = len({row.setup.model for row in run.rows})
    batches = {row.setup.batch_size for row in run.rows}
    spread = f", batches {min(batches)} to {max(batches)}" if len(batches) > 1 else ""
    return f"{networks} networks{spread}"


@st.cache_resource(show_spinner=False)
def _references() -> StoredRuns:
    from explorer.costs.result_files import references

    return references()


def _kept() -> StoredRuns:
    """Read the reader's folder, or return the cached runs if no file has changed."""
    from explorer.costs.result_files import folder

    return _read(tuple(_file_state(file) for file in sorted(folder().glob("*/*.json"))))


def _file_state(file: Path) -> tuple[str, int]:
    """Return a file's path and time of modification in ns."""
    try:
        return str(file), file.stat().st_mtime_ns
    except OSError:  # deleted in the meantime
        return str(file), 0


@st.cache_resource(show_spinner=False, max_entries=2)
def _read(state: Sequence[tuple[str, int]]) -> StoredRuns:
    """Read the reader's folder; a new `state` of its files invalidates the cache."""
    from explorer.costs.result_files import stored

    return stored()


def _upload() -> None:
    """Offer to upload a run from another device; replace the uploader to free the file."""
    number = st.session_state.setdefault(_UPLOADER, 0)
    file = st.file_uploader(
        "Results from another device (JSON)",
        type="json",
        key=f"{_UPLOAD}_{number}",
        max_upload_size=_MAX_UPLOAD_MB,
        help=with_glossary(
            "A file that this app wrote there: Results (JSON), or what the command kept."
        ),
    )
    if file is not None:
        st.session_state[_UPLOADER] = number + 1
        _select_file(file.getvalue())
        st.rerun()  # the list of runs was drawn without it
    if st.session_state.get(_PROBLEM):
        error_messages.show(st.session_state[_PROBLEM])


def _select_file(encoded: bytes) -> None:
    """Select the run in a file for comparison, or keep the reason why it is refused."""
    try:
        st.session_state[_OTHER] = f"file-{_file_index(encoded)}"
    except ResultError as error:
        st.session_state[_PROBLEM] = error_messages.sentence(error)
    else:
        st.session_state.pop(_PROBLEM, None)


def _file_index(encoded: bytes) -> int:
    """Return the index of a file among the session's; append it if it is new."""
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
