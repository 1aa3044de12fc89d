"""The sentences of the toy grammar: which constructions are drawn, and how often.

`draw(rng)` makes one sentence; `draw_long(rng)` joins clauses into a longer one. Every sentence makes sense (see
`nouns`, `qualities` and `verbs`), and its English determines its French.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from toytrans.corpus.grammar import verbs
from toytrans.corpus.grammar.being import be_sentence, there_sentence, this_is_sentence
from toytrans.corpus.grammar.clauses import Mood, clause, passive
from toytrans.corpus.grammar.commands import command_sentence
from toytrans.corpus.grammar.coordination import coordinated_sentence, several_clauses
from toytrans.corpus.grammar.copula import be
from toytrans.corpus.grammar.draws import (
    PERSONAL,
    SOMEBODY,
    draw_noun_phrase,
    draw_other,
    draw_person,
    draw_subject,
    nouns_of,
    quality_named,
)
from toytrans.corpus.grammar.everyday import everyday_sentence, time_phrase
from toytrans.corpus.grammar.french import Source
from toytrans.corpus.grammar.lexicon import NUMBERS, Noun
from toytrans.corpus.grammar.nouns import ANIMATES
from toytrans.corpus.grammar.phrases import PHENOMENA, NounPhrase, Phrase, Sentence, finish, translate, words
from toytrans.corpus.grammar.predicates import draw_company, draw_mood, predicate, tenses_of
from toytrans.corpus.grammar.pronouns import pronoun
from toytrans.corpus.grammar.questions import question_sentence
from toytrans.corpus.grammar.reasons import CAUSES
from toytrans.corpus.grammar.relatives import relative_sentence
from toytrans.corpus.grammar.riddles import riddle_sentence
from toytrans.corpus.grammar.verbs import Verb

__all__ = ["PHENOMENA", "Sentence", "draw", "draw_long"]

VERB_GROUPS = {
    verbs.INTRANSITIVE: 14,
    verbs.MOTION: 18,
    verbs.REFLEXIVE: 14,
    verbs.TRANSITIVE: 36,
    verbs.STATES: 12,
    verbs.GIVING: 4,
}
"""The weight of each group of verbs in simple sentences."""
HABITS = ("sleep", "play", "run", "sing", "dance", "swim", "cry", "eat", "drink", "like", "chase")
"""Verbs of general statements: `birds sing`, `cats like milk`."""


def simple_sentence(rng: Random) -> Phrase:
    """`The cat sat on the mat.`, `Did she find her key?`, `We will eat the cake tomorrow.`"""
    verb = rng.choice(rng.choices(tuple(VERB_GROUPS), weights=tuple(VERB_GROUPS.values()))[0])
    subject = draw_subject(rng, verb.subjects, plurals=0.35)
    mood = draw_mood(rng, verb, subject, questions=True)
    subject = _known(rng, subject, verb, mood)
    if mood.tense == "present" and not mood.question and verb.english in HABITS and rng.random() < 0.5:
        everybody = draw_subject(rng, verb.subjects, plurals=0.9, generic=True, personal=0)
        return predicate(rng, everybody, verb, mood, places=0)
    if verb.stands_alone and SOMEBODY in subject.nouns and rng.random() < 0.2:
        made = clause(subject, verb, draw_company(rng, subject), mood)
    else:
        made = predicate(rng, subject, verb, mood)
    if rng.random() < 0.13 and not verb.lasts:
        made += time_phrase(rng, mood.tense, mood.negation)
    return made


def _known(rng: Random, subject: NounPhrase, verb: Verb, mood: Mood) -> NounPhrase:
    """The subject, made definite in a negation or a question: nobody denies or asks what *a dog* did."""
    if not (mood.negation or mood.question) or subject.phrase.source[0].text not in ("a", "some", *NUMBERS):
        return subject
    return draw_subject(rng, verb.subjects, definite=True, plurals=float(subject.is_plural), personal=0)


def drill_sentence(rng: Random) -> Phrase:
    """`We dance.`, `You will read the book.`: every verb in every person equally often, so that none is too rare."""
    verb = rng.choice([each for each in verbs.VERBS if not each.is_wish])
    kinds = [each for each in PERSONAL if SOMEBODY.is_any(verb.subjects)] + ["a noun"]
    english = rng.choice(kinds)
    if english == "a noun":
        subject = draw_subject(rng, verb.subjects, plurals=0.5, personal=0)
    else:
        subject = pronoun(english, "f" if english == "she" else "m", english == "they", nouns=(SOMEBODY,))
    tenses = [each for each in ("present", "present", "future", "future") if each in tenses_of(verb, subject)]
    if not tenses:
        return drill_sentence(rng)
    chance = rng.random()
    negation = Source("not") if chance < 0.1 else None
    mood = Mood(rng.choice(tenses), negation, 0.1 <= chance < 0.2 and subject.person != 1)
    made = predicate(rng, _known(rng, subject, verb, mood), verb, mood, places=0.5)
    return made + time_phrase(rng, mood.tense) if rng.random() < 0.4 and not verb.lasts else made


def passive_sentence(rng: Random) -> Phrase:
    """`The plates were washed by the girl.`"""
    verb = rng.choice([each for each in verbs.TRANSITIVE if each.passive])
    noun = rng.choice([each for each in nouns_of(verb.objects) if not each.is_any("family")])
    thing = draw_noun_phrase(rng, noun, definite=True, plurals=0.55)
    agent_noun = draw_other(rng, nouns_of(verb.subjects), thing)
    agent = draw_noun_phrase(rng, agent_noun, definite=True, others=(noun,))
    chance = rng.random()
    return passive(thing, verb, agent, Mood("past", Source("not") if chance < 0.12 else None, 0.12 <= chance < 0.22))


def because_sentence(rng: Random) -> Phrase:
    """`The girls slept because they were tired.`: only one antecedent, so no riddle."""
    cause = rng.choice(CAUSES)
    said = quality_named(rng.choice(cause.qualities.split()))
    verb = rng.choice([each for each in verbs.WITHOUT_OBJECT if each.english in cause.verbs])
    is_now = rng.random() < 0.35 and bool(verb.progressive)
    if rng.random() < 0.4 and SOMEBODY.is_any(verb.subjects) and SOMEBODY.is_any(said.describes):
        subject = draw_person(rng)
        again = replace(pronoun(subject.heads[0].text, subject.gender, subject.is_plural), nouns=subject.nouns)
    else:
        subject, again = _who_and_again(rng, verb.subjects, said.describes)
    because = translate(words("because"), "parce que")
    deed = predicate(rng, subject, verb, Mood("progressive" if is_now else "past"), places=0.4)
    return deed + because + be(again, said, Mood("present" if is_now else "past"))


def _who_and_again(rng: Random, subjects: str, describes: str) -> tuple[NounPhrase, NounPhrase]:
    """A subject, and the pronoun that stands for it in the next clause."""
    noun: Noun = rng.choice([each for each in ANIMATES if each.is_any(subjects) and each.is_any(describes)])
    subject = draw_noun_phrase(rng, noun, plurals=0.5, definite=True, feelings=False)
    english = "they" if subject.is_plural else "it"
    if not subject.is_plural and noun.is_any("person"):
        english = "he" if noun.gender == "m" else "she"
    if english in ("he", "she"):
        return subject, replace(pronoun(english), nouns=subject.nouns)
    return subject, pronoun(english, noun.gender, subject.is_plural, subject.heads, subject.nouns)


CONSTRUCTIONS: dict[Callable[[Random], Phrase], int] = {
    simple_sentence: 34,
    drill_sentence: 19,
    be_sentence: 12,
    riddle_sentence: 11,
    coordinated_sentence: 10,
    relative_sentence: 7,
    question_sentence: 6,
    this_is_sentence: 5,
    there_sentence: 4,
    passive_sentence: 4,
    because_sentence: 3,
    command_sentence: 5,
    everyday_sentence: 8,
}
"""The constructions and their weights."""


def draw(rng: Random) -> Sentence:
    """One sentence of the grammar."""
    make = rng.choices(tuple(CONSTRUCTIONS), weights=tuple(CONSTRUCTIONS.values()))[0]
    phrase = make(rng)
    may_exclaim = make in (command_sentence, everyday_sentence) and "question" not in phrase.shows
    return finish(phrase, "!" if may_exclaim and rng.random() < 0.12 else "")


def draw_long(rng: Random) -> Sentence:
    """Two or three full clauses in one sentence."""
    return finish(several_clauses(rng, places=0.75))
