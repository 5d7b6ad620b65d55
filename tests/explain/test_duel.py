from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from explorer import analyze, load
from explorer.errors import RequestError
from explorer.explain.agreement import Agreement
from explorer.explain.duel import (
    STAGES,
    AgreementSummary,
    agreement,
    ask,
    block_at,
    most_disputed,
    pass_time,
    summarise,
)
from explorer.networks.network import Network
from explorer.photos.geometry import Framing


@pytest.fixture(scope="module")
def networks() -> list[Network]:
    """The built-in networks that are always there."""
    return [load("resnet18"), load("resnet34"), load("resnet50")]


@pytest.mark.parametrize("stage", ["layer2", "layer4"])
def test_every_answer_is_the_one_that_the_network_gives_alone(
    networks: list[Network], photo: Image.Image, stage: str
) -> None:
    for network in networks:
        alone, answer = analyze(network, photo), ask(network, photo, stage, "cup")
        assert answer.predictions[0].index == alone.predictions[0].index
        assert answer.target.label == "cup"
        expected = alone.heatmap(block_at(network, stage), "cup")
        np.testing.assert_allclose(answer.heatmap, expected, rtol=1e-4, atol=1e-6)


def test_agreement_is_perfect_with_oneself_only(
    networks: list[Network], photo: Image.Image
) -> None:
    reference, other = (ask(network, photo, target="cup") for network in networks[::2])
    assert agreement(reference, reference) == Agreement(True, pytest.approx(1), pytest.approx(1))
    compared = agreement(reference, other)
    assert compared.same_class == (other.predictions[0].label == reference.predictions[0].label)
    assert compared.rank_correlation is not None
    assert compared.rank_correlation < 1
    assert compared == agreement(other, reference)


def test_the_view_of_the_photo_and_the_evidence_against_are_the_readers_choice(
    networks: list[Network], photo: Image.Image
) -> None:
    answer = ask(networks[0], photo, "layer3", "cup", signed=True, framing=Framing.WHOLE)
    assert answer.frame.top < 0
    assert answer.heatmap.min() < 0


def test_stages_end_at_the_last_block_of_each_depth(networks: list[Network]) -> None:
    blocks = {name: [block_at(network, name) for network in networks] for name in STAGES}
    assert blocks["stem"] == ["stem"] * 3
    assert blocks["layer3"] == ["layer3.1", "layer3.5", "layer3.5"]
    with pytest.raises(RequestError, match="no stage 'layer9'"):
        block_at(networks[0], "layer9")


def test_a_pass_is_measured_in_milliseconds(networks: list[Network], photo: Image.Image) -> None:
    time = pass_time(networks[0], photo)
    assert 0 < time.q1 <= time.median <= time.q3 < 60_000


def test_the_slow_first_passes_are_warm_up_and_not_measured(
    networks: list[Network], photo: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold, warm = (0.2, 0.1, 0.06, 0.02, 0.019), (0.018, 0.018, 0.019, 0.02, 0.02, 0.021, 0.03)
    seconds = iter((*cold, *warm))
    monkeypatch.setattr("explorer.explain.duel._seconds", lambda *_: next(seconds))
    time = pass_time(networks[0], photo)
    assert (time.q1, time.median, time.q3) == pytest.approx((18.5, 20, 20.5))
    assert next(seconds, None) is None


def test_a_pass_that_does_not_fit_on_the_gpu_is_measured_on_the_cpu(
    networks: list[Network], photo: Image.Image
) -> None:
    failures = [torch.OutOfMemoryError("CUDA out of memory.")]

    def full(*_: object) -> None:
        if failures:
            raise failures.pop()

    handle = networks[0].module.layer3[0].register_forward_pre_hook(full)
    try:
        assert 0 < pass_time(networks[0], photo).median < 60_000
    finally:
        handle.remove()
    assert not failures


def test_several_photos_are_summed_up_and_the_most_disputed_is_found() -> None:
    rounds = [
        [Agreement(True, 0.9, 0.8), Agreement(True, 0.1, 0.2)],
        [Agreement(False, None, 0.4), Agreement(True, None, 0.4)],
        [Agreement(False, 0.5, None), Agreement(True, None, None)],
    ]
    first, second = summarise(rounds)
    assert first == AgreementSummary(3, 1, pytest.approx(0.7), pytest.approx(0.6))
    assert second == AgreementSummary(3, 3, pytest.approx(0.1), pytest.approx(0.3))
    assert most_disputed(rounds) == 2  # maps that share nothing
    assert most_disputed(rounds[:2]) == 1
    assert most_disputed([[]]) is None
    assert most_disputed([]) is None
    assert summarise([]) == []
