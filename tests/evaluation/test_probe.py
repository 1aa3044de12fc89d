"""Probes: maps made by hand, whose weights and ranks one can read off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pytest

from toytrans.attention_maps import AttentionMap, Metadata, View
from toytrans.corpus import Pair
from toytrans.decoding import Translator
from toytrans.evaluation import Probe, probe
from toytrans.text import Tokenizer
from toytrans.text.word_tokenizer import WordTokenizer

Row = tuple[float, ...]


@dataclass
class Scripted:
    """A translator whose attention is given: for each source, its rows (target words and `</s>`)."""

    rows: dict[str, Sequence[Row]]
    languages: tuple[str, str] = ("en", "fr")
    attended: list[str] = field(default_factory=list)
    source_word_ids: tuple[int | None, ...] | None = None
    tokenizer: Tokenizer = field(default_factory=lambda: WordTokenizer([]))

    def attend(self, texts: Sequence[str], targets: Sequence[str]) -> list[AttentionMap]:
        self.attended += texts
        return [self._map(text, target) for text, target in zip(texts, targets, strict=True)]

    def _map(self, text: str, target: str) -> AttentionMap:
        cross_TS = np.array(self.rows[text], dtype=np.float32)
        num_sources = len(text.split()) + 1 if self.source_word_ids is None else len(self.source_word_ids)
        num_targets = len(target.split()) + 1

        def even(size: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
            causal = np.tril(np.ones((1, 1, size, size)))
            return np.asarray(causal / causal.sum(-1, keepdims=True), dtype=np.float32)

        return AttentionMap(
            cross_TS[None, None],
            even(num_sources),
            even(num_targets),
            (*map(str, range(num_sources - 1)), "</s>"),
            (*target.split(), "</s>"),
            self.source_word_ids or (*range(num_sources - 1), None),
            (*range(num_targets - 1), None),
            Metadata("toy", "step 1", "forced", (0.5,) * num_targets),
        )


def probed(scripted: Scripted, pairs: Sequence[Pair], *words: tuple[str, str]) -> list[Probe]:
    return probe(cast(Translator, scripted), pairs, words, View())


def near(weight: float) -> float:
    """A mean of 32-bit weights."""
    return cast(float, pytest.approx(weight))


END = (0.0, 0.0, 1.0)
TWO = Pair("the cat", "le chat")


def test_holds_weight_and_rank_are_means_over_the_occurrences() -> None:
    pairs = [TWO, Pair("a cat", "un chat"), Pair("a dog", "un chien")]
    scripted = Scripted(
        {"the cat": [(1.0, 0.0, 0.0), (0.1, 0.7, 0.2), END], "a cat": [(1.0, 0.0, 0.0), (0.3, 0.2, 0.5), END]}
    )
    (found,) = probed(scripted, pairs, ("cat", "chat"))
    assert found == Probe("cat", "chat", 2, 0.5, near(0.45), 2.0)  # ranks 1 and 3
    assert scripted.attended == ["the cat", "a cat"]  # a pair without the words is not computed


def test_each_place_of_the_target_word_is_an_occurrence_and_any_place_of_the_source_word_will_do() -> None:
    pair = Pair("cat cat", "chat un chat")
    rows = [(0.4, 0.6, 0.0), (0.0, 0.0, 1.0), (0.3, 0.3, 0.4), END]
    (found,) = probed(Scripted({pair.source: rows}), [pair], ("cat", "chat"))
    # the first chat attends to the second cat most; the last one at </s> most, with both cats 0.6 together
    assert found == Probe("cat", "chat", 2, 0.5, near(0.8), 1.5)


def test_a_word_that_is_on_the_null_position_does_not_hold() -> None:
    rows = [(1.0, 0.0, 0.0, 0.0), (0.0, 0.4, 0.0, 0.6), (0.0, 0.0, 1.0, 0.0)]
    (found,) = probed(Scripted({"the cat": rows}), [TWO], ("cat", "chat"))
    assert found == Probe("cat", "chat", 1, 0.0, near(0.4), 2.0)


def test_the_pieces_of_the_source_word_are_one_word() -> None:
    rows = [(1.0, 0.0, 0.0, 0.0), (0.4, 0.3, 0.3, 0.0), (0.0, 0.0, 0.0, 1.0)]
    scripted = Scripted({"the cat": rows}, source_word_ids=(0, 1, 1, None))
    assert probed(scripted, [TWO], ("cat", "chat")) == [Probe("cat", "chat", 1, 1.0, near(0.6), 1.0)]


def test_the_first_of_equals_is_the_strongest_as_where_links_are_claimed() -> None:
    rows = [(0.5, 0.5, 0.0), (0.5, 0.5, 0.0), END]
    the, cat = probed(Scripted({"the cat": rows}), [TWO], ("the", "chat"), ("cat", "chat"))
    assert (the.holds, the.rank, cat.holds, cat.rank) == (1.0, 1.0, 0.0, 2.0)


def test_capitals_do_not_matter_and_names_stay_as_they_were_asked() -> None:
    pair = Pair("The cat", "Le chat")
    rows = [(0.9, 0.1, 0.0), (0.0, 1.0, 0.0), END]
    found = probed(Scripted({"The cat": rows}), [pair], ("the", "LE"), ("CAT", "chat"))
    assert [(each.source, each.target, each.holds) for each in found] == [("the", "LE", 1.0), ("CAT", "chat", 1.0)]


@pytest.mark.parametrize("words", [("dog", "chat"), ("cat", "chien"), ("the cat", "chat")])
def test_words_that_no_pair_holds_are_told(words: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=f"no pair has '{words[0]}' in its source and '{words[1]}' in its target"):
        probed(Scripted({}), [TWO], words)


def test_json_holds_all_of_it_as_plain_values() -> None:
    document = {"source": "cat", "target": "chat", "occurrences": 2, "holds": 0.5, "weight": 0.45, "rank": 2.0}
    assert Probe("cat", "chat", 2, 0.5, 0.45, 2.0).to_json() == document
