"""Beam search: several unfinished translations side by side, the best continuations of all of them kept.

Axes: B sentences, N hypotheses a sentence (the beam), V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from toytrans.decoding.hypothesis import AttentionTrace, Hypothesis, next_token_log_probabilities
from toytrans.model.transformer import Transformer
from toytrans.text import BOS, EOS

Continuation = tuple[int, int, float]
"""A row of the batch, the token to put after it, and the token's log-probability."""


@torch.inference_mode()
def beam_search(
    model: Transformer,
    source_BS: Tensor,
    max_lengths: Sequence[int],
    beam_size: int,
    length_penalty: float,
    record_attention: bool = False,
) -> list[list[Hypothesis]]:
    """Translates padded source ids (B, S): for each sentence, `beam_size` hypotheses, the best score first.

    A sentence is done when `beam_size` of its hypotheses have ended, each while it was among the best so many, or at
    its `max_lengths[b]` tokens. A beam of one is greedy search.
    """
    encoded = model.encode(source_BS, record_attention)
    beams = [_Beam(beam_size, max_length) for max_length in max_lengths]
    trace = AttentionTrace.start(encoded)
    first = torch.arange(len(beams), device=source_BS.device).repeat_interleave(beam_size)
    cache = model.start_cache(encoded).select(first)
    trace.select(first)
    active, token_R = beams, torch.full_like(first, BOS)  # R rows: every hypothesis of every active sentence
    while active:
        decoded = model.decode(token_R[:, None], cache, record_attention)
        trace.add(decoded)
        log_probabilities_RV = next_token_log_probabilities(model, decoded.states_BTD[:, -1])
        kept: list[Continuation] = []
        for beam, continuations in zip(active, _best(active, log_probabilities_RV), strict=True):
            kept += beam.advance(continuations, trace)
        active = [beam for beam in active if not beam.is_done]
        parents = torch.tensor([row for row, _, _ in kept], dtype=torch.int64, device=source_BS.device)
        token_R = torch.tensor([token for _, token, _ in kept], dtype=torch.int64, device=source_BS.device)
        cache = decoded.cache.select(parents)
        trace.select(parents)
    return [sorted(beam.ended, key=lambda h: -h.score(length_penalty)) for beam in beams]


def _best(active: Sequence[_Beam], log_probabilities_RV: Tensor) -> list[list[Continuation]]:
    """For each sentence its 2N best continuations, best first: enough to go on with N, even if N of them end."""
    beam_size, vocabulary_size = active[0].size, log_probabilities_RV.shape[-1]
    so_far_BN = torch.tensor([beam.totals for beam in active], device=log_probabilities_RV.device)
    total_BNV = so_far_BN[:, :, None] + log_probabilities_RV.view(len(active), beam_size, vocabulary_size)
    places_BC = total_BNV.flatten(1).topk(min(2 * beam_size, beam_size * vocabulary_size), dim=-1).indices
    rows_BC = places_BC // vocabulary_size + torch.arange(len(active), device=places_BC.device)[:, None] * beam_size
    tokens_BC = places_BC % vocabulary_size
    log_probabilities_BC = log_probabilities_RV[rows_BC, tokens_BC]
    columns = zip(rows_BC.tolist(), tokens_BC.tolist(), log_probabilities_BC.tolist(), strict=True)
    return [list(zip(*three, strict=True)) for three in columns]


class _Beam:
    """One sentence's hypotheses: those that go on, and those that have ended."""

    def __init__(self, size: int, max_length: int) -> None:
        self.size, self.max_length = size, max_length
        self.ended: list[Hypothesis] = []
        self.written: list[tuple[tuple[int, ...], tuple[float, ...]]] = [((), ())] * size
        # All start alike: only the first counts, or the beam would hold the same hypothesis N times.
        self.totals = [0.0] + [float("-inf")] * (size - 1)

    @property
    def is_done(self) -> bool:
        return len(self.ended) >= self.size

    def advance(self, continuations: Sequence[Continuation], trace: AttentionTrace) -> list[Continuation]:
        """Ends what ends, and returns the N continuations to go on with: none when the sentence is done."""
        kept: list[Continuation] = []
        first_row = continuations[0][0] // self.size * self.size  # of this sentence's rows in the batch
        extended = []
        for rank, (row, token, log_probability) in enumerate(continuations):
            ids, log_probabilities = self.written[row - first_row]
            longer = ((*ids, token), (*log_probabilities, log_probability))
            is_last = len(longer[0]) >= self.max_length
            if token == EOS or is_last:
                if rank < self.size and not self.is_done:
                    self.ended.append(Hypothesis(*longer, trace.of_row(row)))
            elif len(kept) < self.size:
                kept.append((row, token, log_probability))
                extended.append(longer)
        if self.is_done:
            return []
        self.written = extended
        self.totals = [sum(log_probabilities) for _, log_probabilities in extended]
        return kept
