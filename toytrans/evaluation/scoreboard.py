"""The scoreboard: how well each layer, head and mean aligns words, beside attention that knows nothing.

Axes: V views, T target words, C columns (source words and what is no word), S source words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps import AlignmentCounts, AttentionMap, View
from toytrans.corpus.pairs import Pair
from toytrans.evaluation.alignment import Row, Tally, check_map, word_weights
from toytrans.evaluation.gold import Gold

Control = Callable[[NDArray[np.float32], NDArray[np.bool_], np.random.Generator], NDArray[np.float32]]
"""Makes weights (T, C) that know nothing, from those of the default view (T, C) and which columns are words (C)."""

ROWS: tuple[Row, ...] = ("predicting", "reading")


@dataclass(frozen=True)
class Line:
    """One attention's scores. Fractions are 0 to 1; entropy is in bits."""

    name: str
    view: View | None
    """`None` for a control."""
    row: Row
    threshold: float
    claimed: AlignmentCounts
    """Of the links with a weight of at least `threshold`."""
    strongest: AlignmentCounts
    """Of each target word's strongest source word."""
    gold_weight: float
    no_word: float
    entropy: float

    def scores(self) -> dict[str, float | None]:
        """The numbers, by the names they have in JSON; `None` where there is nothing to count."""
        return {
            **self.claimed.scores(),
            **{f"strongest_{name}": score for name, score in self.strongest.scores().items()},
            "gold_weight": self.gold_weight,
            "no_word": self.no_word,
            "entropy": self.entropy,
        }

    def to_json(self) -> dict[str, Any]:
        """Name, layer and head (null for means and controls), row, threshold and scores."""
        place = asdict(self.view) if self.view else {"layer": None, "head": None}
        kind = "view" if self.view else "control"
        return {"name": self.name, "kind": kind, **place, "row": self.row, "threshold": self.threshold, **self.scores()}


@dataclass(frozen=True)
class Scoreboard:
    """Every view, for the row that predicts a word and for the row that reads it, and the controls."""

    lines: tuple[Line, ...]

    def line(self, view: View, row: Row = "predicting") -> Line:
        """The line of one view."""
        return next(line for line in self.lines if (line.view, line.row) == (view, row))

    def to_json(self) -> list[dict[str, Any]]:
        """A list with an object a line."""
        return [line.to_json() for line in self.lines]


def make_scoreboard(
    maps: Iterable[AttentionMap],
    pairs: Sequence[Pair],
    languages: tuple[str, str],
    thresholds: Mapping[View, float],
    default: View,
) -> Scoreboard:
    """The scoreboard of forced maps over pairs with gold links; `thresholds` names every view, in the order of `views`.

    The controls are made from the view `default`, with its threshold. Maps are read one by one, so they need not all be
    in memory.
    """
    every, random = list(thresholds), np.random.default_rng(0)
    tallies = {row: Tally(len(every), sorted(set(thresholds.values()))) for row in ROWS}
    controls = Tally(len(CONTROLS), [thresholds[default]])
    for map_, pair in zip(maps, pairs, strict=True):
        if pair.alignment is not None:
            gold = Gold.of(pair, languages)
            check_map(map_, pair, gold)
            weights_VTC, is_word_C = word_weights(map_)
            tallies["predicting"].add(weights_VTC, is_word_C, gold)
            tallies["reading"].add(*word_weights(map_, "reading"), gold)
            made = [make(weights_VTC[every.index(default)], is_word_C, random) for make in CONTROLS.values()]
            controls.add(np.stack(made), is_word_C, gold)
    lines = [
        _line(tally, number, view.name, view, row, thresholds[view])
        for row, tally in tallies.items()
        for number, view in enumerate(every)
    ]
    names = (f"{name} ({default.name})" if name == "shuffled" else name for name in CONTROLS)
    lines += [
        _line(controls, number, name, None, "predicting", thresholds[default]) for number, name in enumerate(names)
    ]
    return Scoreboard(tuple(lines))


def _line(tally: Tally, number: int, name: str, view: View | None, row: Row, threshold: float) -> Line:
    words = max(tally.words, 1)
    return Line(
        name,
        view,
        row,
        threshold,
        tally.counts(number, threshold),
        tally.counts(number, None),
        float(tally.gold_weight_V[number]) / words,
        float(tally.no_word_V[number]) / words,
        float(tally.entropy_V[number]) / words,
    )


def _uniform(weights_TC: NDArray[np.float32], is_word_C: NDArray[np.bool_], random: np.random.Generator) -> Any:
    """Every word attends to every word alike; chance decides which of them is the strongest."""
    even_C = is_word_C / max(is_word_C.sum(), 1)
    return (even_C * (1 + 1e-4 * random.random(weights_TC.shape))).astype(np.float32)  # float32 tells 1e-7 apart


def _diagonal(weights_TC: NDArray[np.float32], is_word_C: NDArray[np.bool_], _: np.random.Generator) -> Any:
    """Each word attends to the source word at the same relative position."""
    num_targets, num_sources = len(weights_TC), int(is_word_C.sum())
    if not num_sources:
        return np.zeros_like(weights_TC)
    columns_T = np.rint(np.linspace(0, num_sources - 1, num_targets)).astype(int)
    return (np.flatnonzero(is_word_C)[columns_T][:, None] == np.arange(len(is_word_C))).astype(np.float32)


def _shuffled(weights_TC: NDArray[np.float32], _: NDArray[np.bool_], random: np.random.Generator) -> Any:
    """The rows of the default view in random order: only its habits of position are left."""
    return random.permutation(weights_TC)


CONTROLS: Mapping[str, Control] = {"uniform": _uniform, "diagonal": _diagonal, "shuffled": _shuffled}
