"""Beam search: several unfinished translations of each sentence side by side; the best continuations are kept.

Axes: B sentences, N hypotheses a sentence (the beam), R = B N rows, V vocabulary, C = 2 N candidates a sentence, best
first, T tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import torch
from torch import Tensor

from toytrans.decoding.greedy import WORTH_DROPPING, next_token_log_probabilities
from toytrans.decoding.hypothesis import Hypothesis
from toytrans.model.transformer import Transformer
from toytrans.special_tokens import BOS, EOS, UNK


@torch.inference_mode()
def beam_search(
    model: Transformer, source_BS: Tensor, max_lengths: Sequence[int], beam_size: int, length_penalty: float
) -> list[list[Hypothesis]]:
    """Translates padded source ids (B, S): for each sentence, `beam_size` hypotheses, the best score first.

    A hypothesis that ends among the best `beam_size` of its sentence is kept. A sentence is done when it has kept
    `beam_size`, or at its `max_lengths[b]` tokens. A beam of one is greedy search.
    """
    cache = model.start(model.encode(source_BS))
    rows = torch.arange(len(source_BS), device=source_BS.device).repeat_interleave(beam_size)
    cache.select(rows)
    may_copy_R = (source_BS == UNK).any(dim=-1)[rows]
    beams = _Beams(max_lengths, beam_size, source_BS.device)
    while len(beams.token_R):
        states_RD = model.decode(beams.token_R[:, None], cache).states_BTD[:, 0]
        logits_RV = model.next_token_logits(states_RD)
        continuations = beams.best(next_token_log_probabilities(logits_RV, may_copy_R))
        beams.end(continuations)
        row_R, is_whole = beams.go_on(continuations)
        cache.select(row_R, same_sources=is_whole)
        may_copy_R = may_copy_R[row_R]
    return [sorted(hypotheses, key=lambda h: -h.score(length_penalty)) for hypotheses in beams.ended]


@dataclass(frozen=True)
class _Continuations:
    """For each sentence, the best first: the row that is continued, by which token, and the log-probabilities."""

    row_BC: Tensor
    token_BC: Tensor
    log_probability_BC: Tensor
    total_BC: Tensor
    is_end_BC: Tensor


class _Beams:
    """What each hypothesis has written so far, and those that have ended."""

    def __init__(self, max_lengths: Sequence[int], size: int, device: torch.device) -> None:
        self.size, num_sentences = size, len(max_lengths)
        self.ended: list[list[Hypothesis]] = [[] for _ in max_lengths]
        self.sentences = list(range(num_sentences))  # those that are still in the batch
        self.token_R = torch.full((num_sentences * size,), BOS, device=device)
        self._max_length_B1 = torch.tensor(max_lengths, device=device)[:, None]
        # All start alike, so only the first counts: else the beam would hold the same hypothesis N times.
        self._total_BN = torch.full((num_sentences, size), float("-inf"), device=device)
        self._total_BN[:, 0] = 0.0
        self._ids_RT = self.token_R.new_empty(len(self.token_R), 0)
        self._log_probabilities_RT = self._total_BN.new_empty(len(self.token_R), 0)

    def best(self, log_probabilities_RV: Tensor) -> _Continuations:
        """The 2N best of each sentence: so N remain even if N end."""
        vocabulary_size = log_probabilities_RV.shape[-1]
        log_probabilities_BW = log_probabilities_RV.view(len(self.sentences), -1)
        total_BW = (log_probabilities_RV + self._total_BN.view(-1, 1)).view_as(log_probabilities_BW)
        total_BC, place_BC = total_BW.topk(min(2 * self.size, total_BW.shape[-1]), dim=-1)
        token_BC = place_BC % vocabulary_size
        is_last_B1 = self._max_length_B1 == self._ids_RT.shape[1] + 1
        first_row_B1 = torch.arange(0, len(self.token_R), self.size, device=self.token_R.device)[:, None]
        return _Continuations(
            place_BC // vocabulary_size + first_row_B1,
            token_BC,
            log_probabilities_BW.gather(1, place_BC),
            total_BC,
            (token_BC == EOS) | is_last_B1,
        )

    def end(self, continuations: _Continuations) -> None:
        """Keeps the hypotheses that end among the best N, until their sentence has N."""
        row_E, token_E, log_probability_E = (
            x[:, : self.size][continuations.is_end_BC[:, : self.size]]
            for x in (continuations.row_BC, continuations.token_BC, continuations.log_probability_BC)
        )
        ids_ET = torch.cat([self._ids_RT[row_E], token_E[:, None]], dim=1).tolist()
        log_probabilities_ET = torch.cat([self._log_probabilities_RT[row_E], log_probability_E[:, None]], dim=1)
        for row, ids, log_probabilities in zip(row_E.tolist(), ids_ET, log_probabilities_ET.tolist(), strict=True):
            ended = self.ended[self.sentences[row // self.size]]
            if len(ended) < self.size:
                ended.append(Hypothesis(tuple(ids), tuple(log_probabilities)))

    def go_on(self, continuations: _Continuations) -> tuple[Tensor, bool]:
        """The row that each hypothesis of the next step continues, and whether all sentences are still there."""
        # Those that ended sort last; the others keep their order.
        order_BN = continuations.is_end_BC.byte().argsort(dim=-1, stable=True)[:, : self.size]
        row_BN = continuations.row_BC.gather(1, order_BN)
        token_BN = continuations.token_BC.gather(1, order_BN)
        log_probability_BN = continuations.log_probability_BC.gather(1, order_BN)
        total_BN = continuations.total_BC.gather(1, order_BN)
        is_open = [len(self.ended[sentence]) < self.size for sentence in self.sentences]
        is_whole = sum(is_open) > (1 - WORTH_DROPPING) * len(is_open)
        if not is_whole:
            left = torch.tensor(is_open, device=row_BN.device).nonzero()[:, 0]
            row_BN, token_BN, log_probability_BN, total_BN, self._max_length_B1 = (
                x.index_select(0, left) for x in (row_BN, token_BN, log_probability_BN, total_BN, self._max_length_B1)
            )
            self.sentences = list(compress(self.sentences, is_open))
        row_R, self.token_R, self._total_BN = row_BN.flatten(), token_BN.flatten(), total_BN
        self._ids_RT = torch.cat([self._ids_RT.index_select(0, row_R), self.token_R[:, None]], dim=1)
        self._log_probabilities_RT = torch.cat(
            [self._log_probabilities_RT.index_select(0, row_R), log_probability_BN.view(-1, 1)], dim=1
        )
        return row_R, is_whole
