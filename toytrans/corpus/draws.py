"""The parts of a sentence, drawn at random: noun phrases, places, moods, predicates. Sense comes from `lexicon`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random

from toytrans.corpus import lexicon, verbs
from toytrans.corpus.clauses import Mood, Tense, clause
from toytrans.corpus.french import Source
from toytrans.corpus.lexicon import Adjective, Noun, Preposition, Quality
from toytrans.corpus.phrases import NounPhrase, Phrase, noun_phrase, place, pronoun, translate, words
from toytrans.corpus.verbs import Verb

BEAR = next(noun for noun in lexicon.ANIMALS if noun.english == "bear")
"""Where a bear can be, everybody can."""


@cache
def nouns_of(kinds: str) -> tuple[Noun, ...]:
    """All nouns of at least one of these kinds."""
    return tuple(noun for noun in lexicon.NOUNS if noun.is_any(kinds))


@cache
def adjectives_for(noun: Noun, place_in_french: str) -> tuple[Adjective, ...]:
    """The adjectives that can describe a noun and stand `before` or `after` it."""
    fitting = (each for each in lexicon.ADJECTIVES if each.place == place_in_french)
    return tuple(each for each in fitting if noun.is_any(each.describes))


@cache
def qualities_for(noun: Noun) -> tuple[Quality, ...]:
    """What *be* can say of a noun (not `new`: after *be* French has another word for it)."""
    said: tuple[Quality, ...] = lexicon.ADJECTIVES + lexicon.EXPRESSIONS
    return tuple(each for each in said if each.english != "new" and noun.is_any(each.describes))


@cache
def quality_named(english: str) -> Quality:
    """The adjective or expression for an English word."""
    return next(each for each in lexicon.ADJECTIVES + lexicon.EXPRESSIONS if each.english == english)


@cache
def places_for(noun: Noun, kinds: str) -> tuple[tuple[Preposition, Noun], ...]:
    """Where that subject can do something that is done in places of these kinds: no cow sleeps on a bed."""
    wanted = set(kinds.split())
    if "small" in noun.kind_set and wanted & {"seat", "lying"}:
        wanted.add("roost")
    if "small" in noun.kind_set and "under" in wanted:
        wanted.add("beneath")
    if "climber" in noun.kind_set and "in" in wanted:
        wanted.add("perch")
    return tuple(
        (preposition, where)
        for preposition in lexicon.PREPOSITIONS
        if preposition.kind in wanted
        for where in nouns_of(preposition.kind)
        if "large" not in noun.kind_set or "wild" in where.kind_set
    )


def draw_adjectives(rng: Random, noun: Noun, chance: float = 0.4) -> tuple[Adjective, ...]:
    """Often none, mostly one, and now and then one on each side of the French noun."""
    before, after = adjectives_for(noun, "before"), adjectives_for(noun, "after")
    if rng.random() >= chance or not before + after:
        return ()
    looks = [[each for each in side if each in lexicon.LOOKS] for side in (before, after)]
    if all(looks) and rng.random() < 0.08:
        return rng.choice(looks[0]), rng.choice(looks[1])
    return (rng.choice(before if before and (not after or rng.random() < 0.5) else after),)


def draw_owner(rng: Random, owned: Noun) -> NounPhrase:
    """Whose it is: a person's."""
    owner = rng.choice([each for each in lexicon.PEOPLE if each != owned])
    return noun_phrase(owner, rng.choice(("my", "my", "his", "her")) if owner.is_any("family") else "the")


def draw_noun_phrase(
    rng: Random,
    noun: Noun,
    *,
    mood: Mood | None = None,
    own: str = "",
    plurals: float = 0.35,
    described: float = 0.42,
    definite: bool = False,
) -> NounPhrase:
    """A noun with its determiner and adjectives.

    `mood` is given for objects, where negation changes the article; `own` is the possessive for what the subject owns;
    `plurals` and `described` are how often it is plural and has an adjective.
    """
    mood = mood or Mood()
    is_plural = noun.has_plural and rng.random() < plurals
    if noun.is_any("family"):
        return noun_phrase(noun, rng.choice(("my", "my", "his", "her")), is_plural=is_plural)
    if noun.is_any("mass"):
        some = "any" if mood.negation or mood.question else "some"
        return noun_phrase(noun, "the" if definite or rng.random() < 0.5 else some, negation=mood.negation)
    adjectives = draw_adjectives(rng, noun, described)
    ownable = not (is_plural and noun.english == "ball")  # nobody's, as it would be misheard
    if own and ownable and rng.random() < 0.35:
        return noun_phrase(noun, own, is_plural=is_plural, adjectives=adjectives)
    if noun.is_any("portable pet") and ownable and rng.random() < 0.15:
        # Not `le chat fier de la femme`, who is proud *of* her.
        adjectives = tuple(each for each in adjectives if each.place == "before" or each not in lexicon.FEELINGS)
        return noun_phrase(noun, is_plural=is_plural, adjectives=adjectives, owner=draw_owner(rng, noun))
    determiner = draw_determiner(rng, mood, is_plural=is_plural, definite=definite)
    return noun_phrase(noun, determiner, is_plural=is_plural, adjectives=adjectives, negation=mood.negation)


def draw_determiner(rng: Random, mood: Mood, *, is_plural: bool, definite: bool) -> str:
    """An article, a demonstrative or a number."""
    # What negation does to an article (`pas d'oiseau`) is worth showing often.
    if definite or rng.random() < (0.15 if mood.negation else 0.6):
        return "the" if rng.random() < 0.85 else "these" if is_plural else "this"
    if not is_plural:
        return "a"
    if mood.negation or mood.question:
        return "any"
    return rng.choice(("some", "some", "two", "three", "four", "five"))


def draw_subject(rng: Random, kinds: str, *, definite: bool = False, plurals: float = 0.3) -> NounPhrase:
    """A subject of these kinds: a noun phrase, or now and then *he* or *she*."""
    noun = rng.choice(nouns_of(kinds))
    if noun.is_any("person") and not noun.is_any("child") and rng.random() < 0.2:
        return replace(pronoun("he" if noun.gender == "m" else "she", noun.gender), nouns=(noun,))
    return draw_noun_phrase(rng, noun, plurals=plurals, definite=definite)


def own_word(subject: NounPhrase, owned: Noun) -> str:
    """The possessive that refers to the subject, where that is clear and the noun can be its own; else nothing."""
    if not owned.is_any("portable pet"):
        return ""
    if subject.first_person:
        return "my"
    if subject.is_plural or subject.nouns[0].is_any("child"):
        return ""
    owner = subject.nouns[0]
    if not owner.is_any("person"):
        return "its" if owned.is_any("portable") else ""
    return "his" if owner.gender == "m" else "her"


def draw_place(rng: Random, noun: Noun, kinds: str) -> tuple[Phrase, tuple[Noun, ...]]:
    """A place phrase; also its noun, where it is rather the verb's object (*entered the kitchen*)."""
    preposition, where = rng.choice(places_for(noun, kinds))
    owner = draw_owner(rng, where) if where.is_any("house garden castle") and rng.random() < 0.15 else None
    determiner = "a" if rng.random() < 0.12 and preposition.french != "à" else "the"
    adjectives = draw_adjectives(rng, where, chance=0.12)
    there = place(preposition, noun_phrase(where, determiner, adjectives=adjectives, owner=owner))
    return there, () if preposition.english else (where,)


def draw_mood(rng: Random, verb: Verb, *, questions: bool) -> Mood:
    """Tense, and either a negation or a question, or mostly neither."""
    present = bool(verb.present[0]) and (not verb.past or rng.random() < 0.45)
    tense: Tense = "present" if present else "past"
    chance = rng.random()
    if chance < 0.15:
        return Mood(tense, Source("not" if present or rng.random() < 0.65 else "never"))
    return Mood(tense, question=questions and chance < 0.27)


def predicate(rng: Random, subject: NounPhrase, verb: Verb, mood: Mood, *, places: float = 0.75) -> Phrase:
    """The clause of a given subject and verb; `places` is how often it says where, if it need not."""
    if not verb.objects:
        if verb.stands_alone and rng.random() >= places:
            return clause(subject, verb, mood=mood)
        where, objects = draw_place(rng, subject.nouns[0], verb.places)
        return clause(subject, verb, where, mood, objects=objects)
    noun = draw_other(rng, nouns_of(verb.objects), subject)
    own = own_word(subject, noun)
    complement = draw_noun_phrase(rng, noun, mood=mood, own=own, definite=verb.definite).phrase
    if verb in verbs.GIVING:
        receiver = draw_other(rng, nouns_of("person pet"), subject, noun)
        complement += translate(words("to"), "à") + draw_noun_phrase(rng, receiver, definite=True).phrase
    elif verb.past and rng.random() < places / 5:
        complement += draw_place(rng, BEAR, "near behind in")[0]
    return clause(subject, verb, complement, mood, objects=(noun,))


def draw_other(rng: Random, nouns: Sequence[Noun], subject: NounPhrase, *others: Noun) -> Noun:
    """A noun that is neither the subject's nor one of the others."""
    return rng.choice([noun for noun in nouns if noun not in subject.nouns and noun not in others])
