"""One spelling for strings that look alike.

Without it, a test sentence could be in train unnoticed, and a correct translation could count as wrong. Every
comparison of sentences starts with `normalize`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import regex

from toytrans.errors import Refused
from toytrans.special_tokens import WORD_START

GLUE_MARK = "￭"
"""Marks a word that has no space before it, like the joiner of OpenNMT's tokenizer (Klein et al., 2017)."""

# Characters and their replacements. The two marks are our own, so typed ones become characters that look like them.
_INSTEAD = {"’": "'", "‘": "'", WORD_START: "_", GLUE_MARK: "■"}

_ACCENT_FOR_APOSTROPHE = regex.compile(r"(?<=\p{L})[´`](?=\p{L})")  # isn´t, i`m: a neighbouring key on many keyboards

_CONTROL = regex.compile(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATE = regex.compile(r"[\ud800-\udfff]")  # half a character, left over from bytes that were not UTF-8

# Unicode's default ignorables: soft hyphen, zero-width space, word joiner, direction marks, byte order mark, ...
_IGNORABLE = r"[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]"
# Scripts whose letters change shape beside a joiner (U+200C, U+200D) or, in Mongolian, a selector.
_SHAPING = (
    r"[\p{Arabic}\p{Syriac}\p{Nko}\p{Mongolian}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}"
    r"\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Tibetan}\p{Myanmar}\p{Khmer}]"
)
_PICTURE = r"\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]*"
# The first group is an ignorable that carries meaning, with its neighbours: it is kept. All others are removed.
_KEPT_OR_IGNORABLE = regex.compile(
    rf"""(
      (?!{_IGNORABLE}){_SHAPING} (?:(?!{_IGNORABLE})\p{{M}})* [\u200c\u200d\u180b-\u180f]        # می‌خواهم  ক্‌ষ
    | {_PICTURE} (?:\u200d{_PICTURE})+                                             # 👩‍🚀
    | \U0001f3f4 [\U000e0020-\U000e007e]+ \U000e007f                                # 🏴󠁧󠁢󠁷󠁬󠁳󠁿
    | [\p{{Emoji}}\p{{S}}\p{{Han}}\p{{Myanmar}}] [\ufe00-\ufe0f\U000e0100-\U000e01ef]  # ❤️  葛󠄀
    ) | {_IGNORABLE}""",
    regex.VERBOSE,
)
_ANY_IGNORABLE = regex.compile(_IGNORABLE)
_SPACE_OR_PUNCTUATION = regex.compile(r"[\s\p{P}]+")


_STEERING = regex.compile(r"[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def check_printable(vocabulary: Iterable[str]) -> None:
    """A `ValueError` where a word has characters that steer a terminal: no normalized text has any."""
    for word in vocabulary:
        if _STEERING.search(word):
            raise Refused(f"'vocabulary' holds {word!a}, which no text has: it was changed after training")


def normalize(text: str) -> str:
    """The text in one spelling, the only one a model reads. Normalizing again changes nothing.

    Characters are composed (Unicode NFC) and apostrophes straight. White space and control characters become single
    spaces. Invisible characters without meaning are removed. `WORD_START` and `GLUE_MARK` become `_` and `■`.
    """
    text = _CONTROL.sub(" ", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _SURROGATE.sub("\ufffd", text))
        for character, instead in _INSTEAD.items():
            text = text.replace(character, instead)
        if _ANY_IGNORABLE.search(text):
            text = unicodedata.normalize("NFC", _KEPT_OR_IGNORABLE.sub(r"\1", text))
    if "´" in text or "`" in text:
        text = _ACCENT_FOR_APOSTROPHE.sub("'", text)
    return " ".join(text.split())


def sentence_key(text: str) -> str:
    """A key that is equal for texts with the same letters, digits and signs. Splits have no key in common.

    Capitals, spaces and punctuation marks do not count, since a lenient reader may change them.
    """
    folded = normalize(text).casefold()
    return unicodedata.normalize("NFC", _SPACE_OR_PUNCTUATION.sub("", folded)) or folded
