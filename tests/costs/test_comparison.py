from __future__ import annotations

import numpy as np
import pytest
from torchvision.models import get_weight

from example_run import example_run, row
from explorer import load
from explorer.costs import comparison
from explorer.costs.comparison import Conditions, accuracy, conditions, entries, pareto_front
from explorer.costs.measurements import Dtype, MemoryFormat, NetworkGroup, Setup
from explorer.weights.published_recipes import PublishedRecipe

RUN = example_run()
USUAL = conditions(RUN, NetworkGroup.IMAGENET)[0]


@pytest.mark.parametrize("recipe", PublishedRecipe)
def test_the_accuracy_is_that_of_the_weights_named_beside_it(recipe: PublishedRecipe) -> None:
    for entry in entries(RUN, NetworkGroup.IMAGENET, recipe, USUAL):
        if entry.accuracy is not None:
            stock = get_weight(entry.accuracy.weights)
            assert entry.accuracy.top1 == stock.meta["_metrics"]["ImageNet-1K"]["acc@1"]
            assert entry.accuracy.link == stock.meta["recipe"]
            assert stock.meta["num_params"] == entry.row.params


def test_a_gap_in_a_group_is_never_filled_from_another() -> None:
    by_title = {
        entry.title: entry
        for entry in entries(RUN, NetworkGroup.IMAGENET, PublishedRecipe.NEW, USUAL)
    }
    assert by_title["ResNet-34"].accuracy is None
    assert by_title["ResNet-50"].accuracy is not None


def test_families_never_mix_and_built_in_accuracy_is_that_of_the_card() -> None:
    (under,) = conditions(RUN, NetworkGroup.BUILTIN)
    builtin_entries = entries(RUN, NetworkGroup.BUILTIN, PublishedRecipe.CLASSIC, under)
    assert {entry.row.setup.family for entry in builtin_entries} == {NetworkGroup.BUILTIN}
    for entry in builtin_entries:
        assert entry.accuracy is not None
        assert entry.accuracy.top1 == load(entry.row.setup.variant).weights.top1
        assert "66 categories" in entry.accuracy.weights


def test_only_rows_under_the_same_conditions_are_compared() -> None:
    under = Conditions(4, Dtype.FLOAT32, 224, MemoryFormat.CONTIGUOUS, False)
    assert under in conditions(RUN, NetworkGroup.IMAGENET)
    comparable = entries(RUN, NetworkGroup.IMAGENET, PublishedRecipe.CLASSIC, under)
    assert [entry.title for entry in comparable] == ["ResNet-18", "ResNet-50"]
    assert USUAL.line == "batch 1 · float32 · 224 pixels"
    special = Conditions(1, Dtype.BFLOAT16, 160, MemoryFormat.CHANNELS_LAST, True)
    assert special.line == "batch 1 · bfloat16 · 160 pixels · channels-last · compiled"


def test_a_file_may_name_networks_that_nobody_here_knows() -> None:
    run = example_run(rows=(row("resnet1001"), row("resnet1001/builtin")))
    (entry,) = entries(run, NetworkGroup.IMAGENET, PublishedRecipe.CLASSIC, USUAL)
    assert (entry.title, entry.kin, entry.accuracy) == ("resnet1001", "Others", None)
    assert accuracy(Setup("resnet1001/builtin"), PublishedRecipe.CLASSIC) is None


def test_at_another_resolution_nobody_has_published_an_accuracy() -> None:
    assert accuracy(Setup("resnet50", resolution=224), PublishedRecipe.CLASSIC) is not None
    assert accuracy(Setup("resnet50", resolution=160), PublishedRecipe.CLASSIC) is None
    size = load("resnet18").weights.preprocessing.crop_size
    assert accuracy(Setup("resnet18/builtin", resolution=size), PublishedRecipe.NEW) is not None
    assert accuracy(Setup("resnet18/builtin", resolution=2 * size), PublishedRecipe.NEW) is None


def test_names_tell_kin_depth_and_what_is_left() -> None:
    by_title = {
        entry.title: entry
        for entry in entries(RUN, NetworkGroup.IMAGENET, PublishedRecipe.CLASSIC, USUAL)
    }
    assert (by_title["ResNet-50"].kin, by_title["ResNet-50"].short) == ("ResNet", "50")
    wide = by_title["Wide ResNet-50-2"]
    assert (wide.kin, wide.short, wide.depth) == ("Wide ResNet", "50-2", 50)
    assert (by_title["VGG-16"].kin, by_title["VGG-16"].short, by_title["VGG-16"].depth) == (
        "Others",
        "VGG-16",
        0,
    )


def test_what_files_name_is_not_kept_without_end() -> None:
    def cached() -> int:
        return comparison._of_builtin.cache_info().currsize

    before = cached()
    for number in range(100):
        assert accuracy(Setup(f"net{number}/builtin"), PublishedRecipe.CLASSIC) is None
    assert cached() == before
    for number in range(100):
        accuracy(Setup("resnet18/builtin", resolution=1000 + number), PublishedRecipe.CLASSIC)
    assert cached() < 100


def test_what_another_beats_in_both_or_in_one_is_left_out() -> None:
    points = [(10.0, 70.0), (20.0, 76.0), (25.0, 76.0), (30.0, 75.0), (40.0, 80.0)]
    assert pareto_front(points) == [0, 1, 4]


def test_equals_stay_and_the_order_follows_the_first_value() -> None:
    assert pareto_front([(5.0, 80.0), (1.0, 70.0), (5.0, 80.0)]) == [1, 0, 2]


def test_directions_are_the_callers() -> None:
    points = [(100.0, 70.0), (50.0, 80.0), (40.0, 75.0)]  # images a second, and top-1
    assert pareto_front(points, low_is_good=(False, False)) == [1, 0]
    assert pareto_front(points, low_is_good=(True, False)) == [2, 1]


def test_every_point_left_out_is_beaten_and_no_point_kept_is() -> None:
    points = [(float(x), float(y)) for x, y in np.random.default_rng(0).random((60, 2))]
    front = set(pareto_front(points))
    for index, (x, y) in enumerate(points):
        beaten = any(a <= x and b >= y and (a, b) != (x, y) for a, b in points)
        assert beaten == (index not in front)


def test_nothing_has_an_empty_front() -> None:
    assert pareto_front([]) == []
