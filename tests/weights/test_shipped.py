"""The networks that ship with the app are the recorded ones and do what their cards say.

`python tests/weights/test_shipped.py` records their logits on three samples again.
"""

import csv
import json
from pathlib import Path

import pytest
import torch

from explorer import load
from explorer.commands.trained import sample_answers
from explorer.networks.variants import PLAIN_TWINS, RESIDUAL_TWINS, VARIANTS, find_variant
from explorer.paths import ASSETS
from explorer.photos.geometry import to_tensor
from explorer.photos.samples import SAMPLES
from explorer.weights import builtin
from explorer.weights.download import sha256
from explorer.weights.model_cards import read_card

CURVES = ASSETS / "training" / "curves"
RECORD = Path(__file__).with_name("shipped.json")
RECORDED = ("motorcycle", "face", "coffee")
FLOOR_TOP1, FLOOR_MEAN_PER_CLASS = 80.0, 70.0  # %


def shipped() -> list[str]:
    return sorted(path.stem for path in builtin.FOLDER.glob("*.safetensors"))


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def logits_of(name: str) -> dict[str, list[float]]:
    network = load(name)
    answers = {}
    for sample in RECORDED:
        x = to_tensor(SAMPLES[sample].open(), network.weights.preprocessing)
        with torch.no_grad():
            logits = network.module(x)[0].tolist()
        answers[sample] = [round(value, 5) for value in logits]
    return answers


def test_something_ships_and_all_of_it_is_recorded() -> None:
    assert "resnet18" in shipped()
    assert list(json.loads(RECORD.read_text())) == shipped()
    sizes = {name: builtin.path_of(find_variant(name)).stat().st_size for name in shipped()}
    assert sum(size for name, size in sizes.items() if name not in RESIDUAL_TWINS) < 30e6


@pytest.mark.parametrize("name", shipped())
def test_the_file_is_the_recorded_one(name: str) -> None:
    path = builtin.FOLDER / f"{name}.safetensors"
    builtin.check_sum(path, sha256(path))


@pytest.mark.parametrize("name", shipped())
def test_the_logits_on_three_samples_are_the_recorded_ones(name: str) -> None:
    recorded = json.loads(RECORD.read_text())[name]
    for sample, logits in logits_of(name).items():
        torch.testing.assert_close(logits, recorded[sample], atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("name", shipped())
def test_the_samples_are_classified_as_the_card_says(name: str) -> None:
    network, card = load(name), read_card(builtin.FOLDER / f"{name}.safetensors")
    preprocessing = network.weights.preprocessing
    assert sample_answers(network.module, network.labels, preprocessing) == card.samples
    if name in VARIANTS:
        assert "Motorcycle: motorbikes (right)" in card.samples


@pytest.mark.parametrize("name", shipped())
def test_the_card_beside_the_file_is_the_one_inside(name: str) -> None:
    card = read_card(builtin.FOLDER / f"{name}.safetensors")
    assert (builtin.FOLDER / f"{name}.md").read_text(encoding="utf-8").startswith(card.markdown)
    assert (card.variant, card.width, len(card.labels)) == (name, 16, 66)
    assert card.parameters == sum(p.numel() for p in load(name).module.parameters())
    assert abs(card.top1 - card.top1_float32) < 0.5


@pytest.mark.parametrize("name", [name for name in shipped() if name in VARIANTS])
def test_a_depth_that_is_offered_is_good_enough(name: str) -> None:
    card = read_card(builtin.FOLDER / f"{name}.safetensors")
    assert card.top1 >= FLOOR_TOP1
    assert card.mean_per_class >= FLOOR_MEAN_PER_CLASS


@pytest.mark.parametrize("name", [name for name in shipped() if name not in VARIANTS])
def test_a_twin_comes_with_the_curve_that_its_card_ends(name: str) -> None:
    card = read_card(builtin.FOLDER / f"{name}.safetensors")
    rows = rows_of(CURVES / f"{name}.csv")
    assert [int(row["epoch"]) for row in rows] == list(range(1, len(rows) + 1))
    assert f"epochs {len(rows)}, " in card.recipe
    assert float(rows[-1]["top1"]) == pytest.approx(card.top1_float32, abs=1e-3)
    assert all(float(row["clean_loss"]) > 0 for row in rows)


@pytest.mark.parametrize("name", [name for name in shipped() if name in PLAIN_TWINS])
def test_twins_differ_in_nothing_but_their_shortcuts(name: str) -> None:
    other = name.replace("plain", "residual")
    cards = [read_card(builtin.FOLDER / f"{twin}.safetensors") for twin in (name, other)]
    assert cards[0].recipe == cards[1].recipe
    losses = {
        path.stem: float(rows_of(path)[-1]["train_loss"])
        for path in (CURVES / "learning_rate").glob(f"{name}-*.csv")
    }
    assert len(losses) == 3
    chosen = min(losses, key=losses.__getitem__).removeprefix(f"{name}-")
    assert f"learning rate {chosen}," in cards[0].recipe


if __name__ == "__main__":
    RECORD.write_text(json.dumps({name: logits_of(name) for name in shipped()}) + "\n")
