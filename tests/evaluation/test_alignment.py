"""Alignment by view: maps made by hand, whose scores one can work out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from toytrans.attention_maps import AlignmentCounts, AttentionMap, Metadata, View
from toytrans.corpus import Pair
from toytrans.evaluation import alignment_by_view, content_words, view_errors, views

LANGUAGES = ("en", "fr")
CAT = Pair(
    "The cat sat on the mat.",
    "Le chat s'est assis sur le tapis.",
    "0-0 1p0 1-1 2-2 2-3 2-4 1p4 3-5 4-6 5p6 5-7 6-8",
)
CAT_LOOKS = (0, 1, 2, 2, 2, 3, 4, 5, 6)
"""For each French word, the English word that surely translates it."""
DOG = Pair("A dog sleeps.", "Un chien dort.", "0-0 1p0 1-1 2-2 3-3")
DOG_LOOKS = (0, 1, 2, 3)
END = "</s>"


def looking_at(columns: Sequence[int], num_sources: int) -> NDArray[np.float32]:
    """One head (T, S): most weight of each word on its column, `</s>` on `</s>`, the rest evenly spread."""
    looks_TS = np.full((len(columns) + 1, num_sources + 1), 0.4 / num_sources)
    looks_TS[np.arange(len(columns) + 1), [*columns, num_sources]] = 0.6
    return looks_TS.astype(np.float32)


def attention_map(cross_LHTS: NDArray[np.float32], decoding: str = "forced") -> AttentionMap:
    num_layers, num_heads, num_targets, num_sources = cross_LHTS.shape

    def even(size: int) -> NDArray[Any]:
        causal = np.tril(np.ones((num_layers, num_heads, size, size)))
        return np.asarray(causal / causal.sum(-1, keepdims=True), dtype=np.float32)

    return AttentionMap(
        cross_LHTS,
        even(num_sources),
        even(num_targets),
        (*map(str, range(num_sources - 1)), END),
        (*map(str, range(num_targets - 1)), END),
        (*range(num_sources - 1), None),
        (*range(num_targets - 1), None),
        Metadata("toy", "step 1", decoding, (0.5,) * num_targets),
    )


def one_head(columns: Sequence[int], num_sources: int, decoding: str = "forced") -> AttentionMap:
    return attention_map(looking_at(columns, num_sources)[None, None], decoding)


def aer(map_: AttentionMap, pair: Pair) -> float:
    return alignment_by_view([map_], [pair], LANGUAGES)[View(1)].aer


def test_attention_on_every_word_s_translation_makes_no_error() -> None:
    counts = alignment_by_view([one_head(CAT_LOOKS, 7)], [CAT], LANGUAGES)[View(1)]
    assert counts.aer == pytest.approx(0.0)
    assert (counts.precision, counts.recall, counts.content_accuracy) == (1.0, 1.0, 1.0)


def test_a_diagonal_map_scores_what_the_diagonal_deserves() -> None:
    # Words 0, 1 and 2 are right, 3 to 7 look too far, and the full stop is right again, since a row cannot pass it.
    # 9 claims, 9 sure links, 4 of them claimed; no claim is merely possible: AER = 1 - (4 + 4) / (9 + 9).
    diagonal = one_head((0, 1, 2, 3, 4, 5, 6, 6, 6), 7)
    assert aer(diagonal, CAT) == pytest.approx(10 / 18)


def test_a_merely_possible_link_costs_no_precision_and_finds_nothing() -> None:
    # `Le` looks at `cat`, whose gender it needs: 9 claims, 8 of them sure and 9 possible; 9 sure links.
    counts = alignment_by_view([one_head((1, *CAT_LOOKS[1:]), 7)], [CAT], LANGUAGES)[View(1)]
    assert counts.aer == pytest.approx(1 - (8 + 9) / (9 + 9))
    assert counts.precision == 1.0
    assert counts.recall == pytest.approx(8 / 9)


def test_a_map_read_one_row_off_scores_badly() -> None:
    right = one_head(CAT_LOOKS, 7)
    one_off = attention_map(np.roll(right.cross_attention, 1, axis=2))
    assert aer(right, CAT) < 0.01
    assert aer(one_off, CAT) > 0.6
    assert aer(attention_map(np.roll(one_head(DOG_LOOKS, 4).cross_attention, 1, axis=2)), DOG) == 1.0


def test_every_layer_s_mean_and_every_head_is_scored_under_its_own_name() -> None:
    right, wrong = looking_at(DOG_LOOKS, 4), looking_at((3, 2, 1, 0), 4)
    heads_LHTS = np.stack([np.stack([wrong, wrong, wrong]), np.stack([right, right, wrong])])
    counts = alignment_by_view([attention_map(heads_LHTS)], [DOG], LANGUAGES)
    assert list(counts) == views(num_layers=2, num_heads=3)
    assert {view for view, found in counts.items() if found.aer < 0.01} == {View(2), View(2, 1), View(2, 2)}
    # With layers and heads the other way round, so is the answer.
    swapped = alignment_by_view([attention_map(heads_LHTS[::-1, ::-1].copy())], [DOG], LANGUAGES)
    assert {view for view, found in swapped.items() if found.aer < 0.01} == {View(1), View(1, 2), View(1, 3)}


def test_pairs_add_up_and_those_without_gold_links_are_passed_over() -> None:
    maps = [one_head(CAT_LOOKS, 7), one_head((3, 2, 1, 0), 4), one_head(DOG_LOOKS, 4)]
    pairs = [CAT, Pair(DOG.source, DOG.target), DOG]
    counts = alignment_by_view(maps, pairs, LANGUAGES)[View(1)]
    assert (counts.links, counts.sure, counts.links_in_sure) == (13, 13, 13)
    assert alignment_by_view(maps[1:2], pairs[1:2], LANGUAGES) == {}


# Refusals


def test_a_link_outside_of_the_sentence_names_the_pair() -> None:
    for alignment in ("0-0 4-1", "0-0 1p4"):
        with pytest.raises(ValueError, match=re.escape("'A dog sleeps.' / 'Un chien dort.': link")):
            alignment_by_view([one_head(DOG_LOOKS, 4)], [Pair(DOG.source, DOG.target, alignment)], LANGUAGES)


def test_a_map_of_another_pair_is_refused() -> None:
    maps = [one_head(CAT_LOOKS, 7), one_head(DOG_LOOKS, 4)]
    with pytest.raises(ValueError, match=r"the source has 4 words, but 7 in the attention map"):
        alignment_by_view(maps, [DOG, CAT], LANGUAGES)
    with pytest.raises(ValueError, match="shorter"):
        alignment_by_view(maps, [CAT], LANGUAGES)


def test_a_map_of_the_model_s_own_translation_is_refused() -> None:
    with pytest.raises(ValueError, match="need attention forced to the reference, not greedy"):
        alignment_by_view([one_head(DOG_LOOKS, 4, decoding="greedy")], [DOG], LANGUAGES)


# The best view


def with_aer(num_right: int) -> AlignmentCounts:
    return AlignmentCounts(links=10, sure=10, links_in_sure=num_right, links_in_possible=num_right)


@pytest.mark.parametrize(
    ("right", "best"),
    [
        ({View(1): 5, View(2): 6, View(1, 1): 4}, View(2)),
        ({View(1): 5, View(2): 5, View(2, 2): 9}, View(2, 2)),
        ({View(1, 1): 7, View(2): 7, View(2, 1): 7}, View(2)),
        ({View(2): 7, View(1): 7}, View(1)),
        ({View(2, 1): 7, View(1, 2): 7, View(1, 1): 7}, View(1, 1)),
    ],
)
def test_the_best_view_has_the_lowest_error_rate_and_of_equals_the_simplest_is_chosen(
    right: dict[View, int], best: View
) -> None:
    errors = view_errors({view: with_aer(num_right) for view, num_right in right.items()})
    assert errors[0].view == best
    assert [each.aer for each in errors] == sorted(each.aer for each in errors)


def test_without_gold_links_no_view_has_an_error_rate() -> None:
    assert view_errors({}) == ()


# Content


def test_content_words_are_neither_grammar_nor_punctuation() -> None:
    assert content_words(CAT.target, "fr") == [1, 4, 7]  # chat, assis, tapis
    assert content_words("« Où dort l'oiseau ? » !", "fr") == [1, 2, 4]


def test_content_words_are_known_of_french_alone() -> None:
    assert content_words("Die Katze schläft.", "de") == []
    counts = alignment_by_view([one_head(DOG_LOOKS, 4)], [DOG], ("en", "de"))
    assert counts[View(1)].content_words == 0
