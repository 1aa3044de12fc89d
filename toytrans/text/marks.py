"""The marks around a sentence: the one that ends it, and those the training text never uses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

_END = re.compile(r"[.?!…。！？؟।:;,‚،]+|-+|[–—]+")
_CLOSING = frozenset("\"'”’»)]")
_FRAME = frozenset({"Pi", "Pf", "Ps", "Pe", "Pd", "So", "Sk", "Mn", "Cf"})
"""Unicode categories of quotes, brackets, dashes, emoji and the modifiers of emoji."""
_ASKS, _CALLS = frozenset("?？؟"), frozenset("!！")


def unframed(words: Sequence[str], known: Collection[str]) -> tuple[list[str], bool]:
    """Strips quotes, dashes and emoji that are not `known` from both ends; also returns whether none was stripped."""
    begin, end = 0, len(words)
    while begin < end and _is_frame(words[begin], known):
        begin += 1
    while end > begin and _is_frame(words[end - 1], known):
        end -= 1
    return list(words[begin:end]), (begin, end) == (0, len(words))


def _is_frame(word: str, known: Collection[str]) -> bool:
    return word not in known and all(
        letter in "\"'*¿¡\u200d" or unicodedata.category(letter) in _FRAME for letter in word
    )


def end_of(words: Sequence[str]) -> tuple[list[str], str, list[str]]:
    """A sentence as its words, the mark that ends it (maybe empty), and the closing quotes and brackets after it.

    Several marks count as one: `?` if it is among them, else `!`, else the last.
    """
    tail = len(words)
    while tail and words[tail - 1] in _CLOSING:
        tail -= 1
    end = tail
    while end and _END.fullmatch(words[end - 1]):
        end -= 1
    typed = "".join(words[end:tail])
    if not typed:
        return list(words), "", []
    return list(words[:end]), _one_of(typed), list(words[tail:])


def _one_of(typed: str) -> str:
    for kind in (_ASKS, _CALLS):
        if found := [mark for mark in typed if mark in kind]:
            return found[0]
    return "." if set(typed) <= {".", "…"} else typed[-1]


def nearest(mark: str, ends: Sequence[str]) -> str:
    """The final mark of the training text closest to `mark`: itself, else one of its kind, else a frequent one."""
    if mark in ends or not mark:
        return mark
    ends = [end for end in ends if end]
    like = [end for kind in (_ASKS, _CALLS) if mark in kind for end in ends if end in kind]
    plain = [end for end in ends if end not in _ASKS | _CALLS]
    return next(iter(like + plain + ends), "")
