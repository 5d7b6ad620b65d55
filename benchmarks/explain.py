"""Measure the cost of explanations as a ratio to one bare forward pass in the same run.

    python benchmarks/explain.py [--variant resnet50] [--rounds 15] [--threads 1] [--device cpu]

Every method is timed once per round, so that noise on the machine affects all alike; medians are
compared. Our maps are compared with those of Captum on the whole model and of the independent
`grad-cam` package. The weights are untrained: cost does not depend on them.
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
from explorer.explain.forward_pass import forward
from explorer.explain.target_score import Target
from explorer.networks.devices import choose, describe, synchronize
from explorer.networks.network import Network
from explorer.weights.loading import load

Method = Callable[[], object]


def predict(network: Network, x: Tensor) -> int:
    """Run the bare model and return the predicted class."""
    with torch.no_grad():
        return int(network.module(x).argmax())


def ours(network: Network, x: Tensor) -> dict[str, Method]:
    """Return our methods, which predict and explain with one forward pass."""

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
    """Predict, then run Captum on the whole model."""
    layer = network.module.get_submodule(block)
    target = predict(network, x)
    return LayerGradCam(network.module, layer).attribute(
        x.clone(), target=target, relu_attributions=True
    )


def other_libraries(network: Network, x: Tensor) -> dict[str, Method]:
    """Return Captum, and whichever of `grad-cam` and `torchcam` is installed."""
    block = network.blocks[-1]
    residual_blocks = network.blocks[1:]
    methods: dict[str, Method] = {
        "captum: prediction + last block": lambda: captum_alone(network, x, block),
        "captum: prediction + every block": lambda: [
            captum_alone(network, x, name) for name in residual_blocks
        ],
    }
    try:
        import pytorch_grad_cam  # noqa: F401

        methods["grad-cam: prediction + last block"] = lambda: grad_cam_package(network, x, block)
    except ImportError:
        print("grad-cam is not installed; `make bench` installs it")
    try:
        import torchcam  # noqa: F401

        methods["torchcam: prediction + last block"] = lambda: torchcam_package(network, x, block)
    except ImportError:
        print("torchcam is not installed; `make bench` installs it")
    return methods


def grad_cam_package(network: Network, x: Tensor, block: str) -> Tensor:
    """Predict, then compute the map of the `grad-cam` package."""
    return package_map(network.module, network.module.get_submodule(block), x, predict(network, x))


def package_map(
    model: nn.Module,
    layer: nn.Module,
    x: Tensor,
    target: int,
    reshape: Callable[[Tensor], Tensor] | None = None,
) -> Tensor:
    """Return the map of the `grad-cam` package before scaling to 0..1."""
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    targets = [ClassifierOutputTarget(target)]
    with GradCAM(model, [layer], reshape_transform=reshape) as cam:
        cam(x.clone().requires_grad_(), targets)  # the weights are frozen
        grads, activations = (
            tensors[0].cpu().data.numpy()
            for tensors in (
                cam.activations_and_grads.gradients,
                cam.activations_and_grads.activations,
            )
        )
        weighted = cam.get_cam_image(x, layer, targets, activations, grads)
    return torch.from_numpy(weighted.clip(min=0))[0]


def torchcam_package(network: Network, x: Tensor, block: str) -> object:
    """Predict and explain with `torchcam`, which hooks the model and runs it once."""
    from torchcam.methods import GradCAM

    with GradCAM(network.module, network.module.get_submodule(block)) as extractor:
        scores = network.module(x.clone().requires_grad_())
        return extractor(int(scores.argmax()), scores)


def timed(method: Method, device: torch.device) -> float:
    """Return the time of one call in seconds, with the device synchronised."""
    synchronize(device)
    started = time.perf_counter()
    method()
    synchronize(device)
    return time.perf_counter() - started


def measure(
    methods: dict[str, Method], rounds: int, device: torch.device
) -> dict[str, list[float]]:
    """Time every method once per round, after one warm-up round."""
    seconds: dict[str, list[float]] = {name: [] for name in methods}
    for number in range(rounds + 1):
        for name, method in methods.items():
            elapsed = timed(method, device)
            if number:
                seconds[name].append(elapsed)
    return seconds


def agreement(network: Network, x: Tensor) -> None:
    """Print the largest differences between the other libraries' maps and ours."""
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
    """Measure, then print the table and the agreement."""
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
    methods = {
        "bare forward": lambda: predict(network, x),
        **ours(network, x),
        **other_libraries(network, x),
    }
    seconds = measure(methods, options.rounds, device)
    report = describe(device, network.precision)
    print(f"{network.variant.title}, batch 1, 224 pixels, {report.name}, {report.threads} threads")
    print(f"medians of {options.rounds} rounds, as ratios to the bare forward\n")
    bare = median(seconds["bare forward"])
    for name, times in seconds.items():
        print(f"{name:48} {median(times) / bare:6.2f}   {1000 * median(times):8.1f} ms")
    print(f"\ngraph kept by one analysis: {forward(network, x).graph_bytes / 1e6:.0f} MB")
    agreement(network, x)


if __name__ == "__main__":
    main()
