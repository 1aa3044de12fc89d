"""The worked examples of attention, to the last digit, and what must hold for any queries, keys and values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from toytrans.model.numpy_attention import (
    Array,
    attention,
    multi_head_attention,
    self_attention,
    similarity,
    softmax,
)

QUERY = [1, 0]
CAT_DOG_CAT = [[1, 1], [0, 1], [1, 0]]

scores = arrays.arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 6)), elements=st.floats(-50, 50))


def some(*shape: int) -> Array:
    return np.random.default_rng(1).normal(size=shape)


# The worked examples


def test_a_query_is_similar_to_the_key_that_points_its_way() -> None:
    assert similarity(QUERY, [[1, 1], [0, 1]]).tolist() == [1, 0]


def test_softmax_turns_the_worked_scores_into_the_worked_weights() -> None:
    weights = softmax(similarity(QUERY, CAT_DOG_CAT))
    assert weights == pytest.approx([0.4223188, 0.1553624, 0.4223188], abs=5e-8)


def test_without_softmax_the_context_is_the_value_of_the_one_similar_key() -> None:
    scores = similarity(QUERY, [[1, 1], [0, 1]])
    assert scores.tolist() == [1, 0]
    assert (scores @ np.array([[0.5, 0.5], [0.2, 0.8]])).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("num_words", [4, 6])
def test_self_attention_is_a_map_of_every_word_on_every_word(num_words: int) -> None:
    context, weights = self_attention(some(num_words, 8), some(8, 8), some(8, 8), some(8, 8))
    assert weights.shape == (num_words, num_words)
    assert context.shape == (num_words, 8)


def test_a_row_is_the_word_that_attends_and_a_column_the_word_attended_to() -> None:
    # Both words attend to the second one: its key matches every query.
    _, weights = attention(queries=[[1, 0], [1, 0]], keys=[[0, 1], [9, 0]], values=[[1, 0], [0, 1]])
    assert (weights[:, 1] > 0.99).all()


# What holds for all


@given(scores)
def test_weights_are_positive_and_each_row_sums_to_one(scores: Array) -> None:
    weights = softmax(scores)
    assert (weights > 0).all()
    assert weights.sum(axis=-1) == pytest.approx(1)


@given(scores, st.floats(-1e6, 1e6))
def test_softmax_only_sees_how_far_scores_are_apart(scores: Array, shift: float) -> None:
    assert softmax(scores + shift) == pytest.approx(softmax(scores), abs=1e-6)


def test_softmax_of_huge_scores_does_not_overflow() -> None:
    assert softmax([1e5, 0, -1e5]).tolist() == [1, 0, 0]


def test_scores_are_divided_by_the_root_of_the_keys_width() -> None:
    keys = some(5, 16)
    _, weights = attention(keys, keys, keys)
    assert weights == pytest.approx(softmax(keys @ keys.T / 4))


def test_the_root_keeps_the_spread_of_scores_from_growing_with_the_width() -> None:
    for width in (4, 64, 1024):
        queries, keys = np.split(some(2000, width), 2)
        scores = (queries * keys).sum(axis=-1) / np.sqrt(width)
        assert scores.std() == pytest.approx(1, abs=0.1)


@given(st.integers(1, 5), st.integers(2, 6), st.data())
def test_a_hidden_key_changes_nothing(num_queries: int, num_keys: int, data: st.DataObject) -> None:
    hidden = data.draw(st.integers(0, num_keys - 1))
    queries, keys, values = some(num_queries, 4), some(num_keys, 4), some(num_keys, 3)
    visible = np.arange(num_keys) != hidden
    context, weights = attention(queries, keys, values, np.tile(visible, (num_queries, 1)))
    expected_context, expected_weights = attention(queries, keys[visible], values[visible])
    assert (weights[:, hidden] == 0).all()
    assert weights[:, visible] == pytest.approx(expected_weights)
    assert context == pytest.approx(expected_context)


def test_one_head_is_plain_attention() -> None:
    queries, keys, values = some(3, 8), some(5, 8), some(5, 8)
    context, weights = attention(queries, keys, values)
    heads_context, heads_weights = multi_head_attention(queries, keys, values, num_heads=1)
    assert (heads_context == context).all()
    assert (heads_weights[0] == weights).all()


def test_each_head_attends_on_its_own() -> None:
    queries, keys, values = some(3, 8), some(5, 8), some(5, 8)
    context, weights = multi_head_attention(queries, keys, values, num_heads=2)
    other_context, other_weights = multi_head_attention(queries * ([1] * 4 + [-1] * 4), keys, values, num_heads=2)
    assert (other_weights[0] == weights[0]).all()
    assert (other_context[:, :4] == context[:, :4]).all()
    assert not np.allclose(other_weights[1], weights[1])
