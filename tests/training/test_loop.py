from __future__ import annotations

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


def _train(recipe: TrainingConfig, num_steps: int, dropout: float = 0.2) -> tuple[Transformer, list[Step]]:
    torch.manual_seed(recipe.seed)
    model = Transformer(ModelConfig(d_model=8, num_layers=1, num_heads=2, d_ff=16, dropout=dropout), 12)
    batches = BucketedBatches(SOURCES, TARGETS, recipe.batch_tokens, recipe.seed)
    optimizer = make_optimizer(model, recipe)
    steps = train_steps(model, optimizer, batches, recipe, 0, lambda step: step / recipe.max_steps)
    return model, list(islice(steps, num_steps))


def _loss(model: Transformer, batch: Batch, label_smoothing: float = 0.0) -> float:
    _, decoded = model(batch.source_BS, batch.target_input_BT)
    return sum_of_losses(model, decoded, batch, label_smoothing).item()


def test_the_loss_counts_every_target_token_once_and_no_padding() -> None:
    model, _ = _train(RECIPE, 0)
    model.eval()
    together = _loss(model, make_batch(SOURCES, TARGETS, range(4)))
    one_by_one = [_loss(model, make_batch(SOURCES, TARGETS, [pair])) for pair in range(4)]
    assert together == pytest.approx(sum(one_by_one), rel=1e-5)


def test_the_loss_is_the_cross_entropy_of_the_whole_model() -> None:
    model, _ = _train(RECIPE, 0)
    model.eval()
    batch = make_batch(SOURCES, TARGETS, [1])
    logits_BTV = model.next_token_logits(model(batch.source_BS, batch.target_input_BT)[1].states_BTD)
    expected = F.cross_entropy(logits_BTV[0], batch.target_output_BT[0], reduction="sum", label_smoothing=0.1)
    assert _loss(model, batch, 0.1) == pytest.approx(expected.item(), rel=1e-5)


def test_training_learns() -> None:
    _, steps = _train(TrainingConfig(batch_tokens=8, max_steps=150, learning_rate=0.02, warmup_steps=10), 150, 0.0)
    assert steps[-1].loss < steps[0].loss / 2


def test_it_stops_when_progress_is_whole_and_counts_its_steps() -> None:
    _, steps = _train(RECIPE, 100)
    assert [step.number for step in steps] == [1, 2, 3, 4, 5, 6]
    assert sum(step.target_tokens for step in steps[: len(BucketedBatches(SOURCES, TARGETS, 8, 1))]) == 13


def test_the_same_seed_gives_the_same_weights_and_another_seed_others() -> None:
    (first, _), (again, _), (other, _) = (_train(recipe, 6) for recipe in (RECIPE, RECIPE, TrainingConfig(seed=2)))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True))
    assert not torch.equal(first.embedding.weight, other.embedding.weight)


def test_every_step_and_seed_draws_masks_of_its_own() -> None:
    drawn = set()
    for seed, step in [(1, 0), (1, 1), (1, 2), (1, 3), (2, 0), (2, 1)]:
        torch.manual_seed(seed_of_step(seed, step))
        drawn.add(tuple(torch.rand(3).tolist()))
    assert len(drawn) == 6


def test_a_loss_that_is_not_finite_stops_before_the_weights_do_and_names_the_batch() -> None:
    model, _ = _train(RECIPE, 0)
    with torch.no_grad():
        model.embedding.weight[9, 0] = float("nan")
    before = model.encoder_norm.weight.clone()
    batches = BucketedBatches(SOURCES, TARGETS, 8, 1)
    steps = train_steps(model, make_optimizer(model, RECIPE), batches, RECIPE, 0, lambda step: step / 6)
    with pytest.raises(TrainingDiverged, match=r"loss nan .* at step 1, in batch 1 of epoch 1 \(training pairs \d"):
        list(steps)
    assert torch.equal(model.encoder_norm.weight, before)


def test_the_loss_of_a_step_is_that_of_the_translation_alone_guided_or_not() -> None:
    links = [np.array([[0, 1]])] * len(SOURCES)
    losses = []
    for guide in (None, Guide(1, 1, 5.0, links)):
        model, _ = _train(RECIPE, 0, dropout=0.0)
        batches = BucketedBatches(SOURCES, TARGETS, 8, 1)
        steps = train_steps(model, make_optimizer(model, RECIPE), batches, RECIPE, 0, lambda step: step / 6, guide)
        losses.append([step.loss for step in islice(steps, 2)])
    assert losses[0][0] == pytest.approx(losses[1][0], rel=1e-5)  # so that curves of both can be compared
    assert losses[0][1] != losses[1][1]  # by then the guide has moved the weights


def test_the_gradient_is_clipped() -> None:
    torch.manual_seed(0)
    model, _ = _train(RECIPE, 0)
    tight = TrainingConfig(batch_tokens=8, clip_norm=1e-4, max_steps=6)
    batches = BucketedBatches(SOURCES, TARGETS, 8, 1)
    next(train_steps(model, make_optimizer(model, tight), batches, tight, 0, lambda _: 0.0))
    norms = [p.grad.norm() for p in model.parameters() if p.grad is not None]
    assert torch.stack(norms).norm().item() == pytest.approx(1e-4, rel=1e-2)
