from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toytrans.text.spelling import normalize
from toytrans.text.words import join_words, mark_spacing, split_spaced, split_words, unmarked

SPLITS = [
    ("en", "The cat sat on the mat.", "The|cat|sat|on|the|mat|."),
    ("en", "The boy's dog didn't see it, did it?", "The|boy|'s|dog|did|n't|see|it|,|did|it|?"),
    ("en", "I can't, I'm late; they'll wait!", "I|ca|n't|,|I|'m|late|;|they|'ll|wait|!"),
    ("en", "A well-known mother-in-law's hat", "A|well-known|mother-in-law|'s|hat"),
    ("en", "o'clock, y'all, DON'T", "o'clock|,|y'all|,|DO|N'T"),
    ("en", "1,000 men, 3.5 miles, 8:30 a.m.", "1,000|men|,|3.5|miles|,|8:30|a.m."),
    ("en", 'He said (twice): "No..."', 'He|said|(|twice|)|:|"|No|...|"'),
    ("en", "The boys' ball and the 'ball'", "The|boys|'|ball|and|the|'|ball|'"),
    ("en", "Ask a@b.com or www.b.com/c?d=1.", "Ask|a@b.com|or|www.b.com/c?d=1|."),
    ("en", "It costs $3.50, €5 or 5 € each.", "It|costs|$|3.50|,|€|5|or|5|€|each|."),
    ("en", "rock 'n' roll, AT&T, #fun, and/or", "rock|'|n|'|roll|,|AT&T|,|#|fun|,|and|/|or"),
    ("en", "So “he” ran 👩‍🚀 ❤️ 🇫🇷!", "So|“|he|”|ran|👩‍🚀|❤️|🇫🇷|!"),
    ("fr", "Le chat s'est assis sur le tapis.", "Le|chat|s'|est|assis|sur|le|tapis|."),
    ("fr", "Parce qu'elle l'a vu aujourd'hui.", "Parce|qu'|elle|l'|a|vu|aujourd'hui|."),
    ("fr", "L'oiseau n'y va-t-il pas ?", "L'|oiseau|n'|y|va-t-il|pas|?"),
    ("fr", "Est-ce que le chat dort ?", "Est-ce|que|le|chat|dort|?"),
    ("fr", "Est-ce qu'il dort ?", "Est-ce|qu'|il|dort|?"),
    ("fr", "D'aujourd'hui, va-t'en !", "D'|aujourd'hui|,|va-t'|en|!"),
    ("fr", "Il dit : « Oui » ; 3,5 km (etc.)", "Il|dit|:|«|Oui|»|;|3,5|km|(|etc|.|)"),
    ("fr", "Où est le garçon que l'été a brûlé ?", "Où|est|le|garçon|que|l'|été|a|brûlé|?"),
    ("fr", "Il parle d'« Ève » à 3,50 € (50 %).", "Il|parle|d'|«|Ève|»|à|3,50|€|(|50|%|)|."),
    ("es", "¿Qué? ¡Hola! «Sí».", "¿|Qué|?|¡|Hola|!|«|Sí|»|."),
    ("ca", "La col·lecció", "La|col·lecció"),
    ("zh", "你好，世界！（猫）", "你好|，|世界|！|（|猫|）"),
    ("hi", "हिन्दी में लिखो।", "हिन्दी|में|लिखो|।"),
    ("he", "שָׁלוֹם, צה״ל", "שָׁלוֹם|,|צה״ל"),
    ("ar", "هل شُكْرًا؟ نعم، شكرا", "هل|شُكْرًا|؟|نعم|،|شكرا"),
    ("fa", "می‌خواهم بروم.", "می‌خواهم|بروم|."),
    ("th", "สวัสดี ครับ", "สวัสดี|ครับ"),
    ("yo", "Ẹ kú àárọ̀, ọ̀rẹ́", "Ẹ|kú|àárọ̀|,|ọ̀rẹ́"),
    ("de", "Die Katze saß, rock'n'roll!", "Die|Katze|saß|,|rock'n'roll|!"),
]


@pytest.mark.parametrize(("language", "text", "words"), SPLITS)
def test_a_sentence_is_cut_where_its_language_cuts(language: str, text: str, words: str) -> None:
    assert split_words(text, language) == words.split("|")


@pytest.mark.parametrize(("language", "text", "words"), SPLITS)
def test_words_join_to_the_sentence_they_came_from(language: str, text: str, words: str) -> None:
    assert join_words(words.split("|"), language) == text


@pytest.mark.parametrize(("language", "text", "words"), SPLITS)
def test_natural_spelling_needs_no_marks(language: str, text: str, words: str) -> None:
    assert mark_spacing(split_spaced(text, language), language) == words.split("|")


MARKED = [
    ("en", "He says 'no'.", "He|says|▁'|no|'|."),
    ("en", "The cat , the dog .", "The|cat|▁,|the|dog|▁."),
    ("en", "C++ and C# are f(x)", "C|￭+|￭+|and|C|￭#|are|f|￭(|x|)"),
    ("fr", "Quoi?! «Non»", "Quoi|￭?!|«|￭Non|￭»"),
    ("de", "„Nein“, »so« ist es", "„|Nein|￭“|,|▁»|so|￭«|ist|es"),
    ("en", "￭a ▁b", "■|￭a|_b"),
]


@pytest.mark.parametrize(("language", "text", "words"), MARKED)
def test_a_word_says_where_its_space_is_not_natural(language: str, text: str, words: str) -> None:
    marked = mark_spacing(split_spaced(text, language), language)
    assert marked == words.split("|")
    assert join_words(marked, language) == normalize(text)
    assert [unmarked(word) for word in marked] == split_words(text, language)


@pytest.mark.parametrize("token", ["<pad>", "<s>", "</s>", "<unk>"])
@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_a_typed_special_token_falls_apart(token: str, language: str) -> None:
    assert token not in split_words(f"a {token}b{token}", language)
    assert len(split_words(token, language)) >= 3


@given(st.text() | st.text("aN'’ns.,-?!\"<>/ 3\u00a0é€#@&«“”。नि\u0301\u200d👩🏽"), st.sampled_from(["en", "fr", "de"]))
def test_words_and_their_spaces_restore_any_text(text: str, language: str) -> None:
    words = split_spaced(text, language)
    assert "".join(f" {word.text}" if word.spaced else word.text for word in words).strip() == normalize(text)
    assert [word.text for word in words] == split_words(text, language)
    assert join_words(mark_spacing(words, language), language) == normalize(text)


@given(st.lists(st.text(), max_size=8), st.sampled_from(["en", "fr", "de"]))
def test_joining_keeps_every_letter_of_any_words(words: list[str], language: str) -> None:
    assert join_words(words, language).replace(" ", "") == "".join(map(unmarked, words)).replace(" ", "")
