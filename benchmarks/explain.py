"""What an explanation costs, as a ratio to one bare forward in the same run.

    python benchmarks/explain.py [--variant resnet50] [--rounds 15] [--threads 1] [--device cpu]

Every way is timed once per round, so that a noisy machine favours none; medians are compared. The
maps of Captum on the whole model and of the independent `grad-cam` package are held against ours.
The weights are untrained: cost does not depend on them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from contextlib import suppress
from statistics import median

import torch
from captum.attr import LayerGradCam
from torch import Tensor, nn

from explorer.explain.block_attribution import grad_cam, grad_cam_ladder
from explorer.explain.forward_pass import Target, forward
from explorer.networks.devices import choose, describe, synchronize
from explorer.networks.network import Network
from explorer.weights.loading import load

Way = Callable[[], object]


def predict(network: Network, x: Tensor) -> int:
    """Run the bare model, as anyone would."""
    with torch.no_grad():
        return int(network.module(x).argmax())


def ours(network: Network, x: Tensor) -> dict[str, Way]:
    """Our ways: one pass gives the prediction and what the maps need."""

    def last_block() -> object:
        forward_pass = forward(network, x)
        return grad_cam(forward_pass, network.blocks[-1], Target(int(forward_pass.logits.argmax())))

    def ladder(keep_graph: bool = True) -> object:
        forward_pass = forward(network, x, keep_graph)
        return grad_cam_ladder(forward_pass, Target(int(forward_pass.logits.argmax())))

    return {
        "ours: prediction": lambda: int(forward(network, x).logits.argmax()),
        "ours: prediction + last block": last_block,
        "ours: prediction + whole ladder": ladder,
        "ours: prediction + whole ladder, no graph kept": lambda: ladder(keep_graph=False),
    }


def captum_alone(network: Network, x: Tensor, block: str) -> Tensor:
    """Prediction, then Captum on the whole model."""
    layer = network.module.get_submodule(block)
    target = predict(network, x)
    return LayerGradCam(network.module, layer).attribute(
        x.clone(), target=target, relu_attributions=True
    )


def other_libraries(network: Network, x: Tensor) -> dict[str, Way]:
    """Captum alone, and whichever of `grad-cam` and `torchcam` is installed."""
    block = network.blocks[-1]
    residual_blocks = network.blocks[1:]
    ways: dict[str, Way] = {
        "captum: prediction + last block": lambda: captum_alone(network, x, block),
        "captum: prediction + every block": lambda: [
            captum_alone(network, x, name) for name in residual_blocks
        ],
    }
    try:
        import pytorch_grad_cam  # noqa: F401

        ways["grad-cam: prediction + last block"] = lambda: grad_cam_package(network, x, block)
    except ImportError:
        print("grad-cam is not installed; `make bench` installs it")
    try:
        import torchcam  # noqa: F401

        ways["torchcam: prediction + last block"] = lambda: torchcam_package(network, x, block)
    except ImportError:
        print("torchcam is not installed; `make bench` installs it")
    return ways


def grad_cam_package(network: Network, x: Tensor, block: str) -> Tensor:
    """Prediction, then the map of the `grad-cam` package."""
    return package_map(network.module, network.module.get_submodule(block), x, predict(network, x))


def package_map(
    model: nn.Module,
    layer: nn.Module,
    x: Tensor,
    target: int,
    reshape: Callable[[Tensor], Tensor] | None = None,
) -> Tensor:
    """Return the raw map of the `grad-cam` package (before it scales to 0..1)."""
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    targets = [ClassifierOutputTarget(target)]
    with GradCAM(model, [layer], reshape_transform=reshape) as cam:
        cam(x.clone().requires_grad_(), targets)  # the weights are frozen
        grads, activations = (
            side[0].cpu().data.numpy()
            for side in (
                cam.activations_and_grads.gradients,
                cam.activations_and_grads.activations,
            )
        )
        weighted = cam.get_cam_image(x, layer, targets, activations, grads)
    return torch.from_numpy(weighted.clip(min=0))[0]


def torchcam_package(network: Network, x: Tensor, block: str) -> object:
    """Prediction and map through `torchcam`, which hooks the model and runs it once."""
    from torchcam.methods import GradCAM

    with GradCAM(network.module, network.module.get_submodule(block)) as extractor:
        scores = network.module(x.clone().requires_grad_())
        return extractor(int(scores.argmax()), scores)


def timed(way: Way, device: torch.device) -> float:
    """Return the seconds that one call takes, the device synchronised."""
    synchronize(device)
    started = time.perf_counter()
    way()
    synchronize(device)
    return time.perf_counter() - started


def measure(ways: dict[str, Way], rounds: int, device: torch.device) -> dict[str, list[float]]:
    """Time every way once per round, after one round to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            taken = timed(way, device)
            if turn:
                seconds[name].append(taken)
    return seconds


def agreement(network: Network, x: Tensor) -> None:
    """Print how far the maps of the others lie from ours."""
    block = network.blocks[-1]
    forward_pass = forward(network, x)
    mine = grad_cam(forward_pass, block, Target(int(forward_pass.logits.argmax())))
    references = {"captum": captum_alone(network, x, block)[0, 0].detach().cpu()}
    with suppress(ImportError):
        references["grad-cam"] = grad_cam_package(network, x, block)
    for name, reference in references.items():
        distance = (mine - reference).abs().max() / reference.abs().max()
        print(f"last block, largest difference to {name}: {distance:.1e} of the map's maximum")


def main() -> None:
    """Measure, print the table, print the agreement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--variant", default="resnet50")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = choose(options.device)
    network = load(options.variant, "random:0", device=options.device)
    x = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(0)).to(device)
    ways = {
        "bare forward": lambda: predict(network, x),
        **ours(network, x),
        **other_libraries(network, x),
    }
    seconds = measure(ways, options.rounds, device)
    report = describe(device, network.precision)
    print(f"{network.variant.title}, batch 1, 224 pixels, {report.name}, {report.threads} threads")
    print(f"medians of {options.rounds} rounds, as ratios to the bare forward\n")
    bare = median(seconds["bare forward"])
    for name, taken in seconds.items():
        print(f"{name:48} {median(taken) / bare:6.2f}   {1000 * median(taken):8.1f} ms")
    print(f"\ngraph kept by one analysis: {forward(network, x).graph_bytes / 1e6:.0f} MB")
    agreement(network, x)


if __name__ == "__main__":
    main()
