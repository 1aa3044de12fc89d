"""Relative clauses: `The girl who sang was happy.`, `The balls that the robot picked up are red.`"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from toytrans.corpus.grammar import verbs
from toytrans.corpus.grammar.clauses import Mood, Tense, clause
from toytrans.corpus.grammar.copula import be
from toytrans.corpus.grammar.draws import (
    SOMEBODY,
    draw_adjectives,
    draw_noun_phrase,
    draw_other,
    nouns_of,
    qualities_for,
)
from toytrans.corpus.grammar.phrases import NounPhrase, Phrase, noun_phrase, translate, words
from toytrans.corpus.grammar.predicates import predicate
from toytrans.corpus.grammar.pronouns import pronoun
from toytrans.corpus.grammar.verbs import transitive_named


def relative_sentence(rng: Random) -> Phrase:
    """`The girl who sang was happy.`, `The balls that the robot picked up are red.`"""
    return _who_sentence(rng) if rng.random() < 0.4 else _whom_sentence(rng)


def _who_sentence(rng: Random) -> Phrase:
    """The antecedent is the subject of its relative clause: *qui*. Both clauses have the same time."""
    verb = rng.choice([each for each in verbs.WITHOUT_OBJECT + verbs.TRANSITIVE if each.past and not each.lasts])
    noun = rng.choice([each for each in nouns_of(verb.subjects) if not each.is_any("family")])
    antecedent = noun_phrase(noun, is_plural=noun.has_plural and rng.random() < 0.4)
    is_now = bool(verb.progressive) and not verb.rarely_commanded and rng.random() < 0.5
    relative = predicate(
        rng, relative_subject(antecedent), verb, Mood("progressive" if is_now else "past"), places=0.4, is_all=False
    )
    subject = with_relative(antecedent, relative)
    return be(subject, rng.choice(qualities_for(noun)), Mood("present" if is_now else "past"))


def _whom_sentence(rng: Random) -> Phrase:
    """The antecedent is the object of its relative clause: *que*, and the participle agrees with it."""
    candidates = [each for each in verbs.TRANSITIVE if each.past]
    verb = rng.choices(candidates, weights=[1 if each.passive else 3 for each in candidates])[0]
    fitting = [each for each in nouns_of(verb.objects) if not each.is_any("family mass")]
    if not fitting:
        return _whom_sentence(rng)
    noun = rng.choice(fitting)
    said = qualities_for(noun)
    is_judged = noun.is_any("food") or (bool(said) and rng.random() < 0.6)
    # One quality is enough: not `the big carrot that my father ate was small`.
    adjectives = () if is_judged else draw_adjectives(rng, noun, chance=0.3)
    antecedent = noun_phrase(noun, is_plural=noun.has_plural and rng.random() < 0.5, adjectives=adjectives)
    doer_noun = draw_other(rng, nouns_of(verb.subjects), antecedent)
    doer = draw_noun_phrase(rng, doer_noun, definite=True, others=(noun,))
    if doer.phrase.source[0].text in ("that", "those"):
        return _whom_sentence(rng)  # not `that that boy saw`
    if doer_noun.is_any("person") and rng.random() < 0.4:
        doer = pronoun(rng.choice(("I", "you", "we")), nouns=(SOMEBODY,))  # *they* could refer to the main clause
    relative = translate(words("that"), "que") + clause(doer, verb, objects=(noun,), object_before=antecedent)
    whole = with_relative(antecedent, relative)
    if is_judged:
        tense: Tense = "past" if noun.is_any("food") else rng.choice(("past", "present"))
        return be(whole, rng.choice(said), Mood(tense))
    # The main clause is in the present: with a past one, French would need the pluperfect.
    if not noun.is_any(transitive_named("see").objects):
        return _whom_sentence(rng)
    looks_for = verb.english in ("see", "hear", "lose", "follow", "watch") and noun.is_any("portable pet")
    finder = transitive_named("look for" if looks_for else "see")
    subject = draw_noun_phrase(rng, draw_other(rng, nouns_of("person agent"), doer, noun), definite=True)
    mood = Mood("progressive" if looks_for else "present")
    return clause(subject, finder, whole.phrase, mood, objects=(noun,))


def relative_subject(antecedent: NounPhrase) -> NounPhrase:
    """`who` or `that` as the subject of a relative clause: *qui*, with the antecedent's gender and number."""
    is_person = all("person" in noun.kind_set for noun in antecedent.nouns)
    return replace(antecedent, phrase=translate(words("who" if is_person else "that"), "qui"))


def with_relative(antecedent: NounPhrase, relative: Phrase) -> NounPhrase:
    """A noun phrase and the relative clause that follows it."""
    return replace(antecedent, phrase=(antecedent.phrase + relative).showing("relative"))
