"""Where one sentence ends and the next begins."""

from __future__ import annotations

import re

from toytrans.text.questions import word_set

_END = re.compile(
    r"""[.?!…]+ (?: \s»|["'”’»)\]] )* (?=\s)   # closing quotes belong to the sentence
    | [。！？]+ [」』”]*                         # no space follows these""",
    re.VERBOSE,
)
_INITIALS = re.compile(r"[(\"“«']*(?:[^\W\d_]\.)+")  # J.  U.S.  e.g.
_TIMES = re.compile(r"(?:[ap]\.m|etc)\.")  # may end a sentence: then a capital follows
_NUMBERED = re.compile(r"\d+\.")  # 1. at the start of a list item
_TITLES = word_set("mr. mrs. ms. dr. st. prof. sr. jr. vs. mt. mm. mme. mlle.")

_WINDOW = 40
"""Characters read on each side of a mark. The limit keeps long texts fast."""


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, as typed.

    Each has a letter or a digit, unless the whole text has none: marks alone belong to the sentence before them.
    """
    cuts = [match.end() for match in _END.finditer(text) if _ends(text, match)]
    if not cuts:
        return [text]
    sentences: list[str] = []
    for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        part = text[begin:end]
        if sentences and not (has_words(part) and has_words(sentences[-1])):
            sentences[-1] += part
        else:
            sentences.append(part)
    return [sentence.strip() for sentence in sentences] if len(sentences) > 1 else [text]


def has_words(text: str) -> bool:
    """Whether the text has a letter or a digit."""
    return any(map(str.isalnum, text))


def _ends(text: str, match: re.Match[str]) -> bool:
    """Whether the marks end a sentence, rather than an abbreviation or a quotation inside one."""
    after = text[match.end() : match.end() + _WINDOW].lstrip()[:1]
    if after.islower() and match.group()[-1] in "\"'”’»)]":
        return False  # "Come!" she said
    if match.group() != ".":
        return True
    word = text[max(match.end() - _WINDOW, 0) : match.end()].split()[-1].lower()
    if _TIMES.fullmatch(word):
        return not after.islower() and not after.isdigit()
    if word == "no.":
        return not after.isdigit()
    is_initial = bool(_INITIALS.fullmatch(word)) and word != "i."
    is_numbered = bool(_NUMBERED.fullmatch(word)) and text[: match.end()].strip() == word
    return not (is_initial or is_numbered or word in _TITLES)
