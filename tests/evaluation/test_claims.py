"""Links claimed over many pairs, by the small model that several tests share."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from toytrans.attention_maps import AttentionMap, View, claimed_links
from toytrans.corpus import Pair
from toytrans.decoding import Translator
from toytrans.evaluation import claims_over, forced_maps

PAIRS = [
    Pair("le chat dort .", "le chat dort ."),
    Pair("un chien court ici .", "un chien"),
    Pair("ici .", "ici ."),
]


def test_maps_come_in_the_order_of_the_pairs_however_many_are_read_at_once(
    translator: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = [map_.target_tokens for map_ in forced_maps(translator, PAIRS)]
    assert at_once == [(*pair.target.split(), "</s>") for pair in PAIRS]
    monkeypatch.setattr("toytrans.evaluation.alignment.PAIRS_AT_ONCE", 2)
    assert [map_.target_tokens for map_ in forced_maps(translator, PAIRS)] == at_once


@pytest.mark.parametrize("threshold", [None, 0.3])
def test_claims_are_those_of_each_forced_map(translator: Translator, threshold: float | None) -> None:
    view = View(2, 1)
    maps = translator.attend([pair.source for pair in PAIRS], [pair.target for pair in PAIRS])
    expected = [claimed_links(map_.view(view), map_.source_word_ids, map_.target_word_ids, threshold) for map_ in maps]
    assert claims_over(translator, PAIRS, view, threshold) == expected
    assert any(expected)


def test_a_map_that_numbers_other_words_is_refused(translator: Translator, monkeypatch: pytest.MonkeyPatch) -> None:
    attend = translator.attend

    def of_other_words(texts: Sequence[str], targets: Sequence[str]) -> list[AttentionMap]:
        return attend(["un chien ." for _ in texts], targets)

    monkeypatch.setattr(translator, "attend", of_other_words)
    with pytest.raises(ValueError, match="the source has 4 words, but 3 in the attention map"):
        claims_over(translator, PAIRS[:1], View(), None)
