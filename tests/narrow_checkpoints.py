"""Narrow networks for the tests of checkpoints, and the names that other libraries give them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

from explorer.networks.narrow_resnet import NarrowResNet

WIDTH, CLASSES = 4, 5
CHANNELS = 8 * WIDTH


def narrow(seed: int = 0, classes: int = CLASSES) -> NarrowResNet:
    """A ResNet-18 with 4 channels in the stem, whose batch norm has statistics."""
    torch.manual_seed(seed)
    network = NarrowResNet(BasicBlock, (2, 2, 2, 2), WIDTH, classes)
    _give_statistics(network)
    return network.eval()


def narrow_50() -> NarrowResNet:
    """The same with the blocks of ResNet-50."""
    torch.manual_seed(3)
    network = NarrowResNet(Bottleneck, (3, 4, 6, 3), WIDTH, CLASSES)
    _give_statistics(network)
    return network.eval()


def _give_statistics(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)


def with_head(head: nn.Module, seed: int = 0) -> NarrowResNet:
    """The narrow ResNet-18 with another head in place of its linear layer."""
    network = narrow(seed)
    _give_statistics(head)
    network.fc = head
    return network.eval()


@torch.no_grad()
def answers(network: nn.Module, channels: int = 3) -> Tensor:
    """The outputs for two fixed inputs, shape (2, K)."""
    torch.manual_seed(7)
    return network(torch.randn(2, channels, 64, 64))


def prefixed(state: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {prefix + name: value for name, value in state.items()}


def renamed(network: ResNet, name: Callable[[str], str]) -> dict[str, Tensor]:
    return {name(key): tensor.clone() for key, tensor in network.state_dict().items()}


def hugging_face(name: str) -> str:
    """The name in transformers' `ResNetForImageClassification`."""
    if name.startswith("fc."):
        return f"classifier.1.{name[3:]}"
    name = re.sub(r"^conv1\.", "resnet.embedder.embedder.convolution.", name)
    name = re.sub(r"^bn1\.", "resnet.embedder.embedder.normalization.", name)
    name = re.sub(
        r"^layer(\d)\.(\d+)\.",
        lambda m: f"resnet.encoder.stages.{int(m[1]) - 1}.layers.{m[2]}.",
        name,
    )
    name = re.sub(r"downsample\.0\.", "shortcut.convolution.", name)
    name = re.sub(r"downsample\.1\.", "shortcut.normalization.", name)
    name = re.sub(r"\.conv(\d)\.", lambda m: f".layer.{int(m[1]) - 1}.convolution.", name)
    return re.sub(r"\.bn(\d)\.", lambda m: f".layer.{int(m[1]) - 1}.normalization.", name)


def openmmlab(name: str) -> str:
    """The name in mmpretrain's `ImageClassifier` (mmpretrain/models/backbones/resnet.py)."""
    return f"head.{name}" if name.startswith("fc.") else f"backbone.{name}"


def fastai(name: str) -> str:
    """The name in the body that fastai's `create_body` cuts, and in a plain head after it."""
    name = re.sub(r"^fc\.", "1.1.", name)
    name = re.sub(r"^conv1\.", "0.0.", re.sub(r"^bn1\.", "0.1.", name))
    return re.sub(r"^layer(\d)\.", lambda m: f"0.{int(m[1]) + 3}.", name)


def pytorch_cifar(name: str) -> str:
    """The name in pytorch-cifar (models/resnet.py), whose stem is of another size."""
    return re.sub(r"^fc\.", "linear.", name.replace("downsample.", "shortcut."))
