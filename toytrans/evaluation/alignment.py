"""How well attention aligns words: every layer and head against gold links, to find the one worth showing.

Gold links join the words of a source and its *reference*, so they can only judge maps of a forced pass, in which the
model is made to say the reference. A translation of its own may have other words in other places.

Axes: V views, K rules for what counts as a claimed link, T target words, C columns (source words, and `</s>` and the
null position, which are no words), S source words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps import AlignmentCounts, AttentionMap, Links, View, ViewScore, parse_links, views
from toytrans.attention_maps.words import merge, word_starts
from toytrans.corpus.grammar.french import FRENCH_FUNCTION_WORDS
from toytrans.corpus.pairs import Pair
from toytrans.text.words import split_words

Row: TypeAlias = Literal["predicting", "reading"]
"""Which row of a map belongs to a target word: the one that predicts it, or the next, for which it has been read."""

THRESHOLDS = tuple(threshold / 100 for threshold in range(20, 62, 2))
"""What a source word may have to get of a row before the row claims it: candidates, of which validation chooses."""
WANTED_PRECISION = 0.96
"""Of the links a picture outlines so many should be right: a little over 19 in 20, since validation is a sample."""
WANTED_RECALL = 0.5
"""Of the sure links it should outline so many: who claims nothing is never wrong, and of no use."""


@dataclass(frozen=True)
class Gold:
    """The gold links of a pair as tables (S, T), and which target words carry content."""

    sure_TS: NDArray[np.bool_]
    possible_TS: NDArray[np.bool_]
    content_T: NDArray[np.bool_]

    @classmethod
    def of(cls, pair: Pair, languages: tuple[str, str]) -> Gold:
        """The links of a pair that has some; one outside of its sentence is a `ValueError`."""
        links, (num_sources, num_targets) = checked_links(pair, languages), num_words(pair, languages)
        content_T = np.zeros(num_targets, dtype=bool)
        content_T[content_words(pair.target, languages[1])] = True
        shape = num_targets, num_sources
        return cls(_table(links.sure, shape), _table(links.possible, shape), content_T)


def checked_links(pair: Pair, languages: tuple[str, str]) -> Links:
    """The gold links of a pair, none where it has none; one outside of its sentence is a `ValueError`."""
    links = parse_links(pair.alignment or "")
    num_sources, num_targets = num_words(pair, languages)
    for source, target in sorted(links.possible):
        if source >= num_sources or target >= num_targets:
            raise ValueError(
                f"{_where(pair)}: link {source}-{target} is outside of {num_sources} source and {num_targets} target "
                "words: mend the corpus's alignment"
            )
    return links


class Tally:
    """What many maps claim and how they look, beside gold: sums over pairs, a number a view and a rule.

    The first rule claims each target word's strongest source word; the others every word with a threshold of the row.
    """

    def __init__(self, num_views: int, thresholds: Sequence[float] = THRESHOLDS) -> None:
        self.thresholds = tuple(thresholds)
        counts = np.zeros((4, 1 + len(thresholds), num_views), dtype=np.int64)
        self.links_KV, self.in_sure_KV, self.in_possible_KV, self.content_right_KV = counts
        self.gold_weight_V, self.no_word_V, self.entropy_V = np.zeros((3, num_views))
        self.sure = self.content = self.words = 0

    def add(self, weights_VTC: NDArray[np.float32], is_word_C: NDArray[np.bool_], gold: Gold) -> None:
        """Adds a pair: every view's attention, a row a target word; columns that are no word only hold weight."""
        strongest_VTC = weights_VTC.argmax(axis=-1)[..., None] == np.arange(weights_VTC.shape[-1])
        thresholds_K111 = np.array(self.thresholds, dtype=np.float32)[:, None, None, None]
        claimed_KVTC = np.concatenate([strongest_VTC[None], weights_VTC >= thresholds_K111])
        claimed_KVTS, weights_VTS = claimed_KVTC[..., is_word_C], weights_VTC[..., is_word_C]
        self.links_KV += claimed_KVTS.sum(axis=(2, 3))
        self.in_sure_KV += (claimed_KVTS & gold.sure_TS).sum(axis=(2, 3))
        self.in_possible_KV += (claimed_KVTS & gold.possible_TS).sum(axis=(2, 3))
        self.content_right_KV += ((claimed_KVTS & gold.sure_TS).any(axis=3) & gold.content_T).sum(axis=2)
        self.gold_weight_V += (weights_VTS * gold.possible_TS).sum(axis=(1, 2))
        self.no_word_V += weights_VTC[..., ~is_word_C].sum(axis=(1, 2))
        self.entropy_V -= (weights_VTC * np.log2(np.maximum(weights_VTC, 1e-12))).sum(axis=(1, 2))
        self.sure += int(gold.sure_TS.sum())
        self.content += int(gold.content_T.sum())
        self.words += len(gold.content_T)

    def counts(self, view: int, threshold: float | None) -> AlignmentCounts:
        """The counts of view number `view` at a threshold, one of `thresholds`; `None`: the strongest source word."""
        rule = 0 if threshold is None else 1 + self.thresholds.index(threshold)
        return AlignmentCounts(
            links=int(self.links_KV[rule, view]),
            sure=self.sure,
            links_in_sure=int(self.in_sure_KV[rule, view]),
            links_in_possible=int(self.in_possible_KV[rule, view]),
            content_words=self.content,
            content_words_right=int(self.content_right_KV[rule, view]),
        )


def tally_views(
    maps: Sequence[AttentionMap],
    pairs: Sequence[Pair],
    languages: tuple[str, str],
    row: Row = "predicting",
    thresholds: Sequence[float] = THRESHOLDS,
) -> Tally:
    """The tally of every view, in the order of `views`, over all pairs that have gold links.

    `maps[i]` is the forced pass over `pairs[i]`. A map of anything else, and a link outside of its sentence, is a
    `ValueError` that names the pair.
    """
    tally = Tally(len(views(maps[0].num_layers, maps[0].num_heads)) if maps else 0, thresholds)
    for map_, pair in zip(maps, pairs, strict=True):
        if pair.alignment is not None:
            gold = Gold.of(pair, languages)
            check_map(map_, pair, gold)
            tally.add(*word_weights(map_, row), gold)
    return tally


def word_weights(map_: AttentionMap, row: Row = "predicting") -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Cross-attention over words, in every view (V, T, C), and which columns are words (C). `</s>` has no row."""
    cross_LHTS, target_ids = map_.cross_attention, map_.target_word_ids
    if row == "reading":
        cross_LHTS, target_ids = cross_LHTS[:, :, 1:], target_ids[:-1]
    targets, columns = word_starts(target_ids), word_starts(map_.cross_word_ids)
    is_row = [target_ids[start] is not None for start in targets]
    heads_LHTC = merge(cross_LHTS, targets, columns)[:, :, is_row]
    layers_LTC = heads_LHTC.mean(axis=1)
    weights_VTC = np.concatenate([layers_LTC.mean(axis=0)[None], layers_LTC, *heads_LHTC])  # the order of `views`
    return weights_VTC, np.array([map_.cross_word_ids[start] is not None for start in columns])


def view_scores(tally: Tally, all_views: Sequence[View]) -> tuple[ViewScore, ...]:
    """For each view the threshold to claim links by, and what that scores; the best view first.

    A view's threshold is the one with the lowest alignment error rate of those whose claims can be believed (see
    `WANTED_PRECISION` and `WANTED_RECALL`), or of all where none can. Of the views, too, those that can be believed
    come first, then the lower error rate, then the larger mean.
    """
    return tuple(sorted((_best_threshold(tally, number, view) for number, view in enumerate(all_views)), key=_rank))


def _best_threshold(tally: Tally, number: int, view: View) -> ViewScore:
    scores = []
    for threshold in tally.thresholds:
        counts = tally.counts(number, threshold)
        precision = counts.precision if counts.links else 0.0  # who claims nothing is no one to believe
        scores.append(ViewScore(view, threshold, precision, counts.recall, counts.aer))
    best = min(map(_rank, scores))
    equals = [score for score in scores if _rank(score) == best]
    return equals[
        len(equals) // 2
    ]  # in the middle of the thresholds that do as well, where there is room on both sides


def _rank(score: ViewScore) -> tuple[bool, float]:
    can_be_believed = score.precision >= WANTED_PRECISION and score.recall >= WANTED_RECALL
    return not can_be_believed, score.aer


def content_words(text: str, language: str) -> list[int]:
    """The positions of the words that carry meaning: neither grammar nor punctuation. Known of French only."""
    if language != "fr":
        return []
    return [
        position
        for position, word in enumerate(split_words(text, language))
        if word.lower() not in FRENCH_FUNCTION_WORDS and any(map(str.isalnum, word))
    ]


def check_map(map_: AttentionMap, pair: Pair, gold: Gold) -> None:
    """A `ValueError` where the map is not of a pass forced to say the pair's reference, or numbers other words."""
    if map_.metadata.decoding != "forced":
        raise ValueError(
            f"{_where(pair)}: gold links need attention forced to the reference, not {map_.metadata.decoding}"
        )
    words_of_pair = gold.sure_TS.shape[::-1]
    for side, expected, seen in zip(("source", "target"), words_of_pair, map_.num_words, strict=True):
        if seen != expected:
            raise ValueError(f"{_where(pair)}: the {side} has {expected} words, but {seen} in the attention map")


def num_words(pair: Pair, languages: tuple[str, str]) -> tuple[int, int]:
    """How many words source and target have, as links number them."""
    return len(split_words(pair.source, languages[0])), len(split_words(pair.target, languages[1]))


def _where(pair: Pair) -> str:
    return f"{pair.source!r} / {pair.target!r}"


def _table(links: frozenset[tuple[int, int]], shape: tuple[int, int]) -> NDArray[np.bool_]:
    table_TS = np.zeros(shape, dtype=bool)
    for source, target in links:
        table_TS[target, source] = True
    return table_TS
