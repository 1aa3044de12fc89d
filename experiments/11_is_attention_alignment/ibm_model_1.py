"""IBM Model 1 (Brown et al., 1993, section 4.2): which words translate each other, from sentence pairs alone.

The model: each target word was written by one word of the source sentence, or by NULL, a word that stands in every
sentence for what no word wrote. Which one is hidden; before looking, each is as likely as another, wherever it stands.
All there is to learn is a table p(target word | source word), by expectation-maximization:

    E  where could each target word come from?   p(s | t, sentence) = p(t | s) / sum over s' in sentence of p(t | s')
    M  what does each source word write?         p(t | s) = expected count of (s, t) / expected count of s

Axes: N candidate links, a (sentence, target position, source position) each; P pairs of words that occur together, an
entry of the table each; T target positions and S source positions of one sentence, NULL being source position 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from toytrans import Link

SentencePair: TypeAlias = tuple[Sequence[str], Sequence[str]]
"""The words of a source sentence and of its translation."""
NULL = 0
"""The number of the source word NULL, and its position in every sentence."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Every link that could be, in the order sentence, target position, source position."""

    position_N: NDArray[np.intp]
    """Which target position of the whole corpus the link ends at: its candidates share one link among them."""
    entry_N: NDArray[np.intp]
    """Which entry of the table p(target word | source word) speaks for the link."""
    source_word_P: NDArray[np.intp]
    """The source word of each entry of the table."""


def align(sentence_pairs: Sequence[SentencePair], num_iterations: int = 10) -> list[frozenset[Link]]:
    """Links each target word to its most probable source word, and to none where that is NULL.

    Links are (source position, target position), both from 0, NULL not counted.
    """
    return [
        frozenset((int(source) - 1, target) for target, source in enumerate(table_TS.argmax(axis=-1)) if source != NULL)
        for table_TS in posteriors(sentence_pairs, num_iterations)
    ]


def posteriors(sentence_pairs: Sequence[SentencePair], num_iterations: int = 10) -> list[NDArray[np.float64]]:
    """For each sentence pair p(source position | target position), a row (T, S) a target word, NULL in column 0."""
    if not sentence_pairs:
        return []
    candidates = candidate_links(sentence_pairs)
    table_P = np.ones(len(candidates.source_word_P))  # any table without a preference will do
    for _ in range(num_iterations):
        table_P = maximize(candidates, expect(candidates, table_P))
    posterior_N = expect(candidates, table_P)
    shapes = [(len(target), 1 + len(source)) for source, target in sentence_pairs]
    ends = np.cumsum([num_targets * num_sources for num_targets, num_sources in shapes])
    parts = np.split(posterior_N, ends[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def expect(candidates: Candidates, table_P: NDArray[np.float64]) -> NDArray[np.float64]:
    """How probable each candidate is: its entry, as a share of what all candidates of its position have."""
    weight_N = table_P[candidates.entry_N]
    return weight_N / np.bincount(candidates.position_N, weight_N)[candidates.position_N]


def maximize(candidates: Candidates, posterior_N: NDArray[np.float64]) -> NDArray[np.float64]:
    """The table that makes those candidates most likely: expected counts, as shares of their source word's count."""
    count_P = np.bincount(candidates.entry_N, posterior_N, minlength=len(candidates.source_word_P))
    return count_P / np.bincount(candidates.source_word_P, count_P)[candidates.source_word_P]


def candidate_links(sentence_pairs: Sequence[SentencePair]) -> Candidates:
    """Each target word with NULL and with each word of its source sentence, words numbered as they first occur."""
    source_numbers: dict[str, int] = {}
    target_numbers: dict[str, int] = {}
    positions, sources, targets = [], [], []
    num_positions = 0
    for source, target in sentence_pairs:
        # NULL is number 0; a corpus may hold any word, so NULL has no spelling.
        source_S = [NULL, *(source_numbers.setdefault(word, 1 + len(source_numbers)) for word in source)]
        target_T = [target_numbers.setdefault(word, len(target_numbers)) for word in target]
        positions.append(np.repeat(np.arange(num_positions, num_positions + len(target)), len(source_S)))
        sources.append(np.tile(source_S, len(target)))
        targets.append(np.repeat(target_T, len(source_S)))
        num_positions += len(target)
    empty = np.zeros(0, dtype=np.intp)
    source_N, target_N = (np.concatenate([empty, *parts]).astype(np.intp) for parts in (sources, targets))
    # A pair of words as one number: the pairs that occur are the entries of the table.
    pair_P, entry_N = np.unique(source_N * len(target_numbers) + target_N, return_inverse=True)
    return Candidates(np.concatenate([empty, *positions]), entry_N, pair_P // max(1, len(target_numbers)))
