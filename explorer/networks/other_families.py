"""What ResNets are compared with: VGG, DenseNet, EfficientNet and ViT as chains.

Each chain computes the model's own logits, bit for bit, from the model's own modules. Its links are
named "stem", "layer1..." to "layer4..." and "head" like a ResNet's, so that "the last stage" means
something for all; behind the stage stands torchvision's own path of the module.
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
    """Take a network of the contrast group apart into its chain, without touching it.

    Raises:
        TypeError: if it is none of them.
    """
    for kind, take_apart in _KINDS.items():
        if isinstance(module, kind):
            return dict(take_apart(module))
    raise TypeError(f"{type(module).__name__} has no chain")


def _vgg(model: VGG) -> Iterator[tuple[str, nn.Module]]:
    """Convolutions with their ReLU, which overwrites their output in place, and pools.

    VGG has five stages; its first is the stem's, and each later one begins with the pool before it.
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


def _densenet(model: DenseNet) -> Iterator[tuple[str, nn.Module]]:
    """Dense blocks and transitions; behind `norm5` the model calls a ReLU that is no module."""
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


# The stage of each of EfficientNet's groups of MBConvs, by the size of their output.
_EFFICIENTNET_STAGES = (STEM, "layer1", "layer2", "layer3", "layer3", "layer4", "layer4")


def _efficientnet(model: EfficientNet) -> Iterator[tuple[str, nn.Module]]:
    """MBConvs, and the convolution behind them."""
    stem, *groups, last = model.features
    yield STEM, stem
    for index, (stage, group) in enumerate(zip(_EFFICIENTNET_STAGES, groups, strict=True), 1):
        for number, block in enumerate(group):
            yield f"{stage}.features.{index}.{number}", block
    yield f"layer{STAGES}.features.{len(groups) + 1}", last
    yield HEAD, nn.Sequential(model.avgpool, nn.Flatten(1), model.classifier)


def _vit(model: VisionTransformer) -> Iterator[tuple[str, nn.Module]]:
    """Encoder blocks between patches and class token; the last is the head's, see WHY_NOT_LAST."""
    *blocks, last = model.encoder.layers.named_children()
    yield STEM, _Patches(model)
    for index, (name, block) in enumerate(blocks):
        yield f"layer{1 + STAGES * index // (len(blocks) + 1)}.{name}", block
    yield HEAD, nn.Sequential(last[1], model.encoder.ln, _ClassToken(), model.heads)


_KINDS: dict[type[nn.Module], Callable[..., Iterator[tuple[str, nn.Module]]]] = {
    VGG: _vgg,
    DenseNet: _densenet,
    EfficientNet: _efficientnet,
    VisionTransformer: _vit,
}


class _Patches(nn.Module):
    """Patches of a photo as tokens, behind the class token, each with its position."""

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
        """Take the class token, shape (N, C), out of tokens, shape (N, 1 + h * w, C)."""
        return tokens[:, 0]
