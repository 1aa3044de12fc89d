"""Commands to one person, in the familiar form: `Open the door, please.`, `Do not cry.`, `Give me the ball.`"""

from __future__ import annotations

from random import Random

from toytrans.corpus.grammar import verbs
from toytrans.corpus.grammar.clauses import Mood, command
from toytrans.corpus.grammar.draws import SOMEBODY, draw_noun_phrase, draw_place, nouns_of
from toytrans.corpus.grammar.french import Source
from toytrans.corpus.grammar.lexicon import NAMES
from toytrans.corpus.grammar.phrases import Phrase, translate, words
from toytrans.corpus.grammar.pronouns import name_phrase, object_pronoun
from toytrans.corpus.grammar.verbs import Verb

VERBS = tuple(
    each for each in verbs.VERBS if not each.rarely_commanded and SOMEBODY.is_any(each.subjects) and not each.is_state
)
DONE_TO_ME = ("help", "follow", "watch", "wait for", "call")


def command_sentence(rng: Random) -> Phrase:
    """One command, often with *please* or a name."""
    chance = rng.random()
    not_ = Source("not") if chance >= 0.2 and rng.random() < 0.25 else None
    if chance < 0.2:
        made = _give_me(rng)
    elif chance < 0.5:
        to_me = object_pronoun(rng.choice(("me", "me", "us")))
        verb = rng.choice([each for each in verbs.VERBS if each.english in DONE_TO_ME])
        made = command(verb, Phrase(), to_me, not_)
    else:
        made = _plain(rng, rng.choice(VERBS), not_)
    chance = rng.random()
    if chance < 0.3:
        please = translate(words("please"), "s' il te plaît")
        return made + translate(words(","), ",") + please
    if chance < 0.45:
        name = name_phrase(rng.choice(NAMES)).phrase
        return name + translate(words(","), ",") + made
    return made


def _plain(rng: Random, verb: Verb, negation: Source | None) -> Phrase:
    if verb in verbs.GIVING:
        return _give_me(rng)
    if not verb.objects:
        if not verb.places or (verb.stands_alone and rng.random() < 0.6):
            return command(verb, Phrase(), negation=negation)
        where, objects = draw_place(rng, SOMEBODY, verb.places)
        return command(verb, where, negation=negation).combining(verb.english, objects)
    noun = rng.choice(nouns_of(verb.objects))
    mood = Mood("present", negation)
    own = "your" if noun.is_any("portable belonging") else ""
    thing = draw_noun_phrase(
        rng, noun, mood=mood, own=own, definite=negation is not None or rng.random() < 0.8, described=0.2
    )
    return command(verb, thing.phrase, negation=negation).combining(verb.english, (noun,))


def _give_me(rng: Random) -> Phrase:
    verb = rng.choice(verbs.GIVING)
    noun = rng.choice(nouns_of(verb.objects))
    thing = draw_noun_phrase(rng, noun, own="your", definite=rng.random() < 0.6, described=0.2)
    receiver = object_pronoun(rng.choice(("me", "me", "me", "him", "us")), indirect=True)
    return command(verb, thing.phrase, receiver).combining(verb.english, (noun,))
