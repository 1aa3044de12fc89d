"""Attention against cause: maps and losses made by hand, whose agreement one can count."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from toytrans.attention_maps import AttentionMap, Metadata, View, ViewScore
from toytrans.attention_maps.hidden_words import HiddenWords
from toytrans.corpus import Pair
from toytrans.decoding import Translator
from toytrans.evaluation import hiding
from toytrans.evaluation.hiding import hidden_word_agreement
from toytrans.evaluation.printing import hiding_text
from toytrans.text.word_tokenizer import WordTokenizer

THE_CAT = Pair("The cat", "Le chat", "0-0 1p0 1-1")
VIEW = View(1, 1)


def attention_map(weights: Sequence[Sequence[float]]) -> AttentionMap:
    """The forced pass over `THE_CAT`: a row a target word, `The`, `cat`, `</s>` and `<null>` its columns."""
    cross = np.array([*weights, [0, 0, 1, 0]], dtype=np.float32)[None, None]
    causal = np.tril(np.ones((3, 3)))
    rows = (causal / causal.sum(-1, keepdims=True)).astype(np.float32)[None, None]
    metadata = Metadata("toy", "step 1", "forced", (0.5,) * 3)
    words = (0, 1, None)
    return AttentionMap(cross, rows, rows, ("The", "cat", "</s>"), ("Le", "chat", "</s>"), words, words, metadata)


def hidden_words(losses: Sequence[Sequence[float]]) -> HiddenWords:
    metadata = Metadata("toy", "step 1", "forced", (0.5, 0.5))
    return HiddenWords(("The", "cat"), ("Le", "chat"), np.array(losses, dtype=np.float32), metadata)


def agreement(
    monkeypatch: pytest.MonkeyPatch,
    weights: Sequence[Sequence[float]],
    losses: Sequence[Sequence[float]],
    pair: Pair = THE_CAT,
) -> hiding.HidingAgreement:
    class Told(Translator):
        """A translator with these weights and losses, whose view claims links from a weight of 0.4."""

        shape = (1, 1)

        def __init__(self) -> None:
            self.languages, self.tokenizer = ("en", "fr"), WordTokenizer([])
            self.view_scores = (ViewScore(VIEW, 0.4, 0.9, 0.9, 0.1),)

        def attend(self, texts: Sequence[str], targets: Sequence[str]) -> list[AttentionMap]:
            return [attention_map(weights) for _ in texts]

    monkeypatch.setattr(hiding, "hide_words", lambda *_: [hidden_words(losses)])
    return hidden_word_agreement(Told(), [pair], VIEW)


def test_words_agree_where_the_strongest_weight_is_on_the_word_whose_hiding_costs_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = agreement(monkeypatch, [[0.7, 0.1, 0.1, 0.1], [0.7, 0.1, 0.1, 0.1]], [[2, 1], [1, 2]])
    assert found.content is not None
    assert (found.others.words, found.others.same) == (1, 1)  # Le
    assert (found.content.words, found.content.same) == (1, 0)  # chat
    assert found.all.fractions()["same"] == 0.5


def test_the_end_and_the_null_position_are_no_words_and_claim_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = agreement(monkeypatch, [[0.3, 0.1, 0.6, 0.0], [0.0, 0.2, 0.0, 0.8]], [[1, 0], [0, 1]])
    assert (found.all.same, found.all.claimed) == (2, 0)
    assert found.all.fractions()["claimed_same"] is None


def test_a_word_that_no_hiding_costs_anything_has_no_cause_and_agrees_with_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = agreement(monkeypatch, [[1, 0, 0, 0], [0, 1, 0, 0]], [[0.04, -3], [0, 0.06]])
    assert (found.all.words, found.all.with_cause, found.all.same, found.all.judged) == (2, 1, 1, 1)


def test_cause_and_attention_are_each_held_to_gold(monkeypatch: pytest.MonkeyPatch) -> None:
    weights, losses = [[0, 1, 0, 0], [1, 0, 0, 0]], [[0, 1], [0, 1]]
    found = agreement(monkeypatch, weights, losses)
    assert (found.all.judged, found.all.cause_is_gold, found.all.strongest_is_gold) == (2, 2, 1)  # 1p0 is gold enough
    without_gold = agreement(monkeypatch, weights, losses, Pair("The cat", "Le chat"))
    assert without_gold.all.judged == 0
    assert without_gold.to_json()["all"]["cause_is_gold"] is None


def test_the_report_has_all_words_content_words_and_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    found = agreement(monkeypatch, [[1, 0, 0, 0], [0, 1, 0, 0]], [[1, 0], [1, 0]])
    document = found.to_json()
    assert (document["layer"], document["head"]) == (1, 1)
    assert [document[group]["same"] for group in ("all", "content", "others")] == [0.5, 0.0, 1.0]
    lines = hiding_text(found).splitlines()
    assert [line.split()[:2] for line in lines[1:4]] == [["all", "words"], ["content", "words"], ["other", "words"]]
    assert lines[4].strip() == "layer 1 of 1, head 1 of 1"


def test_a_model_is_asked_with_its_own_attention_and_losses(translator: Translator) -> None:
    pairs = [Pair("le chat", "chat le"), Pair("petit chien dort", "dort chien petit", "0-2 1-1 2-0"), Pair("", "ici")]
    found = hidden_word_agreement(translator, pairs, View())
    assert (found.all.words, found.all.judged <= 3) == (6, True)
    with pytest.raises(ValueError, match="layer 3: this model has layers 1 to 2"):
        hidden_word_agreement(translator, pairs, View(3))


def test_links_outside_their_sentence_are_told(translator: Translator) -> None:
    with pytest.raises(ValueError, match="link 5-0 is outside 1 source and 1 target words"):
        hidden_word_agreement(translator, [Pair("le", "la", "5-0")], View())
