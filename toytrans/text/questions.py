"""Whether a sentence without a final mark begins like a question."""

from __future__ import annotations

import re
from collections.abc import Sequence


def word_set(words: str) -> frozenset[str]:
    """The words of a space-separated string."""
    return frozenset(words.split())


SUBJECTS = word_set("i you he she it we they")
"""English subject pronouns; `you` and `it` can also be objects."""
_AUXILIARIES = word_set(
    "do does did is are am was were can cannot could will would must shall should have has may might"
)
_ASKING = word_set("who what where when why how which whose whom")

_FRENCH_ASKING = word_set(
    "est-ce où qui que qu' combien pourquoi quand comment quel quelle quels quelles lequel laquelle"
)
_INVERTED = re.compile(r"\w+-(?:t-)?(?:je|tu|il|elle|on|nous|vous|ils|elles|ce)")  # dort-il  as-tu


def asks(words: Sequence[str], language: str) -> bool:
    """Whether these words, in their usual spelling and without a final mark, begin like a question."""
    first, second = ([word.lower() for word in words[:2]] + ["", ""])[:2]
    if language == "en":
        return _asks_in_english(first, second, words)
    if language == "fr":
        return first in _FRENCH_ASKING or bool(_INVERTED.fullmatch(first))
    return False


def _asks_in_english(first: str, second: str, words: Sequence[str]) -> bool:
    if first in ("do", "have"):  # do not touch it, have a seat
        third = words[2].lower() if len(words) > 2 else ""
        return second not in ("a", "an") and (second != "not" or third in SUBJECTS)
    if first == "when":  # when he came, she left
        return second in _AUXILIARIES
    if first == "what" and second in ("a", "an"):  # what a day
        return False
    return first in _AUXILIARIES or first in _ASKING
