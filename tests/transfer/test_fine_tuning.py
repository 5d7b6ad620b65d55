from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from explorer.errors import DataError
from explorer.features.extraction import extract, run_to_end
from explorer.photos.geometry import to_tensor
from explorer.training.trained_parts import Scope
from explorer.transfer import fine_tuning
from explorer.transfer.fine_tuning import (
    HEAD_STEP,
    FineTuning,
    TuningPlan,
    fine_tune,
    head_rate,
    logits_of,
    resized,
    scratch_plan,
    starting_point,
    tuning_photos,
    tuning_plan,
)
from explorer.transfer.tuning_epoch import TuningEpoch
from explorer.weights.untrained import dead_leaves, normalised
from tiny_teaching import PREPROCESSING, tiny_network, tiny_photos, tiny_split

STATISTICS = ("running_mean", "running_var", "num_batches_tracked")
TRAINED = {
    Scope.HEAD: ("fc.",),
    Scope.LAST_STAGE: ("layer4.", "fc."),
    Scope.ALL: ("conv1.", "bn1.", "layer", "fc."),
}


def finish(
    epochs: Generator[TuningEpoch, None, nn.Module],
) -> tuple[list[TuningEpoch], nn.Module]:
    done = []
    while True:
        try:
            done.append(next(epochs))
        except StopIteration as end:
            return done, end.value


def state_of(module: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in module.state_dict().items()}


def trained(plan: TuningPlan) -> FineTuning:
    """Train the tiny network to the last epoch."""
    photos, network = tiny_photos(), tiny_network()
    learn, choose = tuning_photos(photos, tiny_split(photos), PREPROCESSING)
    tuning = FineTuning(starting_point(network, plan), PREPROCESSING, learn, choose, plan)
    list(tuning.run())
    return tuning


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("fixed", [False, True])
def test_exactly_what_was_to_be_trained_differs_from_the_base(scope: Scope, fixed: bool) -> None:
    base = tiny_network()
    before = state_of(base.module)
    after = trained(tuning_plan(base, scope, 2, fixed_statistics=fixed, batch_size=4)).latest
    changed = {
        name for name, tensor in after.state_dict().items() if (tensor != before[name]).any()
    }
    expected = {
        name
        for name in before
        if name.startswith(TRAINED[scope]) and not (fixed and name.endswith(STATISTICS))
    }
    assert changed == expected


def test_the_network_that_it_starts_from_is_only_read() -> None:
    photos, network = tiny_photos(), tiny_network()
    before = state_of(network.module)
    _, module = finish(
        fine_tune(network, photos, tiny_split(photos), tuning_plan(network, Scope.ALL, 2))
    )
    assert all(
        torch.equal(tensor, before[name]) for name, tensor in state_of(network.module).items()
    )
    assert not network.module.training
    assert not any(parameter.requires_grad for parameter in network.module.parameters())
    assert module is not network.module
    assert not module.training


def test_it_starts_where_the_probe_is() -> None:
    photos, network = tiny_photos(), tiny_network()
    split = tiny_split(photos)
    vectors = run_to_end(extract(network, photos.photos)).vectors
    head = network.module.fc
    expected = vectors[split.choose] @ head.weight.numpy().T + head.bias.numpy()
    start = starting_point(network, tuning_plan(network, Scope.ALL))
    found = logits_of(start, photos, split.choose, PREPROCESSING)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    epochs, _ = finish(fine_tune(network, photos, split, tuning_plan(network, Scope.ALL, 1)))
    right = expected.argmax(1) == photos.classes[split.choose]
    assert epochs[0].choose is not None
    assert (epochs[0].epoch, epochs[0].choose.accuracy) == (0, right.mean())


def test_the_network_of_the_best_epoch_comes_back() -> None:
    photos, network = tiny_photos(), tiny_network()
    split = tiny_split(photos)
    plan = tuning_plan(network, Scope.ALL, 6, fixed_statistics=False, batch_size=4)
    epochs, module = finish(fine_tune(network, photos, split, plan))
    assert [epoch.epoch for epoch in epochs] == list(range(7))
    best = [epoch.choose for epoch in epochs if epoch.is_best and epoch.choose][-1]
    assert best.loss == min(epoch.choose.loss for epoch in epochs if epoch.choose)
    logits = torch.from_numpy(logits_of(module, photos, split.choose, PREPROCESSING))
    loss = nn.functional.cross_entropy(logits, torch.from_numpy(photos.classes[split.choose]))
    assert loss.item() == pytest.approx(best.loss)


def test_from_scratch_has_the_same_budget_and_nothing_of_the_network() -> None:
    network = tiny_network()
    tuned, scratch = tuning_plan(network, Scope.ALL), scratch_plan(network)
    own = {name for name, value in asdict(tuned.recipe).items()
           if value != asdict(scratch.recipe)[name]}  # fmt: skip
    assert own == {"learning_rate"}
    start, again = starting_point(network, scratch), starting_point(network, scratch)
    other = starting_point(network, replace(scratch, recipe=replace(scratch.recipe, seed=1)))
    for name, parameter in network.module.named_parameters():
        assert torch.equal(start.get_parameter(name), again.get_parameter(name))
        if parameter.ndim > 1:
            assert not torch.equal(start.get_parameter(name), parameter)
            assert not torch.equal(start.get_parameter(name), other.get_parameter(name))


def test_without_photos_to_choose_on_the_last_epoch_is_kept() -> None:
    photos, network = tiny_photos(), tiny_network()
    split = replace(tiny_split(photos), choose=np.array([], dtype=int))
    epochs, module = finish(fine_tune(network, photos, split, tuning_plan(network, Scope.HEAD, 2)))
    assert [(epoch.epoch, epoch.choose, epoch.is_best) for epoch in epochs] == [
        (1, None, True),
        (2, None, True),
    ]
    logits = logits_of(module, photos, split.learn, PREPROCESSING)
    assert epochs[-1].learn is not None
    right = (logits.argmax(1) == photos.classes[split.learn]).mean()
    assert epochs[-1].learn.accuracy == pytest.approx(right)


def test_a_training_that_diverges_says_so() -> None:
    plan = tuning_plan(tiny_network(), Scope.ALL, 2, fixed_statistics=False, batch_size=4)
    plan = replace(plan, recipe=replace(plan.recipe, learning_rate=100.0, warmup=0))
    photos, network = tiny_photos(), tiny_network()
    epochs, module = finish(fine_tune(network, photos, tiny_split(photos), plan))
    losses = [epoch.learn.loss for epoch in epochs if epoch.learn]
    assert losses[0] is not None
    assert losses[-1] is None or losses[-1] > 10 * losses[0]
    assert all(tensor.isfinite().all() for tensor in module.state_dict().values())


def test_a_head_is_trained_the_slower_the_longer_its_features_are() -> None:
    network = tiny_network()
    x = normalised(dead_leaves())
    pooled = nn.Sequential(*list(network.chain.values())[:-1])(x).mean((2, 3))
    expected = HEAD_STEP / float(pooled.square().sum(1).mean())
    assert head_rate(network) == pytest.approx(min(expected, fine_tuning.FASTEST))


@pytest.mark.parametrize("size", [(300, 200), (37, 61), (20, 90)])
def test_resizing_a_photo_before_changes_nothing(size: tuple[int, int]) -> None:
    photo = Image.effect_noise(size, 80).convert("RGB")
    assert torch.equal(
        to_tensor(resized(photo, PREPROCESSING), PREPROCESSING), to_tensor(photo, PREPROCESSING)
    )


def test_photos_that_no_training_can_use_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    photos, network = tiny_photos(), tiny_network()
    split, plan = tiny_split(photos), tuning_plan(network, Scope.ALL)
    with pytest.raises(DataError, match="at least two photos"):
        next(fine_tune(network, photos, replace(split, learn=split.learn[:1]), plan))
    monkeypatch.setattr(fine_tuning, "MOST_BYTES", 1_000)
    with pytest.raises(DataError, match="at the size of the network"):
        next(fine_tune(network, photos, split, plan))
