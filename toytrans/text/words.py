"""Splits sentences into words, and joins words into sentences.

Punctuation marks are words, case is kept, and hyphenated words stay whole. Accents and vowel signs belong to the letter
before them: `हिन्दी` is one word, and so is an emoji with all its parts. Languages differ in the apostrophe: French
keeps it on the left (`s'` `est`, `l'` `oiseau`), English on the right (`boy` `'s`, `do` `n't`). Scripts written without
spaces (Chinese, Thai) are split only at punctuation marks.

Spacing that is not natural is marked on the word by `mark_spacing`: `( ▁2 )` is `( 2)`. Therefore
`join_words(mark_spacing(split_spaced(text, language), language), language)` is always the normalized text.
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
    """A word, and whether white space comes before it (`spaced`; the first word counts as spaced)."""

    text: str
    spaced: bool


@dataclass(frozen=True)
class _Rules:
    """How one language is split into words, and which words have no space on their left or right."""

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

# Marks without a space on one side. Wide marks contain their own space: 你好，世界。
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
    # French puts a space before ? ! ; : % and inside « ».
    leans_left=regex.compile(rf"(?:(?![?!;:%»›]){_CLOSING})+ | {_WIDE}", regex.VERBOSE),
    leans_right=regex.compile(rf"(?![«‹]){_OPENING} | .*{_W}' | {_WIDE}", regex.VERBOSE),
)
_PLAIN = _Rules(
    word=regex.compile(rf"{_ADDRESS} | {_INITIALS} | (?:{_NUMBER} | {_W}+) (?:['&·״-]{_W}+)* | {_MARK}", regex.VERBOSE),
    leans_left=regex.compile(rf"{_CLOSING}+ | {_WIDE}", regex.VERBOSE),
    leans_right=regex.compile(rf"{_OPENING} | {_WIDE}", regex.VERBOSE),
)
_RULES = {"en": _ENGLISH, "fr": _FRENCH}

# Marks that attach to the word after them or to the one before: 'no'  „nein“  C#
_ONE_SIDED = regex.compile(r"""["'#@\p{Initial_Punctuation}\p{Final_Punctuation}\p{Currency_Symbol}]""")
_CURRENCY = regex.compile(r"\p{Currency_Symbol}")


def word_spans(text: str, language: str) -> list[tuple[int, int]]:
    """The start and end of each word, without normalizing the text. Only white space lies outside the spans."""
    return [match.span() for match in _RULES.get(language, _PLAIN).word.finditer(text)]


def split_spaced(text: str, language: str) -> list[Word]:
    """The words of the normalized text with their spacing: enough to restore the text exactly."""
    return [word for chunk in normalize(text).split() for word in _words_of(chunk, language)]


def split_words(text: str, language: str) -> list[str]:
    """The words of the normalized text. Languages other than English and French use general rules."""
    return [word.text for word in split_spaced(text, language)]


@lru_cache(maxsize=100_000)
def _words_of(chunk: str, language: str) -> tuple[Word, ...]:
    """The words between two spaces; cached, because most chunks repeat often."""
    return tuple(Word(chunk[begin:end], spaced=begin == 0) for begin, end in word_spans(chunk, language))


def mark_spacing(words: Sequence[Word], language: str) -> list[str]:
    """The words, with a mark before each whose spacing is not natural: `▁` for a space, `￭` for none.

    Naturally spaced sentences get no marks. Typed marks cannot interfere: `normalize` replaces both.
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
    """The sentence in natural spelling: one space between words, none where a word attaches to its neighbour.

    A mark of `mark_spacing` on a word decides instead.
    """
    plain = [unmarked(word) for word in words]
    told = [_MEANING.get(word[:1]) for word in words]
    pieces = (
        f" {word}" if spaced else word for word, (_, spaced) in zip(plain, _spaces(plain, told, language), strict=True)
    )
    return "".join(pieces).removeprefix(" ")


_MEANING = {WORD_START: True, GLUE_MARK: False}


def _spaces(words: Sequence[str], told: Iterable[bool | None], language: str) -> Iterator[tuple[bool, bool]]:
    """For each word, whether a space before it is natural, and whether there is one: as `told`, by default natural."""
    last, is_glued = "", False
    open_quotes: set[str] = set()
    for number, (word, spaced) in enumerate(zip(words, told, strict=True)):
        leans_left, leans_right, is_one_sided = _leanings(word, language)
        if word in ('"', "'"):  # the second straight quote closes; ' after an s is a plural possessive
            leans_left = word in open_quotes or (word == "'" and last.endswith("s"))
            leans_right = not leans_left
        elif last[-1:].isdigit() and _CURRENCY.fullmatch(word):  # 5 € each, but €5
            leans_right = False
        is_natural = number == 0 or not (is_glued or leans_left)
        if spaced is None:
            spaced = is_natural
        yield is_natural, spaced
        if is_one_sided and spaced != is_natural:  # it has its other role: „nein“ closes with the mark that opens “no”
            leans_right = spaced
        if word in ('"', "'"):
            (open_quotes.add if leans_right else open_quotes.discard)(word)
        last, is_glued = word, leans_right


@lru_cache(maxsize=100_000)
def _leanings(word: str, language: str) -> tuple[bool, bool, bool]:
    """Whether a word attaches to its left neighbour, to its right one, and to only one of the two."""
    rules = _RULES.get(language, _PLAIN)
    return (
        bool(rules.leans_left.fullmatch(word)),
        bool(rules.leans_right.fullmatch(word)),
        bool(_ONE_SIDED.fullmatch(word)),
    )
