"""On an NVIDIA GPU: the same maps, the same threads, and a real out-of-memory."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam
from PIL import Image

from explorer import analyze, load
from explorer.blocks.activations import channels, contributions, overview
from explorer.blocks.lesions import Lesion, analyze_without, sweep
from explorer.blocks.residual_parts import balances, take_apart
from explorer.explain.batches import explain_many
from explorer.explain.target_score import Target
from explorer.networks.devices import Precision
from explorer.networks.network import Network

pytestmark = pytest.mark.cuda

NEAR = 1e-3  # relative to a map's maximum: other kernels add in another order


@pytest.fixture(scope="module", autouse=True)
def _full_float32() -> Iterator[None]:
    """TF32 keeps ten bits; it is off by default for matrix products, but not for convolutions."""
    allowed = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = False
    yield
    torch.backends.cudnn.allow_tf32 = allowed


@pytest.fixture(scope="module")
def networks() -> dict[str, Network]:
    return {device: load("resnet50", "random:1", device=device) for device in ("cpu", "cuda")}


def assert_near(ours: np.ndarray, reference: np.ndarray, by: float = NEAR) -> None:
    assert np.abs(reference).max() > 0
    np.testing.assert_allclose(ours, reference, rtol=0, atol=by * np.abs(reference).max())


@pytest.mark.parametrize("signed", [True, False])
def test_ladder_and_heatmaps_equal_captum_on_the_whole_model_on_the_gpu(
    networks: dict[str, Network], photo: Image.Image, signed: bool
) -> None:
    analysis = analyze(networks["cuda"], photo)
    module, index = analysis.network.module, analysis.predictions[0].index
    ladder = analysis.ladder(signed=signed)
    for block in analysis.network.blocks:
        layer = module.maxpool if block == "stem" else module.get_submodule(block)
        reference = LayerGradCam(module, layer).attribute(
            analysis.forward_pass.x.clone(), target=index, relu_attributions=not signed
        )
        expected = reference.detach()[0, 0].cpu().numpy()
        assert_near(ladder[block], expected)
        assert_near(analysis.heatmap(block, signed=signed), expected)


def test_the_gpu_says_what_the_cpu_says(networks: dict[str, Network], photo: Image.Image) -> None:
    on_cpu, on_gpu = (analyze(networks[device], photo) for device in ("cpu", "cuda"))
    np.testing.assert_allclose(on_gpu.probabilities, on_cpu.probabilities, atol=NEAR)
    for block, heatmap in on_cpu.ladder(target=7, signed=True).items():
        assert_near(on_gpu.ladder(target=7, signed=True)[block], heatmap)


def test_channels_and_what_they_contribute_are_those_of_the_cpu(
    networks: dict[str, Network], photo: Image.Image
) -> None:
    on_cpu, on_gpu = (analyze(networks[device], photo).forward_pass for device in ("cpu", "cuda"))
    expected = contributions(on_cpu, Target(7))
    for block, found in contributions(on_gpu, Target(7)).items():
        assert_near(found, expected[block])
    assert_near(channels(on_gpu, "layer3.1").maps, channels(on_cpu, "layer3.1").maps)
    means = overview(on_cpu).means
    for block, mean in overview(on_gpu).means.items():
        assert_near(mean, means[block])


def test_sixteen_threads_on_the_gpu_mix_nothing_up(
    networks: dict[str, Network], photo: Image.Image
) -> None:
    network = networks["cuda"]
    photos = [photo.crop((10 * i, 0, 250 + 20 * i, 300)) for i in range(4)]

    def job(index: int) -> np.ndarray:
        block = network.blocks[index % len(network.blocks)]
        return analyze(network, photos[index % 4]).heatmap(block, target=index, signed=True)

    serial = [job(index) for index in range(32)]
    with ThreadPoolExecutor(16) as threads:
        for ours, reference in zip(threads.map(job, range(32)), serial, strict=True):
            assert_near(ours, reference)


def test_bfloat16_autocast_stays_close(networks: dict[str, Network], photo: Image.Image) -> None:
    rough = load("resnet50", "random:1", device="cuda", precision=Precision.BFLOAT16)
    exact = analyze(networks["cuda"], photo)
    analysis = analyze(rough, photo)
    np.testing.assert_allclose(analysis.probabilities, exact.probabilities, atol=0.02)
    ours, reference = analysis.heatmap(target=7, signed=True), exact.heatmap(target=7, signed=True)
    assert ours.dtype == np.float32
    assert_near(ours, reference, by=0.1)


@pytest.fixture
def full_gpu() -> Iterator[None]:
    """Leave this process hardly more GPU memory than it holds already."""
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + 8_000_000) / total)
    yield
    torch.cuda.set_per_process_memory_fraction(1.0)
    torch.cuda.empty_cache()


def test_a_real_out_of_memory_ends_on_the_cpu_and_says_so(
    networks: dict[str, Network], photo: Image.Image, full_gpu: None
) -> None:
    analysis = analyze(networks["cuda"], photo)
    assert analysis.network.device.type == "cpu"
    assert any("computed on the CPU" in note for note in analysis.notes)
    assert_near(analysis.heatmap(target=7), analyze(networks["cpu"], photo).heatmap(target=7))


def test_a_batch_too_large_for_the_gpu_is_cut_up(
    networks: dict[str, Network], photo: Image.Image, full_gpu: None
) -> None:
    (batch,) = explain_many(networks["cuda"], [lambda: photo] * 4, target=7)
    expected = analyze(networks["cpu"], photo).heatmap(target=7)
    for result in batch:
        assert_near(result.heatmap, expected)


def test_blocks_taken_apart_and_switched_off_on_the_gpu_are_those_of_the_cpu(
    networks: dict[str, Network], photo: Image.Image
) -> None:
    on_cpu, on_gpu = (analyze(networks[device], photo) for device in ("cpu", "cuda"))
    parts, expected = (
        take_apart(on_gpu.forward_pass, "layer3.2"),
        take_apart(on_cpu.forward_pass, "layer3.2"),
    )
    assert_near(parts.branch.numpy(), expected.branch.numpy())
    assert_near((parts.shortcut + parts.branch).relu().numpy(), parts.output.numpy(), 1e-5)
    ratios = [
        [one.ratio for one in balances(analysis.forward_pass).values()]
        for analysis in (on_gpu, on_cpu)
    ]
    assert ratios[0] == pytest.approx(ratios[1], rel=NEAR)
    lesion = Lesion(("layer2.0", "layer4.1"))
    without, reference = analyze_without(on_gpu, lesion), analyze_without(on_cpu, lesion)
    assert_near(without.probabilities, reference.probabilities)
    assert_near(without.heatmap(target=0), reference.heatmap(target=0))
    swept = [list(sweep(analysis, ("layer1.0", "layer4.2"))) for analysis in (on_gpu, on_cpu)]
    for found, step in zip(*swept, strict=True):
        assert_near(found.probabilities, step.probabilities)
