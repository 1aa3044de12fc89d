"""Part `training`: steps of the same model on the same batches, every system in turn.

Axes: B sentences, S source positions, T target positions.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any, TypeAlias

from flops import gflop_of_steps
from machine import peak_gflops
from peers import num_trained
from plan import HERE, Plan
from rounds import fastest, median_ratio, per_second, say
from trainers import Made, Switched
from training_rows import available_peers, model_config, rows
from workload import Toy

Turn: TypeAlias = tuple[float, list[Made]]
"""Seconds of the timed steps, and what they did."""
MOST_UNLIKE = 0.01
"""Numbers of parameters may differ by this share."""


def measure(plan: Plan, toy: Toy) -> dict[str, Any]:
    """All rounds, the checks that all did the same work, and what else can be said of a step."""
    all_rows = rows(plan, toy)
    systems = {row.name: row.build() for row in all_rows}
    same = [row.name for row in all_rows if row.has_same_batches]
    parameters = {name: num_trained(system.trainer.model) for name, system in systems.items()}
    peak = peak_gflops([256]) if plan.is_quick else peak_gflops()
    num_before = _steps_before(plan, toy)
    for name, system in systems.items():
        system.steps(num_before)
        say(f"training: {name} has made {num_before} steps that do not count")
    turns: dict[str, list[Turn]] = {name: [] for name in systems}
    for number in range(plan.rounds):
        for name, system in systems.items():
            turns[name].append(_turn(system, plan))
            say(f"training, round {number + 1} of {plan.rounds}: {name}: {turns[name][-1][0]:.2f} s")
    checks = check(parameters, turns, same, may_rise=plan.is_quick)
    found = {name: {**_rates(turns[name]), "parameters": parameters[name]} for name in systems}
    work = _gflop_of_turns(plan, toy)
    for name in same:
        found[name]["gflops"] = [gflop / turn[0] for gflop, turn in zip(work, turns[name], strict=True)]
    return {
        "rows": found,
        "headline": headline({name: found[name]["pairs_per_second"] for name in same}),
        "checks": checks,
        "peak_gflops": peak,
        "memory_mb": {name: _memory(name, plan) for name in ("toytrans", *available_peers())},
    }


def headline(rates: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """How many times the faster peer's speed, and the fastest of all the peers' rows on the same batches."""
    plain = fastest({name: rates[name] for name in available_peers()})
    any_row = fastest({name: values for name, values in rates.items() if name != "toytrans"})
    return {
        "faster_peer": plain,
        "ratio": median_ratio(rates["toytrans"], rates[plain]),
        "fastest_row": any_row,
        "ratio_to_fastest_row": median_ratio(rates["toytrans"], rates[any_row]),
    }


def _steps_before(plan: Plan, toy: Toy) -> int:
    return plan.epochs_before * len(toy.train.bucketed(plan.batch_tokens))


def _turn(system: Switched, plan: Plan) -> Turn:
    system.steps(plan.warmup_steps)
    started = time.perf_counter()
    made = system.steps(plan.timed_steps)
    return time.perf_counter() - started, made


def _rates(turns: Sequence[Turn]) -> dict[str, Any]:
    """One number a round."""
    return {
        "pairs_per_second": [per_second(sum(step.pairs for step in made), seconds) for seconds, made in turns],
        "target_tokens_per_second": [
            per_second(sum(step.target_tokens for step in made), seconds) for seconds, made in turns
        ],
        "ms_per_step": [1000 * seconds / len(made) for seconds, made in turns],
        "loss": [mean(step.loss for step in made) for _, made in turns],
    }


def check(
    parameters: Mapping[str, int], turns: Mapping[str, Sequence[Turn]], same: Sequence[str], may_rise: bool = False
) -> dict[str, Any]:
    """What makes the rows comparable, as numbers; a `ValueError` where they are not."""
    own = parameters["toytrans"]
    for name, count in parameters.items():
        if abs(count - own) > MOST_UNLIKE * own:
            raise ValueError(f"{name} has {count} parameters and toytrans {own}: the models are not equal")
    work = {name: [[(step.pairs, step.target_tokens) for step in made] for _, made in turns[name]] for name in same}
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
        "equal_batches_of": list(same),
    }


def _gflop_of_turns(plan: Plan, toy: Toy) -> list[float]:
    """The work of each round's timed steps."""
    batches, found = toy.train.bucketed(plan.batch_tokens), []
    a_turn = plan.warmup_steps + plan.timed_steps
    for number in range(plan.rounds):
        first = _steps_before(plan, toy) + number * a_turn + plan.warmup_steps
        timed = [batches.batch(step) for step in range(first, first + plan.timed_steps)]
        found.append(gflop_of_steps(timed, model_config(plan), len(toy.tokenizer)))
    return found


def _memory(name: str, plan: Plan) -> dict[str, float]:
    """Of a process that does nothing but train with that system."""
    command = [sys.executable, str(HERE / "memory_of.py"), name, *(["--quick"] if plan.is_quick else [])]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own program
    found: dict[str, float] = json.loads(done.stdout)
    say(f"memory: {name}: {found['most']:.0f} MB")
    return found
