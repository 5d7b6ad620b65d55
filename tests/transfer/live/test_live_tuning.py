"""Tests of the process that fine-tunes and of the job around it."""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.background_job import JobState
from explorer.json_records import to_record
from explorer.training.live_training import QUEUE
from explorer.training.trained_parts import Scope
from explorer.transfer import fine_tuning
from explorer.transfer.fine_tuning import fine_tune, scratch_plan, starting_point, tuning_plan
from explorer.transfer.live import live_tuning
from explorer.transfer.live.live_tuning import LiveTuning
from explorer.transfer.live.tuning_process import BEST, receive, send
from explorer.transfer.tuning_epoch import Score, TuningEpoch
from patience import PATIENCE
from tiny_teaching import PREPROCESSING, tiny_network, tiny_photos, tiny_split

EPOCH = TuningEpoch(0, 2, Score(0.5, 0.75), Score(None, 0.5), 1.5, is_best=True)
# A child that keeps the weights it was sent as those of its best epoch, and says so.
KEEPS = f"""
import json, sys
from pathlib import Path
request = json.loads(sys.stdin.buffer.readline())
weights = sys.stdin.buffer.read(request["weights"])
sizes = [3 * one["rows"] * one["columns"] for one in request["learn"] + request["choose"]]
assert len(sys.stdin.buffer.read(sum(sizes))) == sum(sizes)
Path(request["folder"], {BEST!r}).write_bytes(weights)
print({json.dumps(to_record(EPOCH))!r}, flush=True)
"""
FOREVER = f"{KEEPS}\nsys.stdin.read()"


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], LiveTuning]]:
    """Start trainings whose process executes the given code; stop all of them afterwards."""
    runs: list[LiveTuning] = []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def started(code: str) -> LiveTuning:
        monkeypatch.setattr(live_tuning, "COMMAND", (sys.executable, "-c", code))
        photos, network = tiny_photos(), tiny_network()
        plan = tuning_plan(network, Scope.ALL, 2)
        run = LiveTuning(network, photos, tiny_split(photos), plan, lambda: True)
        runs.append(run)
        run.job.start()
        return run

    yield started
    for run in runs:
        run.job.cancel()
    assert QUEUE.busy == 0
    assert list(tmp_path.iterdir()) == []  # nothing of the reader's is left


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_the_process_trains_as_this_one_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    photos, network = tiny_photos(), tiny_network()
    split = tiny_split(photos)
    plan = tuning_plan(network, Scope.LAST_STAGE, 2, fixed_statistics=False, batch_size=4)
    run = LiveTuning(network, photos, split, plan, lambda: True)
    run.job.start()
    run.job.join(PATIENCE)
    assert (run.job.state, run.job.error) == (JobState.DONE, "")
    epochs = fine_tune(network, photos, split, plan)
    expected = [next(epochs) for _ in range(3)]
    assert [replace(epoch, seconds=0) for epoch in run.epochs] == [
        replace(epoch, seconds=0) for epoch in expected
    ]
    with pytest.raises(StopIteration) as end:
        next(epochs)
    assert run.module is not None
    for name, tensor in end.value.value.state_dict().items():
        assert torch.equal(run.module.state_dict()[name], tensor)
    assert list(tmp_path.iterdir()) == []


def test_what_is_sent_arrives(tmp_path: Path) -> None:
    photos, network = tiny_photos(), tiny_network()
    split = tiny_split(photos)
    stream = io.BytesIO()
    send(network, photos, split, scratch_plan(network), tmp_path, stream)
    content = stream.getvalue()
    request, tuning = receive(io.BytesIO(content), lambda: None)
    assert request.folder == str(tmp_path)
    trainer = tuning._trainer
    for part, folder in ((split.learn, trainer.photos), (split.choose, trainer.val)):
        assert folder.targets == tuple(photos.classes[part])
        expected = fine_tuning.photos_for(photos, part, PREPROCESSING)
        for ours, photo in zip(folder.photos, expected.photos, strict=True):
            np.testing.assert_array_equal(np.asarray(ours), np.asarray(photo))
    start = starting_point(network, scratch_plan(network))
    for name, tensor in start.state_dict().items():
        assert torch.equal(trainer.module.state_dict()[name], tensor)
    with pytest.raises(EOFError):
        receive(io.BytesIO(content[:-1]), lambda: None)


def test_a_stopped_training_keeps_its_best_epoch(start: Callable[[str], LiveTuning]) -> None:
    run = start(FOREVER)
    until(lambda: run.epochs)
    run.process.pause()
    assert run.process.paused
    run.process.go_on()
    assert not run.process.paused
    run.job.cancel()
    assert (run.job.state, run.epochs) == (JobState.CANCELLED, [EPOCH])
    assert run.module is not None
    assert torch.equal(run.module.conv1.weight, tiny_network().module.conv1.weight)
    assert not run.process.paused


def test_a_training_that_breaks_off_keeps_it_too(start: Callable[[str], LiveTuning]) -> None:
    run = start(f"{KEEPS}\nraise SystemExit(3)")
    run.job.join(PATIENCE)
    assert (run.job.state, run.job.error) == (JobState.FAILED, live_tuning.BROKE_OFF)
    assert run.module is not None
    none = start("raise SystemExit(3)")
    none.job.join(PATIENCE)
    assert (none.job.state, none.epochs, none.module) == (JobState.FAILED, [], None)


def test_one_training_at_a_time_of_whatever_kind(start: Callable[[str], LiveTuning]) -> None:
    with QUEUE.take():
        run = start(KEEPS)
        until(lambda: run.job.place == 1)
        run.process.pause()
        assert (run.job.state, run.process.paused) == (JobState.WAITING, False)
    run.job.join(PATIENCE)
    assert (run.job.state, run.job.place) == (JobState.DONE, 0)


def test_photos_that_no_training_can_use_end_it_with_a_sentence(
    start: Callable[[str], LiveTuning], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fine_tuning, "MOST_BYTES", 1_000)
    run = start(KEEPS)
    run.job.join(PATIENCE)
    assert run.job.state is JobState.FAILED
    assert "train with fewer" in run.job.error
