"""torchvision's ResNet at another width: same topology, same state-dict keys, fewer channels."""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet


class NarrowResNet(ResNet):
    """A ResNet whose stem has `width` channels, and whose stages have 1, 2, 4 and 8 times as many.

    At `width=64` it is torchvision's network, weight for weight. (`width_per_group` of torchvision
    narrows only the middle of a bottleneck, so it cannot do this.)

    Args:
        block: torchvision's `BasicBlock` or `Bottleneck`.
        layers: number of residual blocks in layer1..layer4, e.g. (3, 4, 6, 3).
        width: number of channels of the stem.
        num_classes: number of outputs of the head, K.
    """

    def __init__(
        self,
        block: type[BasicBlock | Bottleneck],
        layers: tuple[int, ...],
        width: int = 64,
        num_classes: int = 1000,
    ) -> None:
        nn.Module.__init__(self)  # ResNet's own constructor would build 64 channels first
        self._norm_layer = nn.BatchNorm2d
        self.inplanes, self.dilation, self.groups, self.base_width = width, 1, 1, 64
        self.conv1 = nn.Conv2d(3, width, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, width, layers[0])
        self.layer2 = self._make_layer(block, 2 * width, layers[1], stride=2)
        self.layer3 = self._make_layer(block, 4 * width, layers[2], stride=2)
        self.layer4 = self._make_layer(block, 8 * width, layers[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(8 * width * block.expansion, num_classes)
        self.apply(_initialise)

    @classmethod
    def like(cls, network: ResNet, width: int, num_classes: int, shortcuts: bool = True) -> Self:
        """Build the narrow twin of a ResNet without groups or wide bottlenecks.

        Args:
            network: network whose blocks are repeated.
            width: number of channels of the stem.
            num_classes: number of outputs of the head, K.
            shortcuts: whether to build shortcuts; False builds the plain twin.
        """
        stages = (network.layer1, network.layer2, network.layer3, network.layer4)
        block = type(network.layer1[0])
        if not shortcuts:
            block = plain_twin(block)
        return cls(block, tuple(map(len, stages)), width, num_classes)


@torch.no_grad()
def _initialise(module: nn.Module) -> None:
    """Initialise as torchvision does (He et al., 2015); batch norm already starts at 1 and 0."""
    if isinstance(module, nn.Conv2d) and not module.weight.is_meta:
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def plain_twin(block: type[BasicBlock | Bottleneck]) -> type[BasicBlock | Bottleneck]:
    """Return the plain class with the layers of a residual block's class."""
    return PlainBottleneck if issubclass(block, Bottleneck) else PlainBasicBlock


class _WithoutShortcut:
    """Mixin that builds the block class that follows it among the bases without a projection."""

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        *rest: object,
        **options: object,
    ) -> None:
        # The next class in the method resolution order is a block of torchvision.
        super().__init__(inplanes, planes, stride, None, *rest, **options)  # type: ignore[call-arg]


class PlainBasicBlock(_WithoutShortcut, BasicBlock):
    """torchvision's basic block without shortcut; arguments as for `BasicBlock`."""

    def forward(self, x: Tensor) -> Tensor:
        """Map x, shape (N, C, H, W), to the block's output."""
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        return x


class PlainBottleneck(_WithoutShortcut, Bottleneck):
    """torchvision's bottleneck without shortcut; arguments as for `Bottleneck`."""

    def forward(self, x: Tensor) -> Tensor:
        """Map x, shape (N, C, H, W), to the block's output."""
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        x = self.relu(self.bn3(self.conv3(x)))
        return x
