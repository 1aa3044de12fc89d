"""Things joined by *and*, *or* and *but*: two subjects, two objects, two qualities, several clauses."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from toytrans.corpus.grammar import verbs
from toytrans.corpus.grammar.clauses import Mood, Tense, clause
from toytrans.corpus.grammar.copula import be, quality
from toytrans.corpus.grammar.draws import (
    SOMEBODY,
    draw_noun_phrase,
    draw_other,
    draw_person,
    draw_place,
    draw_subject,
    nouns_of,
    own_word,
    quality_named,
)
from toytrans.corpus.grammar.french import Source
from toytrans.corpus.grammar.lexicon import NAMES, Noun
from toytrans.corpus.grammar.nouns import ANIMALS, ANIMATES, NOUNS, PEOPLE
from toytrans.corpus.grammar.phrases import NounPhrase, Phrase, both, translate, words
from toytrans.corpus.grammar.predicates import WITH_WILL, predicate
from toytrans.corpus.grammar.pronouns import name_phrase, object_pronoun, pronoun
from toytrans.corpus.grammar.reasons import QUALITY_PAIRS
from toytrans.corpus.grammar.verbs import Verb, transitive_named

SHORT_VERBS = tuple(each for each in verbs.WITHOUT_OBJECT + verbs.TRANSITIVE if each.past and not each.lasts)
FIRST_DEEDS = ("find", "take", "see", "pick up", "buy", "wash", "open", "follow")
THEN_DEEDS = {
    "find": ("take", "hide", "wash", "sell", "pick up"),
    "take": ("hide", "wash", "sell", "open", "close", "eat"),
    "see": ("take", "follow", "chase", "buy", "call"),
    "pick up": ("hide", "carry", "wash", "drop", "open"),
    "buy": ("open", "eat", "wash", "sell", "lose", "read"),
    "wash": ("hide", "eat", "sell"),
    "open": ("close", "read"),
    "follow": ("watch", "call"),
}
"""Actions that can follow the first one: found the ball and took it."""


def coordinated_sentence(rng: Random) -> Phrase:
    """Two subjects, two qualities, two objects, two actions, or several short clauses."""
    chance = rng.random()
    if chance < 0.4:
        return several_clauses(rng, places=0.4)
    if chance < 0.65:
        return _and_then(rng).showing("coordination")
    return rng.choice((_two_subjects, _two_qualities, _two_objects))(rng).showing("coordination")


def several_clauses(rng: Random, places: float) -> Phrase:
    """`The cat slept near the river, the bird sang and the boy read a book.`"""
    made = rng.choice((_clauses_with_and, _clauses_with_but, _three_clauses))(rng, places)
    return made.showing("coordination")


def _and_then(rng: Random) -> Phrase:
    """`The boy found the ball and took it.`: le garçon a trouvé la balle et l'a prise."""
    first_name = rng.choice(FIRST_DEEDS)
    first, second = transitive_named(first_name), transitive_named(rng.choice(THEN_DEEDS[first_name]))
    things = [
        each for each in nouns_of(first.objects) if each.is_any(second.objects) and not each.is_any("mass family")
    ]
    doers = [each for each in nouns_of(first.subjects) if each.is_any(second.subjects)]
    tenses: list[Tense] = ["present"]
    if first.past and second.past:
        tenses += ["past", "past"]
    if first.english in WITH_WILL and second.english in WITH_WILL:
        tenses.append("future")
    if not things or not doers:
        return _and_then(rng)
    tense = rng.choice(tenses)
    doer_noun = rng.choice(doers)
    doer = draw_noun_phrase(rng, doer_noun, definite=True)
    if doer_noun.is_any("person") and rng.random() < 0.6:
        doer = draw_person(rng)
    noun = draw_other(rng, things, doer)
    thing = draw_noun_phrase(
        rng, noun, definite=rng.random() < 0.6, own=_own_of(doer, noun, first, second), others=doer.nouns
    )
    if tense == "present" and second.english == "read" and not doer.is_third_singular:
        return _and_then(rng)
    is_they = thing.is_plural or noun.is_any("person")
    if noun.is_any("person") and not thing.is_plural:
        it = object_pronoun("him" if noun.gender == "m" else "her", thing)
    else:
        it = object_pronoun("them" if is_they else "it", thing)
    start = clause(doer, first, thing.phrase, Mood(tense), objects=(noun,))
    # Je l'ai vu et je l'ai pris: French repeats the pronoun of the first and second person.
    again = tuple(replace(each, sure=(), possible=doer.heads) for each in doer.phrase.target if doer.person != 3)
    silent = replace(doer, phrase=Phrase(target=again))
    then = clause(silent, second, mood=Mood(tense), clitic=it, objects=(noun,))
    return start + translate(words("and"), "et") + (_without_will(then) if tense == "future" else then)


def _without_will(phrase: Phrase) -> Phrase:
    """Drops *will* from the second clause: `will find the ball and take it`."""
    will = next(each for each in phrase.source if each.text == "will")
    target = tuple(replace(each, sure=tuple(word for word in each.sure if word is not will)) for each in phrase.target)
    return replace(phrase, source=tuple(word for word in phrase.source if word is not will), target=target)


def _own_of(doer: NounPhrase, noun: Noun, *deeds: Verb) -> str:
    """The possessive for the object; none with *buy*, since nobody buys what they own already."""
    return "" if any(deed.english == "buy" for deed in deeds) else own_word(doer, noun)


def _two_subjects(rng: Random) -> Phrase:
    """`My brother and I slept.`, `Paul and Marie are singing.`"""
    verb = rng.choice([each for each in verbs.WITHOUT_OBJECT if not each.link])
    kin = [each for each in rng.choice((PEOPLE, ANIMALS)) if each.is_any(verb.subjects)]
    if len(kin) < 2:
        return _two_subjects(rng)
    first, second = rng.sample(kin, 2)
    if first.is_any("person") and rng.random() < 0.35:
        names = rng.sample(NAMES, 2)
        one, other = (NounPhrase(n.phrase, n.gender, False, n.heads, (kin[0],)) for n in map(name_phrase, names))
        subject = both(one, other)
    elif first.is_any("person") and rng.random() < 0.3:
        word = Source("I")
        me = NounPhrase(translate((word,), "moi").showing("first_person"), "m", False, (word,), (), 1)
        subject = both(draw_noun_phrase(rng, first, plurals=0.2, definite=True), me)
    else:
        one, other = (draw_noun_phrase(rng, each, plurals=0.2, definite=True) for each in (first, second))
        subject = both(one, other)
    tense: Tense = rng.choice(("past", "past", "progressive"))
    if verb.lasts or (tense == "progressive" and not verb.progressive):
        tense = "present"
    if not verb.places or (verb.stands_alone and rng.random() < 0.4):
        return clause(subject, verb, mood=Mood(tense))
    where, objects = draw_place(rng, second if second.is_any("large") else first, verb.places)
    return clause(subject, verb, where, Mood(tense), objects=objects)


def _two_qualities(rng: Random) -> Phrase:
    """`The dog was tired but happy.`"""
    first, link, second = rng.choice(QUALITY_PAIRS)
    qualities = quality_named(first), quality_named(second)
    noun = rng.choice([each for each in NOUNS if all(each.is_any(said.describes) for said in qualities)])
    subject = draw_noun_phrase(rng, noun, plurals=0.4, described=0, definite=True)
    if noun.is_any("person") and rng.random() < 0.4:
        subject = draw_person(rng)
    joined = translate(words(link), "mais" if link == "but" else "et") + quality(qualities[1], subject)
    return be(subject, qualities[0], Mood(rng.choice(("past", "present")))) + joined


def _two_objects(rng: Random) -> Phrase:
    """`Did the cat see the mouse or the bird?`"""
    candidates = [each for each in verbs.TRANSITIVE if each.past and len(nouns_of(each.objects)) > 4]
    verb = rng.choice([each for each in candidates if each.english not in ("chase", "drop", "wait for")])
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
    first, second = rng.sample(rng.choice((PEOPLE, ANIMALS)), 2)
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
    """A clause in the past with that noun as its subject, or a pronoun instead of a person."""
    subject = draw_noun_phrase(rng, noun, plurals=0.2, definite=True, described=0.2)
    if noun.is_any("person") and rng.random() < 0.25:
        # Not *they*, which could refer to another clause.
        subject = pronoun(rng.choice(("I", "you", "he", "she", "we")), nouns=(SOMEBODY,))
    verb = verb or rng.choice([each for each in SHORT_VERBS if noun.is_any(each.subjects)])
    return predicate(rng, subject, verb, mood or Mood(), places=places, is_all=False)
