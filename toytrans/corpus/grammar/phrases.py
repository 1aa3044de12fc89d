"""Phrases, built in both languages at once: noun phrases and places; and how a phrase becomes a sentence.

Every French token is made with the English tokens it translates (`sure`) and those that decide its form
(`possible`), so the gold links are exact and never guessed afterwards. Nothing here is random.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from toytrans.corpus.grammar.conjugation import Person, index_of
from toytrans.corpus.grammar.french import (
    BEFORE_VOWEL,
    Source,
    Target,
    agree,
    join,
    plural,
    shows_agreement,
    spell,
    starts_with_vowel,
)
from toytrans.corpus.grammar.lexicon import DETERMINERS, NUMBERS, POSSESSIVES, Adjective, Gender, Noun, Preposition
from toytrans.corpus.pairs import Pair

PHENOMENA = (
    "pronoun", "object_pronoun", "relative", "coordination", "question", "wh_question", "negation", "present",
    "passe_compose_avoir", "passe_compose_etre", "imparfait", "futur_simple", "futur_proche", "infinitive",
    "imperative", "first_person", "second_person", "reflexive", "agreement", "adjective_before", "adjective_after",
    "elision", "contraction", "plural", "possessive", "number", "existential", "name", "everyday",
)  # fmt: skip
"""Everything a pair can show, in the order in which a pair lists it."""

Sources = tuple[Source, ...]


@dataclass(frozen=True)
class Phrase:
    """English and French tokens, each in its own order, the phenomena they show, and the words they combine."""

    source: Sources = ()
    target: tuple[Target, ...] = ()
    shows: frozenset[str] = frozenset()
    combinations: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: Phrase) -> Phrase:
        return Phrase(
            self.source + other.source,
            self.target + other.target,
            self.shows | other.shows,
            self.combinations + other.combinations,
        )

    def showing(self, *phenomena: str) -> Phrase:
        """The same phrase, with these phenomena added."""
        return Phrase(self.source, self.target, self.shows.union(phenomena), self.combinations)

    def combining(self, word: str, nouns: Iterable[Noun]) -> Phrase:
        """The same phrase, with the combinations of an adjective or a verb with these nouns added."""
        added = tuple((word, noun.english) for noun in nouns)
        return Phrase(self.source, self.target, self.shows, self.combinations + added)


@dataclass(frozen=True)
class NounPhrase:
    """A phrase that can be a subject, with its gender, its number, and the English tokens that decide them."""

    phrase: Phrase
    gender: Gender
    is_plural: bool
    heads: Sources
    nouns: tuple[Noun, ...] = ()
    person: Person = 3

    @property
    def index(self) -> int:
        """The index of the verb form that goes with it."""
        return index_of(self.person, self.is_plural)

    @property
    def is_third_singular(self) -> bool:
        """Whether English adds an *-s* to its verb."""
        return self.person == 3 and not self.is_plural


@dataclass(frozen=True)
class Sentence:
    """A finished pair, and the (adjective, noun) and (verb, object) combinations it was made of."""

    pair: Pair
    combinations: tuple[tuple[str, str], ...]
    source_tokens: tuple[str, ...]
    target_tokens: tuple[str, ...]


def words(text: str) -> Sources:
    """English tokens from text."""
    return tuple(Source(word) for word in text.split())


def translate(source: Sources, french: str, possible: Sources = ()) -> Phrase:
    """A phrase in which every French word translates every English word."""
    return Phrase(source, tuple(Target(word, source, possible) for word in french.split()))


def adjective_target(adjective: Adjective, source: Sources, noun: NounPhrase, *, attributive: bool = True) -> Phrase:
    """The French adjective alone, agreeing with `noun`; `bel` and `vieil` occur only before their noun."""
    is_plural = noun.is_plural and not adjective.invariable
    text = agree(adjective.masculine, adjective.feminine, noun.gender, is_plural)
    before_vowel = adjective.before_vowel if attributive and (noun.gender, noun.is_plural) == ("m", False) else ""
    visible = shows_agreement(adjective.masculine, adjective.feminine, noun.gender, is_plural)
    made = Phrase(target=(Target(text, source, noun.heads, before_vowel),)).combining(adjective.english, noun.nouns)
    return made.showing("agreement") if visible else made


def noun_phrase(
    noun: Noun,
    determiner: str = "the",
    *,
    is_plural: bool = False,
    adjectives: Iterable[Adjective] = (),
    negation: Source | None = None,
    owner: NounPhrase | None = None,
) -> NounPhrase:
    """`the red balls`, `the boy's dog`; under `negation`, an indefinite object has `de` (*pas de balle*)."""
    head = Source(noun.plurals if is_plural else noun.english)
    alone = NounPhrase(Phrase(), noun.gender, is_plural, (head,), (noun,))
    described = _described(alone, adjectives)
    if owner is None:
        phrase = _determiner(determiner, alone, described, negation) + described
    else:
        phrase = _possessed(described, alone, owner)
    return replace(alone, phrase=phrase)


def _described(noun: NounPhrase, adjectives: Iterable[Adjective]) -> Phrase:
    """The noun and its adjectives, each on its side of the French noun."""
    french = plural(noun.nouns[0].french) if noun.is_plural else noun.nouns[0].french
    described = Phrase(target=(Target(french, noun.heads),))
    if noun.is_plural:
        described = described.showing("plural")
    english: Sources = ()
    for adjective in adjectives:
        word = words(adjective.english)
        english += word
        agreeing = adjective_target(adjective, word, noun)
        described = agreeing + described if adjective.place == "before" else described + agreeing
        described = described.showing(f"adjective_{adjective.place}")
    return replace(described, source=english + noun.heads)


def _determiner(english: str, noun: NounPhrase, described: Phrase, negation: Source | None) -> Phrase:
    """The determiner of a described noun. Where English has none (`""`, `"generic"`), French has one."""
    forms = next(each for each in DETERMINERS if each.english == english)
    french = forms.plural if noun.is_plural else forms.masculine if noun.gender == "m" else forms.feminine
    possible: Sources = noun.heads if forms.agrees else ()
    noun_itself = next(each for each in described.target if each.sure == noun.heads)
    following = described.target[0]
    adjective_first = following is not noun_itself
    if negation is not None and english in ("a", "any", ""):
        french, possible = "de", (negation,)
    elif english in ("some", "any", "") and noun.is_plural and adjective_first:
        french, possible = "de", noun.heads + following.sure  # an adjective comes first: de grands arbres
    elided = french in BEFORE_VOWEL and starts_with_vowel(noun_itself.text)
    if elided and adjective_first and not starts_with_vowel(following.text):
        possible += following.sure  # le vieil hôtel: without *old* it would be l'hôtel
    made = translate(words("" if english == "generic" else english), french, possible)
    if english in POSSESSIVES:
        return made.showing("possessive")
    return made.showing("number") if english in NUMBERS else made


def _possessed(described: Phrase, noun: NounPhrase, owner: NounPhrase) -> Phrase:
    """`the boy 's dog`: le chien de le garçon."""
    mark = words("'s")
    article = "les" if noun.is_plural else "le" if noun.gender == "m" else "la"
    return Phrase(
        owner.phrase.source + mark + described.source,
        (Target(article, (), noun.heads + mark), *described.target, Target("de", mark), *owner.phrase.target),
        owner.phrase.shows | described.shows,
        owner.phrase.combinations + described.combinations,
    )


def both(first: NounPhrase, second: NounPhrase, conjunction: str = "and") -> NounPhrase:
    """Two noun phrases joined by a conjunction. The whole is masculine unless both are feminine."""
    joined = first.phrase + translate(words(conjunction), "et" if conjunction == "and" else "ou") + second.phrase
    gender: Gender = "f" if first.gender == second.gender == "f" else "m"
    heads, nouns = first.heads + second.heads, first.nouns + second.nouns
    person: Person = 1 if 1 in (first.person, second.person) else 3
    return NounPhrase(joined.showing("coordination"), gender, True, heads, nouns, person)


def place(preposition: Preposition, noun: NounPhrase) -> Phrase:
    """`near the river`: près de la rivière."""
    return translate(words(preposition.english), preposition.french) + noun.phrase


def finish(phrase: Phrase, mark: str = "") -> Sentence:
    """Adds the final mark, spells both sides, and turns links between tokens into links between positions."""
    mark = mark or ("?" if "question" in phrase.shows else ".")
    phrase += translate(words(mark), mark)
    target, shows = spell(phrase.target)
    position = {word: index for index, word in enumerate(phrase.source)}
    links = []
    for index, word in enumerate(target):
        sure = {position[each] for each in word.sure}
        possible = {position[each] for each in word.possible} - sure
        links += [f"{each}-{index}" for each in sorted(sure)] + [f"{each}p{index}" for each in sorted(possible)]
    english = spell_english([word.text for word in phrase.source])
    french = [word.text for word in target]
    french[0] = french[0][0].upper() + french[0][1:]
    phenomena = tuple(name for name in PHENOMENA if name in phrase.shows | shows)
    pair = Pair(join(english, unspaced=("'s", "?", ".", ",", "!")), join(french), " ".join(links), phenomena)
    return Sentence(pair, phrase.combinations, tuple(english), tuple(french))


def spell_english(tokens: list[str]) -> list[str]:
    """`an` before a vowel, and a capital on the first word."""
    followed = zip(tokens, [*tokens[1:], "."], strict=True)
    spelled = ["an" if word == "a" and following[0] in "aeiou" else word for word, following in followed]
    return [spelled[0][0].upper() + spelled[0][1:], *spelled[1:]]
