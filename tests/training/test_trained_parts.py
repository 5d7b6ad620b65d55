from __future__ import annotations

import pytest
import torch

from explorer.networks.block_names import HEAD
from explorer.networks.network import chain_of
from explorer.training.trained_parts import Scope, TrainedParts, trained_links
from narrow_checkpoints import narrow

STAGES = {
    Scope.HEAD: ("fc.",),
    Scope.LAST_STAGE: ("layer4.", "fc."),
    Scope.ALL: ("conv1.", "bn1.", "layer1.", "layer2.", "layer3.", "layer4.", "fc."),
}


@pytest.mark.parametrize("scope", Scope)
def test_each_trained_parameter_is_in_one_group_with_its_rate_and_decay(scope: Scope) -> None:
    module, parts = narrow(), TrainedParts(scope, backbone_rate=0.1)
    parts.select(module)
    names = {id(parameter): name for name, parameter in module.named_parameters()}
    found = {
        names[id(parameter)]: (group["scale"], group["weight_decay"])
        for group in parts.groups(module, 0.01)
        for parameter in group["params"]
    }
    expected = {
        name: (1.0 if name.startswith("fc.") else 0.1, 0.01 if parameter.ndim > 1 else 0.0)
        for name, parameter in module.named_parameters()
        if name.startswith(STAGES[scope])
    }
    assert found == expected
    assert {names[id(p)] for p in module.parameters() if p.requires_grad} == expected.keys()


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("fixed", [False, True])
def test_what_is_frozen_is_in_eval_mode(scope: Scope, fixed: bool) -> None:
    module, parts = narrow(), TrainedParts(scope, fixed_statistics=fixed)
    parts.set_modes(module)
    for name, layer in module.named_modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            assert layer.training == (f"{name}.".startswith(STAGES[scope]) and not fixed)
    assert module.fc.training


def test_the_last_stage_is_that_of_the_last_block() -> None:
    links = tuple(chain_of(narrow()))
    assert trained_links(links, Scope.LAST_STAGE) == ("layer4.0", "layer4.1", HEAD)
    assert trained_links(links, Scope.HEAD) == (HEAD,)
    assert trained_links(links, Scope.ALL) == links
