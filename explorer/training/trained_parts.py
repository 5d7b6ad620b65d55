"""Which parts of a network a training changes, how fast, and what becomes of batch norm."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from torch import nn

from explorer.networks.block_names import HEAD, stage_of
from explorer.networks.network import chain_of


class Scope(StrEnum):
    """The parts whose weights change."""

    HEAD = "head"
    LAST_STAGE = "last stage"
    ALL = "all"


@dataclass(frozen=True)
class TrainedParts:
    """What a training changes of a network.

    Parameters that are left out are only half of what is frozen: batch norm also keeps running
    statistics, which move whenever it is in training mode. So frozen parts stay in eval mode.

    Attributes:
        scope: parts whose weights change; the head is always one of them.
        backbone_rate: learning rate of all but the head, as a share of the head's.
        fixed_statistics: whether batch norm normalises by the statistics that it came with, and
            keeps them; False normalises by those of each batch, and lets the others follow.
    """

    scope: Scope = Scope.ALL
    backbone_rate: float = 1.0
    fixed_statistics: bool = False

    def select(self, module: nn.Module) -> None:
        """Let the parameters of the trained parts require gradients, and no others."""
        module.requires_grad_(self.scope is Scope.ALL)
        for link in self._links(module):
            link.requires_grad_(True)

    def set_modes(self, module: nn.Module) -> None:
        """Put the trained parts into training mode, and all else into eval mode."""
        module.train(self.scope is Scope.ALL)
        for link in self._links(module):
            link.train()
        for layer in module.modules():
            if self.fixed_statistics and isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
                layer.eval()

    def groups(self, module: nn.Module, weight_decay: float) -> list[dict[str, object]]:
        """Group the trained parameters for an optimizer, by their decay and by their rate.

        Args:
            module: network whose parameters were selected.
            weight_decay: decay of convolutions and the head; batch norm and biases have none.

        Returns:
            Groups with the additional entry "scale", the factor of the learning rate.
        """
        head = {id(parameter) for parameter in chain_of(module)[HEAD].parameters()}
        groups: dict[tuple[float, float], list[nn.Parameter]] = {}
        for parameter in module.parameters():
            if parameter.requires_grad:
                scale = 1.0 if id(parameter) in head else self.backbone_rate
                decay = weight_decay if parameter.ndim > 1 else 0.0
                groups.setdefault((scale, decay), []).append(parameter)
        return [
            {"params": parameters, "weight_decay": decay, "scale": scale}
            for (scale, decay), parameters in groups.items()
        ]

    def _links(self, module: nn.Module) -> list[nn.Module]:
        chain = chain_of(module)
        return [chain[name] for name in trained_links(tuple(chain), self.scope)]


def trained_links(links: tuple[str, ...], scope: Scope) -> tuple[str, ...]:
    """Return those links of a chain whose weights change; the head comes last."""
    if scope is Scope.ALL:
        return links
    *blocks, _ = links
    last = stage_of(HEAD if scope is Scope.HEAD else blocks[-1])
    return tuple(name for name in links if name == HEAD or stage_of(name) == last)
