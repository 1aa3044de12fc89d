"""How far to believe a translation: its confidence, and the limits that decide which warnings it gets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import floor
from typing import Any, TypeAlias

from toytrans.attention_maps.labels import visible
from toytrans.text import Encoded
from toytrans.text.neighbours import NewPair

RIGHT_ONES_WARNED = 0.01
"""Fraction of the right translations of validation that may get each warning."""
HIGHEST_CONFIDENCE = 0.7
"""The limit on confidence is at most this: a word this probable needs no warning."""
LOWEST_SURPRISE = 2.0
"""The limit on surprise is at least this: a pair expected less than twice may be missing by chance."""

WordProbability: TypeAlias = tuple[str, float]
"""A word of a translation, and the probability that the model gave it."""


@dataclass(frozen=True)
class Limits:
    """What a run knows of its own reach: a translation outside these limits gets a warning."""

    least_confidence: float = 0.3
    """A lower confidence gets a warning. The default serves where validation could not tell."""
    most_surprise: float | None = None
    """A higher `surprise` gets a warning; `None` where validation could not tell."""
    longest_source: int | None = None
    """Words in the longest source of the training split, joined pairs aside; `None` where the run did not note it."""
    max_tokens: int | None = None
    """Tokens of a sentence that are read, `</s>` included: pairs longer than this were not trained on."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Limits:
        """The inverse of `to_json`; defaults stand for what older runs did not note."""
        longest, max_tokens = document.get("longest_source"), document.get("max_tokens")
        least, most = document.get("least_confidence", cls.least_confidence), document.get("most_surprise")
        return cls(
            float(least),
            None if most is None else float(most),
            None if longest is None else int(longest),
            None if max_tokens is None else int(max_tokens),
        )

    @classmethod
    def of(
        cls,
        confidences: Sequence[float],
        surprises: Sequence[float],
        longest_source: int | None,
        max_tokens: int | None = None,
    ) -> Limits:
        """Limits from the right translations of validation: at most `RIGHT_ONES_WARNED` of them get each warning."""
        if not confidences:
            return cls(longest_source=longest_source, max_tokens=max_tokens)
        number = floor(RIGHT_ONES_WARNED * len(confidences))
        least, most = sorted(confidences)[number], sorted(surprises, reverse=True)[number]
        return cls(min(least, HIGHEST_CONFIDENCE), max(most, LOWEST_SURPRISE), longest_source, max_tokens)


def word_probabilities(
    target: Encoded, probabilities: Sequence[float], filled: Mapping[int, str] | None = None
) -> list[WordProbability]:
    """Each word of a translation with its probability, the product over its pieces.

    `filled` names the words, by number, that were copied into slots; their probability is the slot's.
    """
    products: dict[int, float] = {}
    for word, probability in zip(target.word_ids, probabilities, strict=True):
        if word is not None:
            products[word] = products.get(word, 1.0) * probability
    return [((filled or {}).get(word, target.words[word]), product) for word, product in products.items()]


def confidence(words: Sequence[WordProbability]) -> float:
    """How sure the model is of a translation, 0 to 1: the probability of its least probable word; 1 without words."""
    return min((probability for _, probability in words), default=1.0)


def surprise(new_pairs: Sequence[NewPair]) -> float:
    """How new a source sentence is, from 0: the expected count of the most expected pair of neighbours never seen.

    A verb after `The` is a surprise. A rare adjective before a rare noun is hardly one.
    """
    return max((pair.expected for pair in new_pairs), default=0.0)


def warnings(
    source: Encoded,
    words: Sequence[WordProbability],
    limits: Limits,
    new_pairs: Sequence[NewPair] = (),
    copied: Collection[int] = (),
    is_finished: bool = True,
) -> tuple[str, ...]:
    """The warnings of a translation, a line each: what was seen, and what it means.

    No warning does not mean that it is right.

    `words` are the translation's, `new_pairs` those of the source, and `copied` the source words, by number, that were
    copied into slots.
    """
    if not source.words:
        return ()
    return (
        *_of_words(source),
        *of_cut(source, "sentence", limits),
        *_of_unknown_words(source, copied),
        *_of_length(source, limits),
        *_of_new_pairs(source, new_pairs, limits),
        *_of_confidence(words, limits),
        *([] if is_finished else [f"cut off after {len(words)} words: the model did not end the sentence"]),
    )


def _of_words(source: Encoded) -> list[str]:
    has_letters = any(any(map(str.isalnum, word)) for word in source.words)
    return [] if has_letters else ["no words to translate"]


def of_cut(encoded: Encoded, what: str, limits: Limits) -> list[str]:
    """The warning that a sentence or a given translation was too long to be read whole."""
    if not encoded.num_left_out:
        return []
    num_read, num_words = len(encoded.words), len(encoded.words) + encoded.num_left_out
    return [
        f"only the first {num_read} of {num_words} words of the {what} were read: "
        f"this run takes {limits.max_tokens} tokens at most; split it"
    ]


def _of_unknown_words(source: Encoded, copied: Collection[int]) -> list[str]:
    taken = dict.fromkeys(word for number, word in source.unknown_words.items() if number in copied)
    left = [word for word in source.unknown if word not in taken]
    found = []
    if taken:
        found.append(f"unknown to this model, copied as typed: {_named(taken)}")
    if left:
        found.append(f"unknown to this model, read as <unk>: {_named(left)}; what becomes of it is a guess")
    return found


def _of_length(source: Encoded, limits: Limits) -> list[str]:
    num_words = len(source.words)
    if limits.longest_source is None or num_words <= limits.longest_source:
        return []
    return [
        f"{num_words} words: the longest sentence of the corpus had {limits.longest_source}, "
        "and longer ones come out right less often"
    ]


def _of_new_pairs(source: Encoded, new_pairs: Sequence[NewPair], limits: Limits) -> list[str]:
    if limits.most_surprise is None or surprise(new_pairs) <= limits.most_surprise:
        return []
    newest = max(new_pairs, key=lambda pair: pair.expected)
    left = None if newest.left < 0 else source.word_ids[newest.left]
    right = source.word_ids[newest.right]
    if right is None:
        seen = f"ends with “{_word(source, left)}”"
    elif left is None:
        seen = f"begins with “{_word(source, right)}”"
    else:
        seen = f"has “{_word(source, left)}” before “{_word(source, right)}”"
    return [f"no sentence of training {seen}: what the model makes of it is a guess"]


def _word(source: Encoded, number: int | None) -> str:
    return "" if number is None else visible(source.words[number], 40)


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
