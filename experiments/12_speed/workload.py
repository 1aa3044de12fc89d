"""The work that every system is given: the toy corpus as ids, and batches of it.

Axes: B sentences, T target positions, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from toytrans import (
    BOS,
    PAD,
    UNK,
    Batch,
    BucketedBatches,
    Pair,
    TextConfig,
    Tokenizer,
    Transformer,
    build_tokenizer,
    load_corpus,
    make_batch,
)

LANGUAGES = ("en", "fr")
VALIDATION_TOKENS = 4000

Ids = Sequence[int]


class Batches(Protocol):
    """The batch of each training step."""

    def batch(self, step: int) -> Batch:
        """The batch of a step, counted from 0."""
        ...


@dataclass(frozen=True)
class Split:
    """A split as ids: `</s>` ends each."""

    sources: Sequence[Ids]
    targets: Sequence[Ids]

    def first(self, count: int) -> Split:
        """Its first pairs."""
        return Split(self.sources[:count], self.targets[:count])

    def bucketed(self, batch_tokens: int, seed: int = 1) -> BucketedBatches:
        """Batches of like length, as toytrans trains on."""
        return BucketedBatches(self.sources, self.targets, batch_tokens, seed)


class RandomBatches:
    """So many pairs a batch, whatever their lengths, in a new order each epoch: what tutorials train on."""

    def __init__(self, split: Split, num_pairs: int, seed: int = 1) -> None:
        self._split, self._num_pairs, self._seed = split, num_pairs, seed
        self._epoch, self._order = -1, np.arange(0)

    def batch(self, step: int) -> Batch:
        """The batch of a step, counted from 0; the pairs that do not fill a last batch wait for another epoch."""
        epoch, place = divmod(step, len(self._split.sources) // self._num_pairs)
        if epoch != self._epoch:
            random = np.random.default_rng([self._seed, epoch])
            self._epoch, self._order = epoch, random.permutation(len(self._split.sources))
        pairs = self._order[place * self._num_pairs :][: self._num_pairs]
        return make_batch(self._split.sources, self._split.targets, pairs.tolist())


@dataclass(frozen=True)
class Toy:
    """The toy corpus, and the words of its training split as the one vocabulary of all systems."""

    tokenizer: Tokenizer
    train: Split
    validation: Split

    @classmethod
    def load(cls) -> Toy:
        """Reads the corpus and learns the vocabulary."""
        corpus = load_corpus("toy", LANGUAGES)
        tokenizer = build_tokenizer(TextConfig(), (pair.sides for pair in corpus.split("train")), LANGUAGES)
        return cls(tokenizer, *(encoded_split(tokenizer, corpus.split(name)) for name in ("train", "validation")))


def encoded_split(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> Split:
    """Pairs of text as ids."""
    sources = tokenizer.encode_all([pair.source for pair in pairs], LANGUAGES[0])
    targets = tokenizer.encode_all([pair.target for pair in pairs], LANGUAGES[1])
    return Split([each.ids for each in sources], [each.ids for each in targets])


def sentences_to_translate(count: int) -> list[str]:
    """English sentences of the test split, and as many of the recombined one."""
    corpus = load_corpus("toy", LANGUAGES)
    return [pair.source for name in ("test", "test_recombined") for pair in corpus.split(name)[: count // 2]]


def num_target_tokens(batch: Batch) -> int:
    """The tokens that a batch teaches to say, padding left out."""
    return int((batch.target_output_BT != PAD).sum())


@torch.inference_mode()
def exact_match(model: nn.Module, split: Split) -> float:
    """The fraction of sentences that greedy search would translate exactly, of any `model(source_BS, target_BT)`.

    It needs no search: greedy writes the reference if and only if, told the reference so far, the model finds its
    next token the most probable one at every position. Padding and `<s>` are never written; an `<unk>` is never right.
    """
    was_training = model.training
    model.eval()
    batches = split.bucketed(VALIDATION_TOKENS)
    num_right = sum(int(_right(model, batches.batch(number)).sum()) for number in range(len(batches)))
    model.train(was_training)
    return num_right / len(split.sources)


def scores(model: nn.Module, source_BS: Tensor, target_BT: Tensor) -> Tensor:
    """Scores (B, T, V) of what follows each target token, by toytrans's model or by a peer."""
    if isinstance(model, Transformer):
        _, decoded = model(source_BS, target_BT)
        return model.next_token_logits(decoded.states_BTD)
    logits_BTV: Tensor = model(source_BS, target_BT)
    return logits_BTV


def _right(model: nn.Module, batch: Batch) -> Tensor:
    logits_BTV = scores(model, batch.source_BS, batch.target_input_BT)
    logits_BTV[..., [PAD, BOS]] = float("-inf")
    target_BT = batch.target_output_BT
    is_right_BT = (logits_BTV.argmax(dim=-1) == target_BT) & (target_BT != UNK)
    is_right_B: Tensor = (is_right_BT | (target_BT == PAD)).all(dim=-1)
    return is_right_B
