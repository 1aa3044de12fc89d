"""Warnings where a map should not be believed: what is wrong with it, the likely cause, and what to try.

A picture of attention convinces whether or not it is right. These warnings need no gold links. They judge words only,
because a full stop that attends to the full stop is right.

Axes: R rows of words, C columns (words, and marks that are none).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps.labels import LONGEST_LABEL, percent, visible
from toytrans.attention_maps.record import AttentionMap, Kind
from toytrans.attention_maps.views import View

UNIFORM = 0.9
"""Fraction of the highest possible entropy. On the toy corpus cross-attention has 0.1 to 0.2 in single heads and 0.3 in
the mean of all; before training 0.9 and 0.98. Attending evenly to five of ten words gives 0.7."""
FEWEST_COLUMNS = 3
"""A row with fewer columns to choose from is not judged: it is the same for every model."""
ONE_COLUMN = 0.9
"""Fraction of the rows that may have their strongest weight in one column."""
FEWEST_WORDS = 2
"""Maps with a single word to attend to are not judged: attending to it is right."""
FEWEST_ROWS = 3
"""Two words often attend to the same column, and rightly (`s'est`): at least this many rows must agree."""
SINK = 0.5
"""Fraction of the weight that may be on marks. With more, most of what the map shows is not about words."""
SAME_DISTANCE = 0.05
"""Total variation distance: the part of a row's weight that lies elsewhere. Closer maps count as the same. On the toy
corpus half of all pairs of maps are at least 0.5 apart, and fewer than one in twenty are closer than 0.15."""
SAME_PAIRS = 0.9
"""Fraction of the pairs of sentences. Single pairs may be built alike and rightly have the same map."""
MOST_PAIRS = 500
"""Pairs that are compared: enough to measure a fraction of 0.9, and little work for a split of any size."""


@dataclass(frozen=True)
class MapWarning:
    """One reason not to believe a map."""

    name: str
    """`uniform`, `one column`, `sink` or `same map`: what it is counted under."""
    text: str
    """One line: what is seen, the likely cause, what to try."""


NAMES = ("uniform", "one column", "sink", "same map")


def map_warnings(map_: AttentionMap, view: View, kind: Kind = "cross") -> list[str]:
    """Reasons not to believe this map, a line each."""
    return [warning.text for warning in _warnings(_WordRows.of(map_, view, kind), view)]


def warnings_of_many_maps(maps: Sequence[AttentionMap], view: View, kind: Kind = "cross") -> list[str]:
    """Reasons not to believe the maps of several sentences together: they are all the same."""
    return [
        warning.text for warning in _warnings_of_many([_WordRows.of(map_, view, kind) for map_ in maps], maps, view)
    ]


def count_map_warnings(maps: Sequence[AttentionMap], view: View, kind: Kind = "cross") -> dict[str, int]:
    """How many maps get each warning, by its name; `same map` concerns all of them or none."""
    tables = [_WordRows.of(map_, view, kind) for map_ in maps]
    counts = dict.fromkeys(NAMES, 0)
    for table in tables:
        for warning in _warnings(table, view):
            counts[warning.name] += 1
    for warning in _warnings_of_many(tables, maps, view):
        counts[warning.name] = len(maps)
    return counts


@dataclass(frozen=True, eq=False)
class _WordRows:
    """The rows of a view that are of words and have a choice of columns."""

    weights_RC: NDArray[np.float32]
    num_visible_R: NDArray[np.intp]
    """How many columns each row can attend to: all, or those the decoder had read by then."""
    names_C: tuple[str, ...]
    is_mark_C: NDArray[np.bool_]
    """No word (`<s>`, `</s>`, `<null>`), or the punctuation mark that ends the sentence."""
    is_word_C: NDArray[np.bool_]

    @classmethod
    def of(cls, map_: AttentionMap, view: View, kind: Kind) -> _WordRows:
        words = map_.merged_to_words()
        weights_RC = words.view(view, kind)
        rows, columns = words.labels(kind)
        row_ids = words.source_word_ids if kind == "encoder" else words.target_word_ids
        # The decoder's columns are one word behind its rows and begin with `<s>`, which is no word.
        column_ids = words.cross_word_ids if kind == "cross" else row_ids
        column_ids = (None, *row_ids[:-1]) if kind == "decoder" else column_ids
        is_word_C = np.array([word is not None for word in column_ids])
        is_mark_C = ~is_word_C
        if is_word_C.any():
            last = int(np.flatnonzero(is_word_C)[-1])
            is_mark_C[last] = not _has_letters(columns[last])
        numbers_R = np.arange(1, len(rows) + 1)
        num_visible_R = numbers_R if kind == "decoder" else np.full(len(rows), len(columns))
        is_judged_R = num_visible_R >= FEWEST_COLUMNS
        is_judged_R &= [word is not None and _has_letters(name) for name, word in zip(rows, row_ids, strict=True)]
        return cls(weights_RC[is_judged_R], num_visible_R[is_judged_R], columns, is_mark_C, is_word_C)


def _warnings(rows: _WordRows, view: View) -> list[MapWarning]:
    if not len(rows.weights_RC):
        return []
    uniform, sink = _uniform(rows, view), _sink(rows, view)
    # In a uniform map no column is the strongest by more than chance; in a sink it is the sink, which says more.
    one_column = None if uniform or sink else _one_column(rows, view)
    return [warning for warning in (uniform, one_column, sink) if warning is not None]


def _uniform(rows: _WordRows, view: View) -> MapWarning | None:
    entropies_R = -(rows.weights_RC * np.log(np.maximum(rows.weights_RC, 1e-12))).sum(axis=-1)
    fraction = float((entropies_R / np.log(rows.num_visible_R)).mean())
    if fraction < UNIFORM:
        return None
    likely = "cause: a mean of heads that attend to different words, or an untrained model: inspect single heads"
    if view.head is not None:
        likely = "cause: the head is not trained or not used: train longer, or inspect another head"
    seen = f"Rows are nearly uniform ({percent(min(fraction, 1.0))} of the possible entropy)"
    return MapWarning("uniform", f"{seen}. Likely {likely}.")


def _one_column(rows: _WordRows, view: View) -> MapWarning | None:
    names = zip(rows.names_C, rows.is_word_C, strict=True)
    if sum(bool(is_word) and _has_letters(name) for name, is_word in names) < FEWEST_WORDS:
        return None
    strongest_R = rows.weights_RC.argmax(axis=-1)
    column = int(np.bincount(strongest_R).argmax())
    fraction = float((strongest_R == column).mean())
    if len(strongest_R) < FEWEST_ROWS or fraction < ONE_COLUMN:
        return None
    name = visible(rows.names_C[column], LONGEST_LABEL)
    return MapWarning(
        "one column",
        f"{percent(fraction)} of the words have their strongest weight in one column, {name}. "
        f"Likely cause: this view attends to a fixed position, not to words: {_try_another(view)}.",
    )


def _sink(rows: _WordRows, view: View) -> MapWarning | None:
    # "Attention sinks" (Xiao et al., 2023); BERT's heads attend to [SEP] and to full stops when they have nothing to
    # do (Clark et al., 2019, section 3.2).
    weights_C = np.where(rows.is_mark_C, rows.weights_RC.mean(axis=0), 0.0)
    if weights_C.sum() <= SINK:
        return None
    # Marks of 1 % add nothing to the sentence; the largest comes first.
    in_order = [column for column in np.argsort(-weights_C, kind="stable") if weights_C[column] >= 0.01]
    named = [
        f"{visible(rows.names_C[column], LONGEST_LABEL)} ({percent(float(weights_C[column]))})" for column in in_order
    ]
    marks = " and ".join(named)
    return MapWarning(
        "sink",
        f"Most of the words' attention is on {marks}: an attention sink. "
        f"Likely cause: this view needs none of the words: {_try_another(view)}.",
    )


def _warnings_of_many(tables: Sequence[_WordRows], maps: Sequence[AttentionMap], view: View) -> list[MapWarning]:
    distances = [
        _distance(tables[one], tables[other])
        for one, other in _some_pairs(len(tables))
        if maps[one].source_tokens != maps[other].source_tokens
    ]
    known = [distance for distance in distances if distance is not None]
    fraction = float(np.mean([distance < SAME_DISTANCE for distance in known])) if known else 0.0
    if fraction < SAME_PAIRS:
        return []
    likely = "cause: positions, not words, decide what it attends to (or the sentences are built alike)"
    seen = f"Different sentences have the same map ({percent(fraction)} of {len(known)} compared pairs)."
    return [MapWarning("same map", f"{seen} Likely {likely}: {_try_another(view)}, or try sentences of another build.")]


def _some_pairs(number: int) -> list[tuple[int, int]]:
    """All pairs of this many maps, or `MOST_PAIRS` of them: drawn from the whole split, the same ones each time."""
    num_all = number * (number - 1) // 2
    some: Sequence[int] = range(num_all)
    if num_all > MOST_PAIRS:
        some = np.random.default_rng(0).choice(num_all, MOST_PAIRS, replace=False).tolist()
    # Pairs are numbered (0, 1), (0, 2), (1, 2), (0, 3) ...: other (other - 1) / 2 come before the first with `other`.
    others = [(1 + isqrt(1 + 8 * pair)) // 2 for pair in some]
    return [(pair - other * (other - 1) // 2, other) for pair, other in zip(some, others, strict=True)]


def _distance(one: _WordRows, other: _WordRows) -> float | None:
    """The mean total variation distance of the rows and columns of words that both have; `None`: too few to tell."""
    num_columns = min(int(one.is_word_C.sum()), int(other.is_word_C.sum()))
    num_rows = min(len(one.weights_RC), len(other.weights_RC))
    if num_columns < FEWEST_COLUMNS or not num_rows:
        return None
    one_RC, other_RC = _corner(one, num_rows, num_columns), _corner(other, num_rows, num_columns)
    return float(np.abs(one_RC - other_RC).sum(axis=-1).mean() / 2)


def _corner(rows: _WordRows, num_rows: int, num_columns: int) -> NDArray[np.float32]:
    corner_RC = rows.weights_RC[:num_rows, rows.is_word_C][:, :num_columns]
    # A row without weight in the corner stays zero, and so differs from every row that has some.
    normalized_RC: NDArray[np.float32] = corner_RC / np.maximum(corner_RC.sum(axis=-1, keepdims=True), 1e-6)
    return normalized_RC


def _try_another(view: View) -> str:
    return "inspect single heads" if view.head is None else "inspect another head"


def _has_letters(text: str) -> bool:
    return any(map(str.isalnum, text))
