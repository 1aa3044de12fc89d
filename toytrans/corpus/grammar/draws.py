"""The parts of a sentence, drawn at random: noun phrases, subjects, owners, places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random

from toytrans.corpus.grammar.clauses import Mood
from toytrans.corpus.grammar.lexicon import NAMES, NUMBERS, PREPOSITIONS, Adjective, Noun, Preposition, Quality
from toytrans.corpus.grammar.nouns import ANIMALS, NOUNS, PEOPLE
from toytrans.corpus.grammar.phrases import NounPhrase, Phrase, noun_phrase, place
from toytrans.corpus.grammar.pronouns import name_phrase, pronoun
from toytrans.corpus.grammar.qualities import ADJECTIVES, ATTRIBUTIVE_FEELINGS, COLOURS, EXPRESSIONS, FEELINGS, LOOKS

BEAR = next(noun for noun in ANIMALS if noun.english == "bear")
"""Its places suit every subject: where a bear can be, everybody can."""
SOMEBODY = Noun("somebody", "quelqu'un", "m", "person alive")
"""The noun of personal pronouns and names, which do what any person can do."""
POINTING = {False: ("this", "that"), True: ("these", "those")}
PERSONAL = ("I", "you", "he", "she", "we", "they")


@cache
def nouns_of(kinds: str) -> tuple[Noun, ...]:
    """All nouns of at least one of these kinds."""
    return tuple(noun for noun in NOUNS if noun.is_any(kinds))


@cache
def adjectives_for(noun: Noun, place_in_french: str) -> tuple[Adjective, ...]:
    """The adjectives that can describe a noun and stand `before` or `after` it."""
    fitting = (each for each in ADJECTIVES if each.place == place_in_french)
    return tuple(each for each in fitting if noun.is_any(each.describes))


@cache
def qualities_for(noun: Noun) -> tuple[Quality, ...]:
    """The qualities that *be* can give a noun; not `new`, for which French uses another word after *be*."""
    said: tuple[Quality, ...] = ADJECTIVES + EXPRESSIONS
    return tuple(each for each in said if each.english not in ("new", "little") and noun.is_any(each.describes))


@cache
def quality_named(english: str) -> Quality:
    """The adjective or expression for an English word."""
    return next(each for each in ADJECTIVES + EXPRESSIONS if each.english == english)


@cache
def places_for(noun: Noun, kinds: str) -> tuple[tuple[Preposition, Noun], ...]:
    """The places of these kinds that suit a subject, with their prepositions: no cow sleeps on a bed."""
    wanted = set(kinds.split())
    if "small" in noun.kind_set and wanted & {"seat", "lying"}:
        wanted.add("roost")
    if "small" in noun.kind_set and "under" in wanted:
        wanted.add("beneath")
    if wanted & {"in", "work_in"}:
        wanted.add("public")
    if noun.is_any("climber flyer cat") and "in" in wanted:
        wanted.add("perch")
    return tuple(
        (preposition, where)
        for preposition in PREPOSITIONS
        if preposition.kind in wanted
        for where in nouns_of(preposition.kind)
        if "large" not in noun.kind_set or "wild" in where.kind_set
    )


def draw_adjectives(rng: Random, noun: Noun, chance: float = 0.4, *, feelings: bool = True) -> tuple[Adjective, ...]:
    """No adjective, one, or rarely two, one on each side of the French noun."""
    allowed = LOOKS + (ATTRIBUTIVE_FEELINGS if feelings else ())
    before, after = ([each for each in adjectives_for(noun, side) if each in allowed] for side in ("before", "after"))
    if rng.random() >= chance or not [*before, *after]:
        return ()
    looks = [each for each in before if each in LOOKS and each.english != "pretty"]  # `pretty red` means rather red
    colours = [each for each in after if each in COLOURS]
    if looks and colours and rng.random() < 0.12:
        return rng.choice(looks), rng.choice(colours)
    return (rng.choice(before if before and (not after or rng.random() < 0.5) else after),)


def draw_owner(rng: Random, *others: Noun) -> NounPhrase:
    """An owner: a person who is not among `others`."""
    if rng.random() < 0.3:
        return name_phrase(rng.choice(NAMES))
    owner = rng.choice([each for each in PEOPLE if each not in others])
    return noun_phrase(owner, draw_possessive(rng) if owner.is_any("family") else "the")


def draw_possessive(rng: Random, own: str | None = None) -> str:
    """A possessive. `own` is the subject's: no other *his* or *her* follows, as French has one word for both."""
    weights = {"my": 4, "your": 3, "his": 2, "her": 2, "our": 2, "their": 2}
    if own in ("his", "her", "its", ""):
        weights = {whose: weight for whose, weight in weights.items() if whose == own or whose not in ("his", "her")}
    return rng.choices(tuple(weights), weights=tuple(weights.values()))[0]


def draw_noun_phrase(
    rng: Random,
    noun: Noun,
    *,
    mood: Mood | None = None,
    own: str | None = None,
    plurals: float = 0.3,
    described: float = 0.3,
    definite: bool = False,
    feelings: bool = True,
    bare: str = "",
    others: tuple[Noun, ...] = (),
) -> NounPhrase:
    """A noun with its determiner and adjectives.

    `mood` is given for objects, where negation changes the article; `own` is the possessive for what the subject owns;
    `plurals` and `described` are the probabilities of a plural and of adjectives; `bare` is the meaning of a noun
    without a determiner (`""`: some, `generic`: all, `never`: not allowed); `others` are nouns already in the sentence.
    """
    mood = mood or Mood()
    is_plural = noun.has_plural and rng.random() < (0.85 if noun.is_any("pair") else plurals)
    if noun.is_any("family"):
        owner = own if own and rng.random() < 0.6 else draw_possessive(rng, own)
        return noun_phrase(noun, owner, is_plural=is_plural)
    if noun.is_any("mass"):
        return noun_phrase(noun, _of_mass(rng, mood, bare, definite=definite), negation=mood.negation)
    adjectives = draw_adjectives(rng, noun, described, feelings=feelings)
    ownable = not (is_plural and noun.english == "ball")  # a possessive would be misunderstood
    if ownable and noun.is_any("portable pet belonging owned house"):
        if own and rng.random() < 0.35:
            return noun_phrase(noun, own, is_plural=is_plural, adjectives=adjectives)
        if rng.random() < 0.2:
            # Not `le chat fier de la femme`: that cat is proud *of* her.
            adjectives = tuple(each for each in adjectives if each.place == "before" or each not in FEELINGS)
            owned_by = draw_owner(rng, noun, *others) if rng.random() < 0.5 else None
            whose = "the" if owned_by else draw_possessive(rng, own)
            return noun_phrase(noun, whose, is_plural=is_plural, adjectives=adjectives, owner=owned_by)
    determiner = _determiner(rng, mood, bare, is_plural=is_plural, definite=definite)
    return noun_phrase(noun, determiner, is_plural=is_plural, adjectives=adjectives, negation=mood.negation)


def _of_mass(rng: Random, mood: Mood, bare: str, *, definite: bool) -> str:
    if bare == "generic" and rng.random() < 0.7:
        return bare
    if bare == "generic" or definite or (mood.negation is None and rng.random() < 0.4):
        return "the"
    if rng.random() < 0.4:
        return ""
    return _some(rng, mood)


def _some(rng: Random, mood: Mood) -> str:
    """*Some*, or *any* in a negation; a question may have either."""
    return "any" if mood.negation or (mood.question and rng.random() < 0.5) else "some"


def _determiner(rng: Random, mood: Mood, bare: str, *, is_plural: bool, definite: bool) -> str:
    """An article, a demonstrative, a number, or none."""
    if bare == "generic":  # not *the*: `j'aime les chats` means all cats
        return bare if is_plural and rng.random() < 0.75 else rng.choice(POINTING[is_plural])
    # Negated sentences are rarely definite, so that they often show `pas d'oiseau`.
    if definite or rng.random() < (0.1 if mood.negation else 0.5):
        return "the" if rng.random() < 0.8 else rng.choice(POINTING[is_plural])
    if not is_plural:
        return "a"
    if bare != "never" and rng.random() < 0.3:
        return ""
    if mood.negation:
        return "any"
    return rng.choice((_some(rng, mood), rng.choice(NUMBERS)))


def draw_subject(
    rng: Random,
    kinds: str,
    *,
    definite: bool = False,
    plurals: float = 0.3,
    generic: bool = False,
    personal: float = 0.5,
) -> NounPhrase:
    """A subject of these kinds: a noun phrase or, where a person fits, often a personal pronoun or a name."""
    if SOMEBODY.is_any(kinds):
        chance = rng.random()
        if chance < personal:
            return draw_person(rng)
        if chance < personal + 0.08:
            return replace(name_phrase(rng.choice(NAMES)), nouns=(SOMEBODY,))
    noun = rng.choice(nouns_of(kinds))
    # A bare plural subject always means all of a kind; otherwise it would have two translations.
    bare = "generic" if generic else "never"
    return draw_noun_phrase(rng, noun, plurals=plurals, definite=definite, bare=bare)


def draw_person(rng: Random) -> NounPhrase:
    """*I*, *you*, *he*, *she*, *we* or *they*."""
    english = rng.choices(PERSONAL, weights=(5, 4, 2, 2, 4, 3))[0]
    is_plural = english == "they"
    return pronoun(english, "f" if english == "she" else "m", is_plural, nouns=(SOMEBODY,))


def own_word(subject: NounPhrase, owned: Noun) -> str:
    """The possessive that refers to the subject; empty if that is unclear or the subject cannot own the noun."""
    if not owned.is_any("portable pet belonging owned family"):
        return ""
    word = subject.heads[0].text
    if word in ("I", "you", "we"):
        return {"I": "my", "you": "your", "we": "our"}[word]
    if subject.is_plural:
        return "their"
    owner = subject.nouns[0]
    if owner.is_any("child baby doctor"):
        return ""
    if not owner.is_any("person"):
        return "its" if owned.is_any("portable") else ""
    return "his" if subject.gender == "m" else "her"


def draw_place(rng: Random, noun: Noun, kinds: str) -> tuple[Phrase, tuple[Noun, ...]]:
    """A place phrase, and its noun if English has it as the verb's object (*entered the kitchen*)."""
    preposition, where = rng.choice(places_for(noun, kinds))
    if where.is_any("house garden castle car bedroom kitchen boat") and rng.random() < 0.3:
        if rng.random() < 0.4:
            there = noun_phrase(where, owner=draw_owner(rng, where, noun))
        else:
            there = noun_phrase(where, draw_possessive(rng))
    else:
        there = noun_phrase(where, adjectives=draw_adjectives(rng, where, chance=0.1))
    return place(preposition, there), () if preposition.english else (where,)


def draw_other(rng: Random, nouns: Sequence[Noun], subject: NounPhrase, *others: Noun) -> Noun:
    """A noun that is neither the subject's nor one of the others."""
    return rng.choice([noun for noun in nouns if noun not in subject.nouns and noun not in others])
