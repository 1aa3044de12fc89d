"""Words: where a sentence is cut, and how the words become a sentence again.

Punctuation marks are words of their own, case is kept, hyphenated words stay whole. A letter takes the accents and
vowel signs that follow it: `हिन्दी` is one word, and an emoji is one with all its parts. What differs between languages
is the apostrophe: French leaves it on the left (`s'` `est`, `l'` `oiseau`), English carries it to the right
(`boy` `'s`, `do` `n't`). A script written without spaces (Chinese, Thai) is cut at its punctuation marks alone.

Where a sentence's spaces are not those of natural spelling, `mark_spacing` notes it on the word: `( ▁2 )` is `( 2)`.
So `join_words(mark_spacing(split_spaced(text, language), language), language)` is the normalized text, always.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from toytrans.special_tokens import WORD_START
from toytrans.text.spelling import GLUE_MARK, normalize


@dataclass(frozen=True, slots=True)
class Word:
    """A word and whether white space stood before it (`spaced`; the first word counts as spaced)."""

    text: str
    spaced: bool


@dataclass(frozen=True)
class _Rules:
    """How one language is cut into words, and which of them stand against a neighbour without a space."""

    word: regex.Pattern[str]
    leans_left: regex.Pattern[str]
    leans_right: regex.Pattern[str]


# Shared pieces of the patterns.
_LETTERS = r"\p{L}\p{M}\p{N}_\u180e\u200c\u200d"  # letters and digits, the marks on them, and joiners between them
_W = f"[{_LETTERS}]"
# https://mail.fr/a?b=1  ann@mail.fr
_ADDRESS = rf"(?:https?://|www\.)\S*[{_LETTERS}/] | [{_LETTERS}.+-]{{1,64}}+@[{_LETTERS}-]+(?:\.[{_LETTERS}-]+)+"
_INITIALS = r"(?:\p{L}\p{M}*\.){2,}"  # U.S.  a.m.
_NUMBER = rf"\p{{N}}+(?:[.,:/]\p{{N}}+)+{_W}*"  # a number may hold marks between its digits: 3.5  1,000  8:30  3.5kg
_MARK = r"\.{2,} | [?!]+ | -{2,} | (?!\s)\X"  # any other sign stands alone: ,  €  👩‍🚀

# Which marks stand without a space on one side. Wide ones bring their own space: 你好，世界。
_WIDE = r"(?=\p{East_Asian_Width=Wide}|\p{East_Asian_Width=Fullwidth})\p{P}"
_CLOSING = r"[\p{Terminal_Punctuation}\p{Close_Punctuation}\p{Final_Punctuation}…%/]"  # .  ?  ।  ؟  )  ”  50%
_OPENING = r"[\p{Open_Punctuation}\p{Initial_Punctuation}¿¡/#@]"  # (  “  ¿  #winter

_ENGLISH_CLITIC = rf"'(?:s|re|ve|ll|d|m)(?!{_W})"

_ENGLISH = _Rules(
    word=regex.compile(
        rf"""{_ADDRESS} | {_INITIALS}
        | {_W}+?(?=n't(?!{_W})) | n't(?!{_W})                         # do n't
        | {_ENGLISH_CLITIC}                                         # boy 's
        | (?:{_NUMBER} | {_W}+) (?:(?:[-&]|(?!{_ENGLISH_CLITIC})'){_W}+)*  # cat  well-known  o'clock  AT&T
        | {_MARK}""",
        regex.VERBOSE | regex.IGNORECASE,
    ),
    leans_left=regex.compile(rf"{_CLOSING}+ | n't | {_ENGLISH_CLITIC} | {_WIDE}", regex.VERBOSE | regex.IGNORECASE),
    leans_right=regex.compile(rf"{_OPENING} | \p{{Currency_Symbol}} | {_WIDE}", regex.VERBOSE),  # $5
)
_FRENCH = _Rules(
    word=regex.compile(
        rf"""{_ADDRESS} | {_INITIALS}
        | (?:{_NUMBER} | aujourd'hui(?!{_W}) | {_W}+) (?:[-&]{_W}+)* (?:'(?=[«“]|"?{_W}))?  # chat  a-t-il  s' est
        | {_MARK}""",
        regex.VERBOSE | regex.IGNORECASE,
    ),
    # French sets a space before ? ! ; : % and inside « ».
    leans_left=regex.compile(rf"(?:(?![?!;:%»›]){_CLOSING})+ | {_WIDE}", regex.VERBOSE),
    leans_right=regex.compile(rf"(?![«‹]){_OPENING} | .*{_W}' | {_WIDE}", regex.VERBOSE),
)
_PLAIN = _Rules(
    word=regex.compile(rf"{_ADDRESS} | {_INITIALS} | (?:{_NUMBER} | {_W}+) (?:['&·״-]{_W}+)* | {_MARK}", regex.VERBOSE),
    leans_left=regex.compile(rf"{_CLOSING}+ | {_WIDE}", regex.VERBOSE),
    leans_right=regex.compile(rf"{_OPENING} | {_WIDE}", regex.VERBOSE),
)
_RULES = {"en": _ENGLISH, "fr": _FRENCH}

# Marks that lean on the word after them or on the one before: 'no'  „nein“  C#
_ONE_SIDED = regex.compile(r"""["'#@\p{Initial_Punctuation}\p{Final_Punctuation}\p{Currency_Symbol}]""")
_CURRENCY = regex.compile(r"\p{Currency_Symbol}")


def word_spans(text: str, language: str) -> list[tuple[int, int]]:
    """Where each word of the text, taken as it is, begins and ends; only white space lies outside the spans."""
    return [match.span() for match in _RULES.get(language, _PLAIN).word.finditer(text)]


def split_spaced(text: str, language: str) -> list[Word]:
    """The words of the normalized text, each with whether a space stood before it: enough to restore it exactly."""
    return [word for chunk in normalize(text).split() for word in _words_of(chunk, language)]


def split_words(text: str, language: str) -> list[str]:
    """The words of the normalized text. A language without rules of its own gets plain words and marks."""
    return [word.text for word in split_spaced(text, language)]


@lru_cache(maxsize=100_000)
def _words_of(chunk: str, language: str) -> tuple[Word, ...]:
    """The words between two spaces. Most are seen again and again, and cut once."""
    return tuple(Word(chunk[begin:end], spaced=begin == 0) for begin, end in word_spans(chunk, language))


def mark_spacing(words: Sequence[Word], language: str) -> list[str]:
    """The words, with a mark in front of each whose spacing is not natural: `▁` for a space, `￭` for none.

    Naturally spelled sentences get no marks. Typed ones are gone: `normalize` reads both as other signs.
    """
    spaced = [word.spaced for word in words]
    natural = _spaces([word.text for word in words], spaced, language)
    return [
        word.text if word.spaced == is_natural else f"{WORD_START if word.spaced else GLUE_MARK}{word.text}"
        for word, (is_natural, _) in zip(words, natural, strict=True)
    ]


def unmarked(word: str) -> str:
    """The word without the mark of `mark_spacing`."""
    return word[1:] if word[:1] in (WORD_START, GLUE_MARK) else word


def join_words(words: Sequence[str], language: str) -> str:
    """The sentence in natural spelling: one space between words, none where a word leans on its neighbour.

    Where a word carries a mark of `mark_spacing`, the mark decides.
    """
    plain = [unmarked(word) for word in words]
    told = [_MEANING.get(word[:1]) for word in words]
    pieces = (
        f" {word}" if spaced else word for word, (_, spaced) in zip(plain, _spaces(plain, told, language), strict=True)
    )
    return "".join(pieces).removeprefix(" ")


_MEANING = {WORD_START: True, GLUE_MARK: False}


def _spaces(words: Sequence[str], told: Iterable[bool | None], language: str) -> Iterator[tuple[bool, bool]]:
    """Whether a space is natural before each word, and whether there is one: as `told` says, or else as is natural."""
    last, is_glued = "", False
    open_quotes: set[str] = set()
    for number, (word, spaced) in enumerate(zip(words, told, strict=True)):
        leans_left, leans_right, is_one_sided = _leanings(word, language)
        if word in ('"', "'"):  # a straight quote closes what it opened; ' after an s is a plural's possessive
            leans_left = word in open_quotes or (word == "'" and last.endswith("s"))
            leans_right = not leans_left
        elif last[-1:].isdigit() and _CURRENCY.fullmatch(word):  # 5 € each, but €5
            leans_right = False
        is_natural = number == 0 or not (is_glued or leans_left)
        if spaced is None:
            spaced = is_natural
        yield is_natural, spaced
        if is_one_sided and spaced != is_natural:  # it is the other kind: „nein“ closes with a mark that opens “no”
            leans_right = spaced
        if word in ('"', "'"):
            (open_quotes.add if leans_right else open_quotes.discard)(word)
        last, is_glued = word, leans_right


@lru_cache(maxsize=100_000)
def _leanings(word: str, language: str) -> tuple[bool, bool, bool]:
    """Whether a word leans on its left neighbour, on its right one, and on one of them alone."""
    rules = _RULES.get(language, _PLAIN)
    return (
        bool(rules.leans_left.fullmatch(word)),
        bool(rules.leans_right.fullmatch(word)),
        bool(_ONE_SIDED.fullmatch(word)),
    )
