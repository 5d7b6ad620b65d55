import copy

import pytest
import torch
from captum.attr import IntegratedGradients, Occlusion
from torch import Tensor, nn

from explorer import load
from explorer.explain import pixel_attribution
from explorer.explain.forward_pass import ForwardPass, forward
from explorer.explain.target_score import Target
from explorer.networks.network import Network

TARGET = Target(3)


@pytest.fixture(autouse=True)
def _few_squares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixel_attribution, "CELLS", 14)


@pytest.fixture(scope="module")
def network() -> Network:
    return load("resnet18", "random:0")


@pytest.fixture(scope="module")
def forward_pass(network: Network) -> ForwardPass:
    generator = torch.Generator().manual_seed(0)
    coarse = torch.randn(1, 3, 8, 8, generator=generator)
    return forward(network, nn.functional.interpolate(coarse, size=(56, 56), mode="bilinear"))


def last(steps: object) -> Tensor:
    results = list(steps)
    assert [result.done for result in results] == list(range(1, len(results) + 1))
    assert {result.steps for result in results} == {len(results)}
    assert results[-1].heatmap.shape == (56, 56)
    return results[-1].heatmap


def assert_close(ours: Tensor, reference: Tensor) -> None:
    assert reference.abs().max() > 0
    assert (ours - reference).abs().max() <= 1e-4 * reference.abs().max()


def test_integrated_gradients_equal_captums_on_the_whole_path(
    network: Network, forward_pass: ForwardPass
) -> None:
    # In float64, because rounding would move points of the path across the kinks of the ReLUs.
    module = copy.deepcopy(network.module).double()
    exact = Network(network.variant, network.weights, module, network.device)
    x = forward_pass.x.double()
    reference = IntegratedGradients(module).attribute(
        x.clone().requires_grad_(),
        target=3,
        n_steps=pixel_attribution.SEGMENTS * pixel_attribution.STEPS_PER_SEGMENT,
        method="riemann_middle",
        internal_batch_size=10,
    )
    ours = last(pixel_attribution.integrated_gradients(forward(exact, x, keep_graph=False), TARGET))
    assert_close(ours, reference[0].sum(0).detach().float())


def test_integrated_gradients_share_out_the_rise_of_the_score(
    network: Network, forward_pass: ForwardPass
) -> None:
    with torch.no_grad():
        rises = (network.module(forward_pass.x) - network.module(torch.zeros_like(forward_pass.x)))[
            0
        ]
    best = int(rises.argmax())
    heatmap = last(pixel_attribution.integrated_gradients(forward_pass, Target(best)))
    assert float(heatmap.sum()) == pytest.approx(float(rises[best]), rel=0.05)


def test_saliency_without_noise_is_the_gradients_magnitude(
    network: Network, forward_pass: ForwardPass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pixel_attribution, "NOISE", 0.0)
    x = forward_pass.x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(network.module(x)[0, 3], x)
    assert_close(last(pixel_attribution.saliency(forward_pass, TARGET)), gradient[0].abs().amax(0))


def test_smoothing_is_the_same_at_every_call(forward_pass: ForwardPass) -> None:
    torch.manual_seed(1)
    first = last(pixel_attribution.saliency(forward_pass, TARGET))
    torch.manual_seed(2)
    assert torch.equal(first, last(pixel_attribution.saliency(forward_pass, TARGET)))


def test_occlusion_equals_captums_wherever_all_its_squares_fit(
    network: Network, forward_pass: ForwardPass
) -> None:
    stride = 56 // pixel_attribution.CELLS
    side = stride * pixel_attribution.WINDOW_CELLS
    reference = Occlusion(network.module).attribute(
        forward_pass.x.clone(),
        sliding_window_shapes=(3, side, side),
        strides=(3, stride, stride),
        target=3,
        perturbations_per_eval=10,
    )[0, 0]
    inside = slice(side, 56 - side)
    ours = last(pixel_attribution.occlusion(forward_pass, TARGET))
    assert_close(ours[inside, inside], reference[inside, inside])


class GuidedRelu(torch.autograd.Function):
    """The ReLU of Guided Backprop, from its definition."""

    @staticmethod
    def forward(context: object, x: Tensor) -> Tensor:
        context.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(context: object, gradient: Tensor) -> Tensor:
        (x,) = context.saved_tensors
        return gradient.clamp(min=0) * (x > 0)


class GuidedReluModule(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return GuidedRelu.apply(x)


def guided_by_definition(network: Network, x: Tensor, index: int) -> Tensor:
    module = copy.deepcopy(network.module)
    for parent in list(module.modules()):
        for name, child in parent.named_children():
            if isinstance(child, nn.ReLU):
                setattr(parent, name, GuidedReluModule())
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(module(x)[0, index], x)
    return gradient[0].sum(0)


def test_guided_backprop_equals_its_definition(network: Network, forward_pass: ForwardPass) -> None:
    reference = guided_by_definition(network, forward_pass.x, 3)
    assert_close(last(pixel_attribution.guided_backprop(forward_pass, TARGET)), reference)


def test_guided_grad_cam_is_guided_backprop_times_grad_cam(
    network: Network, forward_pass: ForwardPass
) -> None:
    from explorer.explain.block_attribution import grad_cam

    cam = grad_cam(forward_pass, "layer3.1", TARGET)[None, None]
    enlarged = nn.functional.interpolate(cam, size=(56, 56), mode="bilinear")[0, 0]
    reference = guided_by_definition(network, forward_pass.x, 3) * enlarged
    assert_close(
        last(pixel_attribution.guided_grad_cam(forward_pass, TARGET, "layer3.1")), reference
    )


@pytest.mark.parametrize("name", ["integrated_gradients", "occlusion"])
def test_a_rather_than_b_is_the_map_of_a_less_that_of_b(
    name: str, forward_pass: ForwardPass
) -> None:
    method = getattr(pixel_attribution, name)
    a, b = last(method(forward_pass, Target(3))), last(method(forward_pass, Target(4)))
    assert_close(last(method(forward_pass, Target(3, rather_than=4))), a - b)


def test_no_method_leaves_a_trace_on_the_shared_network(
    network: Network, forward_pass: ForwardPass
) -> None:
    before = {name: tensor.clone() for name, tensor in network.module.state_dict().items()}
    list(pixel_attribution.guided_grad_cam(forward_pass, TARGET, "layer4.1"))
    steps = pixel_attribution.occlusion(forward_pass, TARGET)
    next(steps)
    steps.close()  # cancelled half-way
    for module in network.module.modules():
        assert not module.training
        assert not module._forward_hooks
        assert not module._forward_pre_hooks
        assert not module._backward_hooks
    for name, tensor in network.module.state_dict().items():
        assert torch.equal(tensor, before[name]), name
    assert not forward_pass.x.requires_grad
