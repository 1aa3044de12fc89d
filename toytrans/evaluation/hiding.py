"""How often attention and cause name the same source word, over the references of a split.

Attention is not cause: `toytrans.decoding.hiding` measures which source word a target word needs, and this compares it
with the word that has the strongest weight. With gold links, it also says which of the two is right more often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps import View, views
from toytrans.attention_maps.hidden_words import HiddenWords
from toytrans.corpus.pairs import Pair
from toytrans.decoding import Translator
from toytrans.decoding.hiding import hide_words
from toytrans.evaluation.alignment import check_map, word_weights
from toytrans.evaluation.gold import Gold, as_read


@dataclass(frozen=True)
class AgreementCounts:
    """Target words, and what attention and hiding say about them. Add the counts of sentences."""

    words: int = 0
    with_cause: int = 0
    """Those that lose something, more than `LEAST_LOSS`, when some source word is hidden."""
    same: int = 0
    """Those whose cause is the source word with their strongest weight."""
    claimed: int = 0
    """Those for which the view claims a link: some weight reaches the threshold."""
    claimed_same: int = 0
    """The claimed ones whose cause is the source word with their strongest weight."""
    judged: int = 0
    """Those with both a cause and a gold link, which can be compared."""
    cause_is_gold: int = 0
    """The judged ones whose cause has a gold link to them, sure or possible."""
    strongest_is_gold: int = 0
    """The judged ones whose strongest weight is on a source word with a gold link to them."""

    def __add__(self, other: AgreementCounts) -> AgreementCounts:
        return AgreementCounts(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    def fractions(self) -> dict[str, float | None]:
        """Fractions, 0 to 1, by their names in JSON; `None` where there is nothing to count."""
        return {
            "same": _fraction(self.same, self.words),
            "claimed_same": _fraction(self.claimed_same, self.claimed),
            "with_cause": _fraction(self.with_cause, self.words),
            "cause_is_gold": _fraction(self.cause_is_gold, self.judged),
            "strongest_is_gold": _fraction(self.strongest_is_gold, self.judged),
        }

    def to_json(self) -> dict[str, Any]:
        """The number of words, and the fractions."""
        return {"words": self.words, **self.fractions()}


@dataclass(frozen=True)
class HidingAgreement:
    """How often what one view attends to is what the translation depends on."""

    view: View
    view_name: str
    content: AgreementCounts | None
    """Of content words; `None` if the language's content words are unknown."""
    others: AgreementCounts
    """Of the other words: all, where content words are not known."""

    @property
    def all(self) -> AgreementCounts:
        """Of all target words; `</s>` is none."""
        return self.others + (self.content or AgreementCounts())

    def to_json(self) -> dict[str, Any]:
        """Layer and head (null for means), and fractions: of all words, of content words (or null), of the others."""
        content = self.content.to_json() if self.content else None
        groups = {"all": self.all.to_json(), "content": content, "others": self.others.to_json() if content else None}
        return {**asdict(self.view), **groups}


def hidden_word_agreement(translator: Translator, pairs: Sequence[Pair], view: View) -> HidingAgreement:
    """Compares the view with the effect of hiding, over all target words of the pairs' references.

    A `ValueError` if a pair's links are outside its sentence, or the model lacks the view.
    """
    view_name = view.describe(*translator.shape)  # refuses a view that the model lacks
    number = views(*translator.shape).index(view)
    pairs = as_read(pairs, translator.tokenizer.reader, translator.languages)
    sources, references = [pair.source for pair in pairs], [pair.target for pair in pairs]
    maps, hidden = translator.attend(sources, references), hide_words(translator, sources, references)
    threshold, content, others = translator.threshold(view), AgreementCounts(), AgreementCounts()
    for pair, map_, effect in zip(pairs, maps, hidden, strict=True):
        gold = Gold.of(pair, translator.languages)
        check_map(map_, pair, gold)
        weights_VTC, is_word_C = word_weights(map_)
        weights_TS = weights_VTC[number][:, is_word_C]
        content += _compare(weights_TS, effect, threshold, gold.possible_TS, gold.content_T)
        others += _compare(weights_TS, effect, threshold, gold.possible_TS, ~gold.content_T)
    knows_content = translator.languages[1] == "fr"
    return HidingAgreement(view, view_name, content if knows_content else None, others)


def _compare(
    weights_TS: NDArray[np.float32],
    hidden: HiddenWords,
    threshold: float,
    possible_TS: NDArray[np.bool_],
    counted_T: NDArray[np.bool_],
) -> AgreementCounts:
    """The counts of one sentence's target words, those that are `counted_T`."""
    if not weights_TS.shape[1]:
        return AgreementCounts(words=int(counted_T.sum()))
    words_T, strongest_T = np.arange(len(weights_TS)), weights_TS.argmax(axis=-1)
    cause_T = np.array([-1 if cause is None else cause for cause in hidden.causes], dtype=np.intp)
    has_cause_T, same_T = cause_T >= 0, cause_T == strongest_T
    claimed_T = weights_TS[words_T, strongest_T] >= threshold
    judged_T = has_cause_T & possible_TS.any(axis=-1)

    def number(is_so_T: NDArray[np.bool_]) -> int:
        return int((is_so_T & counted_T).sum())

    return AgreementCounts(
        words=int(counted_T.sum()),
        with_cause=number(has_cause_T),
        same=number(same_T),
        claimed=number(claimed_T),
        claimed_same=number(claimed_T & same_T),
        judged=number(judged_T),
        cause_is_gold=number(judged_T & possible_TS[words_T, cause_T]),
        strongest_is_gold=number(judged_T & possible_TS[words_T, strongest_T]),
    )


def _fraction(part: int, whole: int) -> float | None:
    return part / whole if whole else None
