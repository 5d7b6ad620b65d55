"""Hold our Grad-CAM of networks that are no ResNets against that of the `grad-cam` package.

    python benchmarks/contrast.py

The weights are random, that of ViT's head included: torchvision's own untrained head is zero, and
every map of it would be, too. The package gets ViT's tokens through its `reshape_transform`.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from explain import package_map
from torch import Tensor

from explorer.costs.benchmark_models import find_benchmark_model
from explorer.costs.measurements import Setup
from explorer.costs.random_networks import random_network
from explorer.explain.block_attribution import grad_cam
from explorer.explain.duel import STAGES, block_at
from explorer.explain.forward_pass import Target, forward
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
    """Lay ViT's tokens out as the package's documentation does."""
    patches = tokens[:, 1:, :].reshape(tokens.size(0), 14, 14, tokens.size(2))
    return patches.transpose(2, 3).transpose(1, 2)


def theirs(shown: Network, block: str, x: Tensor) -> Tensor:
    """Return the package's map before it is scaled to 0..1."""
    model = shown.private_module()
    paths = {id(module): path for path, module in shown.module.named_modules()}
    layer = model.get_submodule(paths[id(_layer(shown, block))])
    reshape = as_grid if shown.variant.name == VIT else None
    return package_map(model, layer, x, TARGET, reshape)


def _layer(shown: Network, block: str) -> torch.nn.Module:
    """Return the module of the model whose output the block's is."""
    link = shown.chain[block]
    return list(link)[-1] if isinstance(link, torch.nn.Sequential) else link


def main() -> None:
    """Print for each network how far the two maps lie apart."""
    x = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    for name in CONTRAST:
        shown = network(name)
        block = block_at(shown, STAGES[-1])
        if name == "densenet121":
            block = "layer4.features.denseblock4"  # the ReLU behind norm5 is no module to hook
        forward_pass = forward(shown, x)
        assert set(forward_pass.outputs) == {*shown.blocks, HEAD}
        mine, other = grad_cam(forward_pass, block, Target(TARGET)), theirs(shown, block, x)
        distance = (mine - other).abs().max() / other.abs().max()
        print(f"{name:16} {block:28} largest difference {distance:.1e} of the map's maximum")


if __name__ == "__main__":
    main()
