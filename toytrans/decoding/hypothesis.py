"""A translation as the model writes it, token by token, and the attention recorded on the way.

Axes: L layers, B rows being decoded, H heads, S source positions, T target positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from toytrans.attention_maps import AttentionMap, Metadata
from toytrans.decoding.stepwise import StepOutput
from toytrans.model.transformer import Decoded, EncodedSource
from toytrans.text import BOS, EOS, PAD, UNK, Encoded

WORTH_DROPPING = 0.15
"""Sentences that have ended are carried along, and what is written on ignored, until so large a share has ended."""


@dataclass(frozen=True)
class RecordedAttention:
    """What one sentence looked at, every layer and head: row t while token t was predicted."""

    encoder_LHSS: Tensor
    decoder_LHTT: Tensor
    cross_LHTS: Tensor

    @classmethod
    def of_row(cls, encoded: EncodedSource, decoded: Decoded, row: int, num_targets: int) -> RecordedAttention:
        """What one sentence of a forced pass looked at, if that was recorded."""
        assert encoded.attention_LBHSS is not None
        assert decoded.self_attention_LBHTT is not None
        assert decoded.cross_attention_LBHTS is not None
        return cls(
            encoded.attention_LBHSS[:, row],
            decoded.self_attention_LBHTT[:, row, :, :num_targets, :num_targets],
            decoded.cross_attention_LBHTS[:, row, :, :num_targets],
        )

    def as_map(self, source: Encoded, target: Encoded, metadata: Metadata, has_null: bool) -> AttentionMap:
        """The record for people, with its words; `has_null` tells that a null position stands before the source's."""
        num_source = len(source.ids)  # padding stands behind, and weighs nothing
        # The null position, the model's first, comes last.
        cross_LHTS = self.cross_LHTS[..., : num_source + has_null].roll(-has_null, dims=-1)
        return AttentionMap(
            cross_attention=cross_LHTS.float().cpu().numpy(),
            encoder_self_attention=self.encoder_LHSS[..., :num_source, :num_source].float().cpu().numpy(),
            decoder_self_attention=self.decoder_LHTT.float().cpu().numpy(),
            source_tokens=tuple(source.tokens),
            target_tokens=tuple(target.tokens),
            source_word_ids=tuple(source.word_ids),
            target_word_ids=tuple(target.word_ids),
            metadata=metadata,
        )


@dataclass(frozen=True)
class Hypothesis:
    """Target tokens in the order they were written, the log-probability of each, and what they looked at if asked."""

    ids: tuple[int, ...]
    log_probabilities: tuple[float, ...]
    attention: RecordedAttention | None = None

    @property
    def probabilities(self) -> tuple[float, ...]:
        """Of each token."""
        return tuple(map(exp, self.log_probabilities))

    @property
    def is_finished(self) -> bool:
        """Whether the model ended the sentence itself; if not, it was cut off at the length limit."""
        return bool(self.ids) and self.ids[-1] == EOS

    def score(self, length_penalty: float) -> float:
        """Log-probability over ((5 + length) / 6) ** length_penalty (Wu et al., 2016, section 7).

        0 compares plain log-probabilities, which favours short sentences; larger values favour longer ones.
        """
        penalty: float = ((5 + len(self.ids)) / 6) ** length_penalty
        return sum(self.log_probabilities) / penalty


@dataclass
class AttentionTrace:
    """Attention recorded step by step while rows are decoded, dropped, and (in a beam) rearranged.

    Started from an encoder pass that did not record, it stays empty and costs nothing.
    """

    encoder_LBHSS: Tensor | None
    decoder_steps: list[Tensor] = field(default_factory=list)  # step t: (L, B, H, t + 1)
    cross_steps: list[Tensor] = field(default_factory=list)  # step t: (L, B, H, S)

    @classmethod
    def start(cls, encoded: EncodedSource) -> AttentionTrace:
        """The trace before the first target token."""
        return cls(encoded.attention_LBHSS)

    def add(self, output: StepOutput) -> None:
        """Appends the weights of a step."""
        if self.encoder_LBHSS is not None:
            self.decoder_steps.append(torch.stack(output.self_weights_TRH).permute(0, 2, 3, 1))
            self.cross_steps.append(torch.stack(output.cross_weights_SRH).permute(0, 2, 3, 1))

    def select(self, rows: Tensor) -> None:
        """Keeps these rows, in this order, in every step."""
        if self.encoder_LBHSS is not None:
            self.encoder_LBHSS = self.encoder_LBHSS.index_select(1, rows)
        self.decoder_steps = [step.index_select(1, rows) for step in self.decoder_steps]
        self.cross_steps = [step.index_select(1, rows) for step in self.cross_steps]

    def of_row(self, row: int) -> RecordedAttention | None:
        """What a row looked at in all its steps so far; `None` where nothing was recorded."""
        if self.encoder_LBHSS is None:
            return None
        num_steps = len(self.decoder_steps)
        # A token cannot see the future: what had not been written yet weighs nothing.
        decoder_rows = [F.pad(step[:, row], (0, num_steps - step.shape[-1])) for step in self.decoder_steps]
        cross_rows = [step[:, row] for step in self.cross_steps]
        return RecordedAttention(
            self.encoder_LBHSS[:, row], torch.stack(decoder_rows, dim=2), torch.stack(cross_rows, dim=2)
        )


def next_token_log_probabilities(logits_V: Tensor) -> Tensor:
    """Log-probabilities (..., V) of what follows, from its scores, where `<pad>` and `<s>` are overwritten: never."""
    logits_V[..., [PAD, BOS]] = float("-inf")
    return logits_V.log_softmax(dim=-1)


def all_known(ids_BS: Tensor) -> Tensor:
    """Whether each sentence (B) holds no `<unk>`: a translation of it then has no slot for a word to be copied."""
    return (ids_BS != UNK).all(dim=-1)


def worth_dropping(is_open: Sequence[bool] | NDArray[np.bool_]) -> bool:
    """Whether so many sentences of a batch have ended that it pays to copy what the others have looked at."""
    num_open = int(np.count_nonzero(is_open))
    return num_open <= (1 - WORTH_DROPPING) * len(is_open)
