"""Greedy search: at each step, the most probable next token."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from toytrans.decoding.hypothesis import (
    AttentionTrace,
    Hypothesis,
    all_known,
    next_token_log_probabilities,
    worth_dropping,
)
from toytrans.decoding.stepwise import StepwiseDecoder
from toytrans.model.transformer import Transformer
from toytrans.text import BOS, EOS


@torch.inference_mode()
def greedy_search(
    model: Transformer, source_BS: Tensor, max_lengths: Sequence[int], record_attention: bool = False
) -> list[Hypothesis]:
    """Translates padded source ids (B, S), each sentence to its end or until it has `max_lengths[b]` tokens."""
    encoded = model.encode(source_BS, record_attention)
    decoder = StepwiseDecoder(model, encoded, max(max_lengths, default=0), all_known_B=all_known(source_BS))
    trace = AttentionTrace.start(encoded)
    done: dict[int, Hypothesis] = {}
    sentence_R, limit_R = np.arange(len(source_BS)), np.array(max_lengths)  # of each row
    is_open_R = np.ones(len(sentence_R), dtype=bool)
    ids_RT = np.zeros((len(sentence_R), max(max_lengths, default=0)), dtype=np.int64)
    log_probabilities_RT = np.zeros(ids_RT.shape)
    token_R = torch.full((len(sentence_R),), BOS, device=source_BS.device)
    while is_open_R.any():
        output = decoder.step(token_R, record_attention)
        trace.add(output)
        log_probabilities_RV = next_token_log_probabilities(output.logits_RV)
        token_R, step = _most_probable(log_probabilities_RV), decoder.num_steps
        ids_RT[:, step - 1] = token_R.cpu().numpy()
        log_probabilities_RT[:, step - 1] = log_probabilities_RV.gather(1, token_R[:, None])[:, 0].cpu().numpy()
        ends_R = is_open_R & ((ids_RT[:, step - 1] == EOS) | (limit_R == step))
        for row in np.flatnonzero(ends_R).tolist():
            ids, log_probabilities = ids_RT[row, :step].tolist(), log_probabilities_RT[row, :step].tolist()
            done[int(sentence_R[row])] = Hypothesis(tuple(ids), tuple(log_probabilities), trace.of_row(row))
        is_open_R &= ~ends_R
        if worth_dropping(is_open_R):
            kept = np.flatnonzero(is_open_R)
            sentence_R, limit_R, is_open_R = sentence_R[kept], limit_R[kept], is_open_R[kept]
            ids_RT, log_probabilities_RT = ids_RT[kept], log_probabilities_RT[kept]
            rows = torch.from_numpy(kept).to(source_BS.device)
            token_R = token_R[rows]
            decoder.select(rows, rows)
            trace.select(rows)
    return [done[sentence] for sentence in sorted(done)]


def _most_probable(log_probabilities_RV: Tensor) -> Tensor:
    if log_probabilities_RV.device.type != "cpu":
        return log_probabilities_RV.argmax(dim=-1)
    return torch.from_numpy(log_probabilities_RV.numpy().argmax(axis=-1))  # ten times as fast as PyTorch's own
