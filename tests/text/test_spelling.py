"""One spelling: what looks alike is one text to a model, and what means something is kept."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toytrans.text.spelling import normalize, sentence_key

SPELLINGS = [
    ("  The\tcat \u00a0 sat\n", "The cat sat"),
    ("Il dort\u202f?", "Il dort ?"),
    ("l’oiseau", "l'oiseau"),
    ("isn´t, i`m", "isn't, i'm"),
    ("a ` b ´", "a ` b ´"),
    ("‘no’", "'no'"),
    ("“no”", "“no”"),
    ("e\u0301te\u0301", "été"),
    ("a\x00b\u2028c\x85d", "a b c d"),
    ("half \ud83d", "half \ufffd"),
    (" \n ", ""),
    ("▁a ￭b", "_a ■b"),
]

INVISIBLE = {
    "soft hyphen": "\u00ad",
    "combining grapheme joiner": "\u034f",
    "Arabic letter mark": "\u061c",
    "Hangul filler": "\u3164",
    "zero-width space": "\u200b",
    "left-to-right mark": "\u200e",
    "right-to-left mark": "\u200f",
    "embedding": "\u202a",
    "override": "\u202e",
    "pop": "\u202c",
    "word joiner": "\u2060",
    "isolate": "\u2068",
    "pop isolate": "\u2069",
    "byte order mark": "\ufeff",
    "interlinear anchor": "\ufff9",
    "tag": "\U000e0041",
    "joiner": "\u200d",
    "non-joiner": "\u200c",
    "variation selector": "\ufe0f",
    "Mongolian selector": "\u180b",
}

MEANINGFUL = {
    "Persian": "می\u200cخواهم",
    "Persian, a form of heh": "ه\u200d.ق",
    "Arabic, after a vowel sign": "بِ\u200cب",
    "Marathi": "दोर\u094d\u200dया",
    "Sinhala": "ශ\u0dca\u200dරී",
    "Bengali": "র\u200d\u09cdয",
    "Malayalam": "അവന\u0d4d\u200d",
    "Mongolian": "ᠪᠠᠢᠭ\u180bᠠ",
    "family": "👨\u200d👩\u200d👧",
    "astronaut of a skin tone": "👩🏽\u200d🚀",
    "heart on fire": "❤\ufe0f\u200d🔥",
    "heart": "❤\ufe0f",
    "key": "1\ufe0f\u20e3",
    "flag of France": "🇫🇷",
    "flag of Wales": "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "ideograph": "葛\U000e0100城",
}


@pytest.mark.parametrize(("text", "spelling"), SPELLINGS)
def test_a_text_has_one_spelling(text: str, spelling: str) -> None:
    assert normalize(text) == spelling


@pytest.mark.parametrize("character", INVISIBLE.values(), ids=INVISIBLE.keys())
def test_what_is_invisible_and_means_nothing_is_dropped(character: str) -> None:
    assert normalize(f"{character}the c{character}at{character} {character} sat{character}.") == "the cat sat."
    assert normalize(f"e{character}\u0301") == "é"
    assert normalize(character) == ""


@pytest.mark.parametrize("text", MEANINGFUL.values(), ids=MEANINGFUL.keys())
def test_what_is_invisible_and_means_something_is_kept(text: str) -> None:
    assert normalize(text) == unicodedata.normalize("NFC", text)


TRICKY = st.text("".join([*INVISIBLE.values(), *MEANINGFUL.values(), " aAéÉ’'▁￭.?\u0301\u0653\u0327\u2126ß"]))


@given(st.text() | TRICKY)
def test_normalizing_twice_changes_nothing_more(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)
    assert unicodedata.is_normalized("NFC", normalize(text))


@given(st.text() | TRICKY)
def test_canonically_equal_texts_have_one_spelling(text: str) -> None:
    assert normalize(unicodedata.normalize("NFD", text)) == normalize(text)


# Keys: what any reading may take for one sentence


@pytest.mark.parametrize(
    "text",
    [
        "The café's cat sat, didn't it?",
        "The café’s cat sat, didn’t it?",
        "the café's cat sat, didn't it",
        "THE CAFÉ'S CAT SAT, DIDN'T IT ?",
        "the cafe\u0301's\u00a0cat  sat , didn't it.",
        "\ufeff“The café's cat\u00ad sat, didn't it?”",
    ],
)
def test_one_sentence_has_one_key(text: str) -> None:
    assert sentence_key(text) == "thecaféscatsatdidntit"


@pytest.mark.parametrize(
    ("one", "other"), [("C", "C++"), ("the cat", "the cats"), ("été", "ete"), ("🐈", "🐕"), ("?", ".")]
)
def test_other_sentences_have_other_keys(one: str, other: str) -> None:
    assert sentence_key(one) != sentence_key(other)


@given(st.text() | TRICKY)
def test_a_key_is_its_own_key_and_empty_only_for_nothing(text: str) -> None:
    assert sentence_key(normalize(text)) == sentence_key(text)
    assert (sentence_key(text) == "") == (normalize(text) == "")
