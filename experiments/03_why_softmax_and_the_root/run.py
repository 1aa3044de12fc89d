"""Why softmax, and why divide by the root of d_k?

Draws random queries and keys and looks at their scores; then trains small models with and without the division
(`--quick` trains none). Figure and numbers go beside this file.
"""

from __future__ import annotations

import argparse
import json
from math import sqrt
from pathlib import Path
from statistics import mean

import torch
from matplotlib import rc_context
from matplotlib.figure import Figure
from torch import Tensor

import toytrans

HERE = Path(__file__).parent
WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
NUM_KEYS, SEEDS, STEPS = 10, (1, 2, 3), 300


def scores_of(d_k: int, num_queries: int = 2000) -> Tensor:
    """Scores of random queries with ten random keys each; all numbers have mean 0 and variance 1."""
    torch.manual_seed(d_k)
    queries_QK, keys_QSK = torch.randn(num_queries, d_k), torch.randn(num_queries, NUM_KEYS, d_k)
    return torch.einsum("qk,qsk->qs", queries_QK, keys_QSK)


def largest_weight(scores_QS: Tensor) -> float:
    """The mean of the rows' largest weights: 0.1 where ten keys share alike, 1 where one takes all."""
    return float(scores_QS.softmax(dim=-1).amax(dim=-1).mean())


def slope(scores_QS: Tensor) -> float:
    """How much a weight moves with its own score, w (1 - w), in the mean: what a gradient has to pass through."""
    weights_QS = scores_QS.softmax(dim=-1)
    return float((weights_QS * (1 - weights_QS)).mean())


def losses(divide: bool, seed: int, d_model: int = 128) -> list[float]:
    """The loss at each step of a short training of the default model, with or without the division."""
    pairs, languages = toytrans.load_corpus("toy").split("train"), ("en", "fr")
    tokenizer = toytrans.build_tokenizer(toytrans.TextConfig(), (pair.sides for pair in pairs), languages)
    sources = [each.ids for each in tokenizer.encode_all([pair.source for pair in pairs], "en")]
    targets = [each.ids for each in tokenizer.encode_all([pair.target for pair in pairs], "fr")]
    torch.manual_seed(seed)
    config, training = toytrans.ModelConfig(d_model=d_model), toytrans.TrainingConfig(seed=seed, max_steps=STEPS)
    model = toytrans.Transformer(config, len(tokenizer))
    if not divide:  # `attend` divides by the root of d_k: queries that are as much larger undo it
        for name, module in model.named_modules():
            if name.endswith("q_proj"):
                module.register_forward_hook(lambda _, __, output: output * sqrt(d_model / config.num_heads))
    batches = toytrans.BucketedBatches(sources, targets, training.batch_tokens, seed)
    steps = toytrans.train_steps(
        model, toytrans.make_optimizer(model, training), batches, training, 0, lambda done: done / STEPS
    )
    return [step.loss for step in steps]


def find(quick: bool = False) -> dict[str, float]:
    """Scores at 64 numbers a head; in a full run also the loss that trainings end with, over three seeds."""
    scores = scores_of(64)
    found = {
        "variance of scores": float(scores.var()),
        "variance after the division": float((scores / 8).var()),
        "largest weight": largest_weight(scores),
        "largest weight after the division": largest_weight(scores / 8),
        "slope": slope(scores),
        "slope after the division": slope(scores / 8),
    }
    if not quick:
        for name, divide in (("with", True), ("without", False)):
            ends = [mean(losses(divide, seed)[-20:]) for seed in SEEDS]
            found |= {f"last loss {name} the division, seed {seed}": end for seed, end in zip(SEEDS, ends, strict=True)}
    return found


def draw(stem: Path, curves: dict[str, list[float]]) -> None:
    """The largest weight over d_k; the loss of two trainings."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(WIDTHS, [largest_weight(scores_of(each)) for each in WIDTHS], "o-", label="scores as they are")
    left.plot(WIDTHS, [largest_weight(scores_of(each) / sqrt(each)) for each in WIDTHS], "s--", label="divided by √d_k")
    left.set_xscale("log", base=2)
    left.set(
        xlabel="d_k, numbers of a query",
        ylabel="largest of ten weights, mean",
        ylim=(0, 1),
        xticks=WIDTHS,
        xticklabels=WIDTHS,
    )
    for (name, curve), style in zip(curves.items(), ("C1s--", "C0o-"), strict=True):
        means = [mean(curve[start : start + 20]) for start in range(0, len(curve), 20)]
        right.plot(range(20, len(curve) + 1, 20), means, style, markersize=3, label=name)
    right.set(xlabel="step of training", ylabel="loss, nats a token")
    for axes in (left, right):
        axes.legend(frameon=False)
    with rc_context({"svg.hashsalt": "toytrans"}):  # the same figure gives the same bytes
        figure.savefig(stem.with_suffix(".png"), dpi=150)
        figure.savefig(stem.with_suffix(".svg"), metadata={"Date": None})


def main() -> None:
    """Prints what is found; a full run also draws."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="train nothing, draw nothing")
    quick = parser.parse_args().quick
    found = find(quick)
    print(json.dumps(found, indent=1))
    if not quick:
        draw(HERE / "figure", {"with the division": losses(True, 1), "without": losses(False, 1)})


if __name__ == "__main__":
    main()
