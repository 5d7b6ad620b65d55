from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from explorer import analyze, load
from explorer.agreement import Agreement
from explorer.duel import STAGES, Answer, block_at, duel, milliseconds, most_disputed, standings
from explorer.errors import RequestError
from explorer.geometry import Framing
from explorer.network import Network


@pytest.fixture(scope="module")
def networks() -> list[Network]:
    """The built-in networks that are always there."""
    return [load("resnet18"), load("resnet34"), load("resnet50")]


@pytest.mark.parametrize("stage", ["layer2", "layer4"])
def test_every_answer_is_the_one_that_the_network_gives_alone(
    networks: list[Network], photo: Image.Image, stage: str
) -> None:
    answers = list(duel(networks, photo, stage))
    target = analyze(networks[0], photo).predictions[0].label
    for network, answer in zip(networks, answers, strict=True):
        alone = analyze(network, photo)
        assert answer.result.predictions[0].index == alone.predictions[0].index
        assert answer.result.target.label == target
        assert answer.block == block_at(network, stage)
        expected = alone.heatmap(answer.block, target)
        np.testing.assert_allclose(answer.result.heatmap, expected, rtol=1e-4, atol=1e-6)


def test_agreement_is_with_the_first_network(networks: list[Network], photo: Image.Image) -> None:
    reference, twin, other = duel([networks[0], networks[0], networks[2]], photo)
    assert reference.agreement is None
    assert twin.agreement == Agreement(True, pytest.approx(1), pytest.approx(1))
    assert other.agreement is not None
    assert other.agreement.rank_correlation != 1
    same = other.result.predictions[0].label == reference.result.predictions[0].label
    assert other.agreement.same_class == same


def test_one_class_view_and_side_are_asked_of_all(
    networks: list[Network], photo: Image.Image
) -> None:
    answers = duel(networks, photo, "layer3", "cup", signed=True, framing=Framing.WHOLE)
    for answer in answers:
        assert answer.result.target.label == "cup"
        assert answer.result.frame.input_size == 160 or answer.result.frame.bottom > 300
        assert answer.result.heatmap.min() < 0


def test_stages_end_at_the_last_block_of_each_depth(networks: list[Network]) -> None:
    found = {name: [block_at(network, name) for network in networks] for name in STAGES}
    assert found["stem"] == ["stem"] * 3
    assert found["layer3"] == ["layer3.1", "layer3.5", "layer3.5"]
    with pytest.raises(RequestError, match="no stage 'layer9'"):
        block_at(networks[0], "layer9")


def test_a_pass_is_measured_in_milliseconds(networks: list[Network], photo: Image.Image) -> None:
    assert 0 < milliseconds(networks[0], photo) < 60_000


def answer(like: Answer, same: bool, correlation: float | None, overlap: float | None) -> Answer:
    return Answer(like.network, like.block, like.result, Agreement(same, correlation, overlap))


def test_several_photos_are_summed_up_and_the_most_disputed_is_found(
    networks: list[Network], photo: Image.Image
) -> None:
    reference, other = duel(networks[:2], photo)
    rounds = [
        (reference, answer(other, True, 0.9, 0.8)),
        (reference, answer(other, False, None, 0.4)),
        (reference, answer(other, False, 0.5, None)),
    ]
    (standing,) = standings(rounds)
    assert standing.network is networks[1]
    assert (standing.photos, standing.same_class) == (3, 1)
    assert standing.rank_correlation == pytest.approx(0.7)
    assert standing.overlap == pytest.approx(0.6)
    assert most_disputed(rounds) == 2  # a map that shares nothing
    assert most_disputed(rounds[:2]) == 1
    assert most_disputed([(reference, answer(other, True, 1.0, 1.0))]) is None
    assert most_disputed([]) is None
    assert standings([]) == []
