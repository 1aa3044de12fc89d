from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from toytrans.config import ModelConfig, TrainingConfig
from toytrans.model import Transformer
from toytrans.text import Batch, BucketedBatches, make_batch
from toytrans.training.guidance import Guide
from toytrans.training.loop import Step, TrainingDiverged, seed_of_step, sum_of_losses, train_steps
from toytrans.training.optimizer import make_optimizer

SOURCES = [[4, 5, 2], [5, 6, 7, 2], [6, 2], [7, 4, 5, 2]]
TARGETS = [[8, 9, 2], [9, 10, 11, 2], [10, 2], [11, 8, 9, 2]]
RECIPE = TrainingConfig(batch_tokens=8, max_steps=6, warmup_steps=2, learning_rate=0.01)


def new_model(dropout: float = 0.0) -> Transformer:
    torch.manual_seed(1)
    return Transformer(ModelConfig(d_model=8, num_layers=1, num_heads=2, d_ff=16, dropout=dropout), 12)


def steps_of(model: Transformer, recipe: TrainingConfig = RECIPE, guide: Guide | None = None) -> Iterator[Step]:
    batches, optimizer = BucketedBatches(SOURCES, TARGETS, 8, recipe.seed), make_optimizer(model, recipe)
    return train_steps(model, optimizer, batches, recipe, 0, lambda step: step / recipe.max_steps, guide)


def loss_of(model: Transformer, batch: Batch, label_smoothing: float = 0.0) -> float:
    _, decoded = model(batch.source_BS, batch.target_input_BT)
    return sum_of_losses(model, decoded, batch, label_smoothing).item()


def test_the_loss_counts_every_target_token_once_and_no_padding() -> None:
    model = new_model()
    one_by_one = [loss_of(model, make_batch(SOURCES, TARGETS, [pair])) for pair in range(4)]
    assert loss_of(model, make_batch(SOURCES, TARGETS, range(4))) == pytest.approx(sum(one_by_one), rel=1e-5)


def test_the_loss_is_the_cross_entropy_of_the_whole_model() -> None:
    model, batch = new_model(), make_batch(SOURCES, TARGETS, [1])
    logits_BTV = model.next_token_logits(model(batch.source_BS, batch.target_input_BT)[1].states_BTD)
    expected = F.cross_entropy(logits_BTV[0], batch.target_output_BT[0], reduction="sum", label_smoothing=0.1)
    assert loss_of(model, batch, 0.1) == pytest.approx(expected.item(), rel=1e-5)


def test_training_learns() -> None:
    steps = list(steps_of(new_model(), replace(RECIPE, max_steps=150, learning_rate=0.02, warmup_steps=10)))
    assert steps[-1].loss < steps[0].loss / 2


def test_it_stops_when_progress_is_whole_and_counts_its_steps() -> None:
    steps = list(steps_of(new_model()))
    assert [step.number for step in steps] == [1, 2, 3, 4, 5, 6]
    assert sum(step.target_tokens for step in steps[: len(BucketedBatches(SOURCES, TARGETS, 8, 1))]) == 13


def test_every_step_and_seed_draws_masks_of_its_own() -> None:
    drawn = set()
    for seed, step in [(1, 0), (1, 1), (1, 2), (1, 3), (2, 0), (2, 1)]:
        torch.manual_seed(seed_of_step(seed, step))
        drawn.add(tuple(torch.rand(3).tolist()))
    assert len(drawn) == 6


def test_a_loss_that_is_not_finite_stops_training_before_the_weights_change_and_names_the_batch() -> None:
    model = new_model()
    with torch.no_grad():
        model.embedding.weight[9, 0] = float("nan")
    before = model.encoder_norm.weight.clone()
    with pytest.raises(TrainingDiverged, match=r"loss nan .* at step 1, in batch 1 of epoch 1 \(training pairs \d"):
        list(steps_of(model))
    assert torch.equal(model.encoder_norm.weight, before)


def test_the_loss_of_a_step_is_that_of_the_translation_alone_guided_or_not() -> None:
    guide = Guide(1, 1, 5.0, [np.array([[0, 1]])] * len(SOURCES))
    plain, guided = ([step.loss for step in islice(steps_of(new_model(), guide=each), 2)] for each in (None, guide))
    assert plain[0] == pytest.approx(guided[0], rel=1e-5)  # so that curves of both can be compared
    assert plain[1] != guided[1]  # by then the guide has moved the weights


def test_the_gradient_is_clipped() -> None:
    model = new_model()
    next(steps_of(model, replace(RECIPE, clip_norm=1e-4)))
    norms = [p.grad.norm() for p in model.parameters() if p.grad is not None]
    assert torch.stack(norms).norm().item() == pytest.approx(1e-4, rel=1e-2)
