"""Part `training`: steps of the same model on the same batches, every system in turn."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import mean, median
from typing import Any, TypeAlias

from machine import AUTOCAST, median_ratio, precisions, say
from peers import num_trained
from plan import Plan
from trainers import (
    PEERS,
    Made,
    PeerName,
    PlainTrainer,
    Recipe,
    Switched,
    ToytransTrainer,
    available_peers,
    build_peer,
)
from workload import RandomBatches, Toy

Turn: TypeAlias = tuple[float, list[Made]]
"""Seconds of the timed steps, and what they did."""
LESS_DROPOUT = ", less dropout"
"""How the name of the row ends whose model drops less than the peer as it comes."""
MOST_UNLIKE = 0.01
"""Numbers of parameters may differ by this fraction."""
RECIPE = Recipe(learning_rate=1e-3, horizon=100_000)
"""Learning rates that hardly fall while steps are timed: they would be zero at the horizon."""
PRECISIONS = {"bf16": "oneDNN's products", AUTOCAST: "autocast to bfloat16"}
"""How the names of rows end whose precision is not PyTorch's default."""
RANDOM = ", random batches"
"""How the names of rows end whose work is not toytrans's: other batches."""


def measure(plan: Plan, toy: Toy) -> dict[str, Any]:
    """All rounds, and the checks that all did the same work."""
    systems = build_systems(plan, toy)
    parameters = {name: num_trained(system.trainer.model) for name, system in systems.items()}
    num_before = plan.epochs_before * len(toy.train.bucketed(plan.batch_tokens))
    for name, system in systems.items():
        system.steps(num_before)
        say(f"training: {name} has made {num_before} steps that do not count")
    turns: dict[str, list[Turn]] = {name: [] for name in systems}
    for number in range(plan.rounds):
        for name, system in systems.items():
            turns[name].append(_turn(system, plan))
            say(f"training, round {number + 1} of {plan.rounds}: {name}: {turns[name][-1][0]:.2f} s")
    checks = check(parameters, turns, may_rise=plan.is_quick)
    rows = {name: {**_rates(turns[name]), "parameters": parameters[name]} for name in systems}
    own = rows["toytrans"]["pairs_per_second"]
    equal = [name for name in rows if name != "toytrans" and not name.endswith((RANDOM, LESS_DROPOUT))]
    faster = max(equal, key=lambda name: median(rows[name]["pairs_per_second"]))
    ratio = median_ratio(own, rows[faster]["pairs_per_second"])
    return {"rows": rows, "headline": {"faster_peer": faster, "ratio": ratio}, "checks": checks}


def build_systems(plan: Plan, toy: Toy) -> dict[str, Switched]:
    """All systems by the names of their rows, in the order of their turns; each has batches of its own."""
    config, size, peers = replace(plan.preset.model, dropout=RECIPE.dropout), len(toy.tokenizer), available_peers()
    training = replace(
        plan.preset.training,
        optimizer="adamw",
        learning_rate=RECIPE.learning_rate,
        warmup_steps=RECIPE.warmup_steps,
        batch_tokens=plan.batch_tokens,
        max_steps=RECIPE.horizon,
        label_smoothing=RECIPE.label_smoothing,
        clip_norm=RECIPE.clip_norm,
    )

    def peer(name: PeerName, precision: str = "none", sparing: bool = False, at_random: bool = False) -> Switched:
        in_order = toy.train.bucketed(plan.batch_tokens)
        batches = RandomBatches(toy.train, plan.random_pairs) if at_random else in_order
        build = lambda: PlainTrainer(build_peer(name, config, size, 1, sparing_dropout=sparing), batches, RECIPE)  # noqa: E731
        return Switched(build, precision)

    batches = toy.train.bucketed(plan.batch_tokens)
    return {
        "toytrans": Switched(lambda: ToytransTrainer(config, size, training, batches)),
        **{name: peer(name) for name in peers},
        **{f"{name}, {PRECISIONS[each]}": peer(name, each) for each in precisions()[1:] for name in peers},
        PEERS[0] + LESS_DROPOUT: peer(PEERS[0], sparing=True),
        **{name + RANDOM: peer(name, at_random=True) for name in peers},
    }


def _turn(system: Switched, plan: Plan) -> Turn:
    system.steps(plan.warmup_steps)
    started = time.perf_counter()
    made = system.steps(plan.timed_steps)
    return time.perf_counter() - started, made


def _rates(turns: Sequence[Turn]) -> dict[str, Any]:
    """One number for each round."""
    return {
        "pairs_per_second": [sum(step.pairs for step in made) / seconds for seconds, made in turns],
        "target_tokens_per_second": [sum(step.target_tokens for step in made) / seconds for seconds, made in turns],
        "ms_per_step": [1000 * seconds / len(made) for seconds, made in turns],
        "loss": [mean(step.loss for step in made) for _, made in turns],
    }


def check(parameters: Mapping[str, int], turns: Mapping[str, Sequence[Turn]], may_rise: bool = False) -> dict[str, Any]:
    """What makes the rows comparable, as numbers; a `ValueError` where they are not."""
    own = parameters["toytrans"]
    for name, count in parameters.items():
        if abs(count - own) > MOST_UNLIKE * own:
            raise ValueError(f"{name} has {count} parameters and toytrans {own}: the models are not equal")
    work = {name: [[(step.pairs, step.target_tokens) for step in made] for _, made in turns[name]] for name in turns}
    same = [name for name in turns if not name.endswith(RANDOM)]
    for name in same:
        if work[name] != work["toytrans"]:
            raise ValueError(f"{name} did not train on the batches of toytrans")
    for name, of_system in turns.items():
        losses = [mean(step.loss for step in made) for _, made in of_system]
        if not all(map(math.isfinite, losses)) or (losses[-1] >= losses[0] and not may_rise):
            raise ValueError(f"{name} does not learn: mean losses of its rounds {losses}")
    timed = [step for turn in work["toytrans"] for step in turn]
    return {
        "parameters": dict(parameters),
        "timed_steps": len(timed),
        "timed_pairs": sum(pairs for pairs, _ in timed),
        "timed_target_tokens": sum(tokens for _, tokens in timed),
        "equal_batches_of": same,
    }
