"""French verb forms from an infinitive: by rule if the verb is regular, else from listed forms.

The grammar uses five persons (*je tu il nous ils*; *you* is always one person, and familiar), the present, future,
imperfect and conditional, the imperative of *tu*, and the past participle.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

Person = Literal[1, 2, 3]
PRESENT_ENDINGS = ("e", "es", "e", "ons", "ent")
FUTURE_ENDINGS = ("ai", "as", "a", "ons", "ont")
IMPERFECT_ENDINGS = ("ais", "ais", "ait", "ions", "aient")


@dataclass(frozen=True)
class Conjugation:
    """The forms of one verb; tuples are in the order *je tu il nous ils*."""

    infinitive: str
    present: tuple[str, ...]
    future: tuple[str, ...]
    imperfect: tuple[str, ...]
    conditional: tuple[str, ...]
    imperative: str
    participle: str


def index_of(person: Person, is_plural: bool) -> int:
    """The index of a person in those tuples."""
    return {(1, False): 0, (2, False): 1, (3, False): 2, (1, True): 3, (3, True): 4}[person, is_plural]


@cache
def conjugate(
    infinitive: str, present: str = "", participle: str = "", future: str = "", imperfect: str = ""
) -> Conjugation:
    """All forms. `present` lists the five, or two stems of a verb in *-er* (`achèt achet`: achète, achetons).

    `future` and `imperfect` are stems. By default they come from the infinitive and from the *nous* form.

    >>> conjugate("manger").present
    ('mange', 'manges', 'mange', 'mangeons', 'mangent')
    >>> conjugate("acheter", "achèt achet").future
    ('achèterai', 'achèteras', 'achètera', 'achèterons', 'achèteront')
    >>> conjugate("boire", "bois bois boit buvons boivent", "bu").imperfect[2]
    'buvait'
    """
    listed = present.split()
    if len(listed) < len(PRESENT_ENDINGS):
        if not infinitive.endswith("er"):
            raise ValueError(f"{infinitive} does not end in -er: list its five present forms, not {present!r}")
        strong, weak = listed or (infinitive[:-2],) * 2
        listed = [strong + PRESENT_ENDINGS[place] if place != 3 else _soft(weak) + "ons" for place in range(5)]
        future = future or f"{strong}er"
        participle = participle or f"{infinitive[:-2]}é"
    stem = imperfect or listed[3].removesuffix("ons")
    future = future or infinitive.removesuffix("e")
    return Conjugation(
        infinitive,
        tuple(listed),
        tuple(future + ending for ending in FUTURE_ENDINGS),
        tuple(_hard(stem, ending) for ending in IMPERFECT_ENDINGS),
        tuple(future + ending for ending in IMPERFECT_ENDINGS),
        # The imperative of *tu* drops the s of -es and -as.
        listed[1].removesuffix("s") if listed[1].endswith(("es", "as")) else listed[1],
        participle,
    )


def _soft(stem: str) -> str:
    """The stem, spelled so that it keeps its sound before *-ons*: `mangeons`, `lançons`."""
    return stem + "e" if stem.endswith("g") else stem[:-1] + "ç" if stem.endswith("c") else stem


def _hard(stem: str, ending: str) -> str:
    """The stem of the *nous* form with an imperfect ending: `mangeait`, but `mangions`."""
    if ending.startswith("i"):
        stem = stem.removesuffix("e") if stem.endswith("ge") else stem[:-1] + "c" if stem.endswith("ç") else stem
    return stem + ending


BE = conjugate("être", "suis es est sommes sont", "été", "ser", "ét")
HAVE = conjugate("avoir", "ai as a avons ont", "eu", "aur")
GO = conjugate("aller", "vais vas va allons vont", "allé", "ir")
CAN = conjugate("pouvoir", "peux peux peut pouvons peuvent", "pu", "pourr")
LIKE = conjugate("aimer")
MUST = conjugate("devoir", "dois dois doit devons doivent", "dû", "devr")
WANT = conjugate("vouloir", "veux veux veut voulons veulent", "voulu", "voudr")
