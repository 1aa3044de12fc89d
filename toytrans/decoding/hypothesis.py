"""A translation as the model writes it, token by token, and what either backend makes of it.

Axes: L layers, H heads, S source positions, T target positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps import AttentionMap, Metadata
from toytrans.config import SearchConfig
from toytrans.special_tokens import EOS, UNK
from toytrans.text import Encoded

Ids = Sequence[int]


@dataclass(frozen=True)
class Hypothesis:
    """Target tokens in the order they were written, and the log-probability of each."""

    ids: tuple[int, ...]
    log_probabilities: tuple[float, ...]

    @property
    def probabilities(self) -> tuple[float, ...]:
        """Of each token."""
        return tuple(map(exp, self.log_probabilities))

    @property
    def is_finished(self) -> bool:
        """Whether the model ended the sentence itself. If not, the length limit cut it off."""
        return bool(self.ids) and self.ids[-1] == EOS

    def score(self, length_penalty: float) -> float:
        """Log-probability over ((5 + length) / 6) ** length_penalty (Wu et al., 2016, section 7).

        0 compares plain log-probabilities, which favours short sentences; larger values favour longer ones.
        """
        penalty: float = ((5 + len(self.ids)) / 6) ** length_penalty
        return sum(self.log_probabilities) / penalty


@dataclass(frozen=True)
class ForcedPass:
    """A given target under the model: the log-probability of each token, and what every layer and head attended to.

    The model is *forced* to say the target. Row t is the attention while token t was predicted.
    """

    target: Hypothesis
    encoder_LHSS: NDArray[np.float32]
    decoder_LHTT: NDArray[np.float32]
    cross_LHTS: NDArray[np.float32]
    """After a first column for the null position, if the model has one."""

    def as_map(self, source: Encoded, target: Encoded, metadata: Metadata) -> AttentionMap:
        """The record for people, with the words; the null position, first in the model, comes last."""
        has_null = self.cross_LHTS.shape[-1] > len(source.ids)
        return AttentionMap(
            cross_attention=np.roll(self.cross_LHTS, -has_null, axis=-1),
            encoder_self_attention=self.encoder_LHSS,
            decoder_self_attention=self.decoder_LHTT,
            source_tokens=tuple(source.tokens),
            target_tokens=tuple(target.tokens),
            source_word_ids=tuple(source.word_ids),
            target_word_ids=tuple(target.word_ids),
            metadata=metadata,
        )


class Backend(Protocol):
    """A model that searches and is forced, in PyTorch (`TorchBackend`) or in NumPy (`NumpyBackend`)."""

    def search(self, sources: Sequence[Ids], search: SearchConfig) -> list[list[Hypothesis]]:
        """Of each source its `beam_size` translations, the best first. A source ends with `</s>`."""
        ...

    def force(
        self, sources: Sequence[Ids], targets: Sequence[Ids], hidden: Sequence[Sequence[bool]] | None = None
    ) -> list[ForcedPass]:
        """A forced pass for each source and its target. Nothing attends to a source token where `hidden` is True."""
        ...


def max_length(source: Ids) -> int:
    """The most tokens that a translation of this source may have."""
    return 2 * len(source) + 10


def may_copy(*sentences: Ids) -> bool:
    """Whether `<unk>` stands in one of these. Without one, `<unk>` is never generated: there is no word to copy."""
    return any(UNK in ids for ids in sentences)
