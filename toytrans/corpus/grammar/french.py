"""French spelling: agreement, plurals, elision, contraction.

The grammar writes every word in full (`de le oiseau`, `se est`); `spell` joins neighbours as French does
(`de l' oiseau`, `s' est`), so that the rules of elision and contraction are in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from toytrans.corpus.grammar.lexicon import Gender

VOWELS = "aeiouyâàéèêîôœh"
ASPIRATED = frozenset({"hibou", "hiboux", "huit", "onze"})
"""Words that begin with h or a vowel but behave as if with a consonant: `le hibou`."""

BEFORE_VOWEL = {
    "le": "l'", "la": "l'", "de": "d'", "ne": "n'", "que": "qu'", "je": "j'", "se": "s'", "me": "m'", "te": "t'",
    "ma": "mon", "ta": "ton", "sa": "son", "ce": "cet",
}  # fmt: skip
CONTRACTIONS = {("de", "le"): "du", ("de", "les"): "des", ("à", "le"): "au", ("à", "les"): "aux"}

_FUNCTION_WORDS = """
    le la les l' un une des du de d' au aux à ce c' cet cette ces
    mon ma mes ton ta tes son sa ses notre nos leur leurs
    je j' tu il elle nous ils elles me m' te t' se s' lui moi toi eux qui que qu' y où
    ne n' pas jamais et ou mais parce est-ce
    ai as a avons ont suis es est sommes sont été
    avais avait avions avaient étais était étions étaient serai seras sera serons seront aurai auras aura aurons auront
    vais vas va allons vont peux peut pouvons peuvent dois doit devons doivent
    dans sur sous derrière devant près côté par en avec pour . , ? !
"""
FRENCH_FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Function words, in lower case. The other words of a French sentence are content words."""


@dataclass(frozen=True, eq=False)
class Source:
    """One English token. Two tokens `the` are two objects: links point to the token, not to the word."""

    text: str


@dataclass(frozen=True)
class Target:
    """One French token, with the English tokens it translates and those that decide its form."""

    text: str
    sure: tuple[Source, ...]
    possible: tuple[Source, ...] = ()
    before_vowel: str = ""


def plural(word: str) -> str:
    """The regular plural of a noun or an adjective: `souris`, `journaux`, `chapeaux`, `balles`.

    >>> plural("cheval"), plural("hibou"), plural("bleu")
    ('chevaux', 'hiboux', 'bleus')
    """
    if word[-1] in "sxz":
        return word
    if word.endswith("al"):
        return word[:-2] + "aux"
    return word + ("x" if word.endswith("eau") or word == "hibou" else "s")


def agree(masculine: str, feminine: str, gender: Gender, is_plural: bool) -> str:
    """The form of an adjective or a participle for that gender and number."""
    form = masculine if gender == "m" else feminine
    return plural(form) if is_plural else form


def shows_agreement(masculine: str, feminine: str, gender: Gender, is_plural: bool) -> bool:
    """Whether the form would differ with the other gender or in the singular."""
    form = agree(masculine, feminine, gender, is_plural)
    return form != agree(masculine, feminine, "f" if gender == "m" else "m", is_plural) or (
        is_plural and form != agree(masculine, feminine, gender, False)
    )


def starts_with_vowel(word: str) -> bool:
    """Whether a word begins with a vowel sound, mute h included."""
    return word[0].lower() in VOWELS and word not in ASPIRATED


def spell(words: Sequence[Target]) -> tuple[list[Target], set[str]]:
    """Applies elision and contraction; also returns which of the two occurred (`elision`, `contraction`).

    An elided word depends on the word after it, so it has possible links to what that word translates.
    """
    spelled: list[Target] = []
    shows: set[str] = set()
    for word in reversed(words):
        following = spelled[-1] if spelled else None
        contracted = CONTRACTIONS.get((word.text, following.text)) if following else None
        short = word.before_vowel or BEFORE_VOWEL.get(word.text)
        if following and contracted:
            spelled[-1] = replace(
                following,
                text=contracted,
                sure=word.sure + following.sure,
                possible=word.possible + following.possible,
            )
            shows.add("contraction")
        elif following and short and starts_with_vowel(following.text):
            spelled.append(replace(word, text=short, possible=word.possible + following.sure))
            if short.endswith("'"):
                shows.add("elision")
        else:
            spelled.append(word)
    return spelled[::-1], shows


def join(tokens: Sequence[str], unspaced: Sequence[str] = (".", ",")) -> str:
    """Joins tokens to a text: no space after the apostrophe of an elision, or before the `unspaced` tokens.

    >>> join(["Est-ce", "qu'", "il", "dort", "?"]), join(["It", "sleeps", "."])
    ("Est-ce qu'il dort ?", 'It sleeps.')
    """
    text = ""
    for token in tokens:
        glued = not text or text.endswith("'") or token in unspaced
        text += token if glued else f" {token}"
    return text
