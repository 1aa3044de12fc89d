"""What hiding each source word costs each target word: attention is not cause, so cause is measured by itself.

Attention says where information was read, not what would have changed without it: quite different attention can give
the same output (Jain and Wallace, 2019, "Attention is not Explanation"; what follows from that is disputed: Wiegreffe
and Pinter, 2019, "Attention is not not Explanation"). Erasing a part of the input and comparing the outputs (Li, Monroe
and Jurafsky, 2016, "Understanding Neural Networks through Representation Erasure") asks the model itself.

Axes: T target words, S source words; `</s>` is neither hidden nor measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps.archive import read_archive, write_archive
from toytrans.attention_maps.record import AttentionMap, Metadata
from toytrans.attention_maps.words import WordIds, spell, word_starts

FORMAT_VERSION = 1
LEAST_LOSS = 0.05
"""Nats. A word that loses less than this keeps 95 % of its probability: no source word caused it."""


@dataclass(frozen=True, eq=False)
class HiddenWords:
    """What each target word's log-probability loses when a source word is hidden and the translation stays the same."""

    source_words: tuple[str, ...]
    target_words: tuple[str, ...]
    """Both spelled as in `AttentionMap.merged_to_words`."""
    losses_TS: NDArray[np.float32]
    """Nats; of a word of several pieces, their sum. Below 0, the word became more likely."""
    metadata: Metadata
    """Its probabilities are those of the target words with nothing hidden."""

    def __post_init__(self) -> None:
        shape = len(self.target_words), len(self.source_words)
        if self.losses_TS.shape != shape:
            raise ValueError(f"losses_TS has shape {self.losses_TS.shape}, not (target words, source words) = {shape}")
        if self.losses_TS.dtype != np.float32:
            raise ValueError(f"losses_TS is {self.losses_TS.dtype}, not float32")
        if not np.isfinite(self.losses_TS).all():
            raise ValueError("losses_TS has values that are not finite: a loss is a difference of log-probabilities")
        if len(self.probabilities) != len(self.target_words):
            raise ValueError(
                f"{len(self.probabilities)} probabilities for {len(self.target_words)} target words: give one a word"
            )
        for probability in self.probabilities:
            if not 0.0 <= probability <= 1.0 + 1e-6:
                raise ValueError(f"probability {probability} is not between 0 and 1")

    @property
    def probabilities(self) -> tuple[float, ...]:
        """Of each target word, with nothing hidden."""
        return self.metadata.probabilities

    def cause(self, target: int) -> int | None:
        """The source word whose hiding costs target word number `target` most (the first of equals).

        None where no hiding costs it more than `LEAST_LOSS`.
        """
        losses_S = self.losses_TS[target]
        if not losses_S.size or losses_S.max() <= LEAST_LOSS:
            return None
        return int(losses_S.argmax())

    @property
    def causes(self) -> tuple[int | None, ...]:
        """`cause` of every target word."""
        return tuple(map(self.cause, range(len(self.target_words))))

    def fits(self, map_: AttentionMap) -> bool:
        """Whether an attention map, merged to words, is of the same source and target words, a row each.

        False if the translation was cut within a word: then the last piece keeps a row of its own.
        """
        words = map_.merged_to_words()
        source, target = (
            tuple(token for token, word_id in zip(tokens, word_ids, strict=True) if word_id is not None)
            for tokens, word_ids in (
                (words.source_tokens, words.source_word_ids),
                (words.target_tokens, words.target_word_ids),
            )
        )
        return (source, target) == (self.source_words, self.target_words)

    def save(self, path: str | Path) -> None:
        """Writes one `.npz`: the losses, and the rest as JSON in `metadata`: whole or not at all."""
        words = {"source_words": self.source_words, "target_words": self.target_words}
        write_archive(path, FORMAT_VERSION, {"losses": self.losses_TS}, {**self.metadata.to_json(), **words})

    @classmethod
    def load(cls, path: str | Path) -> HiddenWords:
        """Reads what `save` wrote. Nothing is unpickled; a file that is not whole is a one-line `ValueError`."""
        return read_archive(path, FORMAT_VERSION, "record of hidden words", _from_archive)


def spelled_words(tokens: Sequence[str], word_ids: WordIds) -> tuple[str, ...]:
    """The words that the tokens make, spelled as `AttentionMap.merged_to_words` spells them, without `</s>`."""
    starts = word_starts(word_ids)
    words = zip(spell(tokens, starts), starts, strict=True)
    return tuple(word for word, start in words if word_ids[start] is not None)


def _from_archive(arrays: Mapping[str, NDArray[Any]], metadata: dict[str, Any]) -> HiddenWords:
    return HiddenWords(
        tuple(map(str, metadata["source_words"])),
        tuple(map(str, metadata["target_words"])),
        arrays["losses"],
        Metadata.from_json(metadata),
    )
