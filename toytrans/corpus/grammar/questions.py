"""Questions that begin with a question word: where, who, what, why, how many, what colour."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from toytrans.corpus.grammar import verbs
from toytrans.corpus.grammar.clauses import Mood, Tense, clause
from toytrans.corpus.grammar.conjugation import BE
from toytrans.corpus.grammar.copula import be
from toytrans.corpus.grammar.draws import (
    SOMEBODY,
    draw_noun_phrase,
    draw_person,
    draw_place,
    draw_subject,
    nouns_of,
    qualities_for,
)
from toytrans.corpus.grammar.french import Source, Target
from toytrans.corpus.grammar.lexicon import NAMES, Expression
from toytrans.corpus.grammar.nouns import ANIMALS, NOUNS, PEOPLE
from toytrans.corpus.grammar.phrases import NounPhrase, Phrase, noun_phrase, translate, words
from toytrans.corpus.grammar.predicates import predicate, tenses_of
from toytrans.corpus.grammar.pronouns import name_phrase, pronoun
from toytrans.corpus.grammar.qualities import FEELINGS
from toytrans.corpus.grammar.verbs import Verb

WITH_INVERSION = {
    "you": "es-tu",
    "he": "est-il",
    "she": "est-elle",
    "we": "sommes-nous",
    "they": "sont-ils",
    "I": "suis-je",
}
"""*Be* and its subject in one French word: où `es-tu` ?"""


def question_sentence(rng: Random) -> Phrase:
    """One question that begins with a question word."""
    kinds = (_where_is, _where_does, _who, _what, _why, _how_many, _what_colour)
    made = rng.choices(kinds, weights=(3, 2, 4, 4, 2, 1, 1))[0](rng)
    return made.showing("question", "wh_question")


def _asked_about(rng: Random, kinds: str, *, definite: bool = True, personal: float = 0.5) -> NounPhrase:
    """A subject other than *I* and *we*: nobody asks about their own actions."""
    subject = draw_subject(rng, kinds, definite=definite, personal=personal)
    return _asked_about(rng, kinds, definite=definite, personal=personal) if subject.person == 1 else subject


def _somebody(rng: Random) -> NounPhrase:
    subject = draw_person(rng)
    return _somebody(rng) if subject.person == 1 else subject


def _where_is(rng: Random) -> Phrase:
    """`Where is my key?`, où est ma clé ? `Where are you?`, où es-tu ?"""
    where = words("where")
    if rng.random() < 0.25:
        english = rng.choice(tuple(WITH_INVERSION))
        is_ = words("am" if english == "I" else "is" if english in ("he", "she") else "are")
        who = Source(english)
        both = Target(WITH_INVERSION[english], (*is_, who))
        made = Phrase((*where, *is_, who), (Target("où", where), both)).showing("present")
        if rng.random() < 0.5:
            made += translate(words(","), ",") + name_phrase(rng.choice(NAMES)).phrase
        return made
    noun = rng.choice([each for each in NOUNS if not each.is_any("mass sky moon star swim")])
    thing = draw_noun_phrase(rng, noun, definite=True, described=0.15)
    if rng.random() < 0.12:
        thing = name_phrase(rng.choice(NAMES))
    past = rng.random() < 0.2
    is_ = words((("is", "are"), ("was", "were"))[past][thing.is_plural])
    forms = BE.imperfect if past else BE.present
    opening = (Target("où", where), Target(forms[thing.index], is_, thing.heads))
    return Phrase((*where, *is_), opening).showing("imparfait" if past else "present") + thing.phrase


def _where_does(rng: Random) -> Phrase:
    """`Where did the dog sleep?`, où est-ce que le chien a dormi ?"""
    candidates = [
        each
        for each in verbs.WITHOUT_OBJECT
        if each.places and not each.link and each.english not in ("come", "come out", "stay")
    ]
    verb = rng.choice(
        [*candidates, *(each for each in verbs.TRANSITIVE if each.english in ("find", "buy", "see", "hide"))]
    )
    subject = _asked_about(rng, verb.subjects, definite=True)
    mood = Mood(_tense(rng, verb), question=True, asking=translate(words("where"), "où"))
    if verb.objects:
        return predicate(rng, subject, verb, replace(mood, tense="past"), places=0)
    return clause(subject, verb, mood=mood)


def _tense(rng: Random, verb: Verb) -> Tense:
    fitting = tenses_of(verb, pronoun("who"))
    tenses: tuple[Tense, ...] = ("past", "present", "future", "progressive")
    return rng.choice([each for each in tenses if each in fitting])


def _who(rng: Random) -> Phrase:
    """`Who saw the cat?`, qui a vu le chat ? `Who is hungry?`, qui a faim ?"""
    who = replace(pronoun("who"), nouns=(SOMEBODY,))
    chance = rng.random()
    if chance < 0.2:
        return be(who, rng.choice(qualities_for(SOMEBODY)), Mood("present"))
    if chance < 0.35:
        return be(who, draw_place(rng, SOMEBODY, "in at near under behind front")[0], Mood("present"))
    if chance < 0.5:
        return _whom(rng)
    verb = rng.choice([each for each in verbs.VERBS if "person" in each.subjects and not each.is_wish])
    tense = _tense(rng, verb)
    return predicate(rng, who, verb, Mood(tense), places=0.4)


def _whom(rng: Random) -> Phrase:
    """`Who did you see?`, qui est-ce que tu as vu ?"""
    candidates = [each for each in verbs.TRANSITIVE if SOMEBODY.is_any(each.objects) and each.past and not each.lasts]
    verb = rng.choice(candidates)
    subject = _asked_about(rng, verb.subjects, definite=True)
    return clause(subject, verb, mood=Mood(_tense(rng, verb), None, True, translate(words("who"), "qui")))


def _what(rng: Random) -> Phrase:
    """`What did the boy see?`, qu'est-ce que le garçon a vu ? `What do you want?`"""
    candidates = [
        each
        for each in verbs.TRANSITIVE + tuple(each for each in verbs.STATES if each.english in ("want", "have"))
        if each.objects != "person" and each.past and each.english not in ("make", "carry")
    ]
    verb = rng.choice([each for each in candidates if not SOMEBODY.is_any(each.objects) or each.english == "see"])
    subject = _asked_about(rng, verb.subjects, definite=True, personal=0.6)
    tense = _tense(rng, verb)
    if verb.lasts and tense == "past":
        tense = "present"
    return clause(subject, verb, mood=Mood(tense, None, True, translate(words("what"), "que")))


def _why(rng: Random) -> Phrase:
    """`Why are you sad?`, pourquoi est-ce que tu es triste ?"""
    asking = translate(words("why"), "pourquoi")
    noun = rng.choice(PEOPLE + ANIMALS)
    subject = _somebody(rng) if rng.random() < 0.6 else draw_noun_phrase(rng, noun, definite=True, described=0)
    if rng.random() < 0.6:
        fitting = [each for each in qualities_for(subject.nouns[0]) if each in FEELINGS or isinstance(each, Expression)]
        return be(subject, rng.choice(fitting), Mood(rng.choice(("present", "past")), None, True, asking))
    candidates = [each for each in verbs.WITHOUT_OBJECT if subject.nouns[0].is_any(each.subjects) and each.stands_alone]
    verb = rng.choice([each for each in candidates if each.english != "live"])
    return clause(subject, verb, mood=Mood(rng.choice(("past", "progressive")), None, True, asking))


def _how_many(rng: Random) -> Phrase:
    """`How many cats do you have?`, combien de chats est-ce que tu as ?"""
    verb = rng.choice([each for each in verbs.VERBS if each.english in ("have", "want", "see", "buy", "eat", "find")])
    noun = rng.choice([each for each in nouns_of(verb.objects) if each.has_plural and not each.is_any("only")])
    how_many = words("how many")
    things = noun_phrase(noun, "", is_plural=True)
    bare = things.phrase.target[1:]
    combien = (Target("combien", how_many), Target("de", how_many))
    asking = Phrase((*how_many, *things.phrase.source), combien + bare, things.phrase.shows)
    subject = _somebody(rng) if "person" in verb.subjects else _asked_about(rng, verb.subjects, definite=True)
    tense: Tense = "present" if verb.lasts else "past"
    made = clause(subject, verb, mood=Mood(tense, None, True, asking), object_before=things, objects=(noun,))
    return made.showing("number")


def _what_colour(rng: Random) -> Phrase:
    """`What colour is the ball?`, de quelle couleur est la balle ?"""
    what, colour = words("what"), words(rng.choice(("colour", "color")))
    noun = rng.choice(nouns_of("painted furry"))
    thing = draw_noun_phrase(rng, noun, definite=True, described=0)
    is_ = words("are" if thing.is_plural else "is")
    target = (
        Target("de", what + colour),
        Target("quelle", what, colour),
        Target("couleur", colour),
        Target(BE.present[thing.index], is_, thing.heads),
    )
    return Phrase((*what, *colour, *is_), target).showing("present") + thing.phrase
