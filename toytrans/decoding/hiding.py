"""What each source word causes: hide it, and measure how each target word's probability changes.

Occlusion, or erasure (Li, Monroe and Jurafsky, 2016). The translation stays the same: the model is forced to say it
once for each source word, with that word hidden. Each target word's log-probability is compared with the one it has
when no word is hidden.

Axes: S source words, T target words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps import FORCED
from toytrans.attention_maps.hidden_words import HiddenWords, spelled_words
from toytrans.attention_maps.words import WordIds, word_starts
from toytrans.decoding.confidence import warnings
from toytrans.decoding.translator import Translator
from toytrans.text import Encoded

Pass: TypeAlias = tuple[int, int | None]
"""The number of a text, and of its word that is hidden."""
MOST_CELLS = 4_000_000
"""Of one head's maps, over all sentences that are computed together."""


def hide_words(translator: Translator, texts: Sequence[str], targets: Sequence[str]) -> list[HiddenWords]:
    """For each text and its given translation, what hiding each source word costs each target word.

    All pieces of the hidden word keep their places, but nothing in encoder or decoder can attend to them. A text takes
    one forced pass for each of its words, and one with nothing hidden. `ValueError` without one target a text.
    """
    if len(texts) != len(targets):
        raise ValueError(f"{len(texts)} texts and {len(targets)} targets: give one target a text")
    sources, outputs = translator.read(texts, 0), translator.read(targets, 1)
    passes = [(n, word) for n, source in enumerate(sources) for word in (None, *_words(source.word_ids))]
    log_probabilities = {}
    for group in _groups(passes, [len(s.ids) + len(o.ids) for s, o in zip(sources, outputs, strict=True)]):
        forced = translator.backend.force(
            [sources[n].ids for n, _ in group],
            [outputs[n].ids for n, _ in group],
            [[word is not None and word == hidden for word in sources[n].word_ids] for n, hidden in group],
        )
        for (n, word), result in zip(group, forced, strict=True):
            log_probabilities[n, word] = _over_words(np.array(result.target.log_probabilities), outputs[n].word_ids)
    return [
        _hidden_words(
            translator,
            source,
            output,
            log_probabilities[n, None],
            [log_probabilities[n, word] for word in _words(source.word_ids)],
        )
        for n, (source, output) in enumerate(zip(sources, outputs, strict=True))
    ]


def _groups(passes: Sequence[Pass], num_tokens: Sequence[int]) -> Iterator[list[Pass]]:
    """The passes in groups whose attention fits into memory: each keeps all maps, and they grow with the square."""
    group: list[Pass] = []
    size = 0
    for each in passes:
        cells = num_tokens[each[0]] ** 2
        if group and size + cells > MOST_CELLS:
            yield group
            group, size = [], 0
        group.append(each)
        size += cells
    if group:
        yield group


def _over_words(log_probabilities_T: NDArray[np.float64], word_ids: WordIds) -> NDArray[np.float64]:
    """The log-probability of each word, the sum over its pieces, without `</s>`."""
    starts = word_starts(word_ids)
    is_word = [word_ids[start] is not None for start in starts]
    sums: NDArray[np.float64] = np.add.reduceat(log_probabilities_T[: len(word_ids)], starts)
    return sums[is_word]


def _hidden_words(
    translator: Translator,
    source: Encoded,
    output: Encoded,
    seen_T: NDArray[np.float64],
    hidden_ST: Sequence[NDArray[np.float64]],
) -> HiddenWords:
    """The record, from the log-probabilities of the target words: with no word hidden, and with each one hidden."""
    target_words = spelled_words(output.tokens, output.word_ids)
    probabilities = tuple(np.exp(seen_T).tolist())
    of_words = list(zip(target_words, probabilities, strict=True))
    said = warnings(source, of_words, translator.limits, translator.new_pairs(source))
    is_merged = len(set(output.word_ids)) < len(output.word_ids)
    losses_ST = seen_T - np.array(hidden_ST).reshape(len(hidden_ST), len(seen_T))
    return HiddenWords(
        spelled_words(source.tokens, source.word_ids),
        target_words,
        losses_ST.T.astype(np.float32),
        replace(translator.metadata(source, probabilities, FORCED), merged_to_words=is_merged, warnings=said),
    )


def _words(word_ids: WordIds) -> list[int]:
    return [word for start in word_starts(word_ids) if (word := word_ids[start]) is not None]
