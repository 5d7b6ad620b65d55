import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from explorer import analyze, load
from explorer.errors import RequestError
from explorer.explain.analysis import Analysis
from explorer.networks.network import Network
from explorer.photos.geometry import Framing, to_tensor


@pytest.fixture(scope="module")
def network() -> Network:
    return load("resnet18", "random:0")


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    names = ("chelsea", "astronaut", "coffee", "rocket")
    return [Image.fromarray(getattr(data, name)()) for name in names]


@pytest.fixture(scope="module")
def analysis(network: Network, photos: list[Image.Image]) -> Analysis:
    return analyze(network, photos[0])


def test_the_prediction_is_the_softmax_of_the_models_logits(
    network: Network, photos: list[Image.Image], analysis: Analysis
) -> None:
    x = to_tensor(photos[0], network.weights.preprocessing, Framing.CROP)
    with torch.no_grad():
        expected = network.module(x).softmax(1)[0]
    np.testing.assert_allclose(analysis.probabilities, expected, rtol=1e-6)
    values, indices = expected.topk(5)
    assert [p.index for p in analysis.predictions] == indices.tolist()
    assert [p.probability for p in analysis.predictions] == pytest.approx(values.tolist())
    assert [p.label for p in analysis.predictions] == [network.labels[i] for i in indices]


def test_it_is_shown_in_one_line(analysis: Analysis) -> None:
    best = analysis.predictions[0]
    assert repr(analysis).startswith(f"Analysis(ResNet-18: {best.label} {best.probability:.1%}, ")
    assert len(repr(analysis)) < 300


def test_any_class_can_be_asked_for_by_label_or_index(analysis: Analysis) -> None:
    goldfish = analysis.prediction("goldfish")
    assert goldfish == analysis.prediction(goldfish.index)
    assert goldfish.probability == pytest.approx(analysis.probabilities[goldfish.index])


def test_the_heatmap_explains_the_predicted_class_at_the_last_block_by_default(
    analysis: Analysis,
) -> None:
    best = analysis.predictions[0]
    default = analysis.heatmap()
    assert default.dtype == np.float32
    assert default.shape == (7, 7)
    np.testing.assert_array_equal(default, analysis.heatmap("layer4.1", best.index))
    np.testing.assert_array_equal(default, analysis.heatmap("layer4.1", best.label))


def test_the_ladder_holds_the_heatmap_of_every_block(analysis: Analysis) -> None:
    for options in ({}, {"signed": True}, {"target": 5, "rather_than": 6, "signed": True}):
        ladder = analysis.ladder(**options)
        assert list(ladder) == list(analysis.network.blocks)
        for block, heatmap in ladder.items():
            scale = np.abs(heatmap).max()
            np.testing.assert_allclose(
                heatmap, analysis.heatmap(block, **options), rtol=0, atol=1e-5 * scale
            )


def test_a_map_is_signed_only_on_request(analysis: Analysis) -> None:
    assert analysis.heatmap().min() >= 0
    np.testing.assert_array_equal(analysis.heatmap(), analysis.heatmap(signed=True).clip(min=0))


def test_the_whole_photo_can_be_framed_instead_of_the_crop(
    network: Network, photos: list[Image.Image], analysis: Analysis
) -> None:
    whole = analyze(network, photos[0], Framing.WHOLE)
    assert whole.frame.top < 0 < whole.frame.photo_height < whole.frame.bottom
    assert not np.array_equal(whole.probabilities, analysis.probabilities)


def test_what_is_not_there_is_refused(analysis: Analysis) -> None:
    with pytest.raises(RequestError):
        analysis.heatmap("layer9.0")
    with pytest.raises(RequestError):
        analysis.ladder("no such class")


def state_of(network: Network) -> tuple[str, set[bool], set[bool], int]:
    digest = hashlib.sha256()
    for tensor in network.module.state_dict().values():
        digest.update(tensor.numpy().tobytes())
    modules = list(network.module.modules())
    links = [m for link in network.chain.values() for m in link.modules()]
    hooks = sum(
        len(hooks)
        for m in [*modules, *links]
        for hooks in (m._forward_hooks, m._forward_pre_hooks, m._backward_hooks)
    )
    flags = {parameter.requires_grad for parameter in network.module.parameters()}
    return digest.hexdigest(), {m.training for m in modules}, flags, hooks


def explain(network: Network, photo: Image.Image, job: int) -> list[np.ndarray]:
    """One user: a different block and class per job; every fifth job fails half-way."""
    analysis = analyze(network, photo)
    if job % 5 == 4:
        with pytest.raises(RequestError):
            analysis.heatmap("layer9.0")
        with pytest.raises(IndexError):
            analysis.forward_pass.gradients(type(analysis._target(0, None))(10**6))
    block = network.blocks[job % len(network.blocks)]
    ladder = analysis.ladder(target=job)
    return [analysis.probabilities, analysis.heatmap(block, job, signed=True), *ladder.values()]


def test_sixteen_threads_get_bit_for_bit_what_one_gets(
    network: Network, photos: list[Image.Image]
) -> None:
    before = state_of(network)
    jobs = [(network, photos[job % len(photos)], job) for job in range(32)]
    serial = [explain(*job) for job in jobs]
    with ThreadPoolExecutor(16) as threads:
        threaded = list(threads.map(lambda job: explain(*job), jobs))
    for ours, reference in zip(threaded, serial, strict=True):
        for a, b in zip(ours, reference, strict=True):
            np.testing.assert_array_equal(a, b)
    assert state_of(network) == before
    assert before[1:] == ({False}, {False}, 0)


def test_sixteen_threads_may_share_one_analysis(analysis: Analysis) -> None:
    def job(index: int) -> np.ndarray:
        return analysis.ladder(target=index % 4)["layer1.0"]

    serial = [job(index) for index in range(32)]
    with ThreadPoolExecutor(16) as threads:
        for a, b in zip(threads.map(job, range(32)), serial, strict=True):
            np.testing.assert_array_equal(a, b)


class FullGpu:
    """A fake of torch's allocator that fails on demand, as a full GPU does."""

    def __init__(self, failures: int) -> None:
        self.left = failures

    def __call__(self, *_: object) -> None:
        if self.left > 0:
            self.left -= 1
            raise torch.OutOfMemoryError("CUDA out of memory.")


@pytest.mark.parametrize(("failures", "noted"), [(1, False), (2, True)])
def test_short_of_memory_the_graph_goes_first_and_the_cpu_helps_last(
    network: Network, photos: list[Image.Image], failures: int, noted: bool
) -> None:
    full = FullGpu(failures)
    handle = network.module.layer3[0].register_forward_pre_hook(lambda *a: full())
    try:
        analysis = analyze(network, photos[0])
    finally:
        handle.remove()
    assert (
        analysis.forward_pass.graph_bytes == 0
        if failures == 1
        else analysis.forward_pass.graph_bytes > 0
    )
    assert any("computed on the CPU" in note for note in analysis.notes) is noted
    np.testing.assert_array_equal(analysis.probabilities, analyze(network, photos[0]).probabilities)


def test_a_map_that_does_not_fit_is_computed_all_the_same(
    network: Network, photos: list[Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    analysis = analyze(network, photos[0])
    expected = analysis.ladder()
    full, original = FullGpu(2), type(analysis.forward_pass).gradients
    monkeypatch.setattr(
        type(analysis.forward_pass),
        "gradients",
        lambda forward_pass, target: full() or original(forward_pass, target),
    )
    for block, heatmap in analysis.ladder().items():
        np.testing.assert_array_equal(heatmap, expected[block])
    full.left = 2
    analysis.ladder()  # the note is not repeated
    assert analysis.notes == ["The GPU ran out of memory; this map was computed on the CPU."]


def test_any_other_failure_is_not_taken_for_a_full_gpu(
    network: Network, photos: list[Image.Image]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a defect")

    handle = network.module.layer3[0].register_forward_pre_hook(fail)
    try:
        with pytest.raises(RuntimeError, match="a defect"):
            analyze(network, photos[0])
    finally:
        handle.remove()


def test_probabilities_come_from_logits_at_the_weights_temperature(
    network: Network, photos: list[Image.Image]
) -> None:
    cold = replace(network, weights=replace(network.weights, temperature=0.5))
    scaled, unscaled = analyze(cold, photos[0]), analyze(network, photos[0])
    expected = torch.softmax(unscaled.forward_pass.logits / 0.5, 0)
    np.testing.assert_allclose(scaled.probabilities, expected, rtol=1e-6)
    np.testing.assert_array_equal(scaled.heatmap(), unscaled.heatmap())
