"""Pairs of neighbouring words in training. A pair that is expected there but never occurs is new to the model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toytrans.special_tokens import BOS, UNK

Ids = Sequence[int]


@dataclass(frozen=True)
class NewPair:
    """Two neighbouring tokens that training never had: their positions, and the expected count of the pair."""

    left: int
    """-1 is the start of the sentence."""
    right: int
    expected: float
    """The count if word order were random: that of the left token times the relative frequency of the right one."""


class Neighbours:
    """Counts of neighbouring tokens. A sentence begins with `<s>` and ends with `</s>`."""

    def __init__(self, pairs_P2: NDArray[np.int64], counts_P: NDArray[np.int64]) -> None:
        """The distinct pairs of ids, and the count of each."""
        self.pairs_P2, self.counts_P = pairs_P2, counts_P
        self._seen = set(map(tuple, pairs_P2.tolist()))
        num_tokens = int(pairs_P2.max(initial=0)) + 1
        self._as_left, self._as_right = (
            np.bincount(pairs_P2[:, side], counts_P, num_tokens).tolist() for side in (0, 1)
        )
        self._total = max(int(counts_P.sum()), 1)

    @classmethod
    def of(cls, sentences: Iterable[Ids]) -> Neighbours:
        """Counts the pairs in sentences, given as ids that end with `</s>`."""
        rows = [np.array([BOS, *ids], dtype=np.int64) for ids in sentences]
        pairs = [np.stack([row[:-1], row[1:]], axis=1) for row in rows] or [np.empty((0, 2), np.int64)]
        unique_P2, counts_P = np.unique(np.concatenate(pairs), axis=0, return_counts=True)
        return cls(unique_P2, counts_P.astype(np.int64))

    def new_pairs(self, ids: Ids) -> list[NewPair]:
        """The pairs in a sentence that training never had, the most expected first; none with an unknown word."""
        found = []
        for right, (left, token) in enumerate(zip([BOS, *ids], ids, strict=False)):
            if UNK not in (left, token) and (left, token) not in self._seen:
                expected = self._count(self._as_left, left) * self._count(self._as_right, token) / self._total
                found.append(NewPair(right - 1, right, expected))
        return sorted(found, key=lambda pair: -pair.expected)

    @staticmethod
    def _count(counts: Sequence[float], token: int) -> float:
        return counts[token] if token < len(counts) else 0.0
