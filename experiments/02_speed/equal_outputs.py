"""Whether two systems with the same weights translate alike, and what it means where they do not.

Axes: T target positions, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from translators import Ids
from workload import scores

from toytrans import BOS, EOS, PAD, Transformer

TIE = 1e-3
"""Nats: of two tokens whose log-probabilities are as near as this, rounding may choose either."""


def compare(model: Transformer, sources: Sequence[Sequence[int]], ours: Sequence[Ids], theirs: Sequence[Ids]) -> Any:
    """The share of sentences that are the same token by token, and of the others which has the better score.

    A score is the log-probability of the whole sentence by `model`; scores nearer than `TIE` count for neither.
    `near_ties` are the sentences whose first different tokens are as probable as each other.
    """
    found: dict[str, Any] = {"identical": 0, "near_ties": 0, "ours_better": 0, "theirs_better": 0}
    for source, own, their in zip(sources, ours, theirs, strict=True):
        if own == their:
            found["identical"] += 1
            continue
        found["near_ties"] += _gap(model, source, own, their) < TIE
        difference = _score(model, source, own) - _score(model, source, their)
        found["ours_better"] += difference > TIE
        found["theirs_better"] += difference < -TIE
    return {**found, "sentences": len(ours), "share_identical": found["identical"] / len(ours)}


def _gap(model: Transformer, source: Sequence[int], own: Ids, their: Ids) -> float:
    """How far apart the log-probabilities are of the first two tokens that differ."""
    first, second = (*own, EOS), (*their, EOS)
    place = next(place for place, (one, other) in enumerate(zip(first, second, strict=False)) if one != other)
    log_probabilities_V = _log_probabilities(model, source, first)[place]
    return abs(float(log_probabilities_V[first[place]] - log_probabilities_V[second[place]]))


def _score(model: Transformer, source: Sequence[int], ids: Ids) -> float:
    said = (*ids, EOS)
    log_probabilities_TV = _log_probabilities(model, source, said)
    return float(log_probabilities_TV[range(len(said)), list(said)].sum())


@torch.inference_mode()
def _log_probabilities(model: Transformer, source: Sequence[int], said: Sequence[int]) -> Tensor:
    """Of every token of the vocabulary, at every position of what is said."""
    logits_TV = scores(model, torch.tensor([source]), torch.tensor([[BOS, *said[:-1]]]))[0]
    logits_TV[:, [PAD, BOS]] = float("-inf")
    return logits_TV.log_softmax(dim=-1)
