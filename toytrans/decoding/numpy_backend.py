"""The model in NumPy, a sentence at a time: what a command runs a few sentences on, without PyTorch.

Beam search as in a textbook: a list of hypotheses, each continued by every token. `beam.py` does the same for many
sentences at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from toytrans.config import SearchConfig
from toytrans.decoding.hypothesis import ForcedPass, Hypothesis, Ids, max_length, may_copy
from toytrans.model.numpy_attention import Array
from toytrans.model.numpy_transformer import Cache, NumpyTransformer
from toytrans.special_tokens import BOS, EOS, PAD, UNK


@dataclass(frozen=True)
class _Unfinished:
    """A translation that has not ended, and the decoder that has read all but its last token."""

    ids: tuple[int, ...]
    log_probabilities: tuple[float, ...]
    cache: Cache

    @property
    def total(self) -> float:
        return sum(self.log_probabilities)


class NumpyBackend:
    """A `NumpyTransformer`, straight from a run's files."""

    def __init__(self, model: NumpyTransformer) -> None:
        self.model = model

    def search(self, sources: Sequence[Ids], search: SearchConfig) -> list[list[Hypothesis]]:
        """See `Backend.search`. Greedy search is a beam of one."""
        return [self._search(source, search) for source in sources]

    def force(
        self, sources: Sequence[Ids], targets: Sequence[Ids], hidden: Sequence[Sequence[bool]] | None = None
    ) -> list[ForcedPass]:
        """See `Backend.force`."""
        return [self._force(*each) for each in zip(sources, targets, hidden or repeat(None), strict=False)]

    def _search(self, source: Ids, search: SearchConfig) -> list[Hypothesis]:
        size = search.beam_size
        cache, _ = self.model.encode(source)
        unfinished, ended = [_Unfinished((), (), cache)], list[Hypothesis]()
        while len(ended) < size:
            candidates = []
            for each in unfinished:
                decoded = self.model.decode([each.ids[-1] if each.ids else BOS], each.cache)
                log_probabilities_V = _log_probabilities(decoded.logits_TV, may_copy(source))[0]
                # The 2N best of each hold the 2N best of all: so N remain even if N end.
                for token in np.argsort(-log_probabilities_V, kind="stable")[: 2 * size].tolist():
                    scores = (*each.log_probabilities, float(log_probabilities_V[token]))
                    candidates.append(_Unfinished((*each.ids, token), scores, decoded.cache))
            candidates.sort(key=lambda candidate: -candidate.total)
            unfinished = []
            for place, candidate in enumerate(candidates[: 2 * size]):
                if candidate.ids[-1] == EOS or len(candidate.ids) == max_length(source):
                    if place < size and len(ended) < size:
                        ended.append(Hypothesis(candidate.ids, candidate.log_probabilities))
                elif len(unfinished) < size:
                    unfinished.append(candidate)
        return sorted(ended, key=lambda hypothesis: -hypothesis.score(search.length_penalty))

    def _force(self, source: Ids, target: Ids, hidden: Sequence[bool] | None) -> ForcedPass:
        cache, encoder_L = self.model.encode(source, hidden)
        decoded = self.model.decode([BOS, *target[:-1]], cache)
        log_probabilities_TV = _log_probabilities(decoded.logits_TV, may_copy(source, target))
        said_T = log_probabilities_TV[np.arange(len(target)), list(target)]
        attention = (
            np.stack(weights_L).astype(np.float32)
            for weights_L in (encoder_L, decoded.self_attention_L, decoded.cross_attention_L)
        )
        return ForcedPass(Hypothesis(tuple(target), tuple(said_T.tolist())), *attention)


def _log_probabilities(logits_TV: Array, with_unknown: bool) -> Array:
    """Log-probabilities (T, V) of the next token; `<pad>` and `<s>` never follow, and `<unk>` only `with_unknown`."""
    never = [PAD, BOS] if with_unknown else [PAD, BOS, UNK]
    logits_TV = logits_TV.copy()
    logits_TV[:, never] = -np.inf
    logits_TV -= logits_TV.max(axis=-1, keepdims=True)
    log_probabilities_TV: Array = logits_TV - np.log(np.exp(logits_TV).sum(axis=-1, keepdims=True))
    return log_probabilities_TV
