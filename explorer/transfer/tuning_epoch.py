"""What a training tells after each epoch. Importing this module is cheap."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """How well a network does on some photos, as they are, in eval mode.

    Attributes:
        loss: mean cross-entropy in nats; None if it is no finite number, since training diverged.
        accuracy: share of the photos that it names right, 0..1.
    """

    loss: float | None
    accuracy: float


@dataclass(frozen=True)
class TuningEpoch:
    """The network after an epoch.

    Attributes:
        epoch: number of the epoch, from 1; 0 is the start.
        epochs: number of all epochs.
        learn: score on the photos that it learns from; None if it was not measured.
        choose: score on the photos that the best epoch is chosen on; None if there are none.
        seconds: wall time of the epoch in seconds.
        is_best: whether it is the one to keep so far; without photos to choose on, the latest is.
    """

    epoch: int
    epochs: int
    learn: Score | None
    choose: Score | None
    seconds: float
    is_best: bool
