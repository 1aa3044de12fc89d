"""Batches: nothing lost, nothing twice, within the budget, and the same for the same seed and epoch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from toytrans.text import BOS, EOS, PAD, Batch, BucketedBatches, make_batch, pad

Lengths = list[tuple[int, int]]

lengths = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=1, max_size=40)
budgets = st.integers(1, 60)


def split(lengths: Lengths) -> tuple[list[list[int]], list[list[int]]]:
    """A split with sides of these lengths; the ids tell the pairs apart."""
    sources = [[*[10 + number] * (source - 1), EOS] for number, (source, _) in enumerate(lengths)]
    targets = [[*[90 + number] * (target - 1), EOS] for number, (_, target) in enumerate(lengths)]
    return sources, targets


def batches(lengths: Lengths, batch_tokens: int, seed: int = 1) -> BucketedBatches:
    return BucketedBatches(*split(lengths), batch_tokens, seed)


def epoch(batches: BucketedBatches, number: int) -> list[Batch]:
    return [batches.batch(step) for step in range(number * len(batches), (number + 1) * len(batches))]


def order(batches: Sequence[Batch]) -> list[tuple[int, ...]]:
    return [batch.pairs for batch in batches]


LIKE_LENGTHS: Lengths = [(1 + number % 7, 1 + number % 5) for number in range(60)]

# Padding


def test_rows_begin_at_the_left_and_are_filled_with_padding() -> None:
    assert pad([[5, 2], [6, 7, 8, 2], []]).tolist() == [[5, 2, PAD, PAD], [6, 7, 8, 2], [PAD] * 4]


@pytest.mark.parametrize(("rows", "shape"), [([], (0, 0)), ([[]], (1, 0)), ([[], []], (2, 0))])
def test_nothing_to_pad_is_a_tensor_of_nothing(rows: list[list[int]], shape: tuple[int, int]) -> None:
    padded = pad(rows)
    assert padded.shape == shape
    assert padded.dtype == torch.int64


def test_the_decoder_reads_each_target_one_step_behind_what_it_learns_to_say() -> None:
    batch = make_batch([[5, EOS], [6, 7, EOS]], [[8, 9, EOS], [4, EOS]], [1, 0])
    assert batch.source_BS.tolist() == [[6, 7, EOS], [5, EOS, PAD]]
    assert batch.target_input_BT.tolist() == [[BOS, 4, PAD], [BOS, 8, 9]]
    assert batch.target_output_BT.tolist() == [[4, EOS, PAD], [8, 9, EOS]]
    assert batch.pairs == (1, 0)


def test_a_batch_on_a_device_is_the_same_batch() -> None:
    batch = make_batch([[5, EOS]], [[8, 9, EOS]], [0])
    moved = batch.to(torch.device("meta"))
    assert moved.source_BS.device.type == moved.target_input_BT.device.type == "meta"
    assert (moved.target_output_BT.shape, moved.pairs) == (batch.target_output_BT.shape, batch.pairs)


# An epoch


@given(lengths, budgets, st.integers(0, 3))
def test_every_pair_comes_once_an_epoch(lengths: Lengths, batch_tokens: int, number: int) -> None:
    seen = [pair for batch in epoch(batches(lengths, batch_tokens), number) for pair in batch.pairs]
    assert sorted(seen) == list(range(len(lengths)))


@given(lengths, budgets)
def test_a_batch_holds_the_pairs_it_names(lengths: Lengths, batch_tokens: int) -> None:
    sources, targets = split(lengths)
    for batch in epoch(batches(lengths, batch_tokens), 0):
        expected = make_batch(sources, targets, batch.pairs)
        assert torch.equal(batch.source_BS, expected.source_BS)
        assert torch.equal(batch.target_input_BT, expected.target_input_BT)
        assert torch.equal(batch.target_output_BT, expected.target_output_BT)


@given(lengths, budgets, st.integers(0, 3))
def test_no_side_passes_the_budget_unless_a_pair_alone_does(lengths: Lengths, batch_tokens: int, number: int) -> None:
    for batch in epoch(batches(lengths, batch_tokens), number):
        largest_side = max(batch.source_BS.numel(), batch.target_output_BT.numel())
        assert largest_side <= batch_tokens or len(batch.pairs) == 1


def test_a_pair_longer_than_the_budget_still_comes_alone() -> None:
    made = batches([(3, 3), (50, 4), (3, 3)], batch_tokens=10)
    assert {frozenset(pairs) for pairs in order(epoch(made, 0))} == {frozenset({1}), frozenset({0, 2})}


@given(lengths, budgets)
def test_every_epoch_has_as_many_batches_of_the_same_sizes(lengths: Lengths, batch_tokens: int) -> None:
    made = batches(lengths, batch_tokens)
    sizes = [sorted(len(batch.pairs) for batch in epoch(made, number)) for number in range(3)]
    assert sizes[0] == sizes[1] == sizes[2]


def test_sentences_of_like_length_stand_together() -> None:
    made = epoch(batches(LIKE_LENGTHS, batch_tokens=35), 0)
    tokens = sum(sum(side) for side in LIKE_LENGTHS)
    padded = sum(batch.source_BS.numel() + batch.target_output_BT.numel() for batch in made)
    assert padded < 1.6 * tokens


# The order


def test_a_step_number_alone_decides_its_batch() -> None:
    in_turn, at_random = batches(LIKE_LENGTHS, 20), batches(LIKE_LENGTHS, 20)
    steps = range(4 * len(in_turn))
    expected = [in_turn.batch(step).pairs for step in steps]
    jumping = sorted(steps, key=lambda step: (step * 7919) % len(steps))
    assert {step: at_random.batch(step).pairs for step in jumping} == dict(enumerate(expected))


def test_the_order_is_a_function_of_seed_and_epoch() -> None:
    orders = [[order(epoch(batches(LIKE_LENGTHS, 20, seed), number)) for number in range(3)] for seed in (1, 1, 2)]
    assert orders[0] == orders[1]
    different = [*orders[0], *orders[2]]
    assert all(one != other for i, one in enumerate(different) for other in different[:i])


def test_pairs_of_one_length_meet_new_company_every_epoch() -> None:
    made = batches([(4, 4)] * 40, batch_tokens=20)
    companies = [{frozenset(batch.pairs) for batch in epoch(made, number)} for number in range(4)]
    assert all(one != other for one, other in pairwise(companies))


def test_short_and_long_batches_are_mixed() -> None:
    longest = [batch.source_BS.shape[1] for batch in epoch(batches([(n, n) for n in range(1, 41)], 40), 0)]
    assert longest not in (sorted(longest), sorted(longest, reverse=True))


def test_nothing_to_train_on_is_said_so() -> None:
    with pytest.raises(ValueError, match="no pair is left to train on"):
        batches([], 100)
