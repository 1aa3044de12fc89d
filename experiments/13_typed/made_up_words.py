"""One noun of a sentence replaced by a word that nobody knows: is it copied, to its place, and is the rest as it was?

The gender of a made-up word is anybody's guess. So the rest of the translation is compared with what the reference says
around the noun, and with what the model says around known nouns of both genders put in the same place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from random import Random

from toytrans import (
    Pair,
    Translation,
    Translator,
    heads,
    join_words,
    load_corpus,
    parse_links,
    split_words,
    translated_alone,
)

LANGUAGES = ("en", "fr")
MADE_UP = ("zorb", "mippel", "blick", "wug", "dax", "gorp", "quib", "snark", "vorp", "plim", "fendle", "tarvo")
KNOWN = (("dog", "chien"), ("cow", "vache"), ("book", "livre"), ("bottle", "bouteille"), ("key", "clé"))
"""Nouns of both genders, English and French, all with a regular plural and a consonant in front."""
PLURALS = ("men", "women", "children", "mice")
ARTICLES = ("the", "a", "an", "this", "that", "these", "those", "some", "no", "two", "three", "four")
POSSESSIVES = ("my", "your", "his", "her", "its", "our", "their")
DETERMINERS = frozenset((*ARTICLES, *POSSESSIVES))
SLOT = "_"


@dataclass(frozen=True)
class Case:
    """A sentence with its noun, word number `source`, which the reference translates by word number `target`."""

    pair: Pair
    source: int
    target: int
    made_up: str

    def with_noun(self, noun: str) -> str:
        """The source with another noun in its place."""
        words = split_words(self.pair.source, LANGUAGES[0])
        words[self.source] = noun + "s" * self.is_plural
        if self.source and words[self.source - 1].lower() == "an":
            words[self.source - 1] = words[self.source - 1][:-1]
        return join_words(words, LANGUAGES[0])

    @property
    def is_plural(self) -> bool:
        """Whether there are several of it."""
        noun = split_words(self.pair.source, LANGUAGES[0])[self.source]
        return noun in PLURALS or (noun.endswith("s") and not noun.endswith("ss"))

    @property
    def expected(self) -> tuple[str, ...]:
        """The reference's words, with a slot where the noun stood."""
        words = _as_read(split_words(self.pair.target, LANGUAGES[1]))
        return (*words[: self.target], SLOT, *words[self.target + 1 :])


@dataclass(frozen=True)
class Score:
    """Fractions of the cases."""

    cases: int
    copied: float
    """The made-up word, once, where the noun belongs."""
    rest: float
    """The same, and the rest of the sentence is right, except for gender."""
    strongest: float
    """Of the slots, those with their largest weight of *all* on the made-up word."""


def cases_of(pairs: Sequence[Pair], most: int) -> list[Case]:
    """The first pairs that have a noun behind a determiner, with one such noun drawn by lot."""
    random = Random(1)  # noqa: S311 - a draw that is to be the same every time
    found: list[Case] = []
    for pair in pairs:
        if pair.alignment is None or len(found) == most:
            continue
        words, links = [word.lower() for word in split_words(pair.source, LANGUAGES[0])], parse_links(pair.alignment)
        nouns = [
            (source, target)
            for source, target in heads(translated_alone(pair, links, LANGUAGES), links, LANGUAGES)
            if DETERMINERS & set(words[max(0, source - 2) : source])
        ]
        if nouns:
            found.append(Case(pair, *random.choice(nouns), random.choice(MADE_UP)))
    return found


def score(translator: Translator, cases: Sequence[Case]) -> Score:
    """Translates all cases, and those around known nouns, and counts."""
    translations = translator.translate([case.with_noun(case.made_up) for case in cases], with_attention=True)
    around = [_around_known_nouns(translator, case) for case in cases]
    copied = rest = slots = strongest = 0
    for case, translation, also_right in zip(cases, translations, around, strict=True):
        right = {case.expected, *also_right}
        said = _with_slots(translation)
        is_copied = [copy.source for copy in translation.copied] == [case.source] and any(
            said.index(SLOT) == words.index(SLOT) for words in right
        )
        copied += is_copied
        rest += is_copied and said in right
        slots += len(translation.copied)
        strongest += _num_attending_to(translator, translation, case.source)
    return Score(len(cases), copied / len(cases), rest / len(cases), strongest / max(slots, 1))


def _around_known_nouns(translator: Translator, case: Case) -> list[tuple[str, ...]]:
    """What the model says with known nouns in that place, each replaced by a slot."""
    texts, forms = [], []
    for english, french in KNOWN:
        if not {english, f"{english}s"} & set(split_words(case.pair.source, LANGUAGES[0])):
            texts.append(case.with_noun(english))
            forms.append(french + "s" * case.is_plural)
    found = []
    for translation, form in zip(translator.translate(texts), forms, strict=True):
        words = _as_read(split_words(translation.text, LANGUAGES[1]))
        if words.count(form) == 1:
            found.append(tuple(SLOT if word == form else word for word in words))
    return found


def _as_read(words: Sequence[str]) -> list[str]:
    """The words of a sentence with the first as it stands inside of sentences; names stay as they are."""
    return [words[0] if words[0] in _names() else words[0].lower(), *words[1:]]


@cache
def _names() -> set[str]:
    """The names of the toy corpus: words with a capital inside of a sentence."""
    sentences = (split_words(pair.target, LANGUAGES[1]) for pair in load_corpus("toy").split("train"))
    return {
        word for words in sentences for before, word in pairwise(words) if word[:1].isupper() and before not in ".!?"
    }


def _with_slots(translation: Translation) -> tuple[str, ...]:
    """The words of a translation, those that were copied as slots."""
    assert translation.attention is not None
    map_ = translation.attention.merged_to_words()
    words = [word for word, number in zip(map_.target_tokens, map_.target_word_ids, strict=True) if number is not None]
    return tuple(SLOT if number in map_.metadata.copied else word for number, word in enumerate(words))


def _num_attending_to(translator: Translator, translation: Translation, source: int) -> int:
    """The slots for which that source word has the largest weight of all words and marks."""
    assert translation.attention is not None
    map_ = translation.attention.merged_to_words()
    weights_TS, column = map_.view(translator.view), map_.cross_word_ids.index(source)
    rows = [map_.target_word_ids.index(copy.target) for copy in translation.copied]
    return sum(int(weights_TS[row].argmax()) == column for row in rows)
