"""Padded batches of sentences of similar length. Seed and epoch alone decide their order.

Axes: B sentences, S source positions, T target positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from toytrans.errors import Refused
from toytrans.special_tokens import BOS, PAD

Ids = Sequence[int]
BATCH_SENTENCES = 128


@dataclass(frozen=True)
class Batch:
    """Sentence pairs as padded ids. The decoder reads `target_input_BT` and learns to predict `target_output_BT`."""

    source_BS: Tensor
    target_input_BT: Tensor  # <s> le chat dort .
    target_output_BT: Tensor  # le chat dort . </s>
    pairs: tuple[int, ...]  # the numbers of these pairs in their split

    def to(self, device: torch.device) -> Batch:
        """The same batch in a device's memory."""
        return Batch(
            self.source_BS.to(device), self.target_input_BT.to(device), self.target_output_BT.to(device), self.pairs
        )


def pad(rows: Sequence[Ids]) -> Tensor:
    """Rows of ids as one tensor (rows, longest), padded on the right."""
    return _padded([torch.tensor(ids, dtype=torch.int64) for ids in rows])


def _padded(rows: Sequence[Tensor]) -> Tensor:
    if not rows:
        return torch.zeros(0, 0, dtype=torch.int64)
    return pad_sequence(list(rows), batch_first=True, padding_value=PAD)


def make_batch(sources: Sequence[Ids], targets: Sequence[Ids], pairs: Sequence[int]) -> Batch:
    """The batch of the pairs with these numbers. The ids of both sides end with `</s>`."""
    chosen_sources, chosen_targets = ([rows[pair] for pair in pairs] for rows in (sources, targets))
    return _batch(pad(chosen_sources), pad(chosen_targets), tuple(pairs))


def _batch(source_BS: Tensor, target_output_BT: Tensor, pairs: tuple[int, ...]) -> Batch:
    # The decoder's input is its output shifted right by one: `<s>` first, without the last token.
    target_input_BT = target_output_BT.roll(1, dims=1)
    target_input_BT[:, :1] = BOS
    target_input_BT[target_output_BT == PAD] = PAD
    return Batch(source_BS, target_input_BT, target_output_BT, pairs)


def groups_of_like_length(rows: Sequence[Ids], size: int = BATCH_SENTENCES) -> list[list[int]]:
    """The numbers of the rows in groups of similar length, shortest first, so that little is padding."""
    by_length = sorted(range(len(rows)), key=lambda number: len(rows[number]))
    return [by_length[start : start + size] for start in range(0, len(by_length), size)]


class BucketedBatches:
    """Cuts a split into batches of sentences of one length, or of neighbouring ones, so that little is padding.

    The length of a pair is that of its longer side. Pairs are sorted by length, in random order within one length. A
    batch ends before one more pair would bring a side above `batch_tokens`. The cuts depend on the lengths alone, so
    every epoch has the same number of batches, and a step number gives its epoch.
    """

    def __init__(
        self,
        sources: Sequence[Ids],
        targets: Sequence[Ids],
        batch_tokens: int,
        seed: int,
        max_tokens: int | None = None,
    ) -> None:
        self._seed = seed
        self._sources, self._targets = (
            [torch.tensor(ids, dtype=torch.int64) for ids in rows] for rows in (sources, targets)
        )
        self._longer_side = np.array(
            [max(map(len, pair)) for pair in zip(sources, targets, strict=True)], dtype=np.int64
        )
        self._kept = np.flatnonzero(self._longer_side <= (max_tokens or self._longer_side.max(initial=0)))
        if not len(self._kept):
            raise Refused(f"no pair is left to train on: {len(sources)} pairs, none within {max_tokens} tokens a side")
        self._cuts = self._cut(batch_tokens)
        self._shuffle(epoch=0)

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        return len(self._cuts) - 1

    @property
    def kept(self) -> Sequence[int]:
        """The numbers of the pairs within `max_tokens`."""
        kept: list[int] = self._kept.tolist()
        return kept

    @property
    def num_left_out(self) -> int:
        """Pairs with a side longer than `max_tokens`."""
        return len(self._longer_side) - len(self._kept)

    def batch(self, step: int) -> Batch:
        """The batch of a training step, counted from 0."""
        epoch, place = divmod(step, len(self))
        if epoch != self._epoch:
            self._shuffle(epoch)
        cut = self._batch_order[place]
        pairs = self._by_length[self._cuts[cut] : self._cuts[cut + 1]].tolist()
        sources, targets = ([side[pair] for pair in pairs] for side in (self._sources, self._targets))
        return _batch(_padded(sources), _padded(targets), tuple(pairs))

    def _sort(self, ties: NDArray[np.int64]) -> NDArray[np.int64]:
        kept = self._kept
        return kept[np.lexsort((ties, self._longer_side[kept]))]

    def _cut(self, batch_tokens: int) -> list[int]:
        lengths = np.sort(self._longer_side[self._kept]).tolist()
        cuts = [0]
        for place, length in enumerate(lengths):  # from the shortest on, so this one is the longest so far
            if place > cuts[-1] and length * (place + 1 - cuts[-1]) > batch_tokens:
                cuts.append(place)
        return [*cuts, len(lengths)]

    def _shuffle(self, epoch: int) -> None:
        random = np.random.default_rng([self._seed, epoch])
        self._by_length = self._sort(ties=random.permutation(len(self._kept)))
        self._batch_order = random.permutation(len(self))
        self._epoch = epoch
