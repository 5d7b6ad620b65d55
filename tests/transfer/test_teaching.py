from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from explorer import analyze, load, teach
from explorer.errors import DataError, RequestError
from explorer.features.feature_store import FeatureStore
from explorer.photos.geometry import to_tensor
from explorer.transfer.fine_tuning import scratch_plan, tuning_plan
from explorer.transfer.labelled_photos import labelled
from explorer.transfer.splits import plan
from explorer.transfer.taught_file import to_file
from explorer.transfer.taught_record import How
from explorer.transfer.teaching import TeachingStep, run_to_end, teaching
from taught_example import LABELS, SIDES, base, example, folder, photos


def numbers(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in module.state_dict().items()}


def test_the_network_that_is_kept_is_the_one_that_was_checked() -> None:
    taught, every = example(), photos()
    (answers,) = taught.check.answers
    x = torch.cat([to_tensor(every.photos[index], SIDES) for index in answers.split.check])
    with torch.no_grad():
        logits = taught.network.module(x)
    np.testing.assert_allclose(logits, answers.check, rtol=1e-4, atol=1e-4)
    right = (logits.argmax(1).numpy() == every.classes[answers.split.check]).mean()
    assert taught.record.accuracy.value == right
    assert taught.network.weights.top1 == 100 * right
    assert taught.network.weights.temperature == answers.temperature
    assert list(taught.held_back) == list(answers.split.check)


def test_the_record_and_the_card_say_what_was_done() -> None:
    taught = example()
    record, card = taught.record, taught.card
    assert (record.variant, record.how, record.folds, record.seed) == ("resnet18", "probe", 0, 0)
    assert (record.classes, record.base_sha256) == (LABELS, "0123")
    assert (record.photos.learn + record.photos.choose, record.photos.check) == (21, 9)
    assert record.accuracy.low <= record.accuracy.value <= record.accuracy.high
    assert record.majority == pytest.approx(1 / 3)
    assert set(record.versions) == {"resnet-explorer", "torch", "torchvision", "scikit-learn"}
    assert record.seconds > 0
    assert (card.photos, card.top1) == (9, 100 * record.accuracy.value)
    assert card.top5 == 100
    assert card.parameters == sum(p.numel() for p in taught.network.module.parameters())
    wrong = sum(int(line.split(": ")[1].split(" of ")[0]) for line in card.confusions)
    assert wrong == round(9 * (1 - record.accuracy.value))


def test_photos_that_are_too_few_are_checked_in_turn_and_the_network_learns_from_all() -> None:
    every = photos(4)
    steps: list[TeachingStep] = []
    taught = run_to_end(teaching(base(), every, How.PROBE, plan(every)), steps.append)
    record = taught.record
    assert (record.folds, record.photos.check) == (5, 12)
    assert record.photos.learn + record.photos.choose == 12
    assert list(taught.held_back) == list(range(12))
    assert "12 photos, each held back in turn, in 5 folds" in record.held_back_in_words
    assert record.command.endswith("--folds 5 --seed 0")
    assert steps[0].what == "looking at the photos"
    assert steps[-1].what == "fitting the head, the network to keep"
    assert sum("fold" in step.what for step in steps) == len(taught.check.answers)


@pytest.mark.parametrize("how", [How.LAST_STAGE, How.ALL, How.SCRATCH])
def test_the_other_ways_train_a_copy(how: How, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, make in (("tuning_plan", tuning_plan), ("scratch_plan", scratch_plan)):
        monkeypatch.setattr(f"explorer.transfer.teaching.{name}", partial(make, epochs=1))
    network, every = base(), photos(5)
    before = numbers(network.module)
    steps: list[TeachingStep] = []
    taught = run_to_end(teaching(network, every, how, plan(every, folds=1)), steps.append)
    assert all(torch.equal(before[name], now) for name, now in numbers(network.module).items())
    assert any(step.what == "training" for step in steps)
    assert taught.record.how == how
    after, stem = numbers(taught.network.module), "conv1.weight"
    assert torch.equal(after[stem], before[stem]) == (how is How.LAST_STAGE)
    assert not torch.equal(after["layer4.1.conv2.weight"], before["layer4.1.conv2.weight"])
    assert taught.network.weights.recipe == taught.record.recipe
    (answers,) = taught.check.answers
    x = torch.cat([to_tensor(every.photos[index], SIDES) for index in answers.split.check])
    with torch.no_grad():
        np.testing.assert_allclose(taught.network.module(x), answers.check, rtol=1e-3, atol=1e-3)


def test_features_that_were_computed_before_are_used() -> None:
    every, store, network = photos(4), FeatureStore(), base()
    seen: list[int] = []
    for _ in range(2):
        steps: list[TeachingStep] = []
        parts = plan(every, folds=1)
        run_to_end(teaching(network, every, How.PROBE, parts, store), steps.append)
        seen.append(sum(step.what == "looking at the photos" for step in steps))
    assert seen == [1, 0]


def test_a_folder_is_taught_in_one_call_and_the_file_is_a_base_again(tmp_path: Path) -> None:
    path = tmp_path / "base.safetensors"
    path.write_bytes(to_file(example()))
    taught = teach(folder(tmp_path / "photos"), weights=path, folds=1)
    assert taught.network.labels == ("blue", "dark red", "green")
    assert taught.record.weights == "checkpoint"
    assert analyze(taught.network, photos(1).photos[0]).predictions
    again = tmp_path / "again.safetensors"
    again.write_bytes(to_file(taught))
    assert load(weights=again).labels == taught.network.labels


def test_what_cannot_be_taught_gets_one_sentence(tmp_path: Path) -> None:
    same = Image.new("RGB", (40, 40), "red")
    alike = labelled(("a", "b"), [[same], [same]])
    for folds in (None, 1):
        steps = teaching(base(), alike, How.PROBE, plan(alike, folds=folds))
        with pytest.raises(DataError, match="no photo to check with"):
            run_to_end(steps, lambda step: None)
    with pytest.raises(RequestError, match=r"no way to learn 'magic'.*probe, last-stage"):
        teach(folder(tmp_path / "photos"), how="magic")
    with pytest.raises(DataError, match="is not a folder"):
        teach(tmp_path / "nowhere")
