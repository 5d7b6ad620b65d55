"""ImageNet weights that lie on this machine: a session without a link's choices opens on them.

Whoever has fetched them wants a thousand classes. This holds for the app on one's own machine, not
for that of a room, the lessons or the tests. A link that makes any choice means the built-in
networks unless it names others.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from explorer.networks.weight_sources import WeightSource
from explorer.serving import policy
from explorer.ui.frame import link_state
from explorer.ui.networks.link_choices import VARIANT, WEIGHTS

_CLASSIC, _NEW = WeightSource.IMAGENET_CLASSIC.value, WeightSource.IMAGENET_NEW.value
# Name of torchvision's file -> variant and weights, first the one to open on. torch and torchvision
# would say the same, but the first page paints before they are imported.
FILES = {
    "resnet50-0676ba61.pth": ("resnet50", _CLASSIC),
    "resnet50-11ad3fa6.pth": ("resnet50", _NEW),
    "resnet34-b627a593.pth": ("resnet34", _CLASSIC),
    "resnet18-f37072fd.pth": ("resnet18", _CLASSIC),
    "resnet101-63fe2227.pth": ("resnet101", _CLASSIC),
    "resnet101-cd907fc2.pth": ("resnet101", _NEW),
    "resnet152-394f9c45.pth": ("resnet152", _CLASSIC),
    "resnet152-f82ba261.pth": ("resnet152", _NEW),
}


def folder() -> Path:
    """Return the folder in which torch keeps downloaded weights."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("TORCH_HOME", os.path.join(cache, "torch"))
    return Path(os.path.expanduser(home), "hub", "checkpoints")


def opening(lessons: bool = False) -> Mapping[str, str]:
    """Return the choices on which a session opens in place of the defaults; none as a rule.

    Args:
        lessons: whether it opens on the lessons, which speak of the built-in networks.
    """
    if lessons or not policy.current().private:
        return {}
    for name, (variant, weights) in FILES.items():
        if (folder() / name).is_file():
            return {VARIANT: variant, WEIGHTS: weights}
    return {}


def is_in_force() -> bool:
    """Whether the network is the one that sessions open on, and not a built-in one."""
    choices = opening()
    return bool(choices) and all(link_state.get(name) == value for name, value in choices.items())


def take_built_in() -> None:
    """Return to the built-in network from the one that the session opened on."""
    if is_in_force():
        for name in (VARIANT, WEIGHTS):
            link_state.choose_default(name)
