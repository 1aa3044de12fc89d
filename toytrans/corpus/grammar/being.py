"""Sentences with *be*: how somebody is, where something is, what there is, and what this is."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from toytrans.corpus.grammar import qualities
from toytrans.corpus.grammar.clauses import Mood, Tense
from toytrans.corpus.grammar.copula import be, it_is
from toytrans.corpus.grammar.draws import (
    SOMEBODY,
    draw_adjectives,
    draw_noun_phrase,
    draw_person,
    draw_place,
    draw_possessive,
    nouns_of,
    qualities_for,
)
from toytrans.corpus.grammar.french import Source
from toytrans.corpus.grammar.lexicon import NAMES, NUMBERS, POSSESSIVES
from toytrans.corpus.grammar.nouns import ANIMALS, ANIMATES, NOUNS
from toytrans.corpus.grammar.phrases import NounPhrase, Phrase, noun_phrase, translate, words
from toytrans.corpus.grammar.pronouns import name_phrase

RABBIT = next(noun for noun in ANIMALS if noun.english == "rabbit")


# fmt: off
GRADABLE = frozenset((
    "big", "small", "tall", "old", "young", "beautiful", "pretty", "good", "heavy", "light", "precious",
    "expensive", "dirty", "clean", "tired", "curious", "happy", "sad", "jealous", "lazy",
    "kind", "proud", "sick", "strong", "angry", "late", "afraid", "hungry",
    "thirsty", "cold", "hot",
))
# fmt: on
"""Qualities that can follow *very* or *too*."""


def be_sentence(rng: Random) -> Phrase:
    """`The box is not heavy.`, `The cat was under the table.`, `We are hungry.`"""
    chance = rng.random()
    if chance < 0.33:
        return _being_somewhere(rng)
    if chance < 0.6:
        subject = draw_person(rng) if rng.random() < 0.8 else replace(name_phrase(rng.choice(NAMES)), nouns=(SOMEBODY,))
    else:
        noun = rng.choice([each for each in NOUNS if qualities_for(each)])
        subject = draw_noun_phrase(rng, noun, plurals=0.4, described=0, definite=True)
    said = rng.choice(qualities_for(subject.nouns[0]))
    degree = ""
    if said.english in GRADABLE and rng.random() < 0.25:
        degree = "too" if rng.random() < 0.33 and said.english != "late" else "very"
    return be(subject, said, _mood_of_being(rng, changing=said not in qualities.LOOKS), degree=degree)


def _being_somewhere(rng: Random) -> Phrase:
    """`The book is on the table.`, `My mother is in the kitchen.`"""
    chance = rng.random()
    if chance < 0.25:
        where, _ = draw_place(rng, SOMEBODY, "in at near under behind beside front")
        return be(draw_person(rng), where, _mood_of_being(rng, changing=True))
    if chance < 0.5:
        noun = rng.choice(ANIMATES)
        places = "in near under behind beside seat"
    else:
        noun = rng.choice([each for each in nouns_of("portable belonging") if not each.is_any("bike")])
        places = "upon inside beneath beside behind in"
    where, _ = draw_place(rng, noun, places)
    others = tuple(each for each in nouns_of("portable") if each.english in [token.text for token in where.source])
    if noun in others:
        return _being_somewhere(rng)
    return be(draw_noun_phrase(rng, noun, definite=True, described=0.2), where, _mood_of_being(rng, changing=True))


def _mood_of_being(rng: Random, *, changing: bool) -> Mood:
    """A mood for *be*. Only changing qualities take *never*: no box *was never round*."""
    tense: Tense = rng.choices(("present", "past", "future"), weights=(6, 3, 1))[0]
    if tense == "future" and not changing:
        tense = "present"
    chance = rng.random()
    if chance < 0.2:
        return Mood(tense, Source("never" if changing and rng.random() < 0.25 else "not"))
    return Mood(tense, question=chance < 0.33)


def there_sentence(rng: Random) -> Phrase:
    """`There is a cat under the table.`: il y a un chat sous la table."""
    noun = rng.choice(nouns_of("small portable food drink young_one tiny"))
    is_plural, past = noun.has_plural and rng.random() < 0.45, rng.random() < 0.3
    chance = rng.random()
    is_no, asks = chance < 0.2, 0.2 <= chance < 0.45
    if is_no:
        determiner = "no"
    elif noun.is_any("mass"):
        determiner = "any" if asks else rng.choice(("some", ""))
    elif is_plural:
        determiner = "any" if asks else rng.choice(("some", rng.choice(NUMBERS), rng.choice(NUMBERS)))
    else:
        determiner = "a"
    described = draw_adjectives(rng, noun, 0.2)
    thing = noun_phrase(noun, determiner, is_plural=is_plural, adjectives=described)
    places = "in under behind near seat"
    if noun.is_any("portable"):
        places = "in inside upon under beneath"
    elif noun.is_any("food drink"):
        places = "larder serve" if noun.is_any("food") else "larder"
    where, _ = draw_place(rng, RABBIT if noun.is_any("small") else SOMEBODY, places)
    if noun.english in [each.text for each in where.source]:
        return there_sentence(rng)
    made = _there_is(thing, past=past, asks=asks, no=thing.phrase.source[0] if is_no else None)
    return made if rng.random() < 0.12 else made + where


def _there_is(thing: NounPhrase, *, past: bool, asks: bool, no: Source | None) -> Phrase:
    there = words("there")
    is_ = words((("is", "are"), ("was", "were"))[past][thing.is_plural])
    il, y, a = translate(there, "il"), translate(there, "y"), translate(is_, "avait" if past else "a", there)
    french = il.target + y.target + a.target
    if no is not None:
        french = (*il.target, *translate((no,), "ne").target, *y.target, *a.target, *translate((no,), "pas").target)
    shown = ["existential", *(["negation"] if no else [])]
    if asks:
        start = Phrase(is_ + there, (*translate(is_, "est-ce que").target, *french)).showing("question", *shown)
    else:
        start = Phrase(there + is_, french).showing(*shown)
    return start + thing.phrase


def this_is_sentence(rng: Random) -> Phrase:
    """`This is my house.`, `Those are not your shoes.`, `It is a dog.`"""
    noun = rng.choice(nouns_of("portable pet family animal food plural_place owned person"))
    is_plural = noun.has_plural and not noun.is_any("mass") and rng.random() < 0.3
    if noun.is_any("family"):
        determiner = draw_possessive(rng)
    elif noun.is_any("mass"):
        determiner = ""
    elif noun.is_any("portable pet owned house") and rng.random() < 0.55:
        determiner = draw_possessive(rng)
    else:
        determiner = "" if is_plural else "a"
    owner = determiner in POSSESSIVES and not noun.is_any("family") and rng.random() < 0.2
    adjectives = draw_adjectives(rng, noun, 0.3, feelings=False)
    owned_by = name_phrase(rng.choice(NAMES)) if owner else None
    what = noun_phrase(noun, determiner, is_plural=is_plural, adjectives=adjectives, owner=owned_by)
    opening = rng.choice(("these", "those") if is_plural else ("this", "that"))
    if not is_plural and not noun.is_any("person family") and rng.random() < 0.5:
        opening = "it"
    if noun.is_any("family") and rng.random() < 0.5:
        opening = "they" if is_plural else "he" if noun.gender == "m" else "she"
    chance = rng.random()
    return it_is(what, opening, Source("not") if chance < 0.18 else None, question=0.18 <= chance < 0.36)
