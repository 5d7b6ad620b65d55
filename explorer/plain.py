"""The plain twin of a residual block: the same layers without the shortcut."""

from __future__ import annotations

from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, Bottleneck


def plain_twin(block: type[BasicBlock | Bottleneck]) -> type[BasicBlock | Bottleneck]:
    """Return the plain class that has the layers of a residual one."""
    return PlainBottleneck if issubclass(block, Bottleneck) else PlainBasicBlock


class _WithoutShortcut:
    """Builds the block behind it in the order of its bases without the layers of a projection."""

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        *rest: object,
        **options: object,
    ) -> None:
        # Behind this class comes a block of torchvision.
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
