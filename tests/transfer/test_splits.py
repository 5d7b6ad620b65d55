import numpy as np
import pytest
from PIL import Image

from explorer.transfer.labelled_photos import LabelledPhotos, Part
from explorer.transfer.splits import (
    CHECK_SHARE,
    CHOOSE_SHARE,
    ENOUGH,
    Split,
    cross_validation,
    inner_folds,
    plan,
    single_split,
)


def grouped(
    random: np.random.Generator, counts: list[int], mixed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return shuffled classes with groups of one to four, some of which mix classes."""
    classes = random.permutation(np.repeat(np.arange(len(counts)), counts))
    groups = np.arange(len(classes))
    for _ in range(len(classes) // 6):
        own = np.flatnonzero(classes == random.integers(len(counts)))
        joined = random.choice(own, min(len(own), 4), replace=False)
        groups[np.isin(groups, groups[joined])] = groups[joined].min()
    for _ in range(mixed):
        joined = random.choice(len(classes), 2, replace=False)
        groups[np.isin(groups, groups[joined])] = groups[joined].min()
    return classes, groups


def photos_of(
    classes: np.ndarray, groups: np.ndarray, parts: tuple[Part, ...] | None = None
) -> LabelledPhotos:
    labels = tuple(f"class {own}" for own in range(classes.max() + 1))
    same = (Image.new("RGB", (8, 8)),) * len(classes)
    made = LabelledPhotos(same, classes, labels, (), parts=parts)
    made.__dict__["groups"] = groups  # what a look at the photos would find
    return made


def assert_whole(split: Split, classes: np.ndarray, groups: np.ndarray) -> None:
    parts = (split.learn, split.choose, split.check)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(classes)))
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert not set(groups[parts[one]]) & set(groups[parts[other]])
    assert set(classes[split.learn]) == set(classes)
    assert split.known.tolist() == sorted([*split.learn, *split.choose])
    assert split.shared_groups(groups) == 0


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("mixed", [0, 6])
def test_no_group_is_on_two_sides_and_every_class_can_be_learned(seed: int, mixed: int) -> None:
    random = np.random.default_rng(seed)
    classes, groups = grouped(random, [40, 25, 7, 3, 2, 1], mixed)
    assert_whole(single_split(classes, groups, seed), classes, groups)
    for split in cross_validation(classes, groups, seed):
        assert_whole(split, classes, groups)
        assert len(split.check)
    for fitted, scored in inner_folds(classes, groups, seed, 3):
        assert not set(groups[fitted]) & set(groups[scored])
        assert set(classes[fitted]) == set(classes)


@pytest.mark.parametrize("counts", [[30, 30], [100, 20, 10, 10], [12] * 8])
def test_each_class_is_divided_by_the_shares(counts: list[int]) -> None:
    classes = np.repeat(np.arange(len(counts)), counts)
    split = single_split(classes, np.arange(len(classes)), seed=3)
    for own, count in enumerate(counts):
        checked, chosen = ((classes[part] == own).sum() for part in (split.check, split.choose))
        assert abs(checked - CHECK_SHARE * count) <= 0.5
        assert abs(chosen - CHOOSE_SHARE * (count - checked)) <= 0.5


def test_a_cross_validation_checks_each_photo_once_in_each_repeat() -> None:
    classes = np.repeat(np.arange(4), [11, 13, 6, 9])
    groups = np.arange(len(classes))
    splits = list(cross_validation(classes, groups, seed=0, folds=5, repeats=3))
    assert len(splits) == 15
    for repeat in range(3):
        own = splits[5 * repeat : 5 * repeat + 5]
        checked = np.concatenate([split.check for split in own])
        assert sorted(checked) == list(range(len(classes)))
        for split in own:
            shares = np.bincount(classes[split.check], minlength=4) - np.array([11, 13, 6, 9]) / 5
            assert abs(shares).max() < 1
    assert {tuple(split.check) for split in splits[:5]} != {tuple(s.check) for s in splits[5:10]}


def test_the_same_seed_deals_the_same_photos() -> None:
    classes, groups = grouped(np.random.default_rng(0), [20, 20, 20])
    one, same, other = (single_split(classes, groups, seed) for seed in (1, 1, 2))
    assert one.check.tolist() == same.check.tolist()
    assert one.choose.tolist() == same.choose.tolist()
    assert one.check.tolist() != other.check.tolist()


def test_few_photos_are_checked_in_turn() -> None:
    few, many = (np.repeat(np.arange(3), [count, 90, 90]) for count in (60, 70))
    alone = np.arange(250)
    assert plan(photos_of(few, alone[: len(few)])).crosses
    single = plan(photos_of(many, alone[: len(many)]))
    assert not single.crosses
    assert single.final is single.splits[0]
    assert min(np.bincount(many[single.final.check])) >= ENOUGH
    crossed = plan(photos_of(many, alone[: len(many)]), folds=4)
    assert crossed.crosses
    assert len(crossed.final.check) == 0
    assert len(crossed.final.known) == len(many)
    assert not plan(photos_of(few, alone[: len(few)]), folds=1).crosses


def test_what_cannot_be_checked_is_not() -> None:
    classes = np.array([0, 0, 0, 1, 1, 1])
    same = plan(photos_of(classes, np.zeros(6, int)))
    assert same.splits == ()
    assert len(same.final.learn) == 6
    one_repeated = plan(photos_of(classes, np.array([0, 1, 2, 3, 3, 3])))
    assert {own for split in one_repeated.splits for own in classes[split.check]} == {0}


def test_folders_have_the_last_word() -> None:
    classes = np.repeat(np.arange(2), 20)
    groups = np.arange(40)
    groups[[0, 1]] = 0
    parts = tuple(Part.CHECK if index % 2 else Part.LEARN for index in range(40))
    made = plan(photos_of(classes, groups, parts))
    assert made.given
    assert not made.crosses
    assert made.final.check.tolist() == list(range(1, 40, 2))
    assert made.final.known.tolist() == list(range(0, 40, 2))
    assert set(np.bincount(classes[made.final.choose])) <= {1, 2}
    assert made.final.shared_groups(groups) == 1
    chosen = (*parts[:10], *[Part.CHOOSE] * 10, *parts[20:])
    made = plan(photos_of(classes, groups, chosen))
    assert made.final.choose.tolist() == list(range(10, 20))
