from __future__ import annotations

import itertools

import pytest
import torch
from torch import nn

from toytrans.config import TrainingConfig
from toytrans.training.optimizer import learning_rate, make_optimizer, optimizer_tensors, restore_optimizer

RECIPE = TrainingConfig(learning_rate=1.0, warmup_steps=10, max_steps=100)


def test_the_learning_rate_rises_over_the_warm_up_and_falls_to_zero() -> None:
    rates = [learning_rate(step, step / 100, RECIPE) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert all(before < after for before, after in itertools.pairwise(rates[:10]))
    assert all(before > after for before, after in itertools.pairwise(rates[9:]))
    assert rates[50] == pytest.approx(0.5)
    assert rates[100] == 0.0


def test_without_warm_up_the_first_step_has_the_full_rate() -> None:
    assert learning_rate(0, 0.0, TrainingConfig(learning_rate=0.5, warmup_steps=0)) == 0.5


def test_only_matrices_decay() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3))
    decaying, constant = make_optimizer(model, TrainingConfig(weight_decay=0.3)).param_groups
    assert decaying["weight_decay"] == 0.3
    assert [tuple(p.shape) for p in decaying["params"]] == [(3, 2)]
    assert constant["weight_decay"] == 0.0
    assert [tuple(p.shape) for p in constant["params"]] == [(3,), (3,), (3,)]


def _step(model: nn.Linear, optimizer: torch.optim.Optimizer, x: torch.Tensor) -> None:
    optimizer.zero_grad()
    model(x).square().sum().backward()
    optimizer.step()


def test_a_restored_optimizer_goes_on_to_the_very_same_bits() -> None:
    torch.manual_seed(0)
    model, x = nn.Linear(5, 4), torch.randn(7, 5)
    optimizer = make_optimizer(model, RECIPE)
    for _ in range(3):
        _step(model, optimizer, x)
    kept = {name: tensor.clone() for name, tensor in optimizer_tensors(model, optimizer).items()}
    twin = nn.Linear(5, 4)
    twin.load_state_dict(model.state_dict())
    twin_optimizer = make_optimizer(twin, RECIPE)
    restore_optimizer(twin, twin_optimizer, kept)
    for _ in range(3):
        _step(model, optimizer, x)
        _step(twin, twin_optimizer, x)
    assert torch.equal(model.weight, twin.weight)
    assert torch.equal(model.bias, twin.bias)
