"""The peers' recipes: the grid that was tried, what each gave (`recipes.json`), and which is the best.

The search counts steps and the tokens they teach, which no clock can blur, so that it can run beside other work.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from plan import HERE
from trainers import PeerName, Recipe

PATH = HERE / "recipes.json"
TOKENS_A_STEP = 300
"""What a step costs whatever its batch (the optimizer, thousands of calls), in target tokens that could be taught
meanwhile: part `growth` shows it, where the time of a step does not fall to nothing with its batch."""

_BASE = {
    # What their users would begin with: the learning rate that trains both, and toytrans's former recipe.
    "torch.nn.Transformer": Recipe(learning_rate=3e-3, horizon=1400, dropout=0.05),
    "MarianMTModel": Recipe(learning_rate=2e-3, horizon=1400, dropout=0.05, init_std=0.09),
}


def grid(peer: PeerName) -> list[Recipe]:
    """All that is tried: the base, better ones with AdamW, and around toytrans's own with Muon."""
    base = _BASE[peer]
    short = replace(base, dropout=0.0, label_smoothing=0.05, warmup_steps=50)
    muon = replace(short, optimizer="muon", learning_rate=6e-3, matrix_learning_rate=6e-3, warmup_steps=20)
    return [
        replace(muon, horizon=700),
        replace(muon, horizon=500),
        replace(short, horizon=1000),
        replace(muon, horizon=500, matrix_learning_rate=1.2e-2),
        replace(short, horizon=1000, learning_rate=5e-3),
        replace(muon, horizon=600, learning_rate=3e-3),
        replace(short, horizon=700, learning_rate=4e-3),
        replace(muon, horizon=600, label_smoothing=0.0),
        replace(muon, horizon=400, batch_tokens=1500),
        base,
    ]


@dataclass(frozen=True)
class Try:
    """A recipe that was tried with one seed, and how soon validation was translated well enough."""

    peer: PeerName
    recipe: Recipe
    seed: int
    steps: int | None
    """Steps to the target; None where it was not reached within the recipe's horizon."""
    target_tokens: int
    """Tokens that were taught until then, or in all."""
    best_exact_match: float

    @property
    def cost(self) -> float:
        """Target tokens, and what the steps cost beside them.

        A training that does not reach the target is no use, nor one that does in its last step: another seed might not.
        """
        if self.steps is None or self.steps == self.recipe.horizon:
            return float("inf")
        return self.target_tokens + TOKENS_A_STEP * self.steps


def read_tries(path: Path = PATH) -> list[Try]:
    """What was tried so far."""
    if not path.is_file():
        return []
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return [Try(**{**row, "recipe": Recipe(**row["recipe"])}) for row in rows]


def write_tries(tries: Sequence[Try], path: Path = PATH) -> None:
    """Writes all of them, one a line."""
    lines = ",\n".join(json.dumps(asdict(each)) for each in tries)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def best_recipe(peer: PeerName, tries: Sequence[Try]) -> Recipe:
    """The cheapest by its dearest seed, among those tried with most seeds; without tries, the first of the grid."""
    of_peer: dict[Recipe, list[float]] = {}
    for each in tries:
        if each.peer == peer:
            of_peer.setdefault(each.recipe, []).append(each.cost)
    if not of_peer:
        return grid(peer)[0]
    most = max(len(costs) for costs in of_peer.values())
    return min((recipe for recipe, costs in of_peer.items() if len(costs) == most), key=lambda r: max(of_peer[r]))
