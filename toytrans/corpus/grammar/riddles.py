"""Riddles: only the meaning tells what *it* refers to, and French must choose between *il* and *elle*.

    The robot picked up the ball because it was heavy.   ... parce qu'elle était lourde.
    The robot picked up the ball because it was tired.   ... parce qu'il était fatigué.

Agents and things, first and second places, *il* and *elle* are equally frequent, so that nothing else gives it away.
"""

from __future__ import annotations

from random import Random

from toytrans.corpus.grammar import verbs
from toytrans.corpus.grammar.clauses import Mood, clause, passive
from toytrans.corpus.grammar.copula import be
from toytrans.corpus.grammar.draws import nouns_of, quality_named
from toytrans.corpus.grammar.french import Source
from toytrans.corpus.grammar.lexicon import Adjective, Gender, Noun
from toytrans.corpus.grammar.phrases import NounPhrase, Phrase, noun_phrase, translate, words
from toytrans.corpus.grammar.pronouns import pronoun
from toytrans.corpus.grammar.qualities import ADJECTIVES
from toytrans.corpus.grammar.reasons import REASONS, Reason
from toytrans.corpus.grammar.verbs import Verb


def riddle_sentence(rng: Random) -> Phrase:
    """`The robot picked up the ball because it was heavy.`: only the meaning tells what *it* refers to."""
    why = rng.choice(REASONS)
    agent_gender: Gender = rng.choice(("m", "f"))
    thing_gender: Gender = agent_gender if rng.random() < 0.25 else "f" if agent_gender == "m" else "m"
    things = [each for each in things_of(why) if _can_be(each, why.of_thing)]
    agents = [each for each in nouns_of("agent") if _can_be(each, why.of_agent)]
    thing = rng.choice([each for each in things if each.gender == thing_gender])
    agent = rng.choice([each for each in agents if each.gender == agent_gender])
    of_thing = rng.random() < 0.5
    about, said = (thing, why.of_thing) if of_thing else (agent, why.of_agent)
    word = rng.choice([each for each in said.split() if about.is_any(quality_named(each).describes)])
    return riddle(
        why,
        noun_phrase(agent, rng.choices(("the", "this", "my"), weights=(8, 1, 1))[0]),
        noun_phrase(thing, rng.choices(("the", "this"), weights=(6, 1))[0], adjectives=_colours(rng, thing)),
        word,
        of_thing=of_thing,
        thing_first=bool(verb_of(why).passive) and rng.random() < 0.5,
    )


def riddle(
    why: Reason, agent: NounPhrase, thing: NounPhrase, word: str, *, of_thing: bool, thing_first: bool
) -> Phrase:
    """What an agent did to a thing, and why. *It* has the gender of the one that the last word can describe."""
    verb, negation = verb_of(why), Source("not") if why.deed == "not done" else None
    if thing_first:
        deed = passive(thing, verb, agent, Mood(negation=negation))
    else:
        deed = clause(agent, verb, thing.phrase, Mood(negation=negation), objects=thing.nouns)
    antecedent, said = thing if of_thing else agent, words(word)
    it = pronoun("it", antecedent.gender, False, (*antecedent.heads, *said), antecedent.nouns)
    if why.connective == "because":
        link = translate(words("because"), "parce que")
    else:
        link = (translate(words(","), ",") + translate(words("but"), "mais")).showing("coordination")
    return (deed + link + be(it, quality_named(word), word=said)).showing("pronoun")


def things_of(why: Reason) -> list[Noun]:
    """The things to which the action can be done."""
    return [each for each in nouns_of("portable") if each.is_any(verb_of(why).objects)]


def verb_of(why: Reason) -> Verb:
    """The verb of a reason."""
    return next(each for each in verbs.TRANSITIVE if each.english == why.verb)


def _can_be(noun: Noun, words_said: str) -> bool:
    return any(noun.is_any(quality_named(word).describes) for word in words_said.split())


def _colours(rng: Random, noun: Noun) -> tuple[Adjective, ...]:
    colours = [each for each in ADJECTIVES if "painted" in each.describes and noun.is_any(each.describes)]
    return (rng.choice(colours),) if colours and rng.random() < 0.15 else ()
