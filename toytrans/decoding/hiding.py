"""What each source word causes: hide it, and measure what becomes of each target word.

Occlusion, or erasure (Li, Monroe and Jurafsky, 2016). The translation stays as it is given: the model is forced to
say it again and again, each time with one source word hidden, and each target word's log-probability is compared with
the one it has when nothing is hidden.

Axes: B rows of a batch, S source tokens, T target tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from toytrans.attention_maps import Metadata
from toytrans.attention_maps.hidden_words import HiddenWords, spelled_words
from toytrans.attention_maps.words import WordIds, word_starts
from toytrans.decoding.confidence import warnings
from toytrans.decoding.copying import unknown_words
from toytrans.decoding.translator import Translator
from toytrans.text import Encoded, groups_of_like_length


@dataclass(frozen=True)
class _Pass:
    """A sentence to read with one of its words hidden, or none."""

    sentence: int
    hidden_word: int | None


def hide_words(translator: Translator, texts: Sequence[str], targets: Sequence[str]) -> list[HiddenWords]:
    """For each text and its given translation, what hiding each source word costs each target word.

    All pieces of the hidden word keep their places, but nothing in encoder or decoder can look at them. As many passes
    as a text has words, and one more, in batches that mix texts. A `ValueError` where there is not a target a text.
    """
    if len(texts) != len(targets):
        raise ValueError(f"{len(texts)} texts and {len(targets)} targets: give one target a text")
    sources = translator.tokenizer.encode_all(texts, translator.languages[0])
    outputs = translator.tokenizer.encode_all(targets, translator.languages[1])
    passes = [_Pass(n, word) for n, source in enumerate(sources) for word in (None, *_words(source.word_ids))]
    log_probabilities: dict[_Pass, NDArray[np.float64]] = {}
    with translator.evaluating():
        for group in groups_of_like_length([sources[each.sentence].ids for each in passes]):
            together = [passes[number] for number in group]
            log_probabilities.update(zip(together, _force(translator, together, sources, outputs), strict=True))
    return [
        _hidden_words(
            translator,
            source,
            output,
            log_probabilities[_Pass(n, None)],
            [log_probabilities[_Pass(n, word)] for word in _words(source.word_ids)],
        )
        for n, (source, output) in enumerate(zip(sources, outputs, strict=True))
    ]


def _force(
    translator: Translator, passes: Sequence[_Pass], sources: Sequence[Encoded], outputs: Sequence[Encoded]
) -> list[NDArray[np.float64]]:
    """The log-probability of each target word in each of these passes."""
    batch_sources, batch_outputs = ([side[each.sentence] for each in passes] for side in (sources, outputs))
    num_sources = max(len(source.ids) for source in batch_sources)
    hidden_BS = torch.zeros(len(passes), num_sources, dtype=torch.bool)
    for row, (each, source) in enumerate(zip(passes, batch_sources, strict=True)):
        if each.hidden_word is not None:
            hidden_BS[row, : len(source.ids)] = torch.tensor([word == each.hidden_word for word in source.word_ids])
    hidden_BS = hidden_BS.to(translator.model.embedding.weight.device)
    log_probabilities_BT, _, _ = translator.forced_pass(batch_sources, batch_outputs, hidden_BS=hidden_BS)
    rows_BT = log_probabilities_BT.double().cpu().numpy()
    return [_over_words(row_T, output.word_ids) for row_T, output in zip(rows_BT, batch_outputs, strict=True)]


def _over_words(log_probabilities_T: NDArray[np.float64], word_ids: WordIds) -> NDArray[np.float64]:
    """The log-probability of each word: of its pieces together, the sum. `</s>` is left out."""
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
    """The record, from the words' log-probabilities with nothing hidden, and with each source word hidden."""
    target_words = spelled_words(output.tokens, output.word_ids)
    probabilities = tuple(np.exp(seen_T).tolist())
    of_words = list(zip(target_words, probabilities, strict=True))
    losses_ST = seen_T - np.array(hidden_ST).reshape(len(hidden_ST), len(seen_T))
    return HiddenWords(
        spelled_words(source.tokens, source.word_ids),
        target_words,
        losses_ST.T.astype(np.float32),
        Metadata(
            run=translator.run_name,
            checkpoint=translator.checkpoint_name,
            decoding="forced",
            probabilities=probabilities,
            merged_to_words=len(set(output.word_ids)) < len(output.word_ids),
            view_scores=translator.view_scores,
            guidance=translator.guidance,
            typed=unknown_words(source),
            warnings=warnings(source, of_words, translator.limits, translator.new_pairs(source)),
        ),
    )


def _words(word_ids: WordIds) -> list[int]:
    return [word for start in word_starts(word_ids) if (word := word_ids[start]) is not None]
