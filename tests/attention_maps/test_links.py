"""Gold links, the links attention draws, and the scores between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toytrans.attention_maps import AlignmentCounts, Links, count, format_links, parse_links, strongest_links

# "The cat sat on the mat." / "Le chat s'est assis sur le tapis."
CAT = "0-0 1p0 1-1 2-2 2-3 2-4 1p4 3-5 4-6 5p6 5-7 6-8"

links = st.frozensets(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=20)


def gold(sure: frozenset[tuple[int, int]], more: frozenset[tuple[int, int]]) -> Links:
    return Links(sure, sure | more)


def test_sure_links_are_possible_and_possible_ones_need_not_be_sure() -> None:
    parsed = parse_links("0-0 1p0")
    assert parsed.sure == {(0, 0)}
    assert parsed.possible == {(0, 0), (1, 0)}
    with pytest.raises(ValueError, match=r"sure links \[\(2, 2\)\] are not possible"):
        Links(frozenset({(2, 2)}), frozenset())


def test_the_documented_example_is_read_and_written_to_the_letter() -> None:
    assert format_links(parse_links(CAT)) == CAT
    assert len(parse_links(CAT).sure) == 9
    assert parse_links("") == Links()


@given(links, links)
def test_reading_undoes_writing(sure: frozenset[tuple[int, int]], more: frozenset[tuple[int, int]]) -> None:
    assert parse_links(format_links(gold(sure, more))) == gold(sure, more)


@pytest.mark.parametrize("item", ["0", "0-", "-1-2", "0:0", "0P0", "1-2-3", "٣-٣", "0-1.5", "9" * 5000 + "-0"])
def test_an_item_that_is_no_link_is_named(item: str) -> None:
    with pytest.raises(ValueError, match="is neither i-j") as error:
        parse_links(f"0-0 {item} 1-1")
    assert repr(item) in str(error.value)


# The links attention draws


def weights(*rows: tuple[float, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.array(rows, dtype=np.float32)


def test_each_target_word_is_linked_to_the_source_word_it_looks_at_most() -> None:
    looks_TS = weights((0.7, 0.2, 0.1), (0.1, 0.8, 0.1), (0.3, 0.3, 0.4))
    assert strongest_links(looks_TS, (0, 1, None), (0, 1, None)) == {(0, 0), (1, 1)}


def test_a_word_that_looks_at_the_end_of_sentence_is_linked_to_nothing() -> None:
    assert strongest_links(weights((0.2, 0.8), (0.9, 0.1)), (0, None), (0, None)) == frozenset()


def test_the_pieces_of_a_word_add_up_before_words_are_compared() -> None:
    # No piece of word 1 is the strongest token, but the word is the strongest word.
    assert strongest_links(weights((0.4, 0.3, 0.3)), (0, 1, 1), (0,)) == {(1, 0)}
    # A target word in two pieces looks where both look on average.
    assert strongest_links(weights((0.6, 0.4), (0.1, 0.9)), (0, 1), (0, 0)) == {(1, 0)}


def test_the_first_of_equals_is_chosen() -> None:
    assert strongest_links(weights((0.5, 0.5)), (0, 1), (0,)) == {(0, 0)}


# Scores


def test_a_worked_example_of_the_alignment_error_rate() -> None:
    # Four claims: one sure, one possible, two wrong; two sure links in gold. AER = 1 - (1 + 2) / (4 + 2).
    claimed = frozenset({(0, 0), (1, 0), (5, 5), (6, 6)})
    counts = count(claimed, parse_links("0-0 1p0 2-2"))
    assert (counts.aer, counts.precision, counts.recall) == (0.5, 0.5, 0.5)


def test_claiming_exactly_the_sure_links_is_perfect_and_possible_claims_cost_nothing() -> None:
    reference = parse_links(CAT)
    for claimed in (reference.sure, reference.possible):
        counts = count(claimed, reference)
        assert (counts.precision, counts.recall) == (1.0, 1.0)
        assert counts.aer == pytest.approx(0.0)


@given(links, links, links)
def test_scores_are_shares(
    claimed: frozenset[tuple[int, int]], sure: frozenset[tuple[int, int]], more: frozenset[tuple[int, int]]
) -> None:
    counts = count(claimed, gold(sure, more), range(5))
    for score in (counts.aer, counts.precision, counts.recall, counts.content_accuracy):
        assert 0.0 <= score <= 1.0
    if not more - sure:  # Without merely possible links, AER is 1 - F1.
        shared = len(claimed & sure)
        f1 = 2 * shared / (len(claimed) + len(sure)) if claimed or sure else 1.0
        assert counts.aer == pytest.approx(1.0 - f1)


def test_a_corpus_is_scored_by_its_summed_counts_not_by_an_average_of_scores() -> None:
    long = count(frozenset({(i, i) for i in range(9)}), parse_links(" ".join(f"{i}-{i}" for i in range(9))))
    short = count(frozenset({(0, 0)}), parse_links("1-0"))
    assert (long + short).precision == pytest.approx(0.9)
    assert sum([long, short], AlignmentCounts()) == long + short


def test_scores_of_nothing_are_defined() -> None:
    nothing = AlignmentCounts()
    assert (nothing.aer, nothing.precision, nothing.recall, nothing.content_accuracy) == (0.0, 1.0, 1.0, 1.0)
    silent = count(frozenset(), parse_links("0-0"))
    assert (silent.aer, silent.precision, silent.recall) == (1.0, 1.0, 0.0)


def test_a_content_word_counts_as_right_only_by_a_sure_link() -> None:
    reference = parse_links("0-0 1p0 1-1 1p2 2-2")
    claimed = frozenset({(1, 0), (1, 1), (2, 2)})
    assert count(claimed, reference, content_words=[1, 2]).content_accuracy == 1.0
    assert count(claimed, reference, content_words=[0, 1]).content_accuracy == 0.5
    assert count(frozenset(), reference, content_words=[1]).content_accuracy == 0.0
