"""Words: where a sentence is cut, and how the words become a sentence again.

Punctuation marks are words of their own, case is kept, hyphenated words stay whole. What differs is the apostrophe:
French leaves it on the left (`s'` `est`, `l'` `oiseau`), English carries it to the right (`boy` `'s`, `do` `n't`).
For text in its natural spelling, `join_words(split_words(text, language), language)` is the text again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A word and whether white space stood before it (`spaced`; the first word counts as spaced)."""

    text: str
    spaced: bool


@dataclass(frozen=True)
class _Rules:
    """How one language is cut into words, and which of them stand against a neighbour without a space."""

    word: re.Pattern[str]
    leans_left: re.Pattern[str]
    leans_right: re.Pattern[str]


# Shared pieces of the patterns. A number may hold marks between its digits: 3.5  1,000  8:30  3.5kg
_NUMBER = r"\d+(?:[.,:/]\d+)+\w*"
_INITIALS = r"(?:[^\W\d_]\.){2,}"  # U.S.  a.m.
_MARK = r"\.{2,} | [?!]+ | -{2,} | \S"  # whatever else is not white space stands alone

_ENGLISH_CLITIC = r"'(?:s|re|ve|ll|d|m)(?!\w)"

_ENGLISH = _Rules(
    word=re.compile(
        rf"""{_INITIALS}
        | \w+?(?=n't(?!\w)) | n't(?!\w)                             # do n't
        | {_ENGLISH_CLITIC}                                         # boy 's
        | (?:{_NUMBER} | \w+) (?:(?:-|(?!{_ENGLISH_CLITIC})')\w+)*  # cat  well-known  o'clock
        | {_MARK}""",
        re.VERBOSE | re.IGNORECASE,
    ),
    leans_left=re.compile(rf"[.,?!;:%…)\]}}”/]+ | n't | {_ENGLISH_CLITIC}", re.VERBOSE | re.IGNORECASE),
    leans_right=re.compile(r"[(\[{“/$£€#]"),
)
_FRENCH = _Rules(
    word=re.compile(
        rf"""{_INITIALS}
        | (?:{_NUMBER} | aujourd'hui(?!\w) | \w+) (?:-\w+)* (?:'(?=\w))?  # chat  a-t-il  s' est  aujourd'hui
        | {_MARK}""",
        re.VERBOSE | re.IGNORECASE,
    ),
    leans_left=re.compile(r"[.,…)\]}”/]+"),  # French sets a space before ? ! ; : and inside « »
    leans_right=re.compile(r"[(\[{“/]|.*\w'"),
)
_PLAIN = _Rules(
    word=re.compile(rf"{_INITIALS} | (?:{_NUMBER} | \w+) (?:['-]\w+)* | {_MARK}", re.VERBOSE),
    leans_left=re.compile(r"[.,?!;:%…)\]}”/]+"),
    leans_right=re.compile(r"[(\[{“/]"),
)
_RULES = {"en": _ENGLISH, "fr": _FRENCH}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")  # half a character, from bytes that were not UTF-8


def normalize(text: str) -> str:
    """The text in one spelling: NFC, straight apostrophes, one plain space where there was white space or control."""
    text = _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text))
    return " ".join(unicodedata.normalize("NFC", text).replace("’", "'").split())


def word_spans(text: str, language: str) -> list[tuple[int, int]]:
    """Where each word of the text, taken as it is, begins and ends; only white space lies outside of the spans."""
    return [match.span() for match in _RULES.get(language, _PLAIN).word.finditer(text)]


def split_spaced(text: str, language: str) -> list[Word]:
    """The words of the normalized text, each with whether a space stood before it: enough to restore it exactly."""
    text = normalize(text)
    return [
        Word(text[begin:end], spaced=begin == 0 or text[begin - 1] == " ") for begin, end in word_spans(text, language)
    ]


def split_words(text: str, language: str) -> list[str]:
    """The words of the normalized text. A language without rules of its own gets plain words and marks."""
    return _RULES.get(language, _PLAIN).word.findall(normalize(text))


def join_words(words: Sequence[str], language: str) -> str:
    """The sentence in natural spelling: one space between words, none where a word leans on its neighbour."""
    rules = _RULES.get(language, _PLAIN)
    sentence = ""
    open_quotes: set[str] = set()
    glued = True  # nothing to part the first word from
    for word in words:
        leans_left = bool(rules.leans_left.fullmatch(word))
        leans_right = bool(rules.leans_right.fullmatch(word))
        if word in ('"', "'"):  # a straight quote closes what it opened; ' after an s is a plural's possessive
            leans_left = word in open_quotes or (word == "'" and sentence.endswith("s"))
            leans_right = not leans_left
            (open_quotes.add if leans_right else open_quotes.discard)(word)
        sentence += word if glued or leans_left else f" {word}"
        glued = leans_right
    return sentence
