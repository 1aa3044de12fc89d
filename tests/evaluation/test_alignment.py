"""Alignment by view: maps made by hand, whose scores one can work out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from toytrans.attention_maps import (
    AlignmentCounts,
    AttentionMap,
    Links,
    Metadata,
    View,
    ViewScore,
    claimed_links,
    count,
    parse_links,
    views,
)
from toytrans.corpus import Pair
from toytrans.evaluation import checked_links, content_words, tally_views, view_scores
from toytrans.evaluation.alignment import THRESHOLDS, Row, Tally, word_weights
from toytrans.evaluation.gold import Gold

LANGUAGES = ("en", "fr")
CAT = Pair(
    "The cat sat on the mat.",
    "Le chat s'est assis sur le tapis.",
    "0-0 1p0 1-1 2-2 2-3 2-4 1p4 3-5 4-6 5p6 5-7 6-8",
)
CAT_ATTENDS = (0, 1, 2, 2, 2, 3, 4, 5, 6)
"""For each French word, the English word that surely translates it."""
DOG = Pair("A dog sleeps.", "Un chien dort.", "0-0 1p0 1-1 2-2 3-3")
DOG_LOOKS = (0, 1, 2, 3)
WORDS = "chat dort lit mer nuit"
Heads = Sequence[Sequence[Sequence[float]]]


def attention_map(
    heads: Heads | NDArray[np.float32],
    source_ids: Sequence[int],
    target_ids: Sequence[int],
    num_layers: int = 1,
    decoding: str = "forced",
) -> AttentionMap:
    """Heads, layer by layer, a row a target token and `</s>`, a column a source token and `</s>`, maybe `<null>`."""
    heads_HTC = np.array(heads, dtype=np.float32)
    cross_LHTC = heads_HTC.reshape(num_layers, -1, *heads_HTC.shape[1:])
    num_sources, num_targets = len(source_ids) + 1, len(target_ids) + 1

    def start_only(size: int) -> NDArray[np.float32]:
        return np.broadcast_to(np.eye(size, dtype=np.float32)[0], (*cross_LHTC.shape[:2], size, size))

    return AttentionMap(
        cross_LHTC,
        start_only(num_sources),
        start_only(num_targets),
        (*map(str, source_ids), "</s>"),
        (*map(str, target_ids), "</s>"),
        (*source_ids, None),
        (*target_ids, None),
        Metadata("toy", "step 1", decoding, (0.5,) * num_targets),
    )


def looking_at(columns: Sequence[int], num_sources: int) -> NDArray[np.float32]:
    """One head: most weight of each word on its column, `</s>` on `</s>`, the rest evenly spread."""
    looks_TC = np.full((len(columns) + 1, num_sources + 1), 0.4 / num_sources)
    looks_TC[np.arange(len(columns) + 1), [*columns, num_sources]] = 0.6
    return looks_TC.astype(np.float32)


def one_head(columns: Sequence[int], num_sources: int, decoding: str = "forced") -> AttentionMap:
    return attention_map(looking_at(columns, num_sources)[None], range(num_sources), range(len(columns)), 1, decoding)


def counts_of(
    map_: AttentionMap, pair: Pair, threshold: float | None = None, row: Row = "predicting"
) -> AlignmentCounts:
    """What the first layer's mean claims."""
    return tally_views([map_], [pair], LANGUAGES, row).counts(1, threshold)


# Gold


def test_gold_links_are_tables_of_target_by_source_words() -> None:
    gold = Gold.of(CAT, LANGUAGES)
    assert gold.sure_TS.shape == gold.possible_TS.shape == (9, 7)
    assert (gold.sure_TS.sum(), gold.possible_TS.sum()) == (9, 12)
    assert (gold.sure_TS[5, 3], gold.possible_TS[5, 3]) == (True, True)  # 3-5
    assert (gold.sure_TS[0, 1], gold.possible_TS[0, 1]) == (False, True)  # 1p0
    assert not gold.possible_TS[1, 0]
    assert np.flatnonzero(gold.content_T).tolist() == [1, 4, 7]  # chat, assis, tapis


def test_the_gold_of_a_pair_turned_around_is_its_tables_turned_around() -> None:
    gold, back = Gold.of(CAT, LANGUAGES), Gold.of(CAT.reversed(), ("fr", "en"))
    np.testing.assert_array_equal(back.sure_TS, gold.sure_TS.T)
    np.testing.assert_array_equal(back.possible_TS, gold.possible_TS.T)


@pytest.mark.parametrize("alignment", ["0-0 4-1", "0-0 1p4"])
def test_a_link_outside_the_sentence_names_the_pair(alignment: str) -> None:
    told = "'A dog sleeps.' / 'Un chien dort.': link"
    with pytest.raises(ValueError, match=re.escape(told)) as error:
        Gold.of(Pair(DOG.source, DOG.target, alignment), LANGUAGES)
    assert str(error.value).endswith("is outside 4 source and 4 target words: mend the corpus's alignment")


def test_links_count_words_of_any_script_whole() -> None:
    pair = Pair("हिन्दी में लिखो।", "می\u200cخواهم 👩\u200d🚀 שָׁלוֹם", "0-0 2-2 3p1")
    assert checked_links(pair, ("hi", "fa")) == parse_links("0-0 2-2 3p1")
    with pytest.raises(ValueError, match="3"):
        checked_links(Pair(pair.source, pair.target, "0-3"), ("hi", "fa"))


def test_links_that_stay_within_the_sentence_are_taken_as_they_are_and_a_pair_may_have_none() -> None:
    assert checked_links(CAT, LANGUAGES) == parse_links(CAT.alignment or "")
    for nothing in (None, ""):
        assert checked_links(Pair(DOG.source, DOG.target, nothing), LANGUAGES) == Links()


# The error rate, on cases worked by hand


@pytest.mark.parametrize("threshold", [None, 0.6])
def test_attention_on_every_word_s_translation_makes_no_error(threshold: float | None) -> None:
    counts = counts_of(one_head(CAT_ATTENDS, 7), CAT, threshold)
    assert counts.aer == pytest.approx(0.0)
    assert (counts.precision, counts.recall, counts.content_accuracy) == (1.0, 1.0, 1.0)


def test_a_diagonal_map_scores_what_the_diagonal_deserves() -> None:
    # Words 0, 1 and 2 are right, 3 to 7 look too far, and the full stop is right again, since a row cannot pass it.
    # 9 claims, 9 sure links, 4 of them claimed; no claim is merely possible: AER = 1 - (4 + 4) / (9 + 9).
    assert counts_of(one_head((0, 1, 2, 3, 4, 5, 6, 6, 6), 7), CAT).aer == pytest.approx(10 / 18)


def test_a_merely_possible_link_costs_no_precision_and_finds_nothing() -> None:
    # `Le` attends to `cat`, whose gender it needs: 9 claims, 8 of them sure and 9 possible; 9 sure links.
    counts = counts_of(one_head((1, *CAT_ATTENDS[1:]), 7), CAT)
    assert counts.aer == pytest.approx(1 - (8 + 9) / (9 + 9))
    assert counts.precision == 1.0
    assert counts.recall == pytest.approx(8 / 9)


def test_where_no_link_is_sure_only_wrong_claims_are_errors() -> None:
    # 4 claims, no sure link, 4 or 3 claims possible: AER = 1 - (0 + 4) / (4 + 0), and 1 - (0 + 3) / (4 + 0).
    for alignment, aer in (("0p0 1p1 2p2 3p3", 0.0), ("0p0 1p1 2p2 3p2", 0.25)):
        counts = counts_of(one_head(DOG_LOOKS, 4), Pair(DOG.source, DOG.target, alignment))
        assert counts.aer == pytest.approx(aer)
        assert counts.recall == 1.0


def test_a_map_the_other_way_round_is_right_in_the_middle_alone() -> None:
    pair = Pair("one two three", "un deux trois", "0-0 1-1 2-2")
    # 3 claims, 1 of 3 sure links among them: AER = 1 - (1 + 1) / (3 + 3).
    assert counts_of(one_head((2, 1, 0), 3), pair).aer == pytest.approx(2 / 3)
    turned = Pair("one two three", "un deux trois", "2-0 1-1 0-2")
    assert counts_of(one_head((2, 1, 0), 3), turned).aer == pytest.approx(0.0)


def test_a_map_read_one_row_off_scores_badly_and_the_row_that_reads_is_one_later() -> None:
    right = one_head(CAT_ATTENDS, 7)
    late = replace(right, cross_attention=np.roll(right.cross_attention, 1, axis=2))
    assert counts_of(right, CAT).aer == pytest.approx(0.0)
    assert counts_of(late, CAT).aer > 0.6
    assert counts_of(late, CAT, row="reading").aer == pytest.approx(0.0)
    assert counts_of(right, CAT, row="reading").aer > 0.6


def test_a_threshold_of_a_half_claims_both_of_two_words_with_half_each_and_the_strongest_is_the_first() -> None:
    map_ = attention_map([[[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]], (0, 1), (0,))
    pair = Pair("of the", "des", "0-0 1-0")
    half, strongest = counts_of(map_, pair, 0.5), counts_of(map_, pair)
    assert (half.links, half.links_in_sure, half.recall) == (2, 2, 1.0)
    assert (strongest.links, strongest.links_in_sure, strongest.recall) == (1, 1, 0.5)
    assert counts_of(map_, pair, 0.52).links == 0


# Words


def test_pieces_become_words_in_the_row_that_predicts_and_in_the_row_that_reads() -> None:
    # Columns: word 0 in two pieces, word 1, `</s>`. Rows: word 0 in two pieces, word 1, `</s>`.
    rows = [[0.5, 0.25, 0.25, 0.0], [0.0, 0.25, 0.5, 0.25], [0.0, 0.0, 1.0, 0.0], [0.25, 0.0, 0.25, 0.5]]
    map_ = attention_map([rows], (0, 0, 1), (0, 0, 1))
    weights_VTC, is_word_C = word_weights(map_)
    # Word 0: ((0.5 + 0.25) + (0.0 + 0.25)) / 2 at word 0, (0.25 + 0.5) / 2 at word 1, (0.0 + 0.25) / 2 at the end.
    np.testing.assert_array_equal(weights_VTC[0], [[0.5, 0.375, 0.125], [0.0, 1.0, 0.0]])
    assert is_word_C.tolist() == [True, True, False]
    reading_VTC, _ = word_weights(map_, "reading")
    # Its pieces are read one row later each: 0.25 / 2, (0.5 + 1.0) / 2, 0.25 / 2; then word 1 in the last row.
    np.testing.assert_array_equal(reading_VTC[0], [[0.125, 0.75, 0.125], [0.25, 0.25, 0.5]])


def test_the_end_and_the_null_position_claim_nothing_and_hold_weight_on_no_word() -> None:
    rows = [[0.25, 0.125, 0.625, 0.0], [0.0, 0.25, 0.0, 0.75], [1.0, 0.0, 0.0, 0.0]]
    map_ = attention_map([rows], (0, 1), (0, 1))
    tally = tally_views([map_], [Pair("the cat", "le chat", "0-0 1-1")], LANGUAGES)
    assert map_.has_null
    assert tally.counts(1, None).links == tally.counts(1, 0.6).links == 0
    assert (tally.counts(1, 0.24).links, tally.counts(1, 0.24).links_in_sure) == (2, 2)
    assert tally.no_word_V[1] == 0.625 + 0.75  # the row of `</s>` is of no word either
    assert tally.gold_weight_V[1] == 0.25 + 0.25


def test_a_tally_adds_up_weight_on_gold_and_bits_of_entropy() -> None:
    rows = [[0.5, 0.25, 0.125, 0.125], [0.25, 0.25, 0.25, 0.25], [0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]]
    pair = Pair("the cat sleeps", "le chat dort", "0-0 1p0 1-1 2-2")
    tally = tally_views([attention_map([rows], (0, 1, 2), (0, 1, 2))], [pair], LANGUAGES)
    assert (tally.words, tally.sure, tally.content) == (3, 3, 2)
    assert tally.gold_weight_V[1] == 0.5 + 0.25 + 0.25 + 0.0
    # 0.5 x 1 + 0.25 x 2 + 2 x 0.125 x 3 bits, then 4 x 0.25 x 2 bits, then none.
    assert tally.entropy_V[1] == pytest.approx(1.75 + 2.0 + 0.0)


def test_a_sentence_without_words_adds_nothing() -> None:
    rows: tuple[Row, ...] = ("predicting", "reading")
    for row in rows:
        empty_source = tally_views([attention_map([[[1.0], [1.0]]], (), (0,))], [Pair("", "le", "")], LANGUAGES, row)
        assert (empty_source.words, empty_source.counts(0, None).links, empty_source.no_word_V[0]) == (1, 0, 1.0)
        empty_target = tally_views([attention_map([[[0.5, 0.5]]], (0,), ())], [Pair("the", "", "")], LANGUAGES, row)
        assert (empty_target.words, empty_target.counts(0, None)) == (0, AlignmentCounts())


# Views


@st.composite
def maps_and_pairs(draw: st.DrawFn) -> tuple[AttentionMap, Pair]:
    """Two layers of two heads over words in one or two pieces; sixteenths, so that sums and means are exact."""
    sources, targets = (draw(st.lists(st.integers(1, 2), min_size=1, max_size=4)) for _ in range(2))
    source_ids, target_ids = ([w for w, n in enumerate(sizes) for _ in range(n)] for sizes in (sources, targets))
    num_columns = len(source_ids) + 1 + draw(st.booleans())
    dice = np.random.default_rng(draw(st.integers(0, 1000)))
    sixteenths = dice.multinomial(16, dice.dirichlet(np.full(num_columns, 0.3)), size=(4, len(target_ids) + 1))
    cell = st.tuples(st.integers(0, len(sources) - 1), st.sampled_from("-p"), st.integers(0, len(targets) - 1))
    links = draw(st.lists(cell, max_size=8, unique_by=lambda link: (link[0], link[2])))
    pair = Pair(
        " ".join("abcd"[: len(sources)]),
        " ".join(["le", *WORDS.split()][: len(targets)]),
        " ".join(f"{source}{kind}{target}" for source, kind, target in links),
    )
    return attention_map((sixteenths / 16).astype(np.float32), source_ids, target_ids, num_layers=2), pair


@given(st.lists(maps_and_pairs(), min_size=1, max_size=3))
def test_a_tally_counts_what_the_claimed_links_of_each_view_count(cases: list[tuple[AttentionMap, Pair]]) -> None:
    thresholds = (0.25, 0.375, 0.5)
    tally = tally_views([map_ for map_, _ in cases], [pair for _, pair in cases], LANGUAGES, thresholds=thresholds)
    for number, view in enumerate(views(2, 2)):
        for threshold in (None, *thresholds):
            expected = AlignmentCounts()
            for map_, pair in cases:
                gold, content = parse_links(pair.alignment or ""), content_words(pair.target, "fr")
                claimed = claimed_links(map_.view(view), map_.cross_word_ids, map_.target_word_ids, threshold)
                expected += count(claimed, gold, content)
            assert tally.counts(number, threshold) == expected


def test_every_mean_and_every_head_is_tallied_in_the_order_of_views() -> None:
    right, wrong = looking_at(DOG_LOOKS, 4), looking_at((3, 2, 1, 0), 4)

    def perfect(*heads: NDArray[np.float32]) -> set[View]:
        tally = tally_views([attention_map(np.stack(heads), range(4), range(4), num_layers=2)], [DOG], LANGUAGES)
        return {view for number, view in enumerate(views(2, 3)) if tally.counts(number, None).aer < 0.01}

    assert perfect(wrong, wrong, wrong, right, right, wrong) == {View(2), View(2, 1), View(2, 2)}
    # With layers and heads the other way round, so is the answer.
    assert perfect(wrong, right, right, wrong, wrong, wrong) == {View(1), View(1, 2), View(1, 3)}
    # Four of six heads decide the mean of all.
    assert perfect(right, right, wrong, right, right, wrong) == {View(), *map(View, (1, 2))} | {
        View(layer, head) for layer in (1, 2) for head in (1, 2)
    }


def test_pairs_add_up_and_those_without_gold_links_are_passed_over() -> None:
    maps = [one_head(CAT_ATTENDS, 7), one_head((3, 2, 1, 0), 4), one_head(DOG_LOOKS, 4)]
    pairs = [CAT, Pair(DOG.source, DOG.target), DOG]
    counts = tally_views(maps, pairs, LANGUAGES).counts(1, None)
    assert (counts.links, counts.sure, counts.links_in_sure) == (13, 13, 13)
    assert tally_views(maps[1:2], pairs[1:2], LANGUAGES).words == 0
    assert tally_views([], [], LANGUAGES).words == 0


# Refusals


def test_a_map_of_another_pair_is_refused() -> None:
    maps = [one_head(CAT_ATTENDS, 7), one_head(DOG_LOOKS, 4)]
    with pytest.raises(ValueError, match=r"the source has 4 words, but 7 in the attention map"):
        tally_views(maps, [DOG, CAT], LANGUAGES)
    with pytest.raises(ValueError, match="shorter"):
        tally_views(maps, [CAT], LANGUAGES)


def test_a_map_of_the_model_s_own_translation_is_refused() -> None:
    with pytest.raises(ValueError, match="need attention forced to the reference, not greedy"):
        tally_views([one_head(DOG_LOOKS, 4, decoding="greedy")], [DOG], LANGUAGES)


# The best view

TEN = Gold(np.eye(10, dtype=bool), np.eye(10, dtype=bool), np.ones(10, dtype=bool))
"""Ten words, each translated by the one in its place."""


def attending(num_right: int, num_wrong: int = 0, right: float = 1.0, wrong: float = 0.0) -> NDArray[np.float32]:
    """The first words attend to their translations, the next at a wrong word, the others at `</s>`.

    Each that attends right gives `right` to the word and `wrong` to the one after it; what is left goes to `</s>`.
    """
    weights_TC = np.zeros((10, 11), dtype=np.float32)
    for word in range(num_right):
        weights_TC[word, word], weights_TC[word, (word + 1) % 10] = right, wrong
    for word in range(num_right, num_right + num_wrong):
        weights_TC[word, (word + 1) % 10] = 1.0
    weights_TC[:, 10] = 1.0 - weights_TC.sum(axis=1)
    return weights_TC


def best_first(*views_TC: NDArray[np.float32]) -> list[ViewScore]:
    """The scores of these views, named View(1), View(2), ... in the order in which they are given."""
    tally = Tally(len(views_TC))
    tally.add(np.stack(views_TC), np.arange(11) < 10, TEN)
    return list(view_scores(tally, [View(1 + number) for number in range(len(views_TC))]))


def test_claims_one_can_believe_come_before_a_lower_error_rate_and_no_claims_last() -> None:
    scores = best_first(attending(0), attending(4), attending(9, num_wrong=1), attending(6))
    # Nothing: AER 1. Four right: precision 1, recall 0.4, AER 1 - (4 + 4) / (4 + 10). Nine of ten: precision and recall
    # 0.9, AER 0.1. Six: precision 1, recall 0.6, AER 1 - (6 + 6) / (6 + 10): the only one precise enough that finds
    # enough.
    assert [score.view for score in scores] == [View(4), View(3), View(2), View(1)]
    assert [score.aer for score in scores] == pytest.approx([0.25, 0.1, 3 / 7, 1.0])


def test_a_view_that_claims_nothing_is_not_believed() -> None:
    (nothing,) = best_first(attending(0))
    assert (nothing.precision, nothing.recall, nothing.aer) == (0.0, 0.0, 1.0)


def test_of_views_that_can_be_believed_the_lower_error_rate_and_of_equals_the_larger_mean_comes_first() -> None:
    assert [score.view for score in best_first(attending(7), attending(8), attending(7), attending(8))] == [
        View(2), View(4), View(1), View(3),
    ]  # fmt: skip


def test_the_threshold_of_a_view_is_the_one_at_which_its_claims_are_best() -> None:
    # Up to 0.30 the wrong word is claimed too; from 0.42 on nothing is. Between, 0.36 has most room on both sides.
    (between,) = best_first(attending(10, right=0.4, wrong=0.3))
    assert (between.threshold, between.precision, between.recall, between.aer) == (0.36, 1.0, 1.0, 0.0)
    # Where precision cannot be had, the lowest error rate decides: 20 claims, 10 of them right, find all 10 links, and
    # AER = 1 - (10 + 10) / (20 + 10); above 0.30 only the wrong words would be claimed.
    (neither,) = best_first(attending(10, right=0.3, wrong=0.4))
    assert 0.20 < neither.threshold < 0.30
    assert neither.precision == 0.5
    assert neither.aer == pytest.approx(1 / 3)


def test_of_thresholds_that_do_as_well_the_one_in_the_middle_is_taken() -> None:
    (always,) = best_first(attending(10))
    assert always.threshold == THRESHOLDS[len(THRESHOLDS) // 2]


# Content


def test_content_words_are_neither_grammar_nor_punctuation() -> None:
    assert content_words(CAT.target, "fr") == [1, 4, 7]  # chat, assis, tapis
    assert content_words("« Où dort l'oiseau ? » !", "fr") == [2, 4]


def test_content_words_are_known_of_french_alone() -> None:
    assert content_words("Die Katze schläft.", "de") == []
    assert tally_views([one_head(DOG_LOOKS, 4)], [DOG], ("en", "de")).content == 0


def test_a_content_word_is_right_where_one_of_its_claimed_links_is_sure() -> None:
    # `chien` attends to `dog`; `dort` at `dog` for 0.6 and at `sleeps` for 0.4: claimed from 0.4 on, not the strongest.
    rows = np.eye(5, dtype=np.float32)
    rows[2] = [0.0, 0.6, 0.4, 0.0, 0.0]
    map_ = attention_map(rows[None], range(4), range(4))
    assert [counts_of(map_, DOG, threshold).content_accuracy for threshold in (None, 0.4, 0.5)] == [0.5, 1.0, 0.5]
    # A merely possible link, though claimed, does not do.
    possible = Pair(DOG.source, DOG.target, "0-0 1p1 2-2 3-3")
    assert counts_of(map_, possible, 0.4).content_accuracy == 0.5
