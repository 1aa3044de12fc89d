"""Pronouns and names: who does something, to whom, and with whom."""

from __future__ import annotations

from toytrans.corpus.grammar.conjugation import Person
from toytrans.corpus.grammar.french import Source
from toytrans.corpus.grammar.lexicon import Gender, Name, Noun
from toytrans.corpus.grammar.phrases import NounPhrase, Phrase, Sources, translate, words

SUBJECT_PRONOUNS: dict[str, tuple[str, Gender, bool, Person]] = {
    "I": ("je", "m", False, 1), "you": ("tu", "m", False, 2), "he": ("il", "m", False, 3),
    "she": ("elle", "f", False, 3), "we": ("nous", "m", True, 1), "who": ("qui", "m", False, 3),
}  # fmt: skip
"""French form, gender, whether it is plural, and person. *I*, *you*, *we* and *who* are masculine."""
OBJECT_PRONOUNS: dict[str, tuple[str, Gender, bool]] = {
    "me": ("me", "m", False), "you": ("te", "m", False), "him": ("le", "m", False), "her": ("la", "f", False),
    "us": ("nous", "m", True), "them": ("les", "m", True),
}  # fmt: skip
INDIRECT = {"him": "lui", "her": "lui", "them": "leur"}
STRESSED = {"me": "moi", "you": "toi", "him": "lui", "her": "elle", "us": "nous", "them": "eux"}


def pronoun(
    english: str, gender: Gender = "m", is_plural: bool = False, decided_by: Sources = (), nouns: tuple[Noun, ...] = ()
) -> NounPhrase:
    """A subject. `it` and `they` take the gender of their antecedent, which the tokens `decided_by` reveal."""
    word = Source(english)
    if english in SUBJECT_PRONOUNS:
        french, gender, is_plural, person = SUBJECT_PRONOUNS[english]
    else:
        french, person = ("il" if gender == "m" else "elle") + ("s" if is_plural else ""), 3
    phrase = translate((word,), french, decided_by)
    if person != 3:
        phrase = phrase.showing("first_person" if person == 1 else "second_person")
    return NounPhrase(phrase, gender, is_plural, (word, *decided_by), nouns, person)


def object_pronoun(english: str, antecedent: NounPhrase | None = None, *, indirect: bool = False) -> NounPhrase:
    """An object, which French puts before its verb; `it` and `them` may have an antecedent in the sentence."""
    word = Source(english)
    if antecedent is None:
        french, gender, is_plural = OBJECT_PRONOUNS[english]
        phrase = translate((word,), INDIRECT.get(english, french) if indirect else french)
        return NounPhrase(phrase.showing("object_pronoun"), gender, is_plural, (word,))
    gender, is_plural = antecedent.gender, antecedent.is_plural
    french = "les" if is_plural else "le" if gender == "m" else "la"
    phrase = translate((word,), french, antecedent.heads).showing("object_pronoun")
    return NounPhrase(phrase, gender, is_plural, (word, *antecedent.heads), antecedent.nouns)


def stressed_pronoun(english: str) -> Phrase:
    """A pronoun after a preposition: `with him`, avec lui."""
    return translate(words(english), STRESSED[english])


def name_phrase(name: Name) -> NounPhrase:
    """A person by name."""
    word = Source(name.text)
    return NounPhrase(translate((word,), name.text).showing("name"), name.gender, False, (word,))
