"""How people type a sentence: the same words with another case, without the mark, contracted, with odd spaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_WITH_NOT = "did does do is are was were has have had could would should must"
CONTRACTIONS: Mapping[str, str] = {
    **{f"{verb} not": f"{verb}n't" for verb in _WITH_NOT.split()},
    "cannot": "can't",
    "can not": "can't",
    "will not": "won't",
    "I am": "I'm",
    **{f"{who} is": f"{who}'s" for who in ("he", "she", "it", "who", "where", "what", "there")},
    **{f"{who} are": f"{who}'re" for who in ("you", "we", "they")},
    **{f"{who} will": f"{who}'ll" for who in ("I", "you", "he", "she", "it", "we", "they")},
}


def small_first_letter(text: str) -> str:
    """`the cat sat.`; `I` stays, as people who type that much care keep it."""
    return text if re.match(r"I\b", text) else text[:1].lower() + text[1:]


def without_mark(text: str) -> str:
    """`The cat sat`"""
    return text.rstrip(" .?!")


def contracted(text: str) -> str:
    """`The cat didn't sit.`"""
    for whole, short in CONTRACTIONS.items():
        text = re.sub(rf"\b{whole}\b(?! not\b)", short, text)
        text = re.sub(rf"\b{whole.capitalize()}\b(?! not\b)", short[0].upper() + short[1:], text)
    return text


def oddly_spaced(text: str) -> str:
    """` The  cat sat . `"""
    apart = re.sub(r"([.?!,])", r" \1", text)
    return f" {apart.replace(' ', '  ', 1)} "


def curly(text: str) -> str:
    """Apostrophes as a word processor sets them."""
    return text.replace("'", "’")


VARIANTS: Mapping[str, Callable[[str], str]] = {
    "as it stands": str,
    "small first letter": small_first_letter,
    "no mark": without_mark,
    "both": lambda text: without_mark(small_first_letter(text)),
    "lower case": str.lower,
    "capitals": str.upper,
    "contractions": contracted,
    "contractions, curly": lambda text: curly(contracted(text)),
    "spaces": oddly_spaced,
}
"""What is done to a sentence; one that stays as it was is no case of that variant."""
