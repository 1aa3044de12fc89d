"""Part `quality`: seconds of training until nearly all of the validation split is translated exactly."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from machine import precisions, say
from plan import Plan
from trainers import PeerName, PlainTrainer, Recipe, Switched, ToytransTrainer, available_peers, build_peer
from workload import Toy, exact_match

_MUON = Recipe(
    learning_rate=3e-3,
    horizon=600,
    warmup_steps=20,
    dropout=0.0,
    label_smoothing=0.05,
    optimizer="muon",
    matrix_learning_rate=6e-3,
)
BEST_RECIPES: Mapping[PeerName, Recipe] = {
    "torch.nn.Transformer": _MUON,
    "MarianMTModel": replace(_MUON, learning_rate=6e-3, horizon=700, init_std=0.09),
}
"""Of six recipes tried with `torch.nn.Transformer` and two with Marian, those that reached the target for the least."""


@dataclass(frozen=True)
class Outcome:
    """A training, ended by the target or by its horizon."""

    reached: bool
    steps: int
    """Made until validation was good enough, or in all."""
    seconds: float
    """Spent on those steps; scoring validation does not count."""
    target_tokens: int
    exact_match: float
    """At the end, or the best on the way where the target was not reached."""


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
    done = 0
    for step in [*range(plan.evaluate_from, horizon, plan.evaluate_every), horizon]:
        started = time.perf_counter()
        made = system.steps(step - done)
        seconds += time.perf_counter() - started
        done, target_tokens = step, target_tokens + sum(each.target_tokens for each in made)
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
    """The same with products as they are, by oneDNN, or in bfloat16: whichever makes its first steps faster here."""
    seconds = {}
    for precision in precisions():
        system = entrant.build(0, precision)
        started = time.perf_counter()
        system.steps(plan.trial_steps)
        seconds[precision] = time.perf_counter() - started
    faster = min(seconds, key=lambda precision: seconds[precision])
    say(f"quality: {entrant.name}: {plan.trial_steps} steps take {seconds} s, so {faster}")
    return replace(entrant, precision=faster)


def _peer(peer: PeerName, plan: Plan, toy: Toy) -> Entrant:
    """A peer with the best recipe that was found for it."""
    recipe = BEST_RECIPES[peer]
    config = replace(plan.preset.model, dropout=recipe.dropout)

    def trainer(seed: int) -> PlainTrainer:
        model = build_peer(peer, config, len(toy.tokenizer), seed, recipe.init_std)
        return PlainTrainer(model, toy.train.bucketed(recipe.batch_tokens, seed), recipe)

    def build(seed: int, precision: str) -> Switched:
        return Switched(partial(trainer, seed), precision)

    return Entrant(f"{peer}, best recipe", build, _horizon(recipe.horizon, plan), asdict(recipe))


def _horizon(steps: int, plan: Plan) -> int:
    return min(steps, plan.max_steps or steps)


def _entrants(plan: Plan, toy: Toy) -> list[Entrant]:
    config, training = plan.preset.model, plan.preset.training
    settings = {**asdict(training), "dropout": config.dropout}

    def toytrans(seed: int, precision: str, max_steps: int = training.max_steps) -> Switched:
        recipe = replace(training, seed=seed, max_steps=max_steps)
        batches = toy.train.bucketed(training.batch_tokens, seed)
        return Switched(lambda: ToytransTrainer(config, len(toy.tokenizer), recipe, batches), precision)

    horizon, soonest = _horizon(training.max_steps, plan), _horizon(plan.own_horizon, plan)
    shorter = partial(toytrans, max_steps=soonest)
    return [
        Entrant("toytrans, best recipe", shorter, soonest, {**settings, "max_steps": soonest}),
        Entrant("toytrans, default recipe", toytrans, horizon, settings),
        *(_peer(peer, plan, toy) for peer in available_peers()),
    ]
