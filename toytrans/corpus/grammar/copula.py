"""The verb *be*: `the box was heavy`, `we are hungry`, `this is my house`."""

from __future__ import annotations

from dataclasses import replace

from toytrans.corpus.grammar.clauses import Mood, Parts, assemble, english_be
from toytrans.corpus.grammar.conjugation import BE, HAVE
from toytrans.corpus.grammar.french import Source, Target
from toytrans.corpus.grammar.lexicon import Expression, Quality
from toytrans.corpus.grammar.phrases import NounPhrase, Phrase, Sources, adjective_target, translate, words


def be(
    subject: NounPhrase, said: Phrase | Quality, mood: Mood | None = None, word: Sources = (), degree: str = ""
) -> Phrase:
    """`the box was heavy`, `the cat is on the mat`, `I am very hungry`.

    `word` is the token of the quality, if it exists already; `degree` is `very` or `too`.
    """
    mood = mood or Mood()
    tense = mood.tense
    english = words(english_be(subject, tense))
    complement = said if isinstance(said, Phrase) else quality(said, subject, word)
    # *afraid* takes avoir (`avait peur`), *tired* takes être (`était fatigué`).
    is_had = isinstance(said, Expression) and said.verb == "avoir"
    decided_by = complement.source if is_had else ()
    verb = HAVE if is_had else BE
    forms = {"past": verb.imperfect, "future": verb.future}.get(tense, verb.present)
    if degree:
        complement = translate(words(degree), {"very": "très", "too": "trop"}[degree]) + complement
    be_too = words("be") if tense == "future" else ()
    finite = Phrase(target=(Target(forms[subject.index], english + be_too, subject.heads + decided_by),))
    shown = {"past": "imparfait", "future": "futur_simple"}.get(tense, "present")
    return assemble(subject, english, Parts(finite.showing(shown), Phrase(be_too) + complement), mood)


def quality(said: Quality, subject: NounPhrase, word: Sources = ()) -> Phrase:
    """What is said of the subject after *be*: an agreeing adjective, or a fixed expression."""
    word = word or words(said.english)
    if isinstance(said, Expression):
        return translate(word, said.french).combining(said.english, subject.nouns)
    return replace(adjective_target(said, word, subject, attributive=False), source=word)


def it_is(what: NounPhrase, opening: str = "it", negation: Source | None = None, *, question: bool = False) -> Phrase:
    """`This is my house`, c'est ma maison; `these are my keys`, ce sont mes clés."""
    this, is_ = words(opening), words("are" if what.is_plural else "is")
    no: Sources = (negation,) if negation else ()
    verb: tuple[Target, ...] = (Target("sont" if what.is_plural else "est", is_, what.heads if what.is_plural else ()),)
    if negation:
        verb = (Target("ne", no), *verb, Target("pas", no))
    ce = Target("ce", this, before_vowel="c'")
    if question:
        opening_targets = (Target("est-ce", is_), Target("que", is_))
        made = Phrase(is_ + this + no, (*opening_targets, ce, *verb)) + what.phrase
        return made.showing("question", "present", *(["negation"] if negation else []))
    made = Phrase(this + is_ + no, (ce, *verb)) + what.phrase
    return made.showing("present", *(["negation"] if negation else []))
