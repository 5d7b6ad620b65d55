"""Tests of explorer/background_job.py, with work that waits until it is told to go on."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable, Generator
from types import SimpleNamespace

import pytest

from explorer import background_job
from explorer.background_job import BackgroundJob, JobCancelled, JobState
from explorer.errors import RequestError
from explorer.fair_queue import FairQueue
from patience import PATIENCE

BROKE_OFF = "It broke off; start it again."
Work = Callable[[], Generator[int, None, None]]


class CountingWork:
    """Work that counts its updates, the first at once, and each further one when it is told to."""

    def __init__(self) -> None:
        self.has_begun, self.is_closed = threading.Event(), threading.Event()
        self._may_go_on = threading.Semaphore(0)

    def __call__(self) -> Generator[int, None, None]:
        try:
            for number in range(1, 3):
                self.has_begun.set()
                yield number
                assert self._may_go_on.acquire(timeout=PATIENCE)
        finally:
            self.is_closed.set()

    def go_on(self, times: int = 1) -> None:
        self._may_go_on.release(times)


def job_of(work: Work, queue: FairQueue | None = None) -> BackgroundJob[int]:
    return BackgroundJob(work, queue or FairQueue(1), lambda: True, BROKE_OFF)


def ended(work: Work) -> BackgroundJob[int]:
    """A job that has run to its end."""
    job = job_of(work)
    job.start()
    job.join(PATIENCE)
    return job


def in_line(job: BackgroundJob[int]) -> threading.Event:
    """Tell when a job, not started yet, has asked for its reader for the first time."""
    asked = threading.Event()

    def is_here() -> bool:
        asked.set()
        return True

    job.is_here = is_here
    return asked


def test_a_job_hands_out_its_updates_and_is_done() -> None:
    work = CountingWork()
    job = job_of(work)
    assert (job.state, job.latest) == (JobState.WAITING, None)
    job.start()
    assert work.has_begun.wait(PATIENCE)
    assert (job.state, job.alive, job.place) == (JobState.RUNNING, True, 0)
    work.go_on(2)
    job.join(PATIENCE)
    assert (job.state, job.alive, job.latest, job.error) == (JobState.DONE, False, 2, "")


def test_an_update_can_be_seen_before_the_next_one() -> None:
    seen: list[int | None] = []

    def looking() -> Generator[int, None, None]:
        for number in (1, 2):
            yield number
            seen.append(job.latest)

    job = job_of(looking)
    job.start()
    job.join(PATIENCE)
    assert seen == [1, 2]


def test_of_two_jobs_in_a_queue_one_runs_and_the_other_knows_its_place() -> None:
    queue, first_work, second_work = FairQueue(1), CountingWork(), CountingWork()
    first, second = job_of(first_work, queue), job_of(second_work, queue)
    first.start()
    assert first_work.has_begun.wait(PATIENCE)
    waits = in_line(second)
    second.start()
    assert waits.wait(PATIENCE)
    assert (second.state, second.alive, second.place) == (JobState.WAITING, True, 1)
    assert not second_work.has_begun.is_set()
    first_work.go_on(2)
    assert second_work.has_begun.wait(PATIENCE)
    assert (second.state, second.place) == (JobState.RUNNING, 0)
    second_work.go_on(2)
    second.join(PATIENCE)
    assert first.state is second.state is JobState.DONE


def test_jobs_of_two_queues_do_not_wait_for_each_other() -> None:
    works = CountingWork(), CountingWork()
    jobs = [job_of(work) for work in works]
    for job in jobs:
        job.start()
    assert all(work.has_begun.wait(PATIENCE) for work in works)
    for work, job in zip(works, jobs, strict=True):
        work.go_on(2)
        job.join(PATIENCE)


def test_a_job_cancelled_in_the_line_gives_up_its_place_and_never_begins() -> None:
    queue, work = FairQueue(1), CountingWork()
    job = job_of(work, queue)
    waits = in_line(job)
    with queue.take():
        job.start()
        assert waits.wait(PATIENCE)
        job.cancel(PATIENCE)
        assert (job.state, job.alive, job.error) == (JobState.CANCELLED, False, "")
    assert not work.has_begun.is_set()
    assert queue.busy == 0


def test_a_job_cancelled_at_work_keeps_its_latest_update_and_closes_the_work() -> None:
    queue, work = FairQueue(1), CountingWork()
    job = job_of(work, queue)
    job.start()
    assert work.has_begun.wait(PATIENCE)
    job.cancel(wait=0)
    work.go_on()
    job.join(PATIENCE)
    assert (job.state, job.error) == (JobState.CANCELLED, "")
    assert job.latest in (1, 2)  # 2 if it was cancelled after the look at the first one
    assert work.is_closed.is_set()
    assert queue.busy == 0


def test_a_job_ends_when_its_reader_has_been_away_for_too_long() -> None:
    def endless() -> Generator[int, None, None]:
        while True:
            yield 1

    job = BackgroundJob(endless, FairQueue(1), lambda: False, BROKE_OFF, longest_absence=0.0)
    job.start()
    job.join(PATIENCE)
    assert (job.state, job.error) == (JobState.CANCELLED, "")


def test_a_reader_who_comes_back_in_time_may_leave_again(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = time.monotonic()
    now, is_here = begun, True

    def work() -> Generator[int, None, None]:
        nonlocal now, is_here
        for seconds in (15, 18, 30, 39, 40):
            now, is_here = begun + seconds, seconds in (18, 40)
            yield seconds

    monkeypatch.setattr(background_job, "time", SimpleNamespace(monotonic=lambda: now))
    job = BackgroundJob(work, FairQueue(1), lambda: is_here, BROKE_OFF, longest_absence=20.0)
    job.start()
    job.join(PATIENCE)
    assert (job.state, job.latest) == (JobState.CANCELLED, 39)


def test_a_reader_who_leaves_the_line_gives_up_the_place() -> None:
    queue, work = FairQueue(1), CountingWork()
    job = BackgroundJob(work, queue, lambda: False, BROKE_OFF, longest_absence=0.0)
    with queue.take():
        job.start()
        job.join(PATIENCE)
        assert job.state is JobState.CANCELLED
    assert not work.has_begun.is_set()


def test_work_may_end_its_job_itself() -> None:
    def ending() -> Generator[int, None, None]:
        yield 1
        raise JobCancelled

    job = ended(ending)
    assert (job.state, job.latest, job.error) == (JobState.CANCELLED, 1, "")


def test_a_problem_is_told_in_its_own_words(caplog: pytest.LogCaptureFixture) -> None:
    def refusing() -> Generator[int, None, None]:
        yield 1
        raise RequestError("There is no such photo.")

    job = ended(refusing)
    assert (job.state, job.alive) == (JobState.FAILED, False)
    assert (job.latest, job.error) == (1, "There is no such photo.")
    assert not caplog.records


def test_a_mistake_of_ours_is_logged_and_frees_the_queue(caplog: pytest.LogCaptureFixture) -> None:
    def breaking() -> Generator[int, None, None]:
        raise ZeroDivisionError("nobody divides by zero")
        yield

    job = ended(breaking)
    assert (job.state, job.error) == (JobState.FAILED, BROKE_OFF)
    assert "nobody divides by zero" in caplog.text
    assert job.queue.busy == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whatever_ends_the_thread_ends_the_job() -> None:
    def interrupted() -> Generator[int, None, None]:
        raise KeyboardInterrupt
        yield

    assert ended(interrupted).state is JobState.FAILED


@pytest.mark.parametrize("end", [None, JobCancelled(), RequestError("There is no such photo.")])
def test_an_ended_job_keeps_nothing_of_the_work(end: Exception | None) -> None:
    class Photo:
        """An object that the work needs."""

    def work_on(photo: Photo) -> Work:
        def work() -> Generator[int, None, None]:
            yield id(photo)
            if end is not None:
                raise type(end)(*end.args)

        return work

    photo = Photo()
    reference = weakref.ref(photo)
    job = job_of(work_on(photo))
    del photo
    assert reference() is not None
    job.start()
    job.join(PATIENCE)
    gc.collect()
    assert not job.alive
    assert reference() is None
