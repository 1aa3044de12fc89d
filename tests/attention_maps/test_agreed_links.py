"""Two directions read together: maps made by hand, whose products one can work out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from toytrans.attention_maps import AttentionMap, View, agreed_links

from .conftest import make_map

Rows = Sequence[Sequence[float]]


def attention_map(*heads: Rows, source_words: Sequence[int], target_words: Sequence[int]) -> AttentionMap:
    """One layer of such heads, a row a target token and a column a source token; the rest of a row goes to `</s>`."""
    weights = np.array(heads).reshape(len(heads), len(target_words), len(source_words))
    return make_map(
        [*map(str, source_words)],
        [*map(str, target_words)],
        weights,
        source_words=source_words,
        target_words=target_words,
        heads=len(heads),
    )


def two_words(*heads: Rows) -> AttentionMap:
    return attention_map(*heads, source_words=(0, 1), target_words=(0, 1))


def test_a_word_is_linked_where_the_product_of_both_directions_is_largest() -> None:
    # Target word 0: 0.6 x 0.2 = 0.12 and 0.4 x 0.7 = 0.28, so source word 1, though it attends more to word 0.
    # Target word 1: 0.9 x 0.8 = 0.72 and 0.1 x 0.3 = 0.03, so source word 0.
    forward = two_words([[0.6, 0.4], [0.9, 0.1]])
    backward = two_words([[0.2, 0.8], [0.7, 0.3]])
    assert agreed_links(forward, backward) == {(1, 0), (0, 1)}


def test_each_target_word_is_in_one_link_and_a_source_word_in_as_many_as_agree() -> None:
    forward = attention_map([[0.9], [0.9], [0.9]], source_words=(0,), target_words=(0, 1, 2))
    backward = attention_map([[0.5, 0.4, 0.1]], source_words=(0, 1, 2), target_words=(0,))
    assert agreed_links(forward, backward) == {(0, 0), (0, 1), (0, 2)}
    assert agreed_links(backward, forward) == {(0, 0)}


@pytest.mark.parametrize(("back", "links"), [(0.1, {(0, 0)}), (0.09, set())])
def test_words_that_give_each_other_less_than_a_tenth_are_not_linked(back: float, links: set[tuple[int, int]]) -> None:
    forward = attention_map([[0.1]], source_words=(0,), target_words=(0,))
    backward = attention_map([[back]], source_words=(0,), target_words=(0,))
    assert agreed_links(forward, backward) == links


def test_pieces_are_merged_to_words_on_both_sides() -> None:
    # Forward, source word 1 gets what its pieces get, 0.3 + 0.3 and 0.2 + 0.3. Backward, both attend:
    # (0.8 + 0.4) / 2 at target word 0, (0.1 + 0.5) / 2 at word 1. So the products with source words 0 and 1 are
    # 0.4 x 0.5 and 0.6 x 0.6 for target word 0, 0.5 x 0.5 and 0.5 x 0.3 for word 1.
    forward = attention_map([[0.4, 0.3, 0.3], [0.5, 0.2, 0.3]], source_words=(0, 1, 1), target_words=(0, 1))
    backward = attention_map([[0.5, 0.5], [0.8, 0.1], [0.4, 0.5]], source_words=(0, 1), target_words=(0, 1, 1))
    assert agreed_links(forward, backward) == {(1, 0), (0, 1)}


def test_each_direction_is_read_in_its_own_view() -> None:
    straight, crossed = [[0.9, 0.1], [0.1, 0.9]], [[0.1, 0.9], [0.9, 0.1]]
    forward, backward = two_words(straight, crossed), two_words(crossed, straight)
    assert agreed_links(forward, backward, View(1, 1), View(1, 2)) == {(0, 0), (1, 1)}
    assert agreed_links(forward, backward, View(1, 2), View(1, 1)) == {(1, 0), (0, 1)}


def test_a_sentence_without_words_has_no_links() -> None:
    forward = attention_map([], source_words=(), target_words=(0, 1))
    backward = attention_map([], source_words=(0, 1), target_words=())
    assert agreed_links(forward, backward) == agreed_links(backward, forward) == frozenset()


def test_the_same_direction_twice_is_refused_with_the_sizes() -> None:
    forward = attention_map([[0.5, 0.5]], source_words=(0, 1), target_words=(0,))
    with pytest.raises(ValueError, match="maps of 2 source and 1 target words, and of 2 and 1 the other way: give"):
        agreed_links(forward, forward)
