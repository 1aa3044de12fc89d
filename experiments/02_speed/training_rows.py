"""The systems of part `training`: each model, its batches, and its switch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from machine import is_installed
from plan import Plan
from trainers import PEERS, PeerName, Recipe, Switched, ToytransTrainer, Trainer, build_peer, train_by_recipe
from workload import Batches, RandomBatches, Split, Toy

from toytrans import ModelConfig, TrainingConfig

DROPOUT = 0.1
FAR = 100_000
"""The step at which learning rates would be zero: so far away that they hardly fall while steps are timed."""
RECIPE = Recipe(learning_rate=1e-3, horizon=FAR)


@dataclass(frozen=True)
class Row:
    """A system as the table lists it."""

    name: str
    build: Callable[[], Switched]
    has_same_batches: bool = True


def model_config(plan: Plan) -> ModelConfig:
    """The shape that all have, with the dropout of the comparison."""
    return replace(plan.preset.model, dropout=DROPOUT)


def training_config(plan: Plan, batch_tokens: int) -> TrainingConfig:
    """toytrans's settings where only the speed of its steps is asked for."""
    recipe = replace(plan.preset.training, optimizer="adamw", learning_rate=RECIPE.learning_rate, warmup_steps=200)
    return replace(recipe, batch_tokens=batch_tokens, max_steps=FAR, label_smoothing=0.1, clip_norm=1.0)


def build_toytrans(plan: Plan, config: ModelConfig, vocabulary_size: int, split: Split, batch_tokens: int) -> Switched:
    """toytrans on batches of like length."""
    training = training_config(plan, batch_tokens)

    def build() -> Trainer:
        return ToytransTrainer(config, vocabulary_size, training, split.bucketed(batch_tokens))

    return Switched(build)


def build_plain(
    name: PeerName,
    config: ModelConfig,
    vocabulary_size: int,
    batches: Batches,
    precision: str = "none",
    sparing_dropout: bool = False,
) -> Switched:
    """A peer in a plain loop."""

    def build() -> Trainer:
        model = build_peer(name, config, vocabulary_size, seed=1, sparing_dropout=sparing_dropout)
        return train_by_recipe(model, batches, RECIPE)

    return Switched(build, precision)


def available_peers() -> list[PeerName]:
    """Those whose libraries are installed."""
    return [name for name in PEERS if name != "MarianMTModel" or is_installed("transformers")]


def rows(plan: Plan, toy: Toy) -> list[Row]:
    """All systems, in the order of their turns."""
    config, size, peers = model_config(plan), len(toy.tokenizer), available_peers()

    def peer(name: PeerName, precision: str = "none", sparing_dropout: bool = False) -> Switched:
        # Each has batches of its own: whatever they cost to make, all pay alike.
        batches = toy.train.bucketed(plan.batch_tokens)
        return build_plain(name, config, size, batches, precision, sparing_dropout)

    def at_random(name: PeerName) -> Switched:
        return build_plain(name, config, size, RandomBatches(toy.train, plan.random_pairs))

    return [
        Row("toytrans", partial(build_toytrans, plan, config, size, toy.train, plan.batch_tokens)),
        *(Row(name, partial(peer, name)) for name in peers),
        *(Row(f"{name}, oneDNN's products", partial(peer, name, "bf16")) for name in peers),
        Row(f"{PEERS[0]}, less dropout", partial(peer, PEERS[0], sparing_dropout=True)),
        *(Row(f"{name}, random batches", partial(at_random, name), has_same_batches=False) for name in peers),
    ]
