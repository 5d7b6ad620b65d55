"""Tests of explorer/networks/vit_tokens.py."""

from __future__ import annotations

import torch

from explorer.networks.vit_tokens import FromGrid, as_grid


def test_a_token_stands_in_its_row_and_column() -> None:
    tokens = torch.arange(1 + 9.0)[None, :, None].expand(2, -1, 3)  # N, 1 + h * w, C
    grid = as_grid(tokens)
    assert grid.shape == (2, 3, 3, 3)
    assert torch.equal(grid[1, 2], torch.arange(1.0, 10).reshape(3, 3))


def test_what_is_a_grid_already_stays_as_it_is() -> None:
    output = torch.rand(1, 4, 2, 2)
    assert as_grid(output) is output


def test_a_grid_becomes_the_same_tokens_again() -> None:
    tokens = torch.rand(2, 1 + 16, 5)
    assert torch.equal(FromGrid(tokens)(as_grid(tokens)), tokens)


def test_the_class_token_lets_no_gradient_through() -> None:
    tokens = torch.rand(1, 1 + 4, 5, requires_grad=True)
    grid = as_grid(tokens.detach()).requires_grad_()
    FromGrid(tokens)(grid).sum().backward()
    assert tokens.grad is None
    assert grid.grad is not None
