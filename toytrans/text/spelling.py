"""One spelling for every text: what the model reads of a string, however it was typed.

Two strings that look alike must be one sentence to the model, or a test sentence hides in train and a right
translation counts as wrong. `normalize` is that one reading; every comparison of sentences begins with it.
"""

from __future__ import annotations

import unicodedata

import regex

from toytrans.special_tokens import WORD_START

GLUE_MARK = "￭"
"""Says that no space does, as the joiner of OpenNMT's tokenizer (Klein et al., 2017)."""

# What no text holds, and what stands there instead. The two marks are ours: typed ones turn into their likeness.
_INSTEAD = {"’": "'", "‘": "'", WORD_START: "_", GLUE_MARK: "■"}

_ACCENT_FOR_APOSTROPHE = regex.compile(r"(?<=\p{L})[´`](?=\p{L})")  # isn´t, i`m: the key beside, on many keyboards

_CONTROL = regex.compile(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATE = regex.compile(r"[\ud800-\udfff]")  # half a character, from bytes that were not UTF-8

# Unicode's default ignorables: soft hyphen, zero-width space, word joiner, direction marks, byte order mark, ...
_IGNORABLE = r"[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]"
# Scripts whose letters change shape beside a joiner (U+200C, U+200D) or, in Mongolian, a selector.
_SHAPING = (
    r"[\p{Arabic}\p{Syriac}\p{Nko}\p{Mongolian}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}"
    r"\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Tibetan}\p{Myanmar}\p{Khmer}]"
)
_PICTURE = r"\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]*"
# Where some of them mean something they are kept, with what they belong to, as the first group; the others go.
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


def normalize(text: str) -> str:
    """The text in one spelling, which is all a model reads of it. Normalizing twice changes nothing more.

    Unicode's composed form (NFC); straight apostrophes; one plain space where there was white space or control;
    nothing that is invisible and means nothing. `WORD_START` and `GLUE_MARK` are read as `_` and `■`.
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
    """The same for two texts that differ in spelling alone: letters, digits and signs, without case.

    Capitals, spaces and punctuation marks, which a reading may mend, make no difference. Splits are held apart by it.
    """
    folded = normalize(text).casefold()
    return unicodedata.normalize("NFC", _SPACE_OR_PUNCTUATION.sub("", folded)) or folded
