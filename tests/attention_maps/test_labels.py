"""Text for people: nothing hidden, nothing cut apart, safe names for files."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toytrans.attention_maps import safe_stem
from toytrans.attention_maps.labels import sentence, visible, width

from .conftest import CHAT

JOINERS = {"\u200c", "\u200d", *map(chr, range(0xE0020, 0xE0080))}


@given(st.text())
def test_visible_text_hides_nothing_and_fits(text: str) -> None:
    shown = visible(text, 20)
    assert shown.strip()
    assert len(shown) <= 22  # two quotes may stand around text of spaces
    assert all(char == " " or unicodedata.category(char)[0] not in "CZ" for char in shown if char not in JOINERS)
    if text.isascii() and text.isalpha() and len(text) <= 20:
        assert shown == text


WHOLE_WORDS = {
    "می\u200cخواهم": 7,
    "अवन\u094d\u200d": 3,
    "👩🏽\u200d🚀": 2,
    "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f": 2,
    "❤\ufe0f": 2,
    "🇫🇷": 2,
    "हिन्दी": 5,
    "שַּׁבָּת": 3,
    "ọ̀rẹ́": 3,
    "สวัสดี": 4,
    "你好": 4,
}


@pytest.mark.parametrize(("word", "columns"), WHOLE_WORDS.items(), ids=ascii)
def test_a_word_of_any_script_is_shown_as_it_is_and_its_columns_are_counted(word: str, columns: int) -> None:
    assert visible(word) == word
    assert width(word) == columns
    assert visible("a" * 18 + word, 20) in ("a" * 18 + word, "a" * 18 + "…", "a" * 18 + word[0] + "…")


@pytest.mark.parametrize("text", ["a\u200db", "\u200c", "é\u200d", "1\u200d", "a\U000e0067", " \u200d"])
def test_a_joiner_that_joins_nothing_is_spelled_out(text: str) -> None:
    assert not JOINERS & set(visible(text))


def test_a_sentence_is_put_together_from_words_or_pieces() -> None:
    assert sentence((*CHAT, "</s>")) == "Le chat s'est assis sur le tapis."
    assert sentence(("Do", "n't", "!", "</s>")) == "Don't !"
    assert sentence(("▁L'", "oi", "seau", "▁chante", ".", "</s>")) == "L'oiseau chante."


@given(st.integers(0, 999), st.text())
def test_a_file_name_is_safe_for_any_sentence(index: int, text: str) -> None:
    stem = safe_stem(index, text)
    assert re.fullmatch(r"[0-9]{2,3}(-[a-z0-9]+)+", stem)
    assert len(stem) <= 40


def test_a_file_name_can_be_read() -> None:
    assert safe_stem(1, "The cat sat on the mat.") == "01-the-cat-sat-on-the-mat"
    assert safe_stem(12, "L'œuf était là") == "12-l-oeuf-etait-la"
    assert [safe_stem(0, text) for text in ("../../x", "NUL", "", "🤖")] == [
        "00-x",
        "00-nul",
        "00-sentence",
        "00-sentence",
    ]
