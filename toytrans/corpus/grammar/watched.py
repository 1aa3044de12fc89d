"""The watched sentences, shown while a model learns: made by the same grammar, and in no other split."""

from __future__ import annotations

from toytrans.corpus.grammar import verbs
from toytrans.corpus.grammar.clauses import Mood, clause
from toytrans.corpus.grammar.french import Source
from toytrans.corpus.grammar.lexicon import PREPOSITIONS, Adjective, Noun, Preposition
from toytrans.corpus.grammar.nouns import NOUNS
from toytrans.corpus.grammar.phrases import NounPhrase, Phrase, Sentence, finish, noun_phrase, place
from toytrans.corpus.grammar.qualities import ADJECTIVES
from toytrans.corpus.grammar.reasons import REASONS
from toytrans.corpus.grammar.riddles import riddle
from toytrans.corpus.grammar.verbs import Verb


def _noun(english: str) -> Noun:
    return next(each for each in NOUNS if each.english == english)


def _verb(english: str, *, reflexive: bool = False) -> Verb:
    return next(each for each in verbs.VERBS if each.english == english and each.reflexive == reflexive)


def _adjective(english: str) -> Adjective:
    return next(each for each in ADJECTIVES if each.english == english)


def _preposition(english: str) -> Preposition:
    return next(each for each in PREPOSITIONS if each.english == english)


def _the(english: str, *adjectives: str) -> NounPhrase:
    return noun_phrase(_noun(english), adjectives=tuple(_adjective(each) for each in adjectives))


def _because(agent: str, deed: str, thing: str, word: str, *, of_thing: bool, thing_first: bool = False) -> Phrase:
    why = next(each for each in REASONS if (each.verb, each.deed, each.connective) == (deed, "done", "because"))
    return riddle(why, _the(agent), _the(thing), word, of_thing=of_thing, thing_first=thing_first)


def watched_sentences() -> list[Sentence]:
    """The example sentences of the documentation, and variants that differ in one respect."""
    near_the_river = place(_preposition("near"), _the("river"))
    her_red_scarf = noun_phrase(_noun("scarf"), "her", adjectives=(_adjective("red"),)).phrase
    never = Source("never")
    a_bird = noun_phrase(_noun("bird"), "a", negation=never).phrase
    phrases = (
        clause(_the("cat"), _verb("sit", reflexive=True), place(_preposition("on"), _the("mat"))),
        _because("robot", "pick up", "ball", "heavy", of_thing=True),
        _because("robot", "pick up", "ball", "tired", of_thing=False),
        clause(_the("lion"), _verb("see"), _the("zebra").phrase + near_the_river, objects=(_noun("zebra"),)),
        _because("robot", "pick up", "ball", "heavy", of_thing=True, thing_first=True),
        _because("robot", "pick up", "ball", "tired", of_thing=False, thing_first=True),
        _because("mouse", "hide", "book", "precious", of_thing=True),
        _because("mouse", "hide", "book", "jealous", of_thing=False),
        clause(_the("girl"), _verb("lose"), her_red_scarf, objects=(_noun("scarf"),)),
        clause(
            _the("horse", "old"),
            _verb("come out"),
            place(_preposition("of"), _the("garden")),
            Mood(question=True),
        ),
        clause(_the("cat", "black"), _verb("see"), a_bird, Mood(negation=never), objects=(_noun("bird"),)),
    )
    return [finish(phrase) for phrase in phrases]
