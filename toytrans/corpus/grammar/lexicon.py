"""The kinds of word in the toy grammar, in both languages: nouns, names, qualities, prepositions and determiners.

The tables of nouns, qualities and verbs have their own files; those of prepositions, determiners and names are here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

Gender = Literal["m", "f"]


@cache
def _split(kinds: str) -> frozenset[str]:
    return frozenset(kinds.split())


@dataclass(frozen=True, eq=False)
class Noun:
    """A noun. The English plural is regular unless given; mass nouns have none."""

    english: str
    french: str
    gender: Gender
    kinds: str
    english_plural: str = ""

    @cached_property
    def kind_set(self) -> frozenset[str]:
        """The kinds as a set; the English word is a kind of its own, so tables can name a single noun."""
        return _split(self.kinds) | {self.english}

    def is_any(self, kinds: str) -> bool:
        """Whether the noun is of at least one of these kinds."""
        return not self.kind_set.isdisjoint(_split(kinds))

    @property
    def plurals(self) -> str:
        """The English plural."""
        return self.english_plural or self.english + "s"

    @property
    def has_plural(self) -> bool:
        """Whether the grammar uses its plural: not of mass nouns, most places, *my mother* (unique) or *glass*."""
        return not self.is_any("mass only no_plural") and (not self.is_any("place") or self.is_any("plural_place"))


@dataclass(frozen=True, eq=False)
class Name:
    """A person's name, the same in both languages."""

    text: str
    gender: Gender


@dataclass(frozen=True, eq=False)
class Adjective:
    """An adjective, its place in French, and the kinds of noun it describes."""

    english: str
    masculine: str
    feminine: str
    place: Literal["before", "after", "predicate"]
    """`predicate`: only after *be*. A tall man is not *un grand homme*, which means a great man."""
    describes: str
    before_vowel: str = ""
    """The masculine singular before a vowel sound: `vieil`, `bel`, `nouvel`."""
    invariable: bool = False
    """One form for all genders and numbers: `marron`."""


@dataclass(frozen=True, eq=False)
class Expression:
    """A quality that is a fixed expression in French: `avoir peur`, `être en colère`."""

    english: str
    french: str
    verb: Literal["avoir", "être"]
    describes: str


Quality = Adjective | Expression


@dataclass(frozen=True, eq=False)
class Preposition:
    """A preposition and the kind of noun that may follow it."""

    english: str
    french: str
    kind: str


@dataclass(frozen=True, eq=False)
class Determiner:
    """A determiner and its French forms. An empty string means that there is no such form."""

    english: str
    masculine: str
    feminine: str
    plural: str
    agrees: bool = True
    """Whether the form depends on the noun; *deux* never changes."""


# The tables are laid out to be read.
# fmt: off
PREPOSITIONS = (
    Preposition("in", "dans", "in"),
    Preposition("in", "dans", "outside"),
    Preposition("in", "dans", "swim"),
    Preposition("in", "dans", "perch"),
    Preposition("in", "dans", "inside"),
    Preposition("in", "dans", "larder"),
    Preposition("in", "dans", "work_in"),
    Preposition("in", "dans", "live"),
    Preposition("in", "dans", "within"),
    Preposition("in", "à", "public"),
    Preposition("into", "dans", "fall"),
    Preposition("on", "sur", "on_ground"),
    Preposition("on", "sur", "seat"),
    Preposition("on", "sur", "lying"),
    Preposition("on", "sur", "roost"),
    Preposition("on", "sur", "upon"),
    Preposition("on", "sur", "serve"),
    Preposition("under", "sous", "under"),
    Preposition("under", "sous", "beneath"),
    Preposition("behind", "derrière", "behind"),
    Preposition("in front of", "devant", "front"),
    Preposition("near", "près de", "near"),
    Preposition("next to", "à côté de", "beside"),
    Preposition("to", "à", "to"),
    Preposition("at", "à", "at"),
    Preposition("onto", "sur", "onto"),
    Preposition("on", "dans", "aboard"),
    Preposition("of", "de", "out_of"),
    Preposition("", "", "into"),
)

# The singular of *some* is the partitive, for mass nouns: du pain, de l'eau. Two stand for no determiner in English:
# `I see birds`, je vois des oiseaux; `I like birds`, j'aime les oiseaux.
DETERMINERS = (
    Determiner("the", "le", "la", "les"),
    Determiner("a", "un", "une", ""),
    Determiner("some", "de le", "de la", "des"),
    Determiner("any", "de le", "de la", "des"),
    Determiner("no", "de", "de", "de", agrees=False),
    Determiner("", "de le", "de la", "des"),
    Determiner("generic", "le", "la", "les"),
    Determiner("this", "ce", "cette", ""),
    Determiner("that", "ce", "cette", ""),
    Determiner("these", "", "", "ces"),
    Determiner("those", "", "", "ces"),
    Determiner("my", "mon", "ma", "mes"),
    Determiner("your", "ton", "ta", "tes"),
    Determiner("his", "son", "sa", "ses"),
    Determiner("her", "son", "sa", "ses"),
    Determiner("its", "son", "sa", "ses"),
    Determiner("our", "notre", "notre", "nos"),
    Determiner("their", "leur", "leur", "leurs"),
    Determiner("two", "", "", "deux", agrees=False),
    Determiner("three", "", "", "trois", agrees=False),
    Determiner("four", "", "", "quatre", agrees=False),
    Determiner("five", "", "", "cinq", agrees=False),
    Determiner("six", "", "", "six", agrees=False),
    Determiner("seven", "", "", "sept", agrees=False),
    Determiner("eight", "", "", "huit", agrees=False),
    Determiner("nine", "", "", "neuf", agrees=False),
    Determiner("ten", "", "", "dix", agrees=False),
    Determiner("eleven", "", "", "onze", agrees=False),
    Determiner("twelve", "", "", "douze", agrees=False),
)
# fmt: on
NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
POSSESSIVES = ("my", "your", "his", "her", "its", "our", "their")

NAMES = (
    Name("Anna", "f"),
    Name("Marie", "f"),
    Name("Julie", "f"),
    Name("Sophie", "f"),
    Name("Paul", "m"),
    Name("Tom", "m"),
    Name("Pierre", "m"),
    Name("Lucas", "m"),
)
