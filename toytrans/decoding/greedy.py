"""Greedy search: at each step, the most probable next token."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from toytrans.decoding.hypothesis import AttentionTrace, Hypothesis, next_token_log_probabilities
from toytrans.model.transformer import Transformer
from toytrans.text import BOS, EOS


@torch.inference_mode()
def greedy_search(
    model: Transformer, source_BS: Tensor, max_lengths: Sequence[int], record_attention: bool = False
) -> list[Hypothesis]:
    """Translates padded source ids (B, S), each sentence to its end or until it has `max_lengths[b]` tokens."""
    encoded = model.encode(source_BS, record_attention)
    cache = model.start_cache(encoded)
    trace = AttentionTrace.start(encoded)
    done: dict[int, Hypothesis] = {}
    rows = list(range(len(source_BS)))  # the sentence that each row of the shrinking batch belongs to
    written: list[tuple[list[int], list[float]]] = [([], []) for _ in rows]
    token_B = torch.full((len(rows),), BOS, device=source_BS.device)
    while rows:
        decoded = model.decode(token_B[:, None], cache, record_attention)
        trace.add(decoded)
        log_probability_B, token_B = next_token_log_probabilities(model, decoded.states_BTD[:, -1]).max(dim=-1)
        going_on = []
        for row, (token, log_probability) in enumerate(zip(token_B.tolist(), log_probability_B.tolist(), strict=True)):
            ids, log_probabilities = written[rows[row]]
            ids.append(token)
            log_probabilities.append(log_probability)
            if token == EOS or len(ids) >= max_lengths[rows[row]]:
                done[rows[row]] = Hypothesis(tuple(ids), tuple(log_probabilities), trace.of_row(row))
            else:
                going_on.append(row)
        cache = decoded.cache
        if len(going_on) < len(rows):
            kept = torch.tensor(going_on, dtype=torch.int64, device=source_BS.device)
            cache, token_B = cache.select(kept), token_B[kept]
            trace.select(kept)
            rows = [rows[row] for row in going_on]
    return [done[sentence] for sentence in sorted(done)]
