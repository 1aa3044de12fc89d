"""What is said of a subject, drawn at random: the tense, the verb's objects and receivers, and where it happens."""

from __future__ import annotations

from random import Random

from toytrans.corpus.grammar import verbs
from toytrans.corpus.grammar.clauses import Mood, Tense, clause
from toytrans.corpus.grammar.draws import BEAR, SOMEBODY, draw_noun_phrase, draw_other, draw_place, nouns_of, own_word
from toytrans.corpus.grammar.french import Source
from toytrans.corpus.grammar.lexicon import NAMES, NUMBERS, Noun
from toytrans.corpus.grammar.phrases import NounPhrase, Phrase, noun_phrase, translate, words
from toytrans.corpus.grammar.pronouns import name_phrase, object_pronoun, stressed_pronoun
from toytrans.corpus.grammar.verbs import Verb

TENSES: dict[Tense, int] = {
    "past": 24, "present": 22, "progressive": 18, "future": 22, "going": 6, "can": 6, "must": 4, "want": 4, "wanted": 2,
    "would": 2, "like": 2, "have": 2,
}  # fmt: skip
"""How often a simple sentence is in which tense."""


# fmt: off
WITH_WILL = frozenset((
    "sleep", "play", "sing", "dance", "swim", "work", "talk", "wait", "cook", "go", "come", "arrive", "leave",
    "stay", "sit", "take", "find", "wash", "eat", "drink", "read", "write", "see", "watch", "help", "call", "make",
    "buy", "sell", "open", "close", "visit", "bring", "like", "love", "want", "have", "give", "show",
))
# fmt: on
"""The verbs whose future is drawn: five forms each, which only the commonest verbs show often enough to be learned."""


def tenses_of(verb: Verb, subject: NounPhrase) -> list[Tense]:
    """The tenses in which the grammar uses that verb of that subject."""
    if verb.is_wish:
        return ["would"]
    fitting: list[Tense] = ["present"]
    if verb.english in WITH_WILL:
        fitting.append("future")
    if verb.english in ("read", "cut") and not subject.is_third_singular:
        fitting.remove("present")  # `they read`: today or yesterday
    if verb.past:
        fitting.append("past")
    if verb.progressive:
        fitting.append("progressive")
    if not verb.lasts:
        fitting.append("going")
        animate = any(noun.is_any("alive robot") for noun in subject.nouns)
        if animate and not verb.is_state and not verb.rarely_commanded:
            fitting += ["can", "must", "have"]
            if any(noun.is_any("person agent") for noun in subject.nouns):
                fitting += ["want", "wanted", "would", "like"]
        elif animate and verb.is_state:
            fitting.append("can")
    return fitting


def draw_mood(rng: Random, verb: Verb, subject: NounPhrase, *, questions: bool) -> Mood:
    """Tense, and either a negation or a question, or mostly neither."""
    fitting = tenses_of(verb, subject)
    tense: Tense = rng.choices(fitting, weights=[TENSES[each] for each in fitting])[0]
    if tense == "would" and subject.person == 2:
        return Mood(tense, question=True)  # one asks, and does not tell, what somebody would like
    chance = rng.random()
    if chance < 0.17 and tense not in ("have", "would"):
        may_be_never = tense in ("present", "past", "future") and not verb.lasts and rng.random() < 0.3
        return Mood(tense, Source("never" if may_be_never else "cannot" if tense == "can" else "not"))
    asks = (
        questions
        and chance < 0.3
        and tense not in ("must", "wanted", "have")
        and not (tense == "can" and subject.person == 1)
    )
    return Mood(tense, question=asks)


def predicate(
    rng: Random, subject: NounPhrase, verb: Verb, mood: Mood, *, places: float = 0.7, is_all: bool = True
) -> Phrase:
    """The clause of a given subject and verb; `places` is how often it says where, if it need not.

    Where it `is_all` there is in the sentence, *them* can only be somebody else.
    """
    if not verb.objects:
        if not verb.places or (verb.stands_alone and rng.random() >= places):
            return clause(subject, verb, mood=mood)
        where, objects = draw_place(rng, subject.nouns[0], verb.places)
        return clause(subject, verb, where, mood, objects=objects)
    if verb in verbs.GIVING:
        return _giving(rng, subject, verb, mood)
    if verb.may_lack_object and rng.random() < 0.15:
        return clause(subject, verb, mood=mood)
    if SOMEBODY.is_any(verb.objects) and rng.random() < 0.4:
        return clause(subject, verb, mood=mood, clitic=draw_object_pronoun(rng, subject, them=is_all))
    if SOMEBODY.is_any(verb.objects) and rng.random() < 0.2:
        others = [each for each in NAMES if each.text != subject.heads[0].text]
        return clause(subject, verb, name_phrase(rng.choice(others)).phrase, mood)
    noun = draw_other(rng, nouns_of(verb.objects), subject)
    own = own_word(subject, noun)
    # What one wants and has is some bread; what one likes is bread.
    bare = "generic" if verb.english in ("like", "love") and not verb.is_wish else ""
    complement = draw_noun_phrase(
        rng,
        noun,
        mood=mood,
        own=own,
        definite=verb.definite,
        bare=bare,
        others=subject.nouns,
        plurals=0.8 if bare else 0.3,
    ).phrase
    if verb.english == "have" and noun.is_any("family"):
        if noun.is_any("only"):
            return predicate(rng, subject, verb, mood, places=places)
        complement = _relatives(rng, noun, mood).phrase
    if (
        verb.english not in ("bring", "make", "buy", "sell", "clean")
        and verb.past
        and not verb.lasts
        and rng.random() < places / 6
    ):
        complement += draw_place(rng, BEAR, "near behind in")[0]
    return clause(subject, verb, complement, mood, objects=(noun,))


def _relatives(rng: Random, noun: Noun, mood: Mood) -> NounPhrase:
    """What one has of brothers and sisters: `two sisters`, `a brother`."""
    is_plural = noun.has_plural and rng.random() < 0.5
    number = "any" if mood.negation or mood.question else rng.choice(NUMBERS[:5])
    return noun_phrase(noun, number if is_plural else "a", is_plural=is_plural, negation=mood.negation)


def _giving(rng: Random, subject: NounPhrase, verb: Verb, mood: Mood) -> Phrase:
    """`gave the ball to the boy`, `gave me the ball`."""
    thing = draw_other(rng, nouns_of(verb.objects), subject)
    own = own_word(subject, thing)
    complement = draw_noun_phrase(rng, thing, mood=mood, own=own, others=subject.nouns).phrase
    if rng.random() < 0.5:
        clitic = draw_object_pronoun(rng, subject, indirect=True)
        return clause(subject, verb, complement, mood, objects=(thing,), clitic=clitic)
    receiver = draw_noun_phrase(
        rng, draw_other(rng, nouns_of("person"), subject, thing), definite=True, others=(thing, *subject.nouns)
    )
    if rng.random() < 0.2:
        receiver = name_phrase(rng.choice(NAMES))
    to_somebody = translate(words("to"), "à") + receiver.phrase
    return clause(subject, verb, complement + to_somebody, mood, objects=(thing,))


def draw_object_pronoun(rng: Random, subject: NounPhrase, *, indirect: bool = False, them: bool = True) -> NounPhrase:
    """*me*, *you*, *him* ...: somebody other than the subject."""
    same = {"I": ("me", "us"), "we": ("me", "us"), "you": ("you",)}.get(subject.heads[0].text, ())
    others = ("me", "you", "him", "her", "us", *(["them"] if them else []))
    english = rng.choice([each for each in others if each not in same])
    return object_pronoun(english, indirect=indirect)


def draw_company(rng: Random, subject: NounPhrase) -> Phrase:
    """`with him`, `with Marie`, `with my sister`."""
    chance = rng.random()
    if chance < 0.4:
        other = draw_object_pronoun(rng, subject).heads[0].text
        who = stressed_pronoun(other)
    elif chance < 0.6:
        who = name_phrase(rng.choice([each for each in NAMES if each.text != subject.heads[0].text])).phrase
    else:
        who = draw_noun_phrase(rng, draw_other(rng, nouns_of("person pet"), subject), definite=True).phrase
    return translate(words("with"), "avec") + who
