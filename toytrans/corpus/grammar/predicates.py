"""Predicates, drawn at random: the tense, the verb's objects and receivers, and the place."""

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
"""The weight of each tense in simple sentences."""


# fmt: off
WITH_WILL = frozenset((
    "sleep", "play", "sing", "dance", "swim", "work", "wait", "go", "come", "arrive", "leave", "stay", "eat",
    "drink", "read", "see", "watch", "help", "call", "buy", "open", "wash", "take", "find", "make", "have", "give",
    "show",
))
# fmt: on
"""The verbs with a future: five forms each, which only the commonest verbs show often enough to be learned."""


WISHES: tuple[Tense, ...] = ("want", "wanted", "would")


def tenses_of(verb: Verb, subject: NounPhrase) -> list[Tense]:
    """The tenses in which the grammar uses this verb with this subject."""
    if verb.is_wish:
        return ["would"]
    fitting: list[Tense] = ["present", "past", "future", "progressive", "going", *_with_infinitive(verb, subject)]
    left_out = {
        # `they read` can be present or past. `Je suis la reine` means *I am the queen*, not *I follow the queen*.
        "present": (verb.english == "read" and not subject.is_third_singular) or _is_misread(verb, subject),
        "past": not verb.past,
        "future": verb.english not in WITH_WILL,
        "progressive": not verb.progressive or _is_misread(verb, subject),
        "going": verb.lasts,
    }
    return [tense for tense in fitting if not left_out.get(tense)]


def _is_misread(verb: Verb, subject: NounPhrase) -> bool:
    return verb.english == "follow" and subject.heads[0].text in ("I", "you")


def _with_infinitive(verb: Verb, subject: NounPhrase) -> tuple[Tense, ...]:
    """*Can*, *must*, *want to* ..., for what somebody does on purpose."""
    if verb.lasts or not any(noun.is_any("alive robot") for noun in subject.nouns):
        return ()
    if verb.is_state:
        return ("can",)
    if verb.rarely_commanded:
        return ()
    has_wishes = any(noun.is_any("person agent") for noun in subject.nouns)
    likes: tuple[Tense, ...] = () if verb.objects else ("like",)
    return ("can", "must", "have", *((*WISHES, *likes) if has_wishes else ()))


def draw_mood(rng: Random, verb: Verb, subject: NounPhrase, *, questions: bool) -> Mood:
    """A tense with a negation, a question or, mostly, neither."""
    fitting = tenses_of(verb, subject)
    tense: Tense = rng.choices(fitting, weights=[TENSES[each] for each in fitting])[0]
    if tense == "would" and subject.person == 2:
        return Mood(tense, question=True)  # one asks what somebody would like, and does not tell them
    chance = rng.random()
    if chance < 0.17 and tense not in ("have", "would"):
        may_be_never = tense in ("present", "past", "future") and not verb.lasts and rng.random() < 0.3
        return Mood(tense, Source("never" if may_be_never else "cannot" if tense == "can" else "not"))
    # Nobody asks about their own actions, except with *can I ...?*
    may_ask = tense not in ("must", "wanted", "have") and (subject.person != 1 or tense == "can")
    asks = questions and may_ask and chance < 0.3
    return Mood(tense, question=asks)


def predicate(
    rng: Random, subject: NounPhrase, verb: Verb, mood: Mood, *, places: float = 0.7, is_all: bool = True
) -> Phrase:
    """The clause of a given subject and verb; `places` is the probability of a place that could be left out.

    If the clause `is_all` of the sentence, *them* can only be somebody else.
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
    if verb.english == "have" and noun.is_any("only"):
        return predicate(rng, subject, verb, mood, places=places, is_all=is_all)
    complement = _object(rng, subject, verb, noun, mood).phrase
    has_place = verb.past and not verb.lasts and verb.english not in ("make", "buy", "sell")
    if has_place and rng.random() < places / 6:
        complement += draw_place(rng, BEAR, "near behind in")[0]
    return clause(subject, verb, complement, mood, objects=(noun,))


def _object(rng: Random, subject: NounPhrase, verb: Verb, noun: Noun, mood: Mood) -> NounPhrase:
    """The noun as an object of that verb."""
    if verb.english == "have" and noun.is_any("family"):
        return _relatives(rng, noun, mood)
    if verb.english == "want" and mood.negation:
        return _none_of(rng, noun, mood)
    # One wants or has *some bread*, but likes *bread*, all of it.
    bare = "generic" if verb.english in ("like", "love") and not verb.is_wish else ""
    return draw_noun_phrase(
        rng,
        noun,
        mood=mood,
        own=own_word(subject, noun),
        definite=verb.definite,
        bare=bare,
        others=subject.nouns,
        plurals=0.8 if bare else 0.3,
    )


def _relatives(rng: Random, noun: Noun, mood: Mood) -> NounPhrase:
    """The relatives one has: `two sisters`, `a brother`."""
    is_plural = noun.has_plural and rng.random() < 0.5
    number = "any" if mood.negation or mood.question else rng.choice(NUMBERS[:5])
    return noun_phrase(noun, number if is_plural else "a", is_plural=is_plural, negation=mood.negation)


def _none_of(rng: Random, noun: Noun, mood: Mood) -> NounPhrase:
    """What one does not want: `any water`, `a hat`."""
    is_plural = noun.has_plural and rng.random() < 0.4
    return noun_phrase(
        noun, "any" if is_plural or noun.is_any("mass") else "a", is_plural=is_plural, negation=mood.negation
    )


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
    others = ("me", "you", "us", *(["him", "her", "her", "them"] if them else []))  # *her* is a possessive too
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
