import gc
import weakref

import pytest
import torch
from torch import Tensor

from explorer import load
from explorer.explain.forward_pass import PHOTO_LIMIT, GraphBudget, _SavedBytes, forward
from explorer.explain.target_score import Target
from explorer.networks.network import Network, chain_of
from explorer.networks.variants import VARIANTS


@pytest.fixture(scope="module")
def network() -> Network:
    return load("resnet18", "random:0")


@pytest.fixture
def x() -> Tensor:
    return torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))


def gradients_by_autograd_alone(network: Network, x: Tensor, index: int) -> list[Tensor]:
    """One plain autograd pass over the chain, without explorer.explain.forward_pass."""
    outputs = [network.chain["stem"](x).requires_grad_()]
    for name in list(network.chain)[1:]:
        outputs.append(network.chain[name](outputs[-1]))
    return list(torch.autograd.grad(outputs[-1][0, index], outputs[:-1]))


def test_logits_are_the_models_own(network: Network, x: Tensor) -> None:
    with torch.no_grad():
        expected = network.module(x)[0]
    assert torch.equal(forward(network, x).logits, expected)
    assert torch.equal(forward(network, x, keep_graph=False).logits, expected)


@pytest.mark.parametrize("keep_graph", [True, False])
def test_gradients_equal_plain_autograd_with_and_without_the_graph(
    network: Network, x: Tensor, keep_graph: bool
) -> None:
    forward_pass = forward(network, x, keep_graph)
    assert bool(forward_pass.graph_bytes) is keep_graph
    gradients = forward_pass.gradients(Target(3))
    assert list(gradients) == list(network.blocks)
    expected = gradients_by_autograd_alone(network, x, 3)
    for block, reference in zip(network.blocks, expected, strict=True):
        assert torch.equal(gradients[block], reference), block
        assert reference.abs().max() > 0


def test_one_graph_answers_for_many_targets(network: Network, x: Tensor) -> None:
    forward_pass = forward(network, x)
    first = forward_pass.gradients(Target(3))["stem"]
    forward_pass.gradients(Target(4, rather_than=5))
    assert torch.equal(forward_pass.gradients(Target(3))["stem"], first)


def test_rather_than_is_the_difference_of_the_two_scores() -> None:
    logits = torch.tensor([[1.0, 5.0, 2.0]])
    assert Target(1, rather_than=2).score(logits).tolist() == [3.0]
    assert Target(1).score(logits).tolist() == [5.0]


def test_the_budget_is_counted_while_a_pass_lives_and_freed_after(
    network: Network, x: Tensor
) -> None:
    budget = GraphBudget()
    forward_pass = forward(network, x, budget=budget)
    assert budget.used == forward_pass.graph_bytes > 1_000_000
    del forward_pass
    assert budget.used == 0


def test_beyond_the_budget_no_graph_is_kept_and_gradients_are_the_same(
    network: Network, x: Tensor
) -> None:
    budget = GraphBudget()
    first = forward(network, x, budget=budget)
    budget.limit = first.graph_bytes + 1
    second = forward(network, x, budget=budget)
    assert second.graph_bytes == 0
    assert not any(output.requires_grad for output in second.outputs.values())
    assert budget.used == first.graph_bytes
    assert torch.equal(second.gradients(Target(0))["stem"], first.gradients(Target(0))["stem"])


def test_beyond_the_budget_outputs_are_kept_alone_or_computed_when_they_are_asked_for(
    network: Network, x: Tensor
) -> None:
    whole = forward(network, x)
    outputs_only = sum(output.nbytes for output in whole.outputs.values())
    for limit, used in ((outputs_only, outputs_only), (outputs_only - 1, 0)):
        budget = GraphBudget(limit)
        forward_pass = forward(network, x, budget=budget)
        assert (forward_pass.graph_bytes, budget.used) == (0, used)
        assert list(forward_pass.outputs) == list(network.chain)
        assert len(forward_pass.outputs) == len(network.chain)
        for name, output in whole.outputs.items():
            assert torch.equal(forward_pass.outputs[name], output)
            assert not forward_pass.outputs[name].requires_grad
        assert torch.equal(forward_pass.logits, whole.logits)
        for block, gradient in whole.gradients(Target(3)).items():
            assert torch.equal(forward_pass.gradients(Target(3))[block], gradient)
        del forward_pass
        assert budget.used == 0


def test_a_graph_that_outgrows_what_a_photo_may_keep_is_given_up_on_the_way(
    network: Network, x: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, peak = forward(network, x), [0]
    count = _SavedBytes.count

    def watched(counter: _SavedBytes, tensor: Tensor) -> Tensor:
        packed = count(counter, tensor)
        peak[0] = max(peak[0], counter.nbytes)
        return packed

    monkeypatch.setattr(_SavedBytes, "count", watched)
    forward_pass = forward(network, x, budget=GraphBudget(photo_limit=whole.graph_bytes // 2))
    assert forward_pass.graph_bytes == 0
    assert peak[0] < 0.9 * whole.graph_bytes
    assert torch.equal(
        forward_pass.gradients(Target(3))["stem"], whole.gradients(Target(3))["stem"]
    )


@pytest.mark.parametrize("name", VARIANTS)
def test_the_outputs_of_every_variant_are_less_than_a_photo_may_keep(name: str) -> None:
    chain = chain_of(VARIANTS[name].build())
    y, nbytes = torch.empty(1, 3, 224, 224, device="meta"), 0
    for link in chain.values():
        y = link(y)
        nbytes += y.nbytes
    assert nbytes < PHOTO_LIMIT / 3


def test_a_pass_that_is_gone_leaves_no_memory_behind_without_the_garbage_collector(
    network: Network, x: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[weakref.ref[Tensor]] = []
    count = _SavedBytes.count

    def watched(counter: _SavedBytes, tensor: Tensor) -> Tensor:
        packed = count(counter, tensor)
        saved.append(weakref.ref(packed))
        return packed

    monkeypatch.setattr(_SavedBytes, "count", watched)
    gc.disable()
    try:
        forward_pass = forward(network, x)
        assert sum(reference() is not None for reference in saved) > 50
        del forward_pass
        assert not any(reference() for reference in saved)
    finally:
        gc.enable()
