"""Token ids to padded batches of like length, in an order that is a function of seed and epoch.

Axes: B sentences, S source positions, T target positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from toytrans.text.tokenizer import BOS, PAD

Ids = Sequence[int]


@dataclass(frozen=True)
class Batch:
    """Sentence pairs as padded token ids. The decoder reads `target_input_BT` and learns to say `target_output_BT`."""

    source_BS: Tensor
    target_input_BT: Tensor  # <s> le chat dort .
    target_output_BT: Tensor  # le chat dort . </s>
    pairs: tuple[int, ...]  # which pairs of the split these are

    def to(self, device: torch.device) -> Batch:
        """The same batch in a device's memory."""
        return Batch(
            self.source_BS.to(device), self.target_input_BT.to(device), self.target_output_BT.to(device), self.pairs
        )


def pad(rows: Sequence[Ids]) -> Tensor:
    """Rows of ids as one tensor (rows, longest), filled at the right with padding."""
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    longest = int(lengths.max(initial=0))
    padded = np.full((len(rows), longest), PAD, dtype=np.int64)
    padded[np.arange(longest) < lengths[:, None]] = np.fromiter(chain.from_iterable(rows), np.int64, lengths.sum())
    return torch.from_numpy(padded)


def make_batch(sources: Sequence[Ids], targets: Sequence[Ids], pairs: Sequence[int]) -> Batch:
    """Pads the pairs with these numbers. Both sides' ids end with `</s>`."""
    return Batch(
        pad([sources[pair] for pair in pairs]),
        pad([[BOS, *targets[pair][:-1]] for pair in pairs]),
        pad([targets[pair] for pair in pairs]),
        tuple(pairs),
    )


class BucketedBatches:
    """Cuts a split into batches of sentences of like length, so that little is padding.

    Sorted by length, ties at random, the split is cut wherever one more pair would bring a side past `batch_tokens`.
    The cuts depend on the lengths alone, so every epoch has as many batches and a step number tells its epoch.
    """

    def __init__(
        self,
        sources: Sequence[Ids],
        targets: Sequence[Ids],
        batch_tokens: int,
        seed: int,
        max_tokens: int | None = None,
    ) -> None:
        self._sources, self._targets, self._seed = sources, targets, seed
        self._source_lengths = np.array([len(ids) for ids in sources], dtype=np.int64)
        self._target_lengths = np.array([len(ids) for ids in targets], dtype=np.int64)
        self._longer_side = np.maximum(self._source_lengths, self._target_lengths)
        self._kept = np.flatnonzero(self._longer_side <= (max_tokens or self._longer_side.max(initial=0)))
        if not len(self._kept):
            raise ValueError(
                f"no pair is left to train on: {len(sources)} pairs, none within {max_tokens} tokens a side"
            )
        self._cuts = self._cut(batch_tokens)
        self._shuffle(epoch=0)

    def __len__(self) -> int:
        """Batches in an epoch."""
        return len(self._cuts) - 1

    @property
    def num_left_out(self) -> int:
        """Pairs with a side longer than `max_tokens`."""
        return len(self._sources) - len(self._kept)

    def batch(self, step: int) -> Batch:
        """The batch of a training step, counted from 0."""
        epoch, place = divmod(step, len(self))
        if epoch != self._epoch:
            self._shuffle(epoch)
        cut = self._batch_order[place]
        pairs = self._by_length[self._cuts[cut] : self._cuts[cut + 1]]
        return make_batch(self._sources, self._targets, pairs.tolist())

    def _sort(self, ties: NDArray[np.int64]) -> NDArray[np.int64]:
        kept = self._kept
        return kept[np.lexsort((ties, self._source_lengths[kept], self._target_lengths[kept]))]

    def _cut(self, batch_tokens: int) -> list[int]:
        lengths = self._longer_side[self._sort(ties=np.arange(len(self._kept)))].tolist()
        cuts, longest = [0], 0
        for place, length in enumerate(lengths):
            longest = max(longest, length)
            if place > cuts[-1] and longest * (place + 1 - cuts[-1]) > batch_tokens:
                cuts.append(place)
                longest = length
        return [*cuts, len(lengths)]

    def _shuffle(self, epoch: int) -> None:
        random = np.random.default_rng([self._seed, epoch])
        self._by_length = self._sort(ties=random.permutation(len(self._kept)))
        self._batch_order = random.permutation(len(self))
        self._epoch = epoch
