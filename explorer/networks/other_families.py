"""VGG, DenseNet, EfficientNet and ViT as chains, for comparison with ResNets.

Each chain computes the model's own logits, bit for bit, from the model's own modules. Its links are
named "stem", "layer1..." to "layer4..." and "head" as in a ResNet, so that every network has a
"last stage"; the stage is followed by torchvision's path of the module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torchvision.models import VGG, DenseNet, EfficientNet, VisionTransformer

from explorer.networks.block_names import HEAD, STAGES, STEM

WHY_NOT_LAST = (
    "The last encoder block of ViT is not offered: behind it only the class token is read, so no "
    "gradient reaches its patches."
)


def contrast_chain(module: nn.Module) -> dict[str, nn.Module]:
    """Split a network of one of these families into its chain, without changing the network.

    Raises:
        TypeError: if the network belongs to none of them.
    """
    for kind, build_chain in _CHAIN_BUILDERS.items():
        if isinstance(module, kind):
            return dict(build_chain(module))
    raise TypeError(f"{type(module).__name__} has no chain")


def _vgg_chain(model: VGG) -> Iterator[tuple[str, nn.Module]]:
    """Yield convolutions with their ReLU, which overwrites their output in place, and the pools.

    VGG has five stages; the first belongs to the stem, each later one begins with the pool before.
    """
    layers = list(model.features)
    stage = 0
    for index, layer in enumerate(layers):
        if isinstance(layer, nn.MaxPool2d):
            stage += 1
        unit = nn.Sequential(layer, layers[index + 1]) if isinstance(layer, nn.Conv2d) else layer
        if index == 0:
            yield STEM, unit
        elif isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            prefix = f"layer{stage}." if 1 <= stage <= STAGES else f"{STEM}." if not stage else ""
            yield f"{prefix}features.{index}", unit
    yield HEAD, nn.Sequential(model.avgpool, nn.Flatten(1), model.classifier)


def _densenet_chain(model: DenseNet) -> Iterator[tuple[str, nn.Module]]:
    """Yield dense blocks and transitions; after `norm5` the model calls a ReLU without a module."""
    parts = dict(model.features.named_children())
    yield STEM, nn.Sequential(parts["conv0"], parts["norm0"], parts["relu0"], parts["pool0"])
    for stage in range(1, STAGES + 1):
        if stage > 1:
            name = f"transition{stage - 1}"
            yield f"layer{stage}.features.{name}", parts[name]
        yield f"layer{stage}.features.denseblock{stage}", parts[f"denseblock{stage}"]
    norm = nn.Sequential(parts["norm5"], nn.ReLU(inplace=True))
    yield f"layer{STAGES}.features.norm5", norm.eval()
    yield HEAD, nn.Sequential(nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(1), model.classifier)


# The stage of each group of MBConvs of EfficientNet, by the size of its output.
_EFFICIENTNET_STAGES = (STEM, "layer1", "layer2", "layer3", "layer3", "layer4", "layer4")


def _efficientnet_chain(model: EfficientNet) -> Iterator[tuple[str, nn.Module]]:
    """Yield the MBConvs and the convolution after them."""
    stem, *groups, last = model.features
    yield STEM, stem
    for index, (stage, group) in enumerate(zip(_EFFICIENTNET_STAGES, groups, strict=True), 1):
        for number, block in enumerate(group):
            yield f"{stage}.features.{index}.{number}", block
    yield f"layer{STAGES}.features.{len(groups) + 1}", last
    yield HEAD, nn.Sequential(model.avgpool, nn.Flatten(1), model.classifier)


def _vit_chain(model: VisionTransformer) -> Iterator[tuple[str, nn.Module]]:
    """Yield the encoder blocks; the last one belongs to the head, see WHY_NOT_LAST."""
    *blocks, last = model.encoder.layers.named_children()
    yield STEM, _Patches(model)
    for index, (name, block) in enumerate(blocks):
        yield f"layer{1 + STAGES * index // (len(blocks) + 1)}.{name}", block
    yield HEAD, nn.Sequential(last[1], model.encoder.ln, _ClassToken(), model.heads)


_CHAIN_BUILDERS: dict[type[nn.Module], Callable[..., Iterator[tuple[str, nn.Module]]]] = {
    VGG: _vgg_chain,
    DenseNet: _densenet_chain,
    EfficientNet: _efficientnet_chain,
    VisionTransformer: _vit_chain,
}


class _Patches(nn.Module):
    """Turns a photo into tokens: the class token, then the patches, with position embeddings."""

    def __init__(self, model: VisionTransformer) -> None:
        super().__init__()
        self.conv_proj, self.dropout = model.conv_proj, model.encoder.dropout
        self.class_token, self.position = model.class_token, model.encoder.pos_embedding
        self.train(model.training)

    def forward(self, x: Tensor) -> Tensor:
        """Map photos, shape (N, 3, H, W), to tokens, shape (N, 1 + h * w, C)."""
        patches = self.conv_proj(x).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.class_token.expand(len(x), -1, -1), patches], 1)
        positioned: Tensor = self.dropout(tokens + self.position)
        return positioned


class _ClassToken(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        """Return the class token, shape (N, C), of tokens, shape (N, 1 + h * w, C)."""
        return tokens[:, 0]
