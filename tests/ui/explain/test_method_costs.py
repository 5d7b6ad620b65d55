"""Tests of explorer/ui/explain/method_costs.py."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from PIL import Image

from explorer import analyze, load
from explorer.explain.forward_pass import ForwardPass
from explorer.explain.target_score import Target
from explorer.ui.explain import method_costs


def test_a_pass_that_does_not_fit_on_the_gpu_is_measured_on_the_cpu(
    photo: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysis = analyze(load("resnet18"), photo)
    failures = [torch.OutOfMemoryError("CUDA out of memory.") for _ in range(2)]
    gradients = ForwardPass.gradients

    def out_of_memory(forward_pass: ForwardPass, target: Target) -> object:
        if failures:
            raise failures.pop()
        return gradients(forward_pass, target)

    monkeypatch.setattr(ForwardPass, "gradients", out_of_memory)
    assert method_costs._measure(SimpleNamespace(analysis=analysis)) > 0  # type: ignore[arg-type]
    assert not failures
