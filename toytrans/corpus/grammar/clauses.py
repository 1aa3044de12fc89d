"""Clauses, built in both languages at once: statements, questions, negations, commands, passives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from toytrans.corpus.grammar.conjugation import BE, CAN, GO, HAVE, LIKE, MUST, WANT
from toytrans.corpus.grammar.french import Source, Target, agree, shows_agreement
from toytrans.corpus.grammar.lexicon import Noun
from toytrans.corpus.grammar.phrases import NounPhrase, Phrase, Sources, translate, words
from toytrans.corpus.grammar.verbs import Verb, third_person

Tense = Literal[
    "present", "progressive", "past", "future", "going", "can", "must", "would", "want", "wanted", "like", "have"
]  # fmt: skip
HELPERS: dict[Tense, tuple[str, str, tuple[str, ...]]] = {
    "going": ("be", "going to", GO.present),
    "can": ("can", "", CAN.present),
    "must": ("must", "", MUST.present),
    "would": ("would", "like to", WANT.conditional),
    "want": ("", "want to", WANT.present),
    "wanted": ("", "want to", WANT.imperfect),
    "like": ("", "like to", LIKE.present),
    "have": ("", "have to", MUST.present),
}
"""The tenses that French forms with a helping verb and an infinitive: the English auxiliary, the English words between
it and the main verb, and the French helping verb."""
SHOWN: dict[Tense, str] = {
    "present": "present", "progressive": "present", "future": "futur_simple", "going": "futur_proche"
}  # fmt: skip
REFLEXIVE_PRONOUNS = ("me", "te", "se", "nous", "se")
REFLEXIVE_STRESSED = "toi"


@dataclass(frozen=True)
class Mood:
    """The form of a clause: its tense, its negation (`not`, `never`, `cannot`), and whether it is a question."""

    tense: Tense = "past"
    negation: Source | None = None
    question: bool = False
    asking: Phrase | None = None
    """The question word, in a question that yes or no does not answer: `where`, où."""


@dataclass(frozen=True)
class Parts:
    """The parts of a predicate, before `assemble` puts them in order."""

    finite: Phrase
    """The French finite verb alone, without English tokens."""
    rest: Phrase
    """Everything after `pas` in French, and all English words except the auxiliary."""
    before: tuple[Target, ...] = ()
    """The French pronouns before the finite verb."""


def clause(
    subject: NounPhrase,
    verb: Verb,
    complement: Phrase | None = None,
    mood: Mood | None = None,
    *,
    objects: tuple[Noun, ...] = (),
    object_before: NounPhrase | None = None,
    clitic: NounPhrase | None = None,
) -> Phrase:
    """Subject, verb and complement.

    `objects` are the nouns the verb takes in the complement. A participle agrees with `object_before`, the antecedent
    of a relative `que`. `clitic` is a pronoun for the object, which French puts before the verb.
    """
    mood = mood or Mood()
    auxiliary, main = _english_verb(subject, verb, mood)
    if mood.tense in HELPERS and not verb.is_wish:
        parts = _with_infinitive(subject, verb, mood, auxiliary, main, clitic)
    elif mood.tense == "past" and not verb.lasts:
        parts = _perfect(subject, verb, auxiliary, main, object_before, clitic)
    else:
        parts = _simple(subject, verb, mood, auxiliary, main, clitic)
    rest = parts.rest
    if verb.link:
        rest += Phrase(target=(Target(verb.link, main),))
    made = assemble(subject, auxiliary, replace(parts, rest=rest + (complement or Phrase())), mood)
    return made.combining(verb.english, objects)


def _english_verb(subject: NounPhrase, verb: Verb, mood: Mood) -> tuple[Sources, Sources]:
    """The auxiliary and the other words: `did` and `pick up`; `is` and `sleeping`; nothing and `wants to pick up`."""
    helped = mood.question or (mood.negation is not None and mood.negation.text == "not")
    helper, between, _ = HELPERS.get(mood.tense, ("", "", ()))
    base = verb.english if verb.is_wish else f"{between} {verb.english}"
    if mood.tense == "future":
        return words("will"), words(base)
    if mood.tense == "progressive":
        return words(english_be(subject, "present")), words(verb.progressive)
    if mood.negation is not None and mood.negation.text == "cannot":
        return (), words(base)
    if helper:
        return words(english_be(subject, "present") if helper == "be" else helper), words(base)
    if mood.tense in ("past", "wanted"):
        past = verb.past if mood.tense == "past" else f"wanted to {verb.english}"
        return (words("did"), words(base)) if helped else ((), words(past))
    if helped:
        return words("does" if subject.is_third_singular else "do"), words(base)
    if not subject.is_third_singular:
        return (), words(base)
    return (), words(f"{third_person(between)} {verb.english}" if between else verb.simple)


def english_be(subject: NounPhrase, tense: Tense) -> str:
    """`am`, `is`, `were`, `will`."""
    if tense == "future":
        return "will"
    if tense == "past":
        return "were" if subject.is_plural or subject.person == 2 else "was"
    if subject.person == 1 and not subject.is_plural:
        return "am"
    return "are" if subject.is_plural or subject.person == 2 else "is"


def _object_after(main: Sources, verb: Verb, clitic: NounPhrase | None) -> Sources:
    """English puts an object pronoun after the verb, or between the words of a separable one: `picks it up`."""
    if clitic is None:
        return main
    behind = 1 if verb.is_separable else 0
    split = len(main) - behind
    return main[:split] + clitic.phrase.source + main[split:]


def _before(subject: NounPhrase, verb: Verb, main: Sources, clitic: NounPhrase | None) -> tuple[Target, ...]:
    """The pronouns that French puts before the verb: *se*, or the object."""
    if verb.reflexive:
        return (Target(REFLEXIVE_PRONOUNS[subject.index], (), main + subject.heads),)
    return clitic.phrase.target if clitic else ()


def _shown(verb: Verb, clitic: NounPhrase | None, *others: str) -> tuple[str, ...]:
    return (*(["reflexive"] if verb.reflexive else []), *(["object_pronoun"] if clitic else []), *others)


def _simple(
    subject: NounPhrase, verb: Verb, mood: Mood, auxiliary: Sources, main: Sources, clitic: NounPhrase | None
) -> Parts:
    """One French word for the whole English verb: *dort*, *dormira*, *voulait*."""
    if mood.tense == "progressive" and verb.is_posture:
        return _posture(subject, verb, auxiliary, main)
    french = verb.french
    special = {"past": french.imperfect, "future": french.future, "would": french.conditional}
    forms = special.get(mood.tense, french.present)
    finite = Phrase(target=(Target(forms[subject.index], auxiliary + main, subject.heads),))
    tail = (Target(verb.tail, main),) if verb.tail else ()
    shown = _shown(verb, clitic, SHOWN.get(mood.tense, "imparfait"))
    rest = Phrase(_object_after(main, verb, clitic), tail).showing(*shown)
    return Parts(finite, rest, _before(subject, verb, main, clitic))


def _posture(subject: NounPhrase, verb: Verb, auxiliary: Sources, main: Sources) -> Parts:
    """`is sitting`: est assis."""
    finite = Phrase(target=(Target(BE.present[subject.index], auxiliary, subject.heads),))
    return Parts(finite, _participle(verb.french.participle, main, subject).showing("present"))


def _perfect(
    subject: NounPhrase,
    verb: Verb,
    auxiliary: Sources,
    main: Sources,
    object_before: NounPhrase | None,
    clitic: NounPhrase | None,
) -> Parts:
    """The *passé composé*: *a dormi*, *s'est assis*, *l'a prise*."""
    forms = (BE if verb.auxiliary == "être" else HAVE).present
    finite = Phrase(target=(Target(forms[subject.index], auxiliary, main + subject.heads),))
    agreeing = subject if verb.auxiliary == "être" else object_before
    if clitic is not None and verb.objects and clitic.phrase.target[0].text not in ("lui", "leur"):
        agreeing = clitic if verb.english not in ("give", "show") else None
    if verb.tail:
        agreeing = None  # *fait* before an infinitive never agrees
    rest = _participle(verb.french.participle, main, agreeing)
    rest = Phrase(_object_after(main, verb, clitic), rest.target, rest.shows)
    if verb.tail:
        rest += Phrase(target=(Target(verb.tail, main),))
    kind = "passe_compose_avoir" if verb.auxiliary == "avoir" else "passe_compose_etre"
    shown = _shown(verb, clitic, *(() if verb.reflexive else (kind,)))
    return Parts(finite, rest.showing(*shown), _before(subject, verb, main, clitic))


def _with_infinitive(
    subject: NounPhrase, verb: Verb, mood: Mood, auxiliary: Sources, main: Sources, clitic: NounPhrase | None
) -> Parts:
    """`wants to sleep`, veut dormir; a pronoun stands before the infinitive: *veut le prendre*."""
    _, between, forms = HELPERS[mood.tense]
    num_helping = len(between.split())
    helping, own = main[:num_helping], main[num_helping:]
    own_with_to = own
    if between:  # `to` belongs to the infinitive
        helping, own_with_to = helping[:-1], helping[-1:] + own
    cannot = (mood.negation,) if mood.negation and mood.negation.text == "cannot" else ()
    finite = Phrase(target=(Target(forms[subject.index], auxiliary + helping + cannot, subject.heads),))
    infinitive = (Target(verb.infinitive, own_with_to), *([Target(verb.tail, own)] if verb.tail else []))
    pronouns = _before(subject, verb, own, clitic)
    source = _object_after(main, verb, clitic)
    is_past = ("imparfait",) if mood.tense == "wanted" else ()
    shown = _shown(verb, clitic, SHOWN.get(mood.tense, "infinitive"), *is_past)
    return Parts(finite, Phrase(source, pronouns + infinitive).showing(*shown))


def _participle(masculine: str, main: Sources, agreeing: NounPhrase | None) -> Phrase:
    """The participle. It agrees with `agreeing`, which is the subject, an object before it, or nothing."""
    if agreeing is None:
        return Phrase(main, (Target(masculine, main),))
    forms, gender, is_plural = (masculine, masculine + "e"), agreeing.gender, agreeing.is_plural
    made = Phrase(main, (Target(agree(*forms, gender, is_plural), main, agreeing.heads),))
    return made.showing("agreement") if shows_agreement(*forms, gender, is_plural) else made


def passive(thing: NounPhrase, verb: Verb, agent: NounPhrase, mood: Mood | None = None) -> Phrase:
    """`the ball was picked up by the robot`: la balle a été ramassée par le robot."""
    was, main = words(english_be(thing, "past")), words(verb.passive)
    finite = Phrase(target=(Target(HAVE.present[thing.index], was, thing.heads),)).showing("passe_compose_avoir")
    been = Phrase(target=(Target(BE.participle, was),))
    by = translate(words("by"), "par") + agent.phrase
    parts = Parts(finite, been + _participle(verb.french.participle, main, thing) + by)
    return assemble(thing, was, parts, mood or Mood()).combining(verb.english, thing.nouns)


def command(verb: Verb, complement: Phrase, clitic: NounPhrase | None = None, negation: Source | None = None) -> Phrase:
    """`Sit on the chair`, assieds-toi; `do not take the key`, ne prends pas la clé; `give me`, donne-moi."""
    main = words(verb.english)
    you = Target(REFLEXIVE_PRONOUNS[1], (), main)
    rest = Phrase(target=(Target(verb.tail, main),) if verb.tail else ()) + complement
    source = _object_after(main, verb, clitic)
    form = verb.french.imperative
    if negation is not None:
        auxiliary = words("do")
        told = (Target(form, auxiliary + main), Target("pas", (negation,)))
        before = (you,) if verb.reflexive else clitic.phrase.target if clitic else ()
        start = Phrase((*auxiliary, negation, *source), (Target("ne", (negation,)), *before, *told))
        return (start + rest).showing("imperative", "negation", *_shown(verb, clitic))
    if verb.reflexive:
        form = f"{form}-{REFLEXIVE_STRESSED}"
    elif clitic is not None:
        pronoun = clitic.phrase.target[0].text
        form = f"{form}-{'moi' if pronoun == 'me' else pronoun}"
    start = Phrase(source, (Target(form, source, clitic.heads if clitic else ()),))
    return (start + rest).showing("imperative", *_shown(verb, clitic))


def assemble(subject: NounPhrase, auxiliary: Sources, parts: Parts, mood: Mood) -> Phrase:
    """The clause in both word orders: `did the dog never see ...`, est-ce que le chien ne a jamais vu ..."""
    person, negation = subject.phrase, mood.negation
    no: Sources = (negation,) if negation else ()
    verb = (*parts.before, *parts.finite.target)
    if negation:
        verb = (Target("ne", no), *verb, Target("jamais" if negation.text == "never" else "pas", no))
    shows = person.shows | parts.finite.shows
    start = Phrase(person.source + auxiliary + no, person.target + verb, shows, person.combinations)
    if mood.question:
        asking = mood.asking or Phrase()
        opening = (*asking.target, Target("est-ce", auxiliary), Target("que", auxiliary))
        source = asking.source + auxiliary + person.source + no
        start = replace(start, source=source, target=opening + start.target, shows=shows | asking.shows)
    shown = (*(["negation"] if negation else []), *(["question"] if mood.question else []))
    return (start + parts.rest).showing(*shown)
