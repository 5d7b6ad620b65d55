"""Networks inside something else, found by structure; the oracle is the network that was saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

from explorer.errors import WeightsError
from explorer.networks.class_outputs import Outputs
from explorer.weights.file_contents.found_networks import TOP_LEVEL, find_networks
from explorer.weights.file_contents.stated_facts import stated_facts
from explorer.weights.loading import load
from narrow_checkpoints import (
    CLASSES,
    answers,
    fastai,
    hugging_face,
    narrow,
    narrow_50,
    openmmlab,
    prefixed,
    pytorch_cifar,
    renamed,
)


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Any], Path]:
    def save(content: Any) -> Path:
        torch.save(content, tmp_path / "net.pth")
        return tmp_path / "net.pth"

    return save


@pytest.mark.parametrize("network", [narrow(), narrow_50()], ids=["basic", "bottleneck"])
@pytest.mark.parametrize("name", [hugging_face, openmmlab, fastai, pytorch_cifar])
def test_the_names_of_other_libraries_give_the_same_logits(
    name: Callable[[str], str], network: Any, saved: Callable[[Any], Path]
) -> None:
    loaded = load(weights=saved({"state_dict": renamed(network, name)}))
    assert torch.equal(answers(loaded.module), answers(network))
    assert loaded.weights.notes == ()


@pytest.mark.parametrize(
    ("stem", "stages"),
    [("layer0.0.", "layer"), ("layer0.conv1.", "layer"), ("stem.conv1.", "layer"), ("0.0.", "")],
)
def test_a_stem_may_have_another_place(
    stem: str, stages: str, saved: Callable[[Any], Path]
) -> None:
    network = narrow()
    norm = re.sub(r"(0|conv1)\.$", lambda m: "1." if m[1] == "0" else "bn1.", stem)

    def name(key: str) -> str:
        key = re.sub(r"^conv1\.", stem, re.sub(r"^bn1\.", norm, key))
        return f"a.{re.sub('^layer(?=[1-4])', stages, key)}"

    loaded = load(weights=saved(renamed(network, name)))
    assert torch.equal(answers(loaded.module), answers(network))


@pytest.mark.parametrize("keys", [("W",), ("a", "b", "c", "d"), ("results", "best-model")])
@pytest.mark.parametrize("prefix", ["", "mein_netz.", "x.y.0."])
def test_any_key_and_any_prefix_may_hold_a_network(
    keys: tuple[str, ...], prefix: str, saved: Callable[[Any], Path]
) -> None:
    network = narrow()
    content: Any = prefixed(network.state_dict(), prefix)
    for key in reversed(keys):
        content = {"epoch": 3, key: content}
    loaded = load(weights=saved(content))
    assert torch.equal(answers(loaded.module), answers(network))


def test_networks_in_a_list_are_found(saved: Callable[[Any], Path]) -> None:
    first, second = narrow(1), narrow(2)
    path = saved({"folds": [first.state_dict(), second.state_dict()]})
    assert torch.equal(answers(load(weights=path).module), answers(first))
    assert torch.equal(answers(load(weights=path, part="folds.1").module), answers(second))


def test_body_and_head_may_lie_in_two_state_dicts(saved: Callable[[Any], Path]) -> None:
    network = narrow()
    state = network.state_dict()
    head = {"weight": state.pop("fc.weight"), "bias": state.pop("fc.bias")}
    loaded = load(weights=saved({"encoder": state, "classifier": head}))
    assert torch.equal(answers(loaded.module), answers(network))


AVERAGED = ("state_dict_ema", "model_ema", "ema", "swa_model", "averaged_model", "shadow")


@pytest.mark.parametrize("name", AVERAGED)
def test_averaged_weights_come_first_and_the_others_are_offered(
    name: str, saved: Callable[[Any], Path]
) -> None:
    raw, averaged = narrow(1), narrow(2)
    path = saved({"state_dict": raw.state_dict(), name: prefixed(averaged.state_dict(), "module.")})
    network = load(weights=path)
    assert torch.equal(answers(network.module), answers(averaged))
    assert f"{name}.module of 2 networks in the file" in network.weights.line
    (note,) = network.weights.notes
    assert "its averaged weights" in note
    assert "state_dict" in note
    assert torch.equal(answers(load(weights=path, part="state_dict").module), answers(raw))


def test_what_torch_averages_is_known_by_its_counter(saved: Callable[[Any], Path]) -> None:
    raw, average = narrow(1), AveragedModel(narrow(2))
    network = load(weights=saved({"a": raw.state_dict(), "b": average.state_dict()}))
    assert network.weights.part == "b.module"


def test_student_and_teacher_are_named_and_both_offered(saved: Callable[[Any], Path]) -> None:
    student, teacher = narrow(1), narrow(2)
    path = saved(
        {
            "student": prefixed(student.state_dict(), "module.backbone."),
            "teacher": prefixed(teacher.state_dict(), "backbone."),
        }
    )
    network = load(weights=path)
    assert network.weights.part == "student.module.backbone"
    assert network.weights.other_parts == ("teacher.backbone",)
    assert torch.equal(answers(load(weights=path, part="teacher").module), answers(teacher))
    with pytest.raises(WeightsError, match=r"no networks under 'x'\. Choose one of student"):
        load(weights=path, part="x")


def test_two_encoders_do_not_share_entries(saved: Callable[[Any], Path]) -> None:
    query, key = narrow(1), narrow(2)
    state = {
        **prefixed(query.state_dict(), "module.encoder_q."),
        **prefixed(key.state_dict(), "module.encoder_k."),
    }
    path = saved({"arch": "resnet18", "state_dict": state})
    assert torch.equal(answers(load(weights=path).module), answers(query))
    assert torch.equal(answers(load(weights=path, part="encoder_k").module), answers(key))


def test_outputs_that_are_compared_with_a_queue_are_no_classes(
    saved: Callable[[Any], Path],
) -> None:
    state = prefixed(narrow().state_dict(), "module.encoder_q.")
    state["module.queue"] = torch.randn(CLASSES, 64)
    assert load(weights=saved(state)).weights.outputs is Outputs.FEATURES
    state["module.queue"] = torch.randn(CLASSES + 1, 64)
    assert load(weights=saved(state)).weights.outputs is Outputs.SOFTMAX


def test_entries_beside_the_network_are_left_out_and_counted(saved: Callable[[Any], Path]) -> None:
    network = narrow()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    state = prefixed(network.state_dict(), "model.")
    state |= {"criterion.pos_weight": torch.tensor(3.2), "queue": torch.ones(3)}
    content = {"state_dict": state, "optimizer": optimizer.state_dict(), "rng": torch.ones(2)}
    loaded = load(weights=saved(content))
    assert torch.equal(answers(loaded.module), answers(network))
    (note,) = loaded.weights.notes
    assert note.startswith("3 entries beside the network are left out: criterion.pos_weight, queue")


def test_entries_within_a_block_are_not_left_out(saved: Callable[[Any], Path]) -> None:
    for extra in ("layer1.0.se.fc1.weight", "pool.p", "avgpool.p", "layer2.0.conv2.bias"):
        state = {**narrow().state_dict(), extra: torch.ones(1)}
        with pytest.raises(WeightsError, match=rf"1 entry differs \({re.escape(extra)} is unk"):
            load(weights=saved(state))


def test_a_network_at_the_top_level_has_a_name(saved: Callable[[Any], Path]) -> None:
    state = narrow(1).state_dict()
    both = {**state, **prefixed(narrow(2).state_dict(), "teacher.")}
    assert [network.name for network in find_networks(both)] == [TOP_LEVEL, "teacher"]
    assert torch.equal(answers(load(weights=saved(both)).module), answers(narrow(1)))


def test_a_mapping_that_contains_itself_a_thousand_times_is_read_once() -> None:
    content: dict[str, Any] = {"net": nn.Linear(2, 2).state_dict()}
    content |= {f"again {i}": content for i in range(1000)}
    for _ in range(6):
        content = {str(i): content for i in range(1000)}
    assert find_networks(content) == []
    assert stated_facts(content).class_lists == ()


def test_ten_thousand_stems_without_stages_take_no_time() -> None:
    entries = {f"{i}.conv1.weight": torch.zeros(1) for i in range(10_000)}
    assert find_networks(entries) == []


@pytest.mark.parametrize("stage", ["stage1", "stages.0", "layers.0", "block1", "layer_1"])
def test_stages_may_be_called_otherwise(stage: str, saved: Callable[[Any], Path]) -> None:
    network, word, first = narrow(), stage[:-1], int(stage[-1])

    def name(key: str) -> str:
        return re.sub(r"^layer(\d)", lambda m: f"{word}{int(m[1]) - 1 + first}", key)

    loaded = load(weights=saved(renamed(network, name)))
    assert torch.equal(answers(loaded.module), answers(network))
