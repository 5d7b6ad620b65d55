import math
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from PIL import Image

from explorer.errors import DataError, RequestError
from explorer.networks.narrow_resnet import NarrowResNet
from explorer.networks.variants import VARIANTS
from explorer.photos.class_folders import PhotoFolder
from explorer.photos.geometry import Preprocessing
from explorer.training.evaluation import evaluate
from explorer.training.photo_record import trained_on
from explorer.training.recipe import RANGES, TrainingRecipe
from explorer.training.trained_parts import Scope, TrainedParts
from explorer.training.trainer import (
    Trainer,
    evaluation_transform,
    training_transform,
    untrained_network,
)

RECIPE = TrainingRecipe(
    epochs=3,
    batch_size=4,
    warmup=1,
    resolution=32,
    last_resolution=32,
    last_epochs=1,
    average=0.5,
    learning_rate=0.05,
)


def folder_of(count: int) -> PhotoFolder:
    """Return photos of reddish and bluish noise, half of each."""
    noise = numpy.random.default_rng(0).integers(0, 256, (count, 36, 40, 3), dtype=numpy.uint8)
    noise[0::2, ..., 0] |= 192
    noise[1::2, ..., 2] |= 192
    return PhotoFolder(
        labels=("red", "blue"),
        photos=tuple(Image.fromarray(pixels) for pixels in noise),
        targets=tuple(i % 2 for i in range(count)),
    )


def network() -> NarrowResNet:
    return untrained_network(VARIANTS["resnet18"], 2, RECIPE, width=4)


def trainer(recipe: TrainingRecipe = RECIPE, checkpoint: Path | None = None) -> Trainer:
    return Trainer(network(), folder_of(16), folder_of(4), recipe, checkpoint)


def test_red_and_blue_are_learned() -> None:
    recipe = replace(RECIPE, epochs=12, augment=False, batch_size=8)
    results = list(Trainer(network(), folder_of(32), folder_of(8), recipe).run())
    assert [result.epoch for result in results] == list(range(1, 13))
    assert results[-1].top1 == results[-1].mean_per_class == 100.0
    assert results[-1].val_loss < results[0].val_loss


def test_the_start_depends_on_the_seed_alone_and_leaves_torchs_seed_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, again = network(), network()
    assert torch.equal(torch.rand(1), expected)
    assert torch.equal(first.conv1.weight, again.conv1.weight)
    other = untrained_network(VARIANTS["resnet18"], 2, replace(RECIPE, seed=1), width=4)
    assert not torch.equal(first.conv1.weight, other.conv1.weight)


def test_an_interrupted_run_ends_exactly_like_an_uninterrupted_one(tmp_path: Path) -> None:
    straight = trainer()
    expected = list(straight.run())
    interrupted = trainer(checkpoint=tmp_path / "checkpoint.pt")
    next(interrupted.run())
    resumed = trainer(checkpoint=tmp_path / "checkpoint.pt")
    results = list(resumed.run())
    assert [r.epoch for r in results] == [2, 3]
    for ours, reference in zip(results, expected[1:], strict=True):
        assert ours.train_loss == reference.train_loss
        assert ours.val_loss == reference.val_loss
    for a, b in zip(
        resumed.result.state_dict().values(), straight.result.state_dict().values(), strict=True
    ):
        assert torch.equal(a, b)


def test_the_history_of_an_interrupted_run_is_whole(tmp_path: Path) -> None:
    interrupted = trainer(checkpoint=tmp_path / "checkpoint.pt")
    first = next(interrupted.run())
    resumed = trainer(checkpoint=tmp_path / "checkpoint.pt")
    assert resumed.history == [first]
    later = list(resumed.run())
    assert resumed.history == [first, *later]
    assert [result.epoch for result in resumed.history] == [1, 2, 3]


def test_the_training_photos_are_measured_as_they_are_on_request() -> None:
    run = trainer(replace(RECIPE, record_training=True))
    for result in run.run():
        scores = evaluate(
            run.result, run.photos.transformed(evaluation_transform(RECIPE.preprocessing))
        )
        assert result.clean_loss == pytest.approx(scores.loss)
        assert result.clean_top1 == pytest.approx(scores.accuracy())
    assert next(trainer().run()).clean_loss is None


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    run = trainer(checkpoint=tmp_path / "checkpoint.pt")
    next(run.run())
    with pytest.raises(DataError, match="another recipe"):
        trainer(replace(RECIPE, learning_rate=0.01), tmp_path / "checkpoint.pt")


def test_the_photos_need_as_many_pixels_as_any_crop_or_resize() -> None:
    assert replace(RECIPE, resize_size=64).photo_side == 64
    assert replace(RECIPE, resize_size=64, resolution=300).photo_side == 300


def drop_averaged(state: dict[str, Any]) -> None:
    del state["averaged"]


def drop_an_average(state: dict[str, Any]) -> None:
    del state["averaged"]["module.conv1.weight"]


def shorten_an_average(state: dict[str, Any]) -> None:
    state["averaged"]["module.fc.bias"] = torch.zeros(1)


def drop_optimizer(state: dict[str, Any]) -> None:
    del state["optimizer"]


def drop_momenta(state: dict[str, Any]) -> None:
    del state["optimizer"]["param_groups"][1]


def replace_a_weight(state: dict[str, Any]) -> None:
    state["module"]["conv1.weight"] = "text"


def replace_history(state: dict[str, Any]) -> None:
    state["history"] = [1]


@pytest.mark.parametrize(
    "damage",
    [
        drop_averaged,
        drop_an_average,
        shorten_an_average,
        drop_optimizer,
        drop_momenta,
        replace_a_weight,
        replace_history,
    ],
)
def test_a_damaged_checkpoint_is_refused(
    damage: Callable[[dict[str, Any]], None], tmp_path: Path
) -> None:
    path = tmp_path / "checkpoint.pt"
    next(trainer(checkpoint=path).run())
    state = torch.load(path, weights_only=True)
    damage(state)
    torch.save(state, path)
    with pytest.raises(DataError, match="is no whole checkpoint; remove it"):
        trainer(checkpoint=path)


def test_the_moving_average_is_kept_or_else_the_last_weights() -> None:
    averaged, last = trainer(), trainer(replace(RECIPE, average=0.0))
    list(averaged.run())
    list(last.run())
    assert not torch.equal(averaged.result.conv1.weight, averaged.module.conv1.weight)
    assert last.result is last.module


def test_the_learning_rate_rises_linearly_and_falls_as_a_cosine() -> None:
    recipe = TrainingRecipe(epochs=25, warmup=5, learning_rate=0.2)
    assert recipe.learning_rate_at(0) == 0
    assert recipe.learning_rate_at(2.5) == pytest.approx(0.1)
    assert recipe.learning_rate_at(5) == pytest.approx(0.2)
    assert recipe.learning_rate_at(10) == pytest.approx(0.1 * (1 + math.cos(math.pi / 4)))
    assert recipe.learning_rate_at(25) == pytest.approx(0, abs=1e-12)


def test_the_last_epochs_see_the_larger_crop() -> None:
    recipe = TrainingRecipe(epochs=10, last_epochs=3, resolution=96, last_resolution=128)
    assert [recipe.resolution_at(epoch) for epoch in (0, 6, 7, 9)] == [96, 96, 128, 128]


def test_weight_decay_spares_batch_norm_and_biases() -> None:
    decayed, undecayed = trainer().optimizer.param_groups
    assert decayed["weight_decay"] == RECIPE.weight_decay
    assert undecayed["weight_decay"] == 0
    assert {p.ndim for p in undecayed["params"]} == {1}
    assert {p.ndim for p in decayed["params"]} == {2, 4}


def test_balanced_sampling_evens_the_categories_out() -> None:
    photos = PhotoFolder(
        labels=("many", "few"),
        photos=tuple(Image.new("RGB", (32, 32)) for _ in range(400)),
        targets=(0,) * 380 + (1,) * 20,
    )
    shares = {}
    for balance in (0.0, 1.0):
        run = Trainer(network(), photos, photos, replace(RECIPE, balance=balance))
        sampled = torch.tensor([photos.targets[i] for i in run._loader(0).sampler])
        shares[balance] = sampled.float().mean().item()
    assert shares[0.0] == pytest.approx(0.05)
    assert shares[1.0] == pytest.approx(0.5, abs=0.1)


def test_folders_that_do_not_fit_are_refused() -> None:
    other = replace(folder_of(4), labels=("red", "green"))
    with pytest.raises(DataError, match="different categories"):
        Trainer(network(), folder_of(16), other, RECIPE)
    with pytest.raises(DataError, match="one batch"):
        Trainer(network(), folder_of(3), folder_of(4), RECIPE)


def test_outside_training_a_photo_is_resized_cropped_and_normalised() -> None:
    from torchvision.transforms._presets import ImageClassification

    photo = Image.effect_noise((90, 70), 80).convert("RGB")
    preprocessing = replace(RECIPE.preprocessing, resize_size=40)
    expected = ImageClassification(crop_size=32, resize_size=40)(photo)
    assert torch.equal(evaluation_transform(preprocessing)(photo), expected)


@pytest.mark.parametrize(
    "setting", [{"epochs": 0}, {"batch_size": 1}, {"momentum": 0.0}, {"mix": 1.5}, {"seed": -1}]
)
def test_a_recipe_out_of_range_is_refused(setting: dict[str, float]) -> None:
    (name,) = setting
    with pytest.raises(RequestError, match=name.replace("_", " ")):
        replace(RECIPE, **setting)


@pytest.mark.parametrize(("warmup", "epochs"), [(200, 120), (3, 3)])
def test_a_warmup_that_never_ends_is_refused(warmup: int, epochs: int) -> None:
    with pytest.raises(
        RequestError, match=rf"^A warmup of {warmup} epochs leaves none of {epochs}"
    ):
        replace(RECIPE, warmup=warmup, epochs=epochs)
    last = replace(RECIPE, warmup=epochs - 1, epochs=epochs)
    assert last.learning_rate_at(epochs) == pytest.approx(0, abs=1e-12)


class FullDisk:
    """Fails as torch does when the disk is full: after some bytes, with a RuntimeError."""

    def __call__(self, state: object, path: Path) -> None:
        path.write_bytes(b"the beginning of a checkpoint")
        raise RuntimeError("PytorchStreamWriter failed writing file data/1: file write failed")


def read_only(state: object, path: Path) -> None:
    raise OSError(30, "Read-only file system")


@pytest.mark.parametrize(
    ("fail", "reason"), [(FullDisk(), "is the disk full?"), (read_only, "Read-only file system")]
)
def test_a_checkpoint_that_cannot_be_written_leaves_the_last_good_one(
    fail: Callable[..., None], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "checkpoint.pt"
    epochs = trainer(checkpoint=path).run()
    with monkeypatch.context() as patch:
        patch.setattr(torch, "save", fail)
        with pytest.raises(RequestError, match=r"after epoch 1 .*: it starts anew\.$"):
            next(trainer(checkpoint=path).run())
        assert list(tmp_path.iterdir()) == []
    next(epochs)
    good = path.read_bytes()
    monkeypatch.setattr(torch, "save", fail)
    with pytest.raises(RequestError) as caught:
        next(epochs)
    assert f"after epoch 2 ({reason})" in str(caught.value)
    assert str(caught.value).endswith("give the same command again: it goes on after epoch 1.")
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]
    assert path.read_bytes() == good


def test_a_run_that_goes_on_with_other_photos_knows_which_epochs_had_which(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    next(trainer(checkpoint=path).run())
    assert trainer(checkpoint=path).changes == ""
    more = Trainer(network(), folder_of(18), folder_of(4), RECIPE, path)
    assert more.changes == "2 new and 0 gone of the training photos"
    assert (
        trained_on(more.records, 3)
        == "16 photos in epochs 1 to 1, then 18 photos in epochs 2 to 3."
    )
    list(more.run())
    finished = Trainer(network(), folder_of(20), folder_of(6), RECIPE, path)
    assert "2 new and 0 gone of the validation photos" in finished.changes
    assert finished.records == more.records


def test_a_checkpoint_from_before_photos_were_recorded_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    next(trainer(checkpoint=path).run())
    state = torch.load(path, weights_only=True)
    del state["photos"]
    torch.save(state, path)
    resumed = trainer(checkpoint=path)
    assert resumed.changes == "it is not recorded which photos they were"
    assert trained_on(resumed.records, 3).startswith(
        "photos not recorded in epochs 1 to 1, then 16"
    )


def test_a_checkpoint_from_before_parts_were_trained_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    next(trainer(checkpoint=path).run())
    state = torch.load(path, weights_only=True)
    del state["parts"]
    for group in state["optimizer"]["param_groups"]:
        del group["scale"]
    torch.save(state, path)
    expected = list(trainer().run())
    results = list(trainer(checkpoint=path).run())
    assert [r.train_loss for r in results] == [r.train_loss for r in expected[1:]]
    with pytest.raises(DataError, match="another recipe"):
        Trainer(
            network(), folder_of(16), folder_of(4), RECIPE, path, parts=TrainedParts(Scope.HEAD)
        )


def test_the_best_epoch_is_kept_and_the_start_counts() -> None:
    recipe = replace(RECIPE, average=0.0, learning_rate=100.0)  # it can only get worse
    run = Trainer(network(), folder_of(16), folder_of(4), recipe, keep_best=True)
    start = {name: tensor.clone() for name, tensor in run.module.state_dict().items()}
    results = list(run.run())
    assert [result.epoch for result in results] == [0, 1, 2, 3]
    assert math.isnan(results[0].train_loss)
    best = min(results, key=lambda result: result.val_loss)
    assert run.best is best
    val = run.val.transformed(evaluation_transform(RECIPE.preprocessing))
    assert evaluate(run.result, val).loss == best.val_loss
    if best is results[0]:
        for name, tensor in run.result.state_dict().items():
            assert torch.equal(tensor, start[name])
    with pytest.raises(ValueError, match="best epoch"):
        Trainer(
            network(), folder_of(16), folder_of(4), recipe, Path("checkpoint.pt"), keep_best=True
        )


def test_each_part_is_trained_at_its_rate_and_each_step_may_wait() -> None:
    steps: list[float] = []
    parts = TrainedParts(backbone_rate=0.1)
    run = Trainer(
        network(), folder_of(16), folder_of(4), RECIPE, parts=parts,
        before_step=lambda: steps.append(run.optimizer.param_groups[0]["lr"]),
    )  # fmt: skip
    list(run.run())
    rates = [RECIPE.learning_rate_at(epoch + step / 4) for epoch in range(3) for step in range(4)]
    assert steps == pytest.approx([0.1 * rate for rate in rates])
    assert {group["lr"] for group in run.optimizer.param_groups} == {0.1 * rates[-1], rates[-1]}


def test_photos_are_prepared_for_the_network_and_not_as_the_recipe_says() -> None:
    preprocessing = Preprocessing(32, 40, (0.1, 0.2, 0.3), (0.4, 0.5, 0.6))
    run = Trainer(network(), folder_of(16), folder_of(4), RECIPE, preprocessing=preprocessing)
    white = Image.new("RGB", (40, 40), "white")
    x = training_transform(replace(RECIPE, augment=False), 32, preprocessing)(white)
    assert x[:, 0, 0].tolist() == pytest.approx([0.9 / 0.4, 0.8 / 0.5, 0.7 / 0.6])
    val = run.val.transformed(evaluation_transform(preprocessing))
    assert next(run.run()).val_loss == pytest.approx(evaluate(run.latest, val).loss)


def test_every_number_of_a_recipe_has_a_range() -> None:
    numbers = {field.name for field in fields(TrainingRecipe) if field.type != "bool"}
    assert set(RANGES) == numbers
