"""The model in PyTorch, in batches: searches and forced passes over many sentences at once.

Axes: B sentences of a batch, S source positions, T target positions, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from math import ceil
from typing import TypeVar

import numpy as np
import torch

from toytrans.config import SearchConfig
from toytrans.decoding.beam import beam_search
from toytrans.decoding.greedy import greedy_search, next_token_log_probabilities
from toytrans.decoding.hypothesis import ForcedPass, Hypothesis, Ids, max_length, may_copy
from toytrans.model.device import fast_float32_products
from toytrans.model.transformer import Transformer
from toytrans.text.batching import groups_of_like_length, make_batch, pad

Item = TypeVar("Item")
Result = TypeVar("Result")

SEARCH_ROWS = 512
"""Hypotheses that are continued together. More would not fit into a core's cache; fewer would wait for Python."""


class TorchBackend:
    """A `Transformer` in memory. Every search runs its readable layers, so hooks and ablations show."""

    def __init__(self, model: Transformer) -> None:
        self.model = model

    def search(self, sources: Sequence[Ids], search: SearchConfig) -> list[list[Hypothesis]]:
        """See `Backend.search`."""
        device = self.model.embedding.weight.device
        groups = groups_to_search(sources, search.beam_size, device)
        with evaluating(self.model):
            searched = in_parallel(lambda group: self._search([sources[n] for n in group], search), groups, device)
        found = dict(zip(chain(*groups), chain(*searched), strict=True))
        return [found[number] for number in range(len(sources))]

    def force(
        self, sources: Sequence[Ids], targets: Sequence[Ids], hidden: Sequence[Sequence[bool]] | None = None
    ) -> list[ForcedPass]:
        """See `Backend.force`."""
        forced: dict[int, ForcedPass] = {}
        with evaluating(self.model):
            for group in groups_of_like_length(sources):
                of_group = [sources[n] for n in group], [targets[n] for n in group]
                hidden_words = [hidden[n] for n in group] if hidden else None
                forced.update(zip(group, self._force(*of_group, hidden_words), strict=True))
        return [forced[number] for number in range(len(sources))]

    def _search(self, sources: Sequence[Ids], search: SearchConfig) -> list[list[Hypothesis]]:
        source_BS = pad(sources).to(self.model.embedding.weight.device)
        max_lengths = [max_length(source) for source in sources]
        if search.beam_size == 1:
            return [[best] for best in greedy_search(self.model, source_BS, max_lengths)]
        return beam_search(self.model, source_BS, max_lengths, search.beam_size, search.length_penalty)

    @torch.inference_mode()
    def _force(
        self, sources: Sequence[Ids], targets: Sequence[Ids], hidden: Sequence[Sequence[bool]] | None
    ) -> list[ForcedPass]:
        batch = make_batch(sources, targets, range(len(sources))).to(self.model.embedding.weight.device)
        hidden_BS = None if hidden is None else pad([list(map(int, each)) for each in hidden]).to(batch.source_BS) == 1
        encoded = self.model.encode(batch.source_BS, hidden_BS)
        decoded = self.model.decode(batch.target_input_BT, self.model.start(encoded))
        logits_BTV = self.model.next_token_logits(decoded.states_BTD)
        may_copy_B = torch.tensor([may_copy(*pair) for pair in zip(sources, targets, strict=True)])
        log_probabilities_BTV = next_token_log_probabilities(logits_BTV, may_copy_B.to(logits_BTV.device)[:, None])
        said_BT = log_probabilities_BTV.gather(-1, batch.target_output_BT[..., None])[..., 0].tolist()
        encoder, decoder, cross = (
            torch.stack(weights_L).float().cpu().numpy()
            for weights_L in (encoded.attention_L, decoded.self_attention_L, decoded.cross_attention_L)
        )
        num_null = self.model.config.null_positions
        return [
            ForcedPass(
                Hypothesis(tuple(target), tuple(said_BT[row][:t])),
                np.ascontiguousarray(encoder[:, row, :, :s, :s]),
                np.ascontiguousarray(decoder[:, row, :, :t, :t]),
                np.ascontiguousarray(cross[:, row, :, :t, : num_null + s]),
            )
            for row, (source, target) in enumerate(zip(sources, targets, strict=True))
            for s, t in [(len(source), len(target))]  # without padding
        ]


@contextmanager
def evaluating(model: Transformer) -> Iterator[None]:
    """Inside the `with`, dropout is off and products are fast; afterwards both are as before."""
    was_training = model.training
    model.eval()
    try:
        with fast_float32_products(model.embedding.weight.device):
            yield
    finally:
        model.train(was_training)


def groups_to_search(sources: Sequence[Ids], beam_size: int, device: torch.device) -> list[list[int]]:
    """Groups of like length, the longest first: one if all fit, else as many as keep every core busy."""
    num_groups = ceil(len(sources) * beam_size / SEARCH_ROWS)
    if num_groups > 1 and device.type == "cpu":
        num_cores = torch.get_num_threads()
        num_groups = ceil(num_groups / num_cores) * num_cores
    size = ceil(len(sources) / max(num_groups, 1))
    return groups_of_like_length(sources, max(size, 1))[::-1]


def in_parallel(work: Callable[[Item], Result], items: Sequence[Item], device: torch.device) -> list[Result]:
    """`work` of each item, in order; on a CPU, as many at once as PyTorch has threads, with one thread for each.

    A step of a search is dozens of small operations. Two threads that share each of them wait for one another after
    every one; two that work on batches of their own hardly ever wait. A new thread starts with PyTorch's defaults:
    `work` sets `inference_mode` itself.
    """
    num_threads = torch.get_num_threads()
    if device.type != "cpu" or min(num_threads, len(items)) < 2:
        return [work(item) for item in items]
    try:
        with ThreadPoolExecutor(num_threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            return list(pool.map(work, items))
    finally:
        torch.set_num_threads(num_threads)  # for threads that start from now on
