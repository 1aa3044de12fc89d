"""From tokens to words: which tokens make a word, and what attention over tokens says about words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from toytrans.special_tokens import WORD_START

WordIds = Sequence[int | None]


def word_starts(word_ids: WordIds) -> NDArray[np.intp]:
    """The positions where a word begins. Neighbours with the same id are one word; a token of no word stands alone."""
    starts = [i for i, word in enumerate(word_ids) if i == 0 or word is None or word != word_ids[i - 1]]
    return np.array(starts, dtype=np.intp)


def merge(
    weights: NDArray[np.float32], row_starts: NDArray[np.intp], column_starts: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Attention (..., rows, columns) over tokens as attention over words.

    Attention to a word is attention to any of its pieces, so columns add up. A word attends through each of its pieces,
    so rows are averaged, which keeps every row's sum at 1.
    """
    pieces_a_word = np.diff(row_starts, append=weights.shape[-2])
    columns_merged = np.add.reduceat(weights, column_starts, axis=-1)
    merged = np.add.reduceat(columns_merged, row_starts, axis=-2) / pieces_a_word[:, None]
    return merged.astype(np.float32)


def spell(tokens: Sequence[str], starts: NDArray[np.intp]) -> tuple[str, ...]:
    """The words that pieces make, without the mark of a word's beginning."""
    pieces = np.split(np.array(tokens, dtype=object), starts[1:])
    return tuple("".join(word).replace(WORD_START, "") or WORD_START for word in pieces)
