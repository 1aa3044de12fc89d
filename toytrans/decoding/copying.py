"""Unknown words are copied: a slot, where the model writes `<unk>`, is filled with the unknown word it attends to.

Luong et al. (2015), "Addressing the Rare Word Problem". OpenNMT, fairseq and JoeyNMT do the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toytrans.attention_maps import AttentionMap, View
from toytrans.text import Encoded


@dataclass(frozen=True)
class Copy:
    """A source word that fills a slot of the translation. Words are counted from 0."""

    target: int
    source: int
    word: str
    """As the source has it."""
    weight: float
    """The slot's attention weight on the source word."""


def copies(map_: AttentionMap, view: View, source: Encoded, target: Encoded) -> tuple[Copy, ...]:
    """For each slot of a translation, the unknown source word with the largest weight.

    Two slots take two different words if there are as many, the largest weight first.
    """
    slots = list(target.unknown_words)
    columns = list(source.unknown_words)
    if not slots or not columns:
        return ()
    words = map_.merged_to_words()
    rows = [words.target_word_ids.index(slot) for slot in slots]
    places = [words.cross_word_ids.index(column) for column in columns]
    weights_TS = words.view(view)[np.ix_(rows, places)].astype(np.float64)
    found = []
    for row, column in _largest_first(weights_TS):
        number = columns[column]
        found.append(Copy(slots[row], number, source.words[number], float(weights_TS[row, column])))
    return tuple(sorted(found, key=lambda copy: copy.target))


def _largest_first(weights_TS: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[tuple[int, int]]:
    """A column for each row: the largest weight of all, then the largest among the rows and columns that are left.

    Where more rows are left than columns, all columns may be taken again.
    """
    pairs: list[tuple[int, int]] = []
    free = weights_TS.copy()
    while len(pairs) < len(weights_TS):
        if np.isneginf(free).all():
            free = weights_TS.copy()
            free[[row for row, _ in pairs]] = -np.inf
        row, column = map(int, np.unravel_index(free.argmax(), free.shape))
        pairs.append((row, column))
        free[row], free[:, column] = -np.inf, -np.inf
    return pairs
