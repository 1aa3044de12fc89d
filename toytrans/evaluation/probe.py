"""Probes: does `chat` attend to `cat`? Counted over every sentence pair that has the two words.

Axes: T target words, C columns (source words, and `</s>` and the null position, which are no words).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np

from toytrans.attention_maps import AttentionMap, View
from toytrans.attention_maps.words import merge, word_starts
from toytrans.corpus.pairs import Pair
from toytrans.decoding import Translator
from toytrans.errors import Refused
from toytrans.evaluation.alignment import forced_maps
from toytrans.evaluation.gold import as_read
from toytrans.text import normalize, split_words

Sentences: TypeAlias = tuple[list[str], list[str]]
"""The words of a source and of its target, without capitals."""


@dataclass(frozen=True)
class Probe:
    """How attention joins a source and a target word, over all occurrences of the target word beside the source word.

    Where the source word stands in the sentence several times, any occurrence counts.
    """

    source: str
    target: str
    occurrences: int
    holds: float
    """Fraction of the occurrences in which the target word has its strongest weight on the source word."""
    weight: float
    """The target word's mean attention weight on the source word, all of its places together."""
    rank: float
    """Mean rank of the source word among all columns, `</s>` included: 1 is the strongest weight."""

    def to_json(self) -> dict[str, Any]:
        """All of it, as plain values."""
        return asdict(self)


def probe(translator: Translator, pairs: Sequence[Pair], words: Sequence[tuple[str, str]], view: View) -> list[Probe]:
    """Probes each (source word, target word) in a view of the forced maps; capitals do not matter.

    A `ValueError` where no pair holds both words (see `occurs`). Words are cut as `split_words` does, so `s'` is one.
    """
    pairs = as_read(pairs, translator.tokenizer.reader, translator.languages)
    asked = [(_folded(source), _folded(target)) for source, target in words]
    cut = [_words(pair, translator.languages) for pair in pairs]
    chosen = [number for number, sentences in enumerate(cut) if any(_holds(sentences, each) for each in asked)]
    occurrences: list[list[tuple[float, int]]] = [[] for _ in words]
    for number, map_ in zip(chosen, forced_maps(translator, [pairs[n] for n in chosen]), strict=True):
        for each, found in zip(asked, occurrences, strict=True):
            if _holds(cut[number], each):
                found += _weights_and_ranks(map_, view, cut[number], each)
    return [_mean(names, found) for names, found in zip(words, occurrences, strict=True)]


def _weights_and_ranks(
    map_: AttentionMap, view: View, sentences: Sentences, asked: tuple[str, str]
) -> list[tuple[float, int]]:
    """Weight and rank of the source word, for each place of the target word."""
    rows, columns = word_starts(map_.target_word_ids), word_starts(map_.cross_word_ids)
    weights_TC = merge(map_.view(view), rows, columns)
    is_target_T, is_source_C = (
        np.array([ids[start] is not None and words[ids[start]] == word for start in starts])
        for ids, starts, words, word in (
            (map_.target_word_ids, rows, sentences[1], asked[1]),
            (map_.cross_word_ids, columns, sentences[0], asked[0]),
        )
    )
    occurrences = []
    for weights_C in weights_TC[is_target_T]:
        order_C = np.argsort(-weights_C, kind="stable")  # the first of equals, as where links are claimed
        occurrences.append((float(weights_C[is_source_C].sum()), 1 + int(is_source_C[order_C].argmax())))
    return occurrences


def occurs(words: tuple[str, str], pairs: Sequence[Pair], languages: tuple[str, str]) -> bool:
    """Whether some pair has the first word in its source and the second in its target."""
    asked = _folded(words[0]), _folded(words[1])
    return any(_holds(_words(pair, languages), asked) for pair in pairs)


def _mean(names: tuple[str, str], occurrences: Sequence[tuple[float, int]]) -> Probe:
    if not occurrences:
        raise Refused(f"no pair has {names[0]!r} in its source and {names[1]!r} in its target")
    weights, ranks = np.array(occurrences).T
    return Probe(*names, len(occurrences), float((ranks == 1).mean()), float(weights.mean()), float(ranks.mean()))


def _words(pair: Pair, languages: tuple[str, str]) -> Sentences:
    source, target = (
        [_folded(word) for word in split_words(text, language)]
        for text, language in zip((pair.source, pair.target), languages, strict=True)
    )
    return source, target


def _holds(sentences: Sentences, asked: tuple[str, str]) -> bool:
    return asked[0] in sentences[0] and asked[1] in sentences[1]


def _folded(word: str) -> str:
    return normalize(word).casefold()
