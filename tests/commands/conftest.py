"""Fixtures of the tests of the subcommands: a tiny network in a file, and a call of the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from explorer.cli import main

LABELS = ("cat", "dog", "red panda")


@dataclass(frozen=True)
class Outcome:
    """The result of a call.

    Attributes:
        code: exit code.
        out: text printed on stdout.
        err: text printed on stderr.
    """

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Call the command in this process; arguments are converted to strings."""

    def call(*arguments: object) -> Outcome:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as exit_:  # from argparse
            code = int(exit_.code or 0)
        printed = capsys.readouterr()
        return Outcome(code, printed.out, printed.err)

    return call


@pytest.fixture(scope="session")
def tiny_network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ResNet-18 with 4 channels, as `train` writes it: 3 classes, 64 pixels, not trained."""
    import torch

    from example_card import CARD
    from explorer.networks.variants import VARIANTS
    from explorer.photos.geometry import IMAGENET
    from explorer.training.recipe import TrainingRecipe
    from explorer.training.trainer import untrained_network
    from explorer.weights.model_cards import save_network

    module = untrained_network(VARIANTS["resnet18"], len(LABELS), TrainingRecipe(seed=1), width=4)
    with torch.no_grad():
        for _ in range(30):  # gives batch norm statistics, so that maps are not blank
            module.train()(torch.randn(8, 3, 64, 64))
    card = replace(
        CARD,
        labels=LABELS,
        mean=IMAGENET.mean,
        std=IMAGENET.std,
        data="No photos.",
        licence="CC0",
    )
    path = tmp_path_factory.mktemp("network") / "tiny.safetensors"
    save_network(module, card, path)
    return path
