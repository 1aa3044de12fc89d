"""Part `quality`: seconds of training until nearly all of the validation split is translated exactly."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from plan import Plan
from recipes import best_recipe, read_tries
from rounds import say
from trainers import (
    PeerName,
    Recipe,
    Switched,
    ToytransTrainer,
    Trainer,
    build_peer,
    train_by_recipe,
)
from training_rows import available_peers
from workload import Toy, exact_match


@dataclass(frozen=True)
class Outcome:
    """A training, ended by the target or by its horizon."""

    reached: bool
    steps: int
    """Made until validation was good enough, or in all."""
    seconds: float
    """Spent on those steps; looking at validation does not count."""
    target_tokens: int
    exact_match: float
    """Of the last look at validation, or the best where the target was not reached."""


@dataclass(frozen=True)
class Entrant:
    """A system with a recipe."""

    name: str
    build: Callable[[int, str], Switched]
    """Given a seed and a precision of float32 products; toytrans sees to its own."""
    horizon: int
    recipe: dict[str, Any]
    precision: str = "none"


def train_until(system: Switched, horizon: int, plan: Plan, toy: Toy) -> Outcome:
    """Trains until exact match on validation is at least the target, or for `horizon` steps: one rule for all."""
    seconds, target_tokens, best = 0.0, 0, 0.0
    looks = [*range(plan.evaluate_from, horizon, plan.evaluate_every), horizon]
    done = 0
    for look in looks:
        started = time.perf_counter()
        made = system.steps(look - done)
        seconds += time.perf_counter() - started
        done, target_tokens = look, target_tokens + sum(step.target_tokens for step in made)
        with system.on():
            found = exact_match(system.trainer.model, toy.validation)
        best = max(best, found)
        if found >= plan.target:
            return Outcome(True, done, seconds, target_tokens, found)
    return Outcome(False, done, seconds, target_tokens, best)


def measure(plan: Plan, toy: Toy) -> dict[str, Any]:
    """Every entrant in turn, a seed a round; the peers with the switch that makes their steps faster."""
    entrants = [
        entrant if entrant.name.startswith("toytrans") else with_faster_switch(entrant, plan)
        for entrant in _entrants(plan, toy)
    ]
    outcomes: dict[str, list[Outcome]] = {entrant.name: [] for entrant in entrants}
    for seed in plan.seeds:
        for entrant in entrants:
            outcome = train_until(entrant.build(seed, entrant.precision), entrant.horizon, plan, toy)
            outcomes[entrant.name].append(outcome)
            ending = "reached" if outcome.reached else f"not reached: {outcome.exact_match:.3f} at best"
            say(f"quality, seed {seed}: {entrant.name}: {outcome.steps} steps, {outcome.seconds:.1f} s ({ending})")
    return {
        "target": plan.target,
        "seeds": list(plan.seeds),
        "rows": {
            entrant.name: {
                "recipe": entrant.recipe,
                "precision": entrant.precision,
                "outcomes": [asdict(each) for each in outcomes[entrant.name]],
            }
            for entrant in entrants
        },
    }


def with_faster_switch(entrant: Entrant, plan: Plan) -> Entrant:
    """The same with float32 products as they are, or in bfloat16: whichever makes its first steps faster here."""
    seconds = {}
    for precision in ("none", "bf16"):
        system = entrant.build(0, precision)
        started = time.perf_counter()
        system.steps(plan.trial_steps)
        seconds[precision] = time.perf_counter() - started
    faster = min(seconds, key=lambda precision: seconds[precision])
    say(f"quality: {entrant.name}: {plan.trial_steps} steps take {seconds} s, so {faster}")
    return replace(entrant, precision=faster)


def entrant_of(peer: PeerName, recipe: Recipe, plan: Plan, toy: Toy) -> Entrant:
    """A peer with a recipe of its own."""
    config = replace(plan.preset.model, dropout=recipe.dropout)

    def build(seed: int, precision: str) -> Switched:
        def trainer() -> Trainer:
            model = build_peer(peer, config, len(toy.tokenizer), seed, recipe.init_std)
            return train_by_recipe(model, toy.train.bucketed(recipe.batch_tokens, seed), recipe)

        return Switched(trainer, precision)

    return Entrant(f"{peer}, best recipe", build, _horizon(recipe.horizon, plan), asdict(recipe))


def _horizon(steps: int, plan: Plan) -> int:
    return min(steps, plan.max_steps or steps)


def _entrants(plan: Plan, toy: Toy) -> list[Entrant]:
    config, training, tries = plan.preset.model, plan.preset.training, read_tries()
    settings = {**asdict(training), "dropout": config.dropout}

    def toytrans(seed: int, precision: str, max_steps: int = training.max_steps) -> Switched:
        recipe = replace(training, seed=seed, max_steps=max_steps)
        batches = toy.train.bucketed(training.batch_tokens, seed)
        return Switched(lambda: ToytransTrainer(config, len(toy.tokenizer), recipe, batches), precision)

    horizon, peers = _horizon(training.max_steps, plan), available_peers()
    soonest = _horizon(plan.own_horizon, plan)
    shorter = partial(toytrans, max_steps=soonest)
    return [
        Entrant("toytrans, best recipe", shorter, soonest, {**settings, "max_steps": soonest}),
        Entrant("toytrans, default recipe", toytrans, horizon, settings),
        *(entrant_of(peer, best_recipe(peer, tries), plan, toy) for peer in peers),
    ]
