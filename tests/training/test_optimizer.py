from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from toytrans.config import ModelConfig, TrainingConfig
from toytrans.model.transformer import Transformer
from toytrans.training.muon import Muon
from toytrans.training.optimizer import learning_rate, make_optimizer, optimizer_arrays, restore_optimizer

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


def test_muon_is_for_the_matrices_of_linear_maps_and_adamw_for_all_else() -> None:
    config = ModelConfig(d_model=16, num_layers=2, num_heads=2, d_ff=32, null_positions=1)
    model = Transformer(config, vocabulary_size=20)
    optimizer = make_optimizer(model, TrainingConfig(optimizer="muon", weight_decay=0.3))
    assert isinstance(optimizer, Muon)
    model(torch.tensor([[5, 9, 3]]), torch.tensor([[2, 7, 8]]))[1].states_BTD.square().sum().backward()
    optimizer.step()
    decay = {id(p): group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}
    num_matrices = 0
    for name, parameter in model.named_parameters():
        is_matrix = name.endswith(".weight") and parameter.dim() == 2 and name != "embedding.weight"
        num_matrices += is_matrix
        state = optimizer.state[parameter]
        assert ("momentum_buffer" in state, "exp_avg" in state) == (is_matrix, not is_matrix), name
        assert decay[id(parameter)] == (0.3 if parameter.dim() == 2 else 0.0), name
    assert num_matrices == 2 * 6 + 2 * 10


def test_adamw_takes_every_parameter_where_it_is_asked_for_and_only_matrices_decay() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3))
    optimizer = make_optimizer(model, TrainingConfig(optimizer="adamw", weight_decay=0.3))
    assert isinstance(optimizer, torch.optim.AdamW)
    assert [group["weight_decay"] for group in optimizer.param_groups] == [0.3, 0.0]
    assert [[tuple(p.shape) for p in group["params"]] for group in optimizer.param_groups] == [[(3, 2)], [(3,)] * 3]


def test_a_state_that_does_not_fit_the_model_is_refused() -> None:
    model = nn.Linear(3, 2)
    optimizer = make_optimizer(model, TrainingConfig())
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    kept = optimizer_arrays(model, optimizer)
    restore_optimizer(model, optimizer, kept)
    first = next(iter(kept))
    for damage in ({first: kept[first].astype(np.float64)}, {first: kept[first][:1]}, {f"{first}2": kept[first]}):
        with pytest.raises(ValueError, match=r"state.safetensors: what it holds of \w+ does not fit the model"):
            restore_optimizer(model, optimizer, kept | damage)  # type: ignore[arg-type]
