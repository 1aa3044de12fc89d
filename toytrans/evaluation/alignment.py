"""How well attention aligns words: every layer and head against gold links, to find the view worth showing.

Gold links join the words of a source and its *reference*, so they can only judge a forced pass, in which the model is
forced to say the reference. Its own translation may have other words in other places.

Axes: V views, K rules for what counts as a claimed link, T target words, C columns (source words, and `</s>` and the
null position, which are no words), S source words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps import FORCED, AlignmentCounts, AttentionMap, Link, View, ViewScore, claimed_links, views
from toytrans.attention_maps.words import merge, word_starts
from toytrans.corpus.pairs import Pair
from toytrans.decoding import Translator
from toytrans.errors import Refused
from toytrans.evaluation.gold import Gold, as_read, place_of

Row: TypeAlias = Literal["predicting", "reading"]
"""Which row of a map belongs to a target word: the one that predicts it, or the next, for which it has been read."""

THRESHOLDS = tuple(threshold / 100 for threshold in range(20, 62, 2))
"""The candidate thresholds, from which validation chooses."""
WANTED_PRECISION = 0.96
"""The precision a view should reach: a little over 19 in 20, since validation is a sample."""
WANTED_RECALL = 0.5
"""The recall a view should reach: a view that claims almost nothing is precise, and of no use."""
PAIRS_AT_ONCE = 1024
"""This many pairs have their maps in memory together: a map of a long sentence takes a megabyte."""


class Tally:
    """Counts of claimed and gold links, summed over pairs: a number for each view and rule.

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

    `maps[i]` is the forced pass over `pairs[i]`. A map of anything else, or a link outside its sentence, is a
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

    A view's threshold is the one with the lowest alignment error rate among those that reach `WANTED_PRECISION` and
    `WANTED_RECALL`, or among all if none does. Views are sorted in the same way: those that reach both come first, then
    the lower error rate, then the larger mean.
    """
    return tuple(sorted((_best_threshold(tally, number, view) for number, view in enumerate(all_views)), key=_rank))


def _best_threshold(tally: Tally, number: int, view: View) -> ViewScore:
    scores = []
    for threshold in tally.thresholds:
        counts = tally.counts(number, threshold)
        precision = counts.precision if counts.links else 0.0  # without claims there is nothing to believe
        scores.append(ViewScore(view, threshold, precision, counts.recall, counts.aer))
    best = min(map(_rank, scores))
    equals = [score for score in scores if _rank(score) == best]
    return equals[len(equals) // 2]  # the middle of the thresholds that do equally well


def _rank(score: ViewScore) -> tuple[bool, float]:
    reaches_both = score.precision >= WANTED_PRECISION and score.recall >= WANTED_RECALL
    return not reaches_both, score.aer


def check_map(map_: AttentionMap, pair: Pair, gold: Gold) -> None:
    """A `ValueError` where the map is not of a pass forced to say the pair's reference, or numbers other words."""
    if map_.metadata.decoding != FORCED:
        raise Refused(
            f"{place_of(pair)}: gold links need attention forced to the reference, not {map_.metadata.decoding}"
        )
    words_of_pair = gold.sure_TS.shape[::-1]
    for side, expected, seen in zip(("source", "target"), words_of_pair, map_.num_words, strict=True):
        if seen != expected:
            raise Refused(
                f"{place_of(pair)}: the {side} has {expected} words, but {seen} in the attention map: leave it out"
            )


def forced_maps(translator: Translator, pairs: Sequence[Pair]) -> Iterator[AttentionMap]:
    """The map of each pair while the model is made to say its target, in the order of the pairs.

    Words are numbered as they are read. A pair whose words the tokenizer numbers otherwise than `split_words` is a
    `ValueError`: its links would be wrong.
    """
    pairs = as_read(pairs, translator.tokenizer.reader, translator.languages)
    for start in range(0, len(pairs), PAIRS_AT_ONCE):
        group = pairs[start : start + PAIRS_AT_ONCE]
        maps = translator.attend([pair.source for pair in group], [pair.target for pair in group])
        for map_, pair in zip(maps, group, strict=True):
            check_map(map_, pair, Gold.of(pair, translator.languages))
            yield map_


def claims_over(
    translator: Translator, pairs: Sequence[Pair], view: View, threshold: float | None
) -> list[frozenset[Link]]:
    """The links that a view claims in each pair; without a threshold, each target word's strongest source word."""
    return [
        claimed_links(map_.view(view), map_.cross_word_ids, map_.target_word_ids, threshold)
        for map_ in forced_maps(translator, pairs)
    ]
