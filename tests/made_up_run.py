"""What a session could have learned, with a tiny network and tiny photos."""

from __future__ import annotations

from functools import cache

from explorer.features.extraction import extract, run_to_end
from explorer.transfer.labelled_photos import LabelledPhotos
from explorer.transfer.recorded.results import Way
from explorer.transfer.splits import plan
from explorer.ui.networks.chosen_network import ChosenNetwork
from explorer.ui.transfer.teaching_run import Outcome, TeachingRun
from explorer.weights.pool import NetworkKey
from taught_example import base, example, photos


@cache
def _parts() -> tuple[LabelledPhotos, ChosenNetwork, Outcome]:
    every, network, taught = photos(), base(), example()
    vectors = run_to_end(extract(network, every.photos)).vectors
    outcome = Outcome(Way.PROBE, taught.check, 0.5, taught, vectors)
    return every, ChosenNetwork(NetworkKey("resnet18", "made up"), network), outcome


def made_up_run() -> TeachingRun:
    """A run whose probe is done, of photos of a reader's own."""
    every, chosen, outcome = _parts()
    made = TeachingRun(every, chosen, plan(every, folds=1), is_example=False)
    made.outcomes[Way.PROBE] = outcome
    return made
