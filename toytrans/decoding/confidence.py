"""How far to believe a translation: one number, the limits beyond which a run's translations are doubted, warnings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import floor
from typing import Any, TypeAlias

import numpy as np

from toytrans.attention_maps.labels import visible
from toytrans.attention_maps.words import word_starts
from toytrans.decoding.copying import unknown_words
from toytrans.text import Encoded

RIGHT_ONES_DOUBTED = 0.01
"""Share of the right translations of validation whose confidence may lie below the limit."""
HIGHEST_LIMIT = 0.7
"""A word with more has no rival worth the name, however sure the model is of all others."""

WordProbability: TypeAlias = tuple[str, float]
"""A word of a translation, and the probability that the model gave it."""


@dataclass(frozen=True)
class Limits:
    """What a run knows of its own reach. A translation beyond carries a warning."""

    least_confidence: float = 0.3
    """Below, a translation is doubted; this much where validation could not tell."""
    longest_source: int | None = None
    """Words of the longest source sentence that the model was trained on; `None` where nobody noted it."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Limits:
        """The inverse of `to_json`; of what older runs did not note there is the default."""
        longest = document.get("longest_source")
        least = float(document.get("least_confidence", cls.least_confidence))
        return cls(least, None if longest is None else int(longest))


def word_probabilities(
    target: Encoded, probabilities: Sequence[float], filled: Mapping[int, str] | None = None
) -> list[WordProbability]:
    """Each word of a translation with the probability that the model gave it, its pieces' multiplied.

    `filled` names words, by number, that stand in slots; the probability is that of the slot.
    """
    if not target.ids:
        return []
    starts = word_starts(target.word_ids)
    products = np.multiply.reduceat(np.array(probabilities, dtype=np.float64), starts).tolist()
    of_starts = zip((target.word_ids[start] for start in starts), products, strict=True)
    words = {**dict(enumerate(target.words)), **(filled or {})}
    return [(words[word], probability) for word, probability in of_starts if word is not None]


def confidence(words: Sequence[WordProbability]) -> float:
    """How sure the model is of a translation, 0 to 1: the probability of the word it was least sure of; 1 of none."""
    return min((probability for _, probability in words), default=1.0)


def least_confidence(of_right_ones: Sequence[float]) -> float:
    """The limit below which at most `RIGHT_ONES_DOUBTED` of these lie: the confidences of right translations."""
    if not of_right_ones:
        return Limits.least_confidence
    return min(HIGHEST_LIMIT, sorted(of_right_ones)[floor(RIGHT_ONES_DOUBTED * len(of_right_ones))])


def warnings(
    source: Encoded,
    words: Sequence[WordProbability],
    limits: Limits,
    copied: Collection[int] = (),
    is_finished: bool = True,
) -> tuple[str, ...]:
    """Why to doubt a translation, a line a reason: what is seen, and what it means. None is no promise.

    `words` are the translation's; `copied` the source words, by number, that were copied into slots.
    """
    return (
        *_of_words(source),
        *_of_unknown_words(source, copied),
        *_of_length(source, limits),
        *_of_confidence(words, limits),
        *([] if is_finished else [f"cut off after {len(words)} words: the model did not end the sentence"]),
    )


def _of_words(source: Encoded) -> list[str]:
    has_letters = any(any(map(str.isalnum, word)) for word in source.words)
    return [] if has_letters or not source.words else ["no words to translate"]


def _of_unknown_words(source: Encoded, copied: Collection[int]) -> list[str]:
    typed = unknown_words(source)
    taken = dict.fromkeys(word for number, word in typed.items() if number in copied)
    left = dict.fromkeys(word for word in typed.values() if word not in taken)
    found = []
    if taken:
        found.append(f"unknown to this model, copied as typed: {_named(taken)}")
    if left:
        found.append(f"unknown to this model, read as <unk>: {_named(left)}; what becomes of it is a guess")
    return found


def _of_length(source: Encoded, limits: Limits) -> list[str]:
    if limits.longest_source is None or len(source.words) <= limits.longest_source:
        return []
    return [
        f"{len(source.words)} words: the longest sentence of training had {limits.longest_source}, "
        "and longer ones seldom come out right"
    ]


def _of_confidence(words: Sequence[WordProbability], limits: Limits) -> list[str]:
    if confidence(words) >= limits.least_confidence:
        return []
    word, least = min(words, key=lambda each: each[1])
    return [
        f"the model is unsure: it gave “{visible(word, 40)}” a probability of {floor(100 * least) / 100:.2f}; where it "
        f"is right, it seldom gives a word less than {limits.least_confidence:.2f}"
    ]


def _named(words: Collection[str]) -> str:
    return ", ".join(visible(word, 40) for word in words)
