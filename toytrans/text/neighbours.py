"""Which words were neighbours in training: a pair that never was, but should have been, is new to the model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toytrans.special_tokens import BOS, UNK

Ids = Sequence[int]


@dataclass(frozen=True)
class NewPair:
    """Two neighbours that training never had: the places of both tokens, and how often it should have had them."""

    left: int
    """-1 is the beginning of the sentence."""
    right: int
    expected: float
    """How often the left occurs, times the fraction of tokens that are the right: as if order did not matter."""


class Neighbours:
    """The pairs of neighbouring tokens in some sentences; a sentence has `<s>` before it, and ends with `</s>`."""

    def __init__(self, pairs_P2: NDArray[np.int64], counts_P: NDArray[np.int64]) -> None:
        """Pairs of ids, each once, and how often each occurs."""
        self.pairs_P2, self.counts_P = pairs_P2, counts_P
        self._seen = set(map(tuple, pairs_P2.tolist()))
        num_tokens = int(pairs_P2.max(initial=0)) + 1
        self._as_left, self._as_right = (
            np.bincount(pairs_P2[:, side], counts_P, num_tokens).tolist() for side in (0, 1)
        )
        self._total = max(int(counts_P.sum()), 1)

    @classmethod
    def of(cls, sentences: Iterable[Ids]) -> Neighbours:
        """Counts the pairs of sentences, given as ids with `</s>`."""
        rows = [np.array([BOS, *ids], dtype=np.int64) for ids in sentences]
        pairs = [np.stack([row[:-1], row[1:]], axis=1) for row in rows] or [np.empty((0, 2), np.int64)]
        unique_P2, counts_P = np.unique(np.concatenate(pairs), axis=0, return_counts=True)
        return cls(unique_P2, counts_P.astype(np.int64))

    def new_pairs(self, ids: Ids) -> list[NewPair]:
        """The neighbours in a sentence that were never seen, the most surprising first; without unknown words."""
        found = []
        for right, (left, token) in enumerate(zip([BOS, *ids], ids, strict=False)):
            if UNK not in (left, token) and (left, token) not in self._seen:
                expected = self._count(self._as_left, left) * self._count(self._as_right, token) / self._total
                found.append(NewPair(right - 1, right, expected))
        return sorted(found, key=lambda pair: -pair.expected)

    @staticmethod
    def _count(counts: Sequence[float], token: int) -> float:
        return counts[token] if token < len(counts) else 0.0
