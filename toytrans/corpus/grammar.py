"""The toy grammar: draws English sentences together with their French, their gold links and what they show.

`draw(rng)` makes one sentence; `draw_long(rng)` joins clauses into a longer one. What is drawn makes sense (see
`lexicon` and `verbs`), and the English alone decides the French.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from toytrans.corpus import lexicon, verbs
from toytrans.corpus.clauses import Mood, Tense, be, clause, passive, quality, relative_subject, with_relative
from toytrans.corpus.draws import (
    draw_adjectives,
    draw_mood,
    draw_noun_phrase,
    draw_other,
    draw_place,
    draw_subject,
    nouns_of,
    predicate,
    qualities_for,
    quality_named,
)
from toytrans.corpus.french import Source
from toytrans.corpus.lexicon import Noun
from toytrans.corpus.phrases import (
    PHENOMENA,
    Phrase,
    Sentence,
    both,
    finish,
    noun_phrase,
    pronoun,
    translate,
    words,
)
from toytrans.corpus.riddles import riddle_sentence
from toytrans.corpus.verbs import Verb

__all__ = ["PHENOMENA", "Sentence", "draw", "draw_long"]

ANIMATES = lexicon.PEOPLE + lexicon.ANIMALS
RABBIT = next(noun for noun in lexicon.ANIMALS if noun.english == "rabbit")
SHORT_VERBS = verbs.WITHOUT_OBJECT + verbs.TRANSITIVE
VERB_GROUPS = {
    verbs.INTRANSITIVE: 9,
    verbs.MOTION: 13,
    verbs.REFLEXIVE: 14,
    verbs.TRANSITIVE: 26,
    verbs.STATES: 7,
    verbs.GIVING: 7,
}
"""How often a simple sentence is about which verbs."""


def simple_sentence(rng: Random) -> Phrase:
    """`The cat sat on the mat.`, `Did she find her key?`"""
    verb = rng.choice(rng.choices(tuple(VERB_GROUPS), weights=tuple(VERB_GROUPS.values()))[0])
    if verb.objects and "person" in verb.subjects and (verb.first or not verb.present[0]) and rng.random() < 0.25:
        return predicate(rng, pronoun("I", "m"), verb, draw_mood(rng, verb, questions=False))
    mood = draw_mood(rng, verb, questions=True)
    plurals = 0.5 if mood.tense == "present" else 0.3
    subject = draw_subject(rng, verb.subjects, definite=bool(mood.negation) or mood.question, plurals=plurals)
    return predicate(rng, subject, verb, mood)


def be_sentence(rng: Random) -> Phrase:
    """`The box is not heavy.`, `The cat was under the table.`"""
    if rng.random() < 0.25:
        noun = rng.choice(ANIMATES)
        where, _ = draw_place(rng, noun, "in near under behind beside")
        return be(draw_noun_phrase(rng, noun, definite=True), where, _mood_of_being(rng, changing=True))
    noun = rng.choice([each for each in lexicon.NOUNS if qualities_for(each)])
    subject = draw_noun_phrase(rng, noun, plurals=0.5, described=0, definite=True)
    said = rng.choice(qualities_for(noun))
    return be(subject, said, _mood_of_being(rng, changing=said not in lexicon.LOOKS))


def _mood_of_being(rng: Random, *, changing: bool) -> Mood:
    """As of any clause, but *never* goes only with what is changing: no box *was never round*."""
    tense: Tense = rng.choice(("past", "present"))
    chance = rng.random()
    if chance < 0.2:
        return Mood(tense, Source("never" if changing and rng.random() < 0.4 else "not"))
    return Mood(tense, question=chance < 0.32)


def there_sentence(rng: Random) -> Phrase:
    """`There is a cat under the table.`: il y a un chat sous la table."""
    noun = rng.choice(nouns_of("small portable"))
    is_plural, past = rng.random() < 0.45, rng.random() < 0.4
    determiner = rng.choice(("some", "two", "three", "four", "five")) if is_plural else "a"
    thing = noun_phrase(noun, determiner, is_plural=is_plural, adjectives=draw_adjectives(rng, noun))
    english = (("is", "are"), ("was", "were"))[past][is_plural]
    there = translate(words("there"), "il y") + translate(words(english), "avait" if past else "a")
    where, _ = draw_place(rng, RABBIT, "in under behind near beside seat front")
    return there + thing.phrase + where


def passive_sentence(rng: Random) -> Phrase:
    """`The plates were washed by the girl.`"""
    verb = rng.choice([each for each in verbs.TRANSITIVE if each.passive])
    noun = rng.choice([each for each in nouns_of(verb.objects) if not each.is_any("family")])
    thing = draw_noun_phrase(rng, noun, definite=True, plurals=0.55)
    agent = draw_noun_phrase(rng, draw_other(rng, nouns_of(verb.subjects), thing), definite=True)
    chance = rng.random()
    return passive(thing, verb, agent, Mood("past", Source("not") if chance < 0.12 else None, 0.12 <= chance < 0.22))


def relative_sentence(rng: Random) -> Phrase:
    """`The girl who sang was happy.`, `The balls that the robot picked up are red.`"""
    return _who_sentence(rng) if rng.random() < 0.4 else _whom_sentence(rng)


def _who_sentence(rng: Random) -> Phrase:
    """The antecedent is the subject of its relative clause: *qui*."""
    verb = rng.choice(verbs.WITHOUT_OBJECT + verbs.TRANSITIVE)
    noun = rng.choice([each for each in nouns_of(verb.subjects) if not each.is_any("family")])
    antecedent = noun_phrase(noun, is_plural=rng.random() < 0.4)
    mood = Mood("present" if verb.present[0] and rng.random() < 0.5 else "past")
    relative = predicate(rng, relative_subject(antecedent), verb, mood, places=0.4)
    subject = with_relative(antecedent, relative)
    if rng.random() < 0.5:
        return be(subject, rng.choice(qualities_for(noun)), Mood(rng.choice(("past", "present"))))
    main = rng.choice([each for each in verbs.WITHOUT_OBJECT if noun.is_any(each.subjects) and each != verb])
    return predicate(rng, subject, main, Mood())


def _whom_sentence(rng: Random) -> Phrase:
    """The antecedent is the object of its relative clause: *que*, and the participle agrees with it."""
    verb = rng.choices(verbs.TRANSITIVE, weights=[1 if each.passive else 3 for each in verbs.TRANSITIVE])[0]
    fitting = [each for each in nouns_of(verb.objects) if not each.is_any("family mass")]
    if not fitting:
        return _whom_sentence(rng)
    noun = rng.choice(fitting)
    qualities = qualities_for(noun)
    is_judged = noun.is_any("food") or (bool(qualities) and rng.random() < 0.6)
    # One quality is enough: not `the big carrot that my father ate was small`.
    adjectives = () if is_judged else draw_adjectives(rng, noun, chance=0.3)
    antecedent = noun_phrase(noun, is_plural=noun.has_plural and rng.random() < 0.5, adjectives=adjectives)
    doer = draw_noun_phrase(rng, draw_other(rng, nouns_of(verb.subjects), antecedent), definite=True)
    relative = translate(words("that"), "que") + clause(doer, verb, objects=(noun,), object_before=antecedent)
    whole = with_relative(antecedent, relative)
    if is_judged:
        tense: Tense = "past" if noun.is_any("food") else rng.choice(("past", "present"))
        return be(whole, rng.choice(qualities), Mood(tense))
    finder = next(each for each in verbs.TRANSITIVE if each.english == ("find" if verb.english == "see" else "see"))
    subject = draw_noun_phrase(rng, draw_other(rng, nouns_of("person agent"), doer, noun), definite=True)
    return clause(subject, finder, whole.phrase, objects=(noun,))


def coordinated_sentence(rng: Random) -> Phrase:
    """Two subjects, two qualities, two objects, or several short clauses."""
    if rng.random() < 0.6:
        return several_clauses(rng, places=0.4)
    return rng.choice((_two_subjects, _two_qualities, _two_objects))(rng).showing("coordination")


def several_clauses(rng: Random, places: float) -> Phrase:
    """`The cat slept near the river, the bird sang and the boy read a book.`"""
    made = rng.choice((_clauses_with_and, _clauses_with_but, _three_clauses))(rng, places)
    return made.showing("coordination")


def _two_subjects(rng: Random) -> Phrase:
    verb = rng.choice(verbs.WITHOUT_OBJECT)
    kin = [each for each in rng.choice((lexicon.PEOPLE, lexicon.ANIMALS)) if each.is_any(verb.subjects)]
    if len(kin) < 2:
        return _two_subjects(rng)
    first, second = rng.sample(kin, 2)
    subject = both(draw_noun_phrase(rng, first, plurals=0.2), draw_noun_phrase(rng, second, plurals=0.2))
    where, objects = draw_place(rng, second if second.is_any("large") else first, verb.places)
    return clause(subject, verb, where, objects=objects)


def _two_qualities(rng: Random) -> Phrase:
    """`The dog was tired but happy.`"""
    first, link, second = rng.choice(verbs.QUALITY_PAIRS)
    qualities = quality_named(first), quality_named(second)
    noun = rng.choice([each for each in lexicon.NOUNS if all(each.is_any(said.describes) for said in qualities)])
    subject = draw_noun_phrase(rng, noun, plurals=0.4, described=0, definite=True)
    joined = translate(words(link), "mais" if link == "but" else "et") + quality(qualities[1], subject)
    return be(subject, qualities[0], Mood(rng.choice(("past", "present")))) + joined


def _two_objects(rng: Random) -> Phrase:
    """`Did the cat see the mouse or the bird?`"""
    verb = rng.choice([each for each in verbs.TRANSITIVE if each.english not in ("chase", "drink")])
    subject, question = draw_subject(rng, verb.subjects, definite=True), rng.random() < 0.5
    noun = draw_other(rng, nouns_of(verb.objects), subject)
    other = draw_other(rng, nouns_of(verb.objects), subject, noun)
    first, second = (draw_noun_phrase(rng, each, definite=True, plurals=0.2) for each in (noun, other))
    joined = both(first, second, "or" if question else "and")
    return clause(subject, verb, joined.phrase, Mood(question=question), objects=(noun, other))


def _clauses_with_and(rng: Random, places: float) -> Phrase:
    first, second = (_clause_about(rng, noun, places) for noun in rng.sample(ANIMATES, 2))
    return first + translate(words("and"), "et") + second


def _clauses_with_but(rng: Random, places: float) -> Phrase:
    """`The cat slept near the river, but the dog did not sleep.`"""
    first, second = rng.sample(rng.choice((lexicon.PEOPLE, lexicon.ANIMALS)), 2)
    shared = [each for each in SHORT_VERBS if first.is_any(each.subjects) and second.is_any(each.subjects)]
    verb = rng.choice([each for each in shared if each.stands_alone or each.objects])
    moods = rng.sample((Mood(), Mood(negation=Source("not"))), 2)
    but = translate(words(","), ",") + translate(words("but"), "mais")
    start = _clause_about(rng, first, places, verb, moods[0])
    return start + but + _clause_about(rng, second, 0, verb, moods[1])


def _three_clauses(rng: Random, places: float) -> Phrase:
    first, second, third = (_clause_about(rng, noun, places) for noun in rng.sample(ANIMATES, 3))
    return first + translate(words(","), ",") + second + translate(words("and"), "et") + third


def _clause_about(rng: Random, noun: Noun, places: float, verb: Verb | None = None, mood: Mood | None = None) -> Phrase:
    """A clause in the past with that noun as its subject."""
    subject = draw_noun_phrase(rng, noun, plurals=0.2, definite=True)
    verb = verb or rng.choice([each for each in SHORT_VERBS if noun.is_any(each.subjects)])
    return predicate(rng, subject, verb, mood or Mood(), places=places)


def because_sentence(rng: Random) -> Phrase:
    """`The girls slept because they were tired.`: only one antecedent, so no riddle."""
    cause = rng.choice(verbs.CAUSES)
    said = quality_named(rng.choice(cause.qualities.split()))
    verb = rng.choice([each for each in verbs.WITHOUT_OBJECT if each.english in cause.verbs])
    noun = rng.choice([each for each in ANIMATES if each.is_any(verb.subjects) and each.is_any(said.describes)])
    subject = draw_noun_phrase(rng, noun, plurals=0.5, definite=True)
    if (said.english, noun.english) in subject.phrase.combinations:
        return because_sentence(rng)  # not `the sad girls cried because they were sad`
    english = "they" if subject.is_plural else "it"
    if not subject.is_plural and noun.is_any("person"):
        english = "he" if noun.gender == "m" else "she"
    decided_by = subject.heads if english in ("they", "it") else ()
    again = replace(pronoun(english, noun.gender, subject.is_plural, decided_by), nouns=subject.nouns)
    because = translate(words("because"), "parce que")
    return predicate(rng, subject, verb, Mood(), places=0.4) + because + be(again, said)


CONSTRUCTIONS: dict[Callable[[Random], Phrase], int] = {
    simple_sentence: 40,
    riddle_sentence: 15,
    relative_sentence: 11,
    coordinated_sentence: 11,
    be_sentence: 11,
    passive_sentence: 8,
    there_sentence: 3,
    because_sentence: 3,
}
"""What is drawn, and how often."""


def draw(rng: Random) -> Sentence:
    """One sentence of the grammar."""
    make = rng.choices(tuple(CONSTRUCTIONS), weights=tuple(CONSTRUCTIONS.values()))[0]
    return finish(make(rng))


def draw_long(rng: Random) -> Sentence:
    """Two or three full clauses in one sentence."""
    return finish(several_clauses(rng, places=0.75))
