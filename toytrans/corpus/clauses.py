"""Clauses, built in both languages at once: statements, questions, negations, passives, relatives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from toytrans.corpus.french import Source, Target, agree, shows_agreement
from toytrans.corpus.lexicon import Expression, Noun, Quality
from toytrans.corpus.phrases import NounPhrase, Phrase, Sources, adjective_target, translate, words
from toytrans.corpus.verbs import Verb

Tense = Literal["present", "past"]


@dataclass(frozen=True)
class Mood:
    """What is done with a clause: its tense, its negation (`not` or `never`), and whether it asks."""

    tense: Tense = "past"
    negation: Source | None = None
    question: bool = False


def clause(
    subject: NounPhrase,
    verb: Verb,
    complement: Phrase | None = None,
    mood: Mood | None = None,
    *,
    objects: tuple[Noun, ...] = (),
    object_before: NounPhrase | None = None,
) -> Phrase:
    """Subject, verb and complement.

    `objects` are the nouns the verb takes in the complement; `object_before` is the antecedent of a relative `que`,
    with which the participle agrees.
    """
    mood = mood or Mood()
    auxiliary, main = _english_verb(subject, verb, mood)
    if mood.tense == "present":
        text = (verb.first or verb.present[0]) if subject.first_person else verb.present[int(subject.is_plural)]
        finite, rest = Phrase(target=(Target(text, auxiliary + main),)), Phrase(main)
    else:
        have_or_be = Target(_have_or_be(verb, subject), auxiliary or main, main if auxiliary else ())
        agreeing = subject if verb.auxiliary == "être" else object_before
        finite, rest = Phrase(target=(have_or_be,)), _participle(verb.participle, main, agreeing)
        if not verb.reflexive:
            finite = finite.showing("passe_compose_avoir" if verb.auxiliary == "avoir" else "passe_compose_etre")
    if verb.reflexive:
        finite = (Phrase(target=(Target("se", main),)) + finite).showing("reflexive")
    if verb.link:
        rest += Phrase(target=(Target(verb.link, main),))
    return _assemble(subject, auxiliary, finite, rest + (complement or Phrase()), mood).combining(verb.english, objects)


def passive(thing: NounPhrase, verb: Verb, agent: NounPhrase, mood: Mood | None = None) -> Phrase:
    """`the ball was picked up by the robot`: la balle a été ramassée par le robot."""
    was, main = words("were" if thing.is_plural else "was"), words(verb.passive)
    finite = Phrase(target=(Target("ont" if thing.is_plural else "a", was),)).showing("passe_compose_avoir")
    been = Phrase(target=(Target("été", was),))
    by = translate(words("by"), "par") + agent.phrase
    done = been + _participle(verb.participle, main, thing) + by
    return _assemble(thing, was, finite, done, mood or Mood()).combining(verb.english, thing.nouns)


def be(subject: NounPhrase, said: Phrase | Quality, mood: Mood | None = None, word: Sources = ()) -> Phrase:
    """`the box was heavy`, `the cat is on the mat`; `word` is the token of a quality, where it is made already."""
    mood = mood or Mood()
    past, number = mood.tense == "past", int(subject.is_plural)
    to_be = words((("is", "are"), ("was", "were"))[past][number])
    if isinstance(said, Expression) and said.verb == "avoir":
        french = (("a", "ont"), ("avait", "avaient"))[past][number]
    else:
        french = (("est", "sont"), ("était", "étaient"))[past][number]
    complement = said if isinstance(said, Phrase) else quality(said, subject, word)
    return _assemble(subject, to_be, Phrase(target=(Target(french, to_be),)), complement, mood)


def quality(said: Quality, subject: NounPhrase, word: Sources = ()) -> Phrase:
    """What is said of the subject after *be*: an agreeing adjective, or a fixed expression."""
    word = word or words(said.english)
    if isinstance(said, Expression):
        return translate(word, said.french)
    return replace(adjective_target(said, word, subject, attributive=False), source=word)


def _english_verb(subject: NounPhrase, verb: Verb, mood: Mood) -> tuple[Sources, Sources]:
    """The auxiliary and the main words: `did`, `pick up`; `is`, `sleeping`; none, `picked up`."""
    singular = not subject.is_plural and not subject.first_person
    helped = mood.question or (mood.negation is not None and mood.negation.text == "not")
    if mood.tense == "past":
        return (words("did"), words(verb.english)) if helped else ((), words(verb.past))
    if verb.progressive:
        return words("am" if subject.first_person else "is" if singular else "are"), words(verb.progressive)
    if helped:
        return words("does" if singular else "do"), words(verb.english)
    return (), words(verb.simple if singular else verb.english)


def _have_or_be(verb: Verb, subject: NounPhrase) -> str:
    if verb.auxiliary == "être":
        return "sont" if subject.is_plural else "est"
    return "ai" if subject.first_person else "ont" if subject.is_plural else "a"


def _participle(masculine: str, main: Sources, agreeing: NounPhrase | None) -> Phrase:
    """The participle, which agrees with its subject or with an object before it, or with nothing."""
    if agreeing is None:
        return Phrase(main, (Target(masculine, main),))
    forms, gender, is_plural = (masculine, masculine + "e"), agreeing.gender, agreeing.is_plural
    made = Phrase(main, (Target(agree(*forms, gender, is_plural), main, agreeing.heads),))
    return made.showing("agreement") if shows_agreement(*forms, gender, is_plural) else made


def _assemble(subject: NounPhrase, auxiliary: Sources, finite: Phrase, rest: Phrase, mood: Mood) -> Phrase:
    """Both word orders: `did the dog never see ...`, est-ce que le chien ne a jamais vu ..."""
    person, negation = subject.phrase, mood.negation
    no: Sources = (negation,) if negation else ()
    verb = finite.target
    if negation:
        verb = (Target("ne", no), *verb, Target("jamais" if negation.text == "never" else "pas", no))
    shows = person.shows | finite.shows
    start = Phrase(person.source + auxiliary + no, person.target + verb, shows, person.combinations)
    if mood.question:
        opening = (Target("est-ce", auxiliary), Target("que", auxiliary))
        start = replace(start, source=auxiliary + person.source + no, target=opening + start.target)
    shown = (*(["negation"] if negation else []), *(["question"] if mood.question else []))
    return (start + rest).showing(*shown)


def relative_subject(antecedent: NounPhrase) -> NounPhrase:
    """`who` or `that` as the subject of a relative clause: *qui*, with the antecedent's gender and number."""
    is_person = all("person" in noun.kind_set for noun in antecedent.nouns)
    return replace(antecedent, phrase=translate(words("who" if is_person else "that"), "qui"))


def with_relative(antecedent: NounPhrase, relative: Phrase) -> NounPhrase:
    """A noun phrase and the relative clause that follows it."""
    return replace(antecedent, phrase=(antecedent.phrase + relative).showing("relative"))
