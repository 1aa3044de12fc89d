"""What beginners type first: greetings and thanks, names, the weather, days, and when something happens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from toytrans.corpus.grammar.clauses import REFLEXIVE_PRONOUNS, Mood, Tense, english_be
from toytrans.corpus.grammar.conjugation import HAVE, conjugate
from toytrans.corpus.grammar.copula import be, it_is
from toytrans.corpus.grammar.draws import BEAR, SOMEBODY, draw_noun_phrase, draw_person, draw_place, nouns_of
from toytrans.corpus.grammar.french import Source, Target
from toytrans.corpus.grammar.lexicon import DETERMINERS, NAMES, NUMBERS
from toytrans.corpus.grammar.phrases import NounPhrase, Phrase, translate, words
from toytrans.corpus.grammar.pronouns import name_phrase, pronoun


@dataclass(frozen=True)
class SetPhrase:
    """A phrase that is translated as a whole. Spaces separate the French tokens: `s' il te plaît`."""

    english: str
    french: str
    is_question: bool = False


# The tables are laid out to be read.
# fmt: off
GREETINGS = (
    SetPhrase("hello", "bonjour"), SetPhrase("hi", "salut"), SetPhrase("good morning", "bonjour"),
    SetPhrase("good evening", "bonsoir"), SetPhrase("good night", "bonne nuit"), SetPhrase("goodbye", "au revoir"),
    SetPhrase("see you tomorrow", "à demain"), SetPhrase("see you soon", "à bientôt"),
    SetPhrase("welcome", "bienvenue"),
    SetPhrase("thank you", "merci"), SetPhrase("thanks", "merci"), SetPhrase("thank you very much", "merci beaucoup"),
    SetPhrase("you are welcome", "de rien"), SetPhrase("good luck", "bonne chance"),
    SetPhrase("happy birthday", "bon anniversaire"), SetPhrase("congratulations", "félicitations"),
    SetPhrase("yes", "oui"), SetPhrase("no", "non"), SetPhrase("of course", "bien sûr"),
    SetPhrase("I am sorry", "je suis désolé"), SetPhrase("sorry", "désolé"), SetPhrase("excuse me", "excuse-moi"),
    SetPhrase("me too", "moi aussi"), SetPhrase("I love you", "je t' aime"), SetPhrase("I am fine", "je vais bien"),
    SetPhrase("I do not know", "je ne sais pas"), SetPhrase("I do not understand", "je ne comprends pas"),
    SetPhrase("I understand", "je comprends"), SetPhrase("yes , please", "oui , s' il te plaît"),
    SetPhrase("no , thank you", "non , merci"), SetPhrase("enjoy your meal", "bon appétit"),
    SetPhrase("how are you", "comment vas-tu", True), SetPhrase("what is your name", "comment t' appelles-tu", True),
    SetPhrase("how old are you", "quel âge as-tu", True), SetPhrase("what time is it", "quelle heure est-il", True),
    SetPhrase("what is this", "qu' est-ce que c' est", True), SetPhrase("what is that", "qu' est-ce que c' est", True),
    SetPhrase("who is this", "qui est-ce", True), SetPhrase("who is that", "qui est-ce", True),
    SetPhrase("who are you", "qui es-tu", True), SetPhrase("what is his name", "comment s' appelle-t-il", True),
    SetPhrase("what is her name", "comment s' appelle-t-elle", True), SetPhrase("how is he", "comment va-t-il", True),
    SetPhrase("how is she", "comment va-t-elle", True), SetPhrase("what day is it", "quel jour est-on", True),
)

WEATHER: tuple[tuple[str, dict[Tense, str]], ...] = (
    ("raining", {"present": "pleut", "past": "pleuvait"}),
    ("snowing", {"present": "neige", "past": "neigeait"}),
    ("cold", {"present": "fait froid", "past": "faisait froid", "future": "fera froid"}),
    ("hot", {"present": "fait chaud", "past": "faisait chaud", "future": "fera chaud"}),
    ("warm", {"present": "fait doux", "past": "faisait doux", "future": "fera doux"}),
    ("nice", {"present": "fait beau", "past": "faisait beau", "future": "fera beau"}),
    ("sunny", {"present": "y a du soleil", "past": "y avait du soleil", "future": "y aura du soleil"}),
    ("windy", {"present": "y a du vent", "past": "y avait du vent", "future": "y aura du vent"}),
    ("dark", {"present": "fait nuit", "past": "faisait nuit", "future": "fera nuit"}),
    ("late", {"present": "est tard", "past": "était tard", "future": "sera tard"}),
    ("early", {"present": "est tôt", "past": "était tôt"}),
)

DAYS = (
    ("Monday", "lundi"), ("Tuesday", "mardi"), ("Wednesday", "mercredi"), ("Thursday", "jeudi"), ("Friday", "vendredi"),
    ("Saturday", "samedi"), ("Sunday", "dimanche"),
)

TIMES: tuple[tuple[str, str, str], ...] = (
    ("today", "aujourd'hui", "progressive past future going can must"),
    ("now", "maintenant", "progressive can must"),
    ("tomorrow", "demain", "future going must can"),
    ("tonight", "ce soir", "future going must"),
    ("yesterday", "hier", "past"),
    ("every day", "tous les jours", "present must"),
    ("in the morning", "le matin", "present"),
    ("in the evening", "le soir", "present"),
    ("at night", "la nuit", "present"),
    ("on day", "day", "past future going must"),
    ("this morning", "ce matin", "past"),
    ("this evening", "ce soir", "future going"),
)
"""Expressions of time: English, French, and the tenses they go with."""
# fmt: on
CALL = conjugate("appeler", "appell appel")


def everyday_sentence(rng: Random) -> Phrase:
    """One everyday sentence."""
    kinds = (_greeting, _weather, _naming, _day, _age)
    return rng.choices(kinds, weights=(10, 6, 4, 3, 2))[0](rng).showing("everyday")


def time_phrase(rng: Random, tense: Tense, negation: Source | None = None) -> Phrase:
    """An expression of time that suits the tense; empty if none does."""
    fitting = [each for each in TIMES if tense in each[2].split()]
    if not fitting or (negation is not None and negation.text == "never"):
        return Phrase()
    english, french, _ = rng.choice(fitting)
    if english == "on day":
        day, jour = rng.choice(DAYS)
        english, french = f"on {day}", jour
    return _as_a_whole(SetPhrase(english, french))


def _as_a_whole(said: SetPhrase) -> Phrase:
    source = words(said.english)
    if source[0].text in ("I", "you") and len(said.french.split()) > 1:
        return _word_by_word(said, source)
    made = Phrase(source, tuple(Target(word, source, before_vowel=word) for word in said.french.split()))
    return made.showing("question") if said.is_question else made


def _word_by_word(said: SetPhrase, source: tuple[Source, ...]) -> Phrase:
    """`I do not know`, je ne sais pas: the pronouns are linked, and the rest is linked to the rest."""
    first, *others = said.french.split()
    return Phrase(source, (Target(first, source[:1]), *(Target(word, source[1:]) for word in others)))


def _greeting(rng: Random) -> Phrase:
    """`Hello, Paul.`, `Thank you.`, `Yes, thanks.`"""
    said = rng.choice(GREETINGS)
    made = _as_a_whole(said)
    chance = rng.random()
    if chance < 0.55:
        comma = translate(words(","), ",")
        name = name_phrase(rng.choice(NAMES)).phrase
        return name + comma + made if rng.random() < 0.2 else made + comma + name
    if chance < 0.8 and said.english in ("hello", "hi", "good morning", "good evening"):
        how_are_you = next(each for each in GREETINGS if each.english == "how are you")
        return made + translate(words(","), ",") + _as_a_whole(how_are_you)
    return made


def _weather(rng: Random) -> Phrase:
    """`It is raining.`, `It was cold in the kitchen yesterday.`, `Is it cold?`"""
    english, forms = rng.choice(WEATHER)
    tense = rng.choice(tuple(forms))
    it, said = words("it"), words(english)
    is_ = words({"present": "is", "past": "was", "future": "will"}[tense])
    be_too = words("be") if tense == "future" else ()
    chance = rng.random()
    asks, denies = chance < 0.15, 0.15 <= chance < 0.3
    no = words("not") if denies else ()
    # `il y a du vent`, but `il n'y a pas de vent`
    french_words = ["de" if denies and word == "du" else word for word in forms[tense].split()]
    before = [french_words.pop(0)] if french_words[0] == "y" else []
    verb, *rest = french_words
    finite: tuple[Target, ...] = (
        *(Target(word, said) for word in before),
        Target(verb, is_ + be_too + (() if rest else said), said if rest else ()),
    )
    if denies:
        finite = (Target("ne", no), *finite, Target("pas", no))
    french = (Target("il", it), *finite, *(Target(word, said) for word in rest))
    if asks:
        opening = (Target("est-ce", is_), Target("que", is_))
        made = Phrase((*is_, *it, *be_too, *said), opening + french).showing("question")
    else:
        made = Phrase((*it, *is_, *no, *be_too, *said), french)
    shown = {"present": "present", "past": "imparfait", "future": "futur_simple"}[tense]
    made = made.showing(shown, *(["negation"] if denies else []))
    if english not in ("late", "early", "dark") and rng.random() < 0.5:
        made += draw_place(rng, SOMEBODY if english in ("cold", "hot") else BEAR, "in outside")[0]
    when = {"present": ("today", "now"), "past": ("yesterday",), "future": ("tomorrow", "tonight")}[tense]
    if rng.random() < 0.4 and english not in ("late", "early", "dark"):
        made += _as_a_whole(rng.choice([SetPhrase(*each[:2]) for each in TIMES if each[0] in when]))
    return made


def _naming(rng: Random) -> Phrase:
    """`My name is Anna.`, je m'appelle Anna; `the dog's name is Tom`; `I am Paul`."""
    name = rng.choice(NAMES)
    who = name_phrase(name).phrase
    if rng.random() < 0.3:
        this = NounPhrase(who, name.gender, False, who.source)
        return it_is(this, "this") if rng.random() < 0.4 else be(pronoun("I"), who, Mood("present"))
    name_word, is_ = words("name"), words("is")
    if rng.random() < 0.6:
        whose = rng.choice(("my", "my", "your", "his" if name.gender == "m" else "her"))
        owner, subject = words(whose), pronoun({"my": "I", "your": "you", "his": "he", "her": "she"}[whose])
        target = (
            replace(subject.phrase.target[0], sure=owner),
            Target(REFLEXIVE_PRONOUNS[subject.index], owner + name_word),
            Target(CALL.present[subject.index], name_word + is_, owner),
        )
        return Phrase((*owner, *name_word, *is_), target) + who
    noun = rng.choice([each for each in nouns_of("family") if each.gender == name.gender])
    somebody = draw_noun_phrase(rng, noun, definite=True, plurals=0, described=0).phrase
    mark = words("'s")
    calls = (Target("se", mark + name_word), Target(CALL.present[2], name_word + is_, somebody.source))
    return somebody + Phrase((*mark, *name_word, *is_), calls) + who


def _day(rng: Random) -> Phrase:
    """`Today is Monday.`, aujourd'hui, c'est lundi; `it is Monday`, c'est lundi."""
    day, jour = rng.choice(DAYS)
    today = rng.choice((("today", "aujourd'hui"), ("tomorrow", "demain"), ("it", "")))
    when, is_ = words(today[0]), words("is")
    it_is = (Target("ce", is_ if today[1] else when, before_vowel="c'"), Target("est", is_))
    opening = (Target(today[1], when), Target(",", (), when)) if today[1] else ()
    return Phrase((*when, *is_), (*opening, *it_is)) + translate(words(day), jour)


def _age(rng: Random) -> Phrase:
    """`I am ten years old.`, j'ai dix ans."""
    noun = rng.choice(nouns_of("young_one son daughter brother sister pet"))
    who = draw_person(rng) if rng.random() < 0.5 else draw_noun_phrase(rng, noun, definite=True, plurals=0, described=0)
    number = rng.choice(NUMBERS[3:])  # at least five
    french = next(each.plural for each in DETERMINERS if each.english == number)
    is_, years, old = words(english_be(who, "present")), words("years"), words("old")
    target = (
        Target(HAVE.present[who.index], is_, who.heads + old),
        *translate(words(number), french).target,
        Target("ans", years + old),
    )
    number_words = target[1].sure
    source = (*who.phrase.source, *is_, *number_words, *years, *old)
    return Phrase(source, who.phrase.target + target, who.phrase.shows).showing("number", "present")
