"""Compare our Grad-CAM of networks that are not ResNets with that of the `grad-cam` package.

    python benchmarks/contrast.py

The weights are random, including those of ViT's head: torchvision's untrained head is zero, and so
would be every map. The package gets ViT's tokens through its `reshape_transform`.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from explain import package_map
from explorer.costs.benchmark_models import find_benchmark_model
from explorer.costs.measurements import Setup
from explorer.costs.random_networks import random_network
from explorer.explain.block_attribution import grad_cam
from explorer.explain.duel import STAGES, block_at
from explorer.explain.forward_pass import forward
from explorer.explain.target_score import Target
from explorer.networks.block_names import HEAD
from explorer.networks.network import Network
from explorer.networks.variants import CONTRAST
from explorer.networks.weight_sources import WeightSource
from explorer.networks.weights_info import Weights
from explorer.photos.geometry import IMAGENET
from explorer.weights.imagenet import labels

TARGET = 7
VIT = "vit_b_16"


def network(name: str) -> Network:
    """Build a network with random weights."""
    weights = Weights("random", WeightSource.UNTRAINED, "Untrained", labels(), IMAGENET, "none")
    module = random_network(find_benchmark_model(name), replace(Setup(name), resolution=224))
    return Network(CONTRAST[name], weights, module, torch.device("cpu"))


def as_grid(tokens: Tensor) -> Tensor:
    """Arrange ViT's tokens as a grid, as in the package's documentation."""
    patches = tokens[:, 1:, :].reshape(tokens.size(0), 14, 14, tokens.size(2))
    return patches.transpose(2, 3).transpose(1, 2)


def theirs(loaded: Network, block: str, x: Tensor) -> Tensor:
    """Return the package's map before scaling to 0..1."""
    model = loaded.private_module()
    paths = {id(module): path for path, module in loaded.module.named_modules()}
    layer = model.get_submodule(paths[id(_layer(loaded, block))])
    reshape = as_grid if loaded.variant.name == VIT else None
    return package_map(model, layer, x, TARGET, reshape)


def _layer(loaded: Network, block: str) -> torch.nn.Module:
    """Return the module whose output is the block's output."""
    link = loaded.chain[block]
    return list(link)[-1] if isinstance(link, torch.nn.Sequential) else link


def main() -> None:
    """Print the largest difference between the two maps for each network."""
    x = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    for name in CONTRAST:
        loaded = network(name)
        block = block_at(loaded, STAGES[-1])
        if name == "densenet121":
            block = "layer4.features.denseblock4"  # the ReLU behind norm5 is no module to hook
        forward_pass = forward(loaded, x)
        assert set(forward_pass.outputs) == {*loaded.blocks, HEAD}
        mine, other = grad_cam(forward_pass, block, Target(TARGET)), theirs(loaded, block, x)
        distance = (mine - other).abs().max() / other.abs().max()
        print(f"{name:16} {block:28} largest difference {distance:.1e} of the map's maximum")


if __name__ == "__main__":
    main()
