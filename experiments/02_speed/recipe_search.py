"""Part `search`: tries the peers' recipes one after another, and keeps what each gave in `recipes.json`."""

from __future__ import annotations

from collections.abc import Sequence

from plan import Plan
from quality import entrant_of, train_until
from recipes import PATH, Try, grid, read_tries, write_tries
from rounds import say
from training_rows import available_peers
from workload import Toy


def search(plan: Plan, toy: Toy, peers: Sequence[str] | None = None, seed: int = 1) -> None:
    """Tries what has not been tried yet, a line each. It can be stopped and started at any time."""
    path = plan.results / PATH.name
    for peer in available_peers():
        if peers and peer not in peers:
            continue
        for recipe in grid(peer):
            tries = read_tries(path)
            if any((each.peer, each.recipe, each.seed) == (peer, recipe, seed) for each in tries):
                continue
            entrant = entrant_of(peer, recipe, plan, toy)
            # With the switch of part `quality`: it changes how soon the answer is here, and hardly what it is.
            outcome = train_until(entrant.build(seed, "bf16"), entrant.horizon, plan, toy)
            steps = outcome.steps if outcome.reached else None
            made = Try(peer, recipe, seed, steps, outcome.target_tokens, outcome.exact_match)
            # Read anew: the search for another peer may run beside this one.
            write_tries([*read_tries(path), made], path)
            say(f"{peer}: {steps or 'never'} steps, cost {made.cost:.0f}, best {made.best_exact_match:.3f}: {recipe}")
