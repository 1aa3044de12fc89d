"""Which recipe learns the toy corpus best in about a minute? Trains some, and scores each on validation.

Run from anywhere: `python experiments/01-which-recipe/run.py`. Five minutes on two cores. Recipes are compared on
validation, never on test.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from matplotlib.figure import Figure

from toytrans.config import PRESETS, Config
from toytrans.decoding import Translator
from toytrans.evaluation import evaluate
from toytrans.training import Session

HERE = Path(__file__).parent
TOY = PRESETS["toy"]


@dataclass(frozen=True)
class Result:
    """How one recipe did: sentences of `validation` translated exactly, alignment error, seconds of training."""

    recipe: str
    exact_match: float
    alignment_error: float
    seconds: float


def recipes() -> dict[str, Config]:
    """The default, and what happens when one thing changes."""
    model, training = TOY.model, TOY.training
    return {
        "default": TOY,
        "no dropout": replace(TOY, model=replace(model, dropout=0.0)),
        "1+1 layers": replace(TOY, model=replace(model, num_layers=1)),
        "half the steps": replace(TOY, training=replace(training, max_steps=training.max_steps // 2)),
    }


def measure(name: str, config: Config, folder: Path) -> Result:
    """Trains one recipe and scores it."""
    session = Session.start(config, folder / name.replace(" ", "-"), torch.device("cpu"), note=print)
    for _ in session.events():
        pass
    seconds = session.seconds
    found = evaluate(Translator.load(session.run.path), session.corpus.split("validation"), "toy", "validation")
    assert found.alignment is not None
    return Result(name, found.scores.exact_match, found.alignment.counts.aer, round(seconds, 1))


def draw(results: list[Result], path: Path) -> None:
    """Each recipe's exact match over its training time."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    axes.scatter([result.seconds for result in results], [result.exact_match for result in results])
    for result in results:
        axes.annotate(
            result.recipe, (result.seconds, result.exact_match), xytext=(6, 4), textcoords="offset points", fontsize=9
        )
    axes.set(
        xlabel=f"seconds of training, PyTorch threads: {torch.get_num_threads()}",
        ylabel="validation: exact match",
        title="Which recipe learns the toy corpus in about a minute? One seed each",
    )
    axes.margins(x=0.2)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120, metadata={"Software": None})


def main() -> None:
    """Measures the recipes named on the command line; if none is, all, and writes `results.json` and `figure.png`."""
    chosen = sys.argv[1:] or list(recipes())
    with tempfile.TemporaryDirectory() as folder:
        results = [measure(name, recipes()[name], Path(folder)) for name in chosen]
    for result in results:
        scores = f"exact match {result.exact_match:.3f}  AER {result.alignment_error:.3f}"
        print(f"{result.recipe:24} {scores}  {result.seconds} s")
    if len(results) < len(recipes()):
        return
    (HERE / "results.json").write_text(json.dumps([vars(result) for result in results], indent=2) + "\n", "utf-8")
    draw(results, HERE / "figure.png")


if __name__ == "__main__":
    main()
