"""Phrases, built in both languages at once: noun phrases, pronouns, places; and what makes a sentence of a phrase.

Every French token is made with the English tokens it translates (`sure`) and those that decide its form
(`possible`), so the gold links come with the sentence and are never guessed afterwards. Nothing here is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from toytrans.corpus.french import Source, Target, agree, join, plural, shows_agreement, spell
from toytrans.corpus.lexicon import DETERMINERS, Adjective, Gender, Noun, Preposition
from toytrans.corpus.pairs import Pair

PHENOMENA = (
    "pronoun", "relative", "coordination", "question", "negation", "passe_compose_avoir", "passe_compose_etre",
    "reflexive", "agreement", "adjective_before", "adjective_after", "elision", "contraction", "plural", "possessive",
)  # fmt: skip
"""What a pair can show, in the order a pair lists it."""

Sources = tuple[Source, ...]


@dataclass(frozen=True)
class Phrase:
    """English and French tokens, each in its own order, what they show, and which words they put together."""

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
        """The same phrase, where an adjective or a verb is put together with these nouns."""
        added = tuple((word, noun.english) for noun in nouns)
        return Phrase(self.source, self.target, self.shows, self.combinations + added)


@dataclass(frozen=True)
class NounPhrase:
    """A phrase that can be a subject: with gender, number, and the English tokens that decide them."""

    phrase: Phrase
    gender: Gender
    is_plural: bool
    heads: Sources
    nouns: tuple[Noun, ...] = ()
    first_person: bool = False


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
    """A phrase whose every French word translates every English one."""
    return Phrase(source, tuple(Target(word, source, possible) for word in french.split()))


def adjective_target(adjective: Adjective, source: Sources, noun: NounPhrase, *, attributive: bool = True) -> Phrase:
    """The French adjective alone, agreeing with `noun`; `bel` and `vieil` stand before their noun only."""
    text = agree(adjective.masculine, adjective.feminine, noun.gender, noun.is_plural)
    before_vowel = adjective.before_vowel if attributive and (noun.gender, noun.is_plural) == ("m", False) else ""
    visible = shows_agreement(adjective.masculine, adjective.feminine, noun.gender, noun.is_plural)
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
        phrase = _determiner(determiner, alone, described.target[0], negation) + described
    else:
        phrase = _possessed(described, alone, owner)
    return replace(alone, phrase=phrase)


def _described(noun: NounPhrase, adjectives: Iterable[Adjective]) -> Phrase:
    """The noun and its adjectives, each on its French side of the noun."""
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


def _determiner(english: str, noun: NounPhrase, following: Target, negation: Source | None) -> Phrase:
    forms = next(each for each in DETERMINERS if each.english == english)
    french = forms.plural if noun.is_plural else forms.masculine if noun.gender == "m" else forms.feminine
    possible: Sources = noun.heads if forms.agrees else ()
    if negation is not None and english in ("a", "any"):
        french, possible = "de", (negation,)
    elif english in ("some", "any") and noun.is_plural and following.sure != noun.heads:
        french, possible = "de", noun.heads + following.sure  # an adjective comes first: de grands arbres
    made = translate(words(english), french, possible)
    return made.showing("possessive") if english in ("my", "his", "her", "its") else made


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


def pronoun(english: str, gender: Gender, is_plural: bool = False, decided_by: Sources = ()) -> NounPhrase:
    """`it`, `he`, `she`, `they`, `I`; `decided_by` are the tokens the gender comes from."""
    word = Source(english)
    french = "je" if english == "I" else ("il" if gender == "m" else "elle") + ("s" if is_plural else "")
    phrase = translate((word,), french, decided_by)
    return NounPhrase(phrase, gender, is_plural, (word, *decided_by), first_person=english == "I")


def both(first: NounPhrase, second: NounPhrase, conjunction: str = "and") -> NounPhrase:
    """Two noun phrases joined by `and`; one masculine among them makes the whole masculine."""
    joined = first.phrase + translate(words(conjunction), "et" if conjunction == "and" else "ou") + second.phrase
    gender: Gender = "f" if first.gender == second.gender == "f" else "m"
    heads, nouns = first.heads + second.heads, first.nouns + second.nouns
    return NounPhrase(joined.showing("coordination"), gender, True, heads, nouns)


def place(preposition: Preposition, noun: NounPhrase) -> Phrase:
    """`near the river`: près de la rivière."""
    return translate(words(preposition.english), preposition.french) + noun.phrase


def finish(phrase: Phrase) -> Sentence:
    """Adds the final mark, spells both sides, and turns links between tokens into links between positions."""
    mark = "?" if "question" in phrase.shows else "."
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
    pair = Pair(join(english, unspaced=("'s", "?", ".", ",")), join(french), " ".join(links), phenomena)
    return Sentence(pair, phrase.combinations, tuple(english), tuple(french))


def spell_english(tokens: list[str]) -> list[str]:
    """`an` before a vowel, and a capital to begin with."""
    followed = zip(tokens, [*tokens[1:], "."], strict=True)
    spelled = ["an" if word == "a" and following[0] in "aeiou" else word for word, following in followed]
    return [spelled[0][0].upper() + spelled[0][1:], *spelled[1:]]
