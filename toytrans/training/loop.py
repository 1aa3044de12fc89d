"""The training loop: a generator of steps. The code that runs it logs, validates, saves and stops.

Axes: N target tokens of a batch that are not padding, D width of a token's vector (d_model), V vocabulary.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from toytrans.config import TrainingConfig
from toytrans.errors import Refused
from toytrans.model.device import training_precision
from toytrans.model.transformer import Decoded, Transformer
from toytrans.text import PAD, Batch, BucketedBatches
from toytrans.training.busy_machine import ThreadCount
from toytrans.training.guidance import Guide
from toytrans.training.optimizer import learning_rate

SCORED_TOGETHER = 32
"""Scored positions are rounded up to a multiple: oneDNN compiles a kernel for each size that it meets, and keeps it."""


@dataclass(frozen=True)
class Step:
    """One step: its number, from 1, and what it did."""

    number: int
    epoch: int
    loss: float
    learning_rate: float
    pairs: int
    target_tokens: int
    note: str = ""
    """What was unusual about the machine."""


class TrainingDiverged(Refused):
    """The loss or the gradient is not a finite number. The message names the batch."""


def sum_of_losses(model: Transformer, decoded: Decoded, batch: Batch, label_smoothing: float = 0.0) -> Tensor:
    """Cross-entropy of every target token, summed; padding does not count (Szegedy et al., 2016, for the smoothing)."""
    targets = batch.target_output_BT.flatten()
    num_scored = int((targets != PAD).sum())
    num_scored += -num_scored % SCORED_TOGETHER  # some padding, so that there are few sizes
    place_N = (targets == PAD).argsort(stable=True)[:num_scored]  # padding comes last
    states_ND = decoded.states_BTD.flatten(0, 1).index_select(0, place_N)  # (B, T, D) -> (N, D)
    logits_NV, targets_N = model.next_token_logits(states_ND), targets[place_N]
    return F.cross_entropy(logits_NV, targets_N, ignore_index=PAD, label_smoothing=label_smoothing, reduction="sum")


def train_steps(
    model: Transformer,
    optimizer: torch.optim.Optimizer,
    batches: BucketedBatches,
    config: TrainingConfig,
    num_done: int,
    progress: Callable[[int], float],
    guide: Guide | None = None,
) -> Iterator[Step]:
    """Makes one step each time the next one is asked for, from step `num_done` on, until `progress(steps)` is 1.

    A step depends on the weights, the optimizer's state, the seed and its number, and on nothing else: a run that was
    stopped goes on exactly as if it had not been. `TrainingDiverged` where the loss or the gradient is not finite.
    """
    device, threads = model.embedding.weight.device, ThreadCount()
    for number in itertools.count(num_done):
        fraction_done = progress(number)
        if fraction_done >= 1.0:
            return
        batch = batches.batch(number).to(device)
        num_tokens = int((batch.target_output_BT != PAD).sum())
        rate = learning_rate(number, fraction_done, config)
        for group in optimizer.param_groups:
            group["lr"] = rate
        _seed_dropout(seed_of_step(config.seed, number), device)
        wall, processor = time.perf_counter(), time.process_time()
        with threads.used(), training_precision(device):
            # Teacher forcing: the decoder reads the reference, not what it would have written itself.
            encoded, decoded = model(batch.source_BS, batch.target_input_BT)
            loss = sum_of_losses(model, decoded, batch, config.label_smoothing) / num_tokens
            guiding_loss = guide.loss(guide.weights(model, encoded, decoded), batch) if guide else 0.0
            optimizer.zero_grad()
            torch.autograd.backward(loss + guiding_loss)
            norm = torch.nn.utils.clip_grad_norm_(model.parameters(), config.clip_norm)
            if not (loss.isfinite() and norm.isfinite()):
                raise TrainingDiverged(_describe(number, batches, loss.item(), norm.item()))
            optimizer.step()
        if device.type == "cpu":
            threads.saw(time.perf_counter() - wall, time.process_time() - processor)
        epoch = number // len(batches) + 1
        yield Step(number + 1, epoch, loss.item(), rate, len(batch.pairs), num_tokens, threads.told)


def check_weights(model: Transformer, number: int, batches: BucketedBatches) -> None:
    """`TrainingDiverged` where a weight is not finite after step `number`, whose loss still was."""
    with torch.no_grad():
        norms = torch.stack([parameter.norm() for parameter in model.parameters()])
    if not norms.isfinite().all():
        raise TrainingDiverged(
            f"the weights are not finite after step {number}, {_place(number - 1, batches)}: lower --learning-rate"
        )


def _seed_dropout(seed: int, device: torch.device) -> None:
    """Determines the dropout masks of a step."""
    # `torch.manual_seed` seeds the generators of all devices, and takes a hundred times as long.
    if device.type == "cpu":
        torch.default_generator.manual_seed(seed)
    else:
        torch.manual_seed(seed)


def seed_of_step(seed: int, step: int) -> int:
    """One seed from two numbers. PyTorch's CPU generator reads 32 bits of it, so both numbers are mixed into those."""
    return int(np.random.SeedSequence([seed, step]).generate_state(1)[0])


def _describe(number: int, batches: BucketedBatches, loss: float, gradient_norm: float) -> str:
    return (
        f"loss {loss:g} and gradient norm {gradient_norm:g} at step {number + 1}, {_place(number, batches)}: "
        "lower --learning-rate, or check those pairs"
    )


def _place(number: int, batches: BucketedBatches) -> str:
    epoch, place = divmod(number, len(batches))
    pairs = batches.batch(number).pairs
    lines = ", ".join(str(pair + 1) for pair in pairs[:5]) + (", ..." if len(pairs) > 5 else "")
    return f"in batch {place + 1} of epoch {epoch + 1} (training pairs {lines})"
