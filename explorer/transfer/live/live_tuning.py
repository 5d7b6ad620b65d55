"""A fine-tuning that a reader started: in the background, one at a time, in turn with others."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from torch import nn

from explorer.background_job import BackgroundJob
from explorer.json_records import from_record
from explorer.networks.network import Network
from explorer.pausable_process import PausableProcess
from explorer.training.live_training import QUEUE
from explorer.transfer.fine_tuning import TuningPlan, check_photos
from explorer.transfer.labelled_photos import LabelledPhotos
from explorer.transfer.live.tuning_process import COMMAND, best, send
from explorer.transfer.splits import Split
from explorer.transfer.tuning_epoch import TuningEpoch

BROKE_OFF = "The training broke off; start it again, or with fewer photos if memory was short."


class LiveTuning:
    """A training on a reader's photos; it runs in the background, independently of page runs.

    Attributes:
        plan: how it is trained.
        epochs: the start, and the epochs so far.
        module: network of the best epoch, in eval mode, once the job has ended in whatever way;
            None if it ended before there was one.
        process: process that trains; it can be paused.
        job: job that trains; it says how far it is, and ends it.

    Args:
        network: network with the probe's head for the classes of the photos; only read.
        photos: the photos. They are let go once the job has ended.
        split: which of them are for what; those to check with are not used.
        plan: as above.
        is_here: function that returns whether the reader is still connected.
    """

    def __init__(
        self,
        network: Network,
        photos: LabelledPhotos,
        split: Split,
        plan: TuningPlan,
        is_here: Callable[[], bool],
    ) -> None:
        self.plan = plan
        self.epochs: list[TuningEpoch] = []
        self.module: nn.Module | None = None
        self.job: BackgroundJob[None] = BackgroundJob(
            partial(self._train, network, photos, split), QUEUE, is_here, BROKE_OFF
        )
        self.process = PausableProcess()

    def _train(
        self, network: Network, photos: LabelledPhotos, split: Split
    ) -> Generator[None, None, None]:
        check_photos(photos, split, network.weights.preprocessing)
        with TemporaryDirectory(prefix="resnet-explorer-") as name:  # for its owner only
            folder = Path(name)
            request: Callable[[IO[bytes]], None] = partial(
                send, network, photos, split, self.plan, folder
            )
            try:
                yield from self._follow(request)
            finally:  # also if it was stopped: the best epoch so far is kept
                self.module = best(network, folder)

    def _follow(self, request: Callable[[IO[bytes]], None]) -> Generator[None, None, None]:
        with self.process.started(COMMAND, request):
            for line in self.process.lines():
                if line is not None:
                    with suppress(ValueError):  # a line that was cut off when the process ended
                        self.epochs.append(from_record(TuningEpoch, json.loads(line)))
                yield
