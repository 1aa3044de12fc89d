"""What is attention? Dot products, softmax and weighted sums by hand, with two numbers a word.

`python experiments/01_what_is_attention/run.py` prints the worked numbers and draws the figure;
`--query 0 1` does the same for a query of yours, and only prints.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
QUERY = (1.0, 0.0)
KEYS = {"first": (1.0, 1.0), "second": (0.0, 1.0), "third": (1.0, 0.0)}
VALUES = {"first": (0.5, 0.5), "second": (0.2, 0.8)}


def scores_of(query: ArrayLike, keys: ArrayLike) -> Array:
    """How well the query fits each key: a dot product each."""
    return np.asarray(np.asarray(keys, dtype=float) @ np.asarray(query, dtype=float))


def softmax(scores: Array) -> Array:
    """Weights from scores: all positive, together 1, and a score that is larger by 1 weighs e = 2.718 times as much."""
    exponentials = np.exp(scores - scores.max())
    return np.asarray(exponentials / exponentials.sum())


def mixed(weights: Array, values: ArrayLike) -> Array:
    """What attention passes on: the values, each times its weight, added."""
    return np.asarray(weights @ np.asarray(values, dtype=float))


def find(quick: bool = False) -> dict[str, float]:  # noqa: ARG001
    """Every worked number, by name; no need to be quicker."""
    keys, two = list(KEYS.values()), list(KEYS.values())[:2]
    weights, of_two = softmax(scores_of(QUERY, keys)), scores_of(QUERY, two)
    lengths = np.linalg.norm(np.asarray(keys), axis=1)
    found = {
        "score of the first key": of_two[0],
        "score of the second key": of_two[1],
        **{f"weight of the {name} key": weight for name, weight in zip(KEYS, weights, strict=True)},
        "context without softmax, first number": mixed(of_two, list(VALUES.values()))[0],
        "context with softmax, first number": mixed(softmax(of_two), list(VALUES.values()))[0],
        "cosine of the first key": (scores_of(QUERY, keys) / lengths)[0],
        "cosine of the third key": (scores_of(QUERY, keys) / lengths)[2],
        "weight of the first key, query twice as long": softmax(scores_of([2.0, 0.0], keys))[0],
    }
    return {name: float(value) for name, value in found.items()}


def draw(stem: Path) -> None:
    """At the left the vectors, as arrows; at the right the weights while the query turns once around."""
    figure = Figure(figsize=(10, 4.4), layout="constrained")
    plane, turning = figure.subplots(1, 2)
    colours = dict(zip(KEYS, ("tab:blue", "tab:orange", "tab:green"), strict=True))
    for name, key in KEYS.items():
        plane.annotate("", key, (0, 0), arrowprops={"arrowstyle": "-|>", "lw": 4, "color": colours[name], "alpha": 0.6})
        plane.annotate(f"{name} key {list(map(int, key))}", key, (6, 4), textcoords="offset points")
    plane.annotate("", QUERY, (0, 0), arrowprops={"arrowstyle": "-|>", "color": "black"})
    plane.annotate("the query [1, 0], in black", (0.28, -0.1))
    plane.set(xlim=(-0.2, 1.6), ylim=(-0.25, 1.3), aspect="equal", title="One query and three keys")
    degrees = np.arange(0, 361, 3)
    turned = [(np.cos(angle), np.sin(angle)) for angle in np.radians(degrees)]
    weights = np.array([softmax(scores_of(query, list(KEYS.values()))) for query in turned])
    for name, curve in zip(KEYS, weights.T, strict=True):
        turning.plot(degrees, curve, color=colours[name], label=f"{name} key")
    turning.axvline(0, color="black", linewidth=1)
    turning.set(xlabel="the query, turned by so many degrees", ylabel="weight", ylim=(0, 0.8), xticks=range(0, 361, 45))
    turning.set_title("Turn the query, and another key wins")
    turning.legend(frameon=False)
    with rc_context({"svg.hashsalt": "toytrans"}):  # the same figure gives the same bytes
        figure.savefig(stem.with_suffix(".png"), dpi=150)
        figure.savefig(stem.with_suffix(".svg"), metadata={"Date": None})


def main() -> None:
    """Prints the numbers; without `--query`, also draws the figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--query", nargs=2, type=float, metavar=("X", "Y"), help="another query than [1, 0]")
    parser.add_argument("--quick", action="store_true", help="as for every lesson; this one is quick anyway")
    query = parser.parse_args().query
    if query is None:
        for name, value in find().items():
            print(f"{name:45}{value:9.4f}")
        draw(Path(__file__).parent / "figure")
        return
    scores = scores_of(query, list(KEYS.values()))
    for name, score, weight in zip(KEYS, scores, softmax(scores), strict=True):
        print(f"{name} key {list(KEYS[name])}: score {score:.3f}, weight {weight:.4f}")


if __name__ == "__main__":
    main()
