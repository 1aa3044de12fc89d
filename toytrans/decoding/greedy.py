"""Greedy search: at each step, the most probable next token.

Axes: R rows, one for each sentence that has not ended, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from toytrans.decoding.hypothesis import Hypothesis
from toytrans.model.transformer import Transformer
from toytrans.special_tokens import BOS, EOS, PAD, UNK

WORTH_DROPPING = 0.15
"""Sentences that have ended stay in the batch until this fraction of it has ended: copying the others costs time."""


@torch.inference_mode()
def greedy_search(model: Transformer, source_BS: Tensor, max_lengths: Sequence[int]) -> list[Hypothesis]:
    """Translates padded source ids (B, S), each sentence to its end or until it has `max_lengths[b]` tokens."""
    cache = model.start(model.encode(source_BS))
    may_copy_R = (source_BS == UNK).any(dim=-1)
    written: list[list[int]] = [[] for _ in max_lengths]
    log_probabilities: list[list[float]] = [[] for _ in max_lengths]
    sentence_R = list(range(len(max_lengths)))  # the sentence of each row
    is_open = [True] * len(max_lengths)
    token_R = source_BS.new_full((len(max_lengths),), BOS)
    while any(is_open[sentence] for sentence in sentence_R):
        states_RD = model.decode(token_R[:, None], cache).states_BTD[:, 0]
        log_probabilities_RV = next_token_log_probabilities(model.next_token_logits(states_RD), may_copy_R)
        best_R, token_R = log_probabilities_RV.max(dim=-1)
        for sentence, token, best in zip(sentence_R, token_R.tolist(), best_R.tolist(), strict=True):
            if is_open[sentence]:
                written[sentence].append(token)
                log_probabilities[sentence].append(best)
                is_open[sentence] = token != EOS and len(written[sentence]) < max_lengths[sentence]
        kept = [row for row, sentence in enumerate(sentence_R) if is_open[sentence]]
        if len(kept) <= (1 - WORTH_DROPPING) * len(sentence_R):
            rows = torch.tensor(kept, dtype=torch.int64, device=source_BS.device)
            cache.select(rows)
            token_R, may_copy_R = token_R[rows], may_copy_R[rows]
            sentence_R = [sentence_R[row] for row in kept]
    return [Hypothesis(tuple(ids), tuple(each)) for ids, each in zip(written, log_probabilities, strict=True)]


def next_token_log_probabilities(logits_V: Tensor, may_copy: Tensor) -> Tensor:
    """Log-probabilities (..., V) of the next token, from its scores, which are overwritten.

    `<pad>` and `<s>` never follow. Nor does `<unk>`, unless `may_copy` says that there is an unknown word to copy.
    """
    logits_V[..., [PAD, BOS]] = float("-inf")
    logits_V[..., UNK].masked_fill_(~may_copy, float("-inf"))
    return logits_V.log_softmax(dim=-1)
