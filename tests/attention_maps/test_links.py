"""Gold links, the links attention draws, and the scores between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toytrans.attention_maps import (
    AlignmentCounts,
    Links,
    claimed_links,
    count,
    format_links,
    parse_links,
    reversed_links,
)

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


@given(links, links, st.booleans())
def test_reading_undoes_writing(
    sure: frozenset[tuple[int, int]], more: frozenset[tuple[int, int]], one_based: bool
) -> None:
    assert parse_links(format_links(gold(sure, more), one_based), one_based) == gold(sure, more)


def test_one_based_links_count_words_from_1() -> None:
    assert parse_links("1-1 2p1", one_based=True) == parse_links("0-0 1p0")
    assert format_links(parse_links("0-0 1p0"), one_based=True) == "1-1 2p1"


@pytest.mark.parametrize("item", ["0-1", "1-0", "0p3"])
def test_a_zero_in_one_based_links_is_an_error_that_says_so(item: str) -> None:
    with pytest.raises(ValueError, match=f"link '{item}' has a word 0, but the links are read as one-based"):
        parse_links(f"1-1 {item}", one_based=True)


@pytest.mark.parametrize("item", ["0", "0-", "-1-2", "0:0", "0P0", "1-2-3", "٣-٣", "0-1.5", "9" * 5000 + "-0"])
def test_an_item_that_is_no_link_is_named(item: str) -> None:
    with pytest.raises(ValueError, match="is neither i-j") as error:
        parse_links(f"0-0 {item} 1-1")
    assert repr(item) in str(error.value)


# The links attention draws


def weights(*rows: tuple[float, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.array(rows, dtype=np.float32)


def test_without_a_threshold_each_target_word_claims_the_source_word_with_its_largest_weight() -> None:
    weights_TS = weights((0.7, 0.2, 0.1), (0.1, 0.8, 0.1), (0.3, 0.3, 0.4))
    assert claimed_links(weights_TS, (0, 1, None), (0, 1, None)) == {(0, 0), (1, 1)}


def test_the_first_of_equals_is_the_strongest() -> None:
    assert claimed_links(weights((0.5, 0.5)), (0, 1), (0,)) == {(0, 0)}


@pytest.mark.parametrize(
    ("row", "threshold", "claimed"),
    [
        ((0.5, 0.5, 0.0), 0.5, {(0, 0), (1, 0)}),
        ((0.4, 0.35, 0.25), 0.3, {(0, 0), (1, 0)}),
        ((0.4, 0.35, 0.25), 0.5, set()),
        ((1.0, 0.0, 0.0), 1.0, {(0, 0)}),
    ],
    ids=["two words at half each", "two words above the threshold", "no word with the threshold", "all on one word"],
)
def test_a_word_claims_every_source_word_that_reaches_the_threshold(
    row: tuple[float, ...], threshold: float, claimed: set[tuple[int, int]]
) -> None:
    assert claimed_links(weights(row), (0, 1, 2), (0,), threshold) == claimed


@pytest.mark.parametrize("threshold", [None, 0.2])
def test_a_word_that_is_on_the_end_of_sentence_or_the_null_position_claims_nothing(threshold: float | None) -> None:
    for source_word_ids in ((0, None), (0, None, None)):  # the second has a null position, in the last column
        weights_TS = np.zeros((2, len(source_word_ids)), dtype=np.float32)
        weights_TS[0, -1], weights_TS[1, 0] = 1.0, 1.0  # and what </s> attends to is no claim either
        assert claimed_links(weights_TS, source_word_ids, (0, None), threshold) == frozenset()


def test_beside_the_null_position_a_word_still_claims_what_reaches_the_threshold() -> None:
    weights_TS = weights((0.4, 0.0, 0.6))
    assert claimed_links(weights_TS, (0, None, None), (0,), 0.4) == {(0, 0)}
    assert claimed_links(weights_TS, (0, None, None), (0,)) == frozenset()


@pytest.mark.parametrize("threshold", [None, 0.6])
def test_the_pieces_of_a_word_add_up_before_words_are_compared(threshold: float | None) -> None:
    # No piece of word 1 is the strongest token, or has the threshold, but the word is and has.
    assert claimed_links(weights((0.4, 0.3, 0.3)), (0, 1, 1), (0,), threshold) == {(1, 0)}
    # A target word in two pieces attends where both attend on average.
    assert claimed_links(weights((0.6, 0.4), (0.1, 0.9)), (0, 1), (0, 0), threshold) == {(1, 0)}


# Scores


# Worked by hand from AER = 1 - (|A and S| + |A and P|) / (|A| + |S|), A the claims, S the sure, P the possible links.
SHIFTED = parse_links(format_links(parse_links(CAT), one_based=True))
"""The gold links of CAT, written from 1 and read from 0."""
WORKED = {
    "the sure links of gold": (parse_links(CAT).sure, CAT, 1 - (9 + 9) / (9 + 9)),
    "all links of gold": (parse_links(CAT).possible, CAT, 1 - (9 + 12) / (12 + 9)),
    "sure and possible, two wrong": ({(0, 0), (1, 0), (5, 5), (6, 6)}, "0-0 1p0 2-2", 1 - (1 + 2) / (4 + 2)),
    "sure only, one wrong": ({(0, 0), (1, 1), (3, 3)}, "0-0 1-1 2-2", 1 - (2 + 2) / (3 + 3)),
    "possible only, one wrong": ({(0, 0), (2, 2)}, "0p0 1p1", 1 - (0 + 1) / (2 + 0)),
    "read the wrong way round": (reversed_links(parse_links(CAT).sure), CAT, 1 - (3 + 3) / (9 + 9)),
    "counted from 1, read from 0": (SHIFTED.sure, CAT, 1 - (6 + 6) / (9 + 9)),
}


@pytest.mark.parametrize(("claimed", "reference", "aer"), WORKED.values(), ids=WORKED.keys())
def test_alignment_error_rates_worked_by_hand(claimed: set[tuple[int, int]], reference: str, aer: float) -> None:
    assert count(frozenset(claimed), parse_links(reference)).aer == pytest.approx(aer)


def test_precision_counts_possible_links_and_recall_does_not() -> None:
    counts = count(frozenset({(0, 0), (1, 0), (5, 5), (6, 6)}), parse_links("0-0 1p0 2-2"))
    assert (counts.precision, counts.recall) == (0.5, 0.5)
    possible_alone = count(frozenset({(1, 0)}), parse_links("0-0 1p0"))
    assert (possible_alone.precision, possible_alone.recall) == (1.0, 0.0)


@given(links, links, links)
def test_scores_are_fractions(
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
