from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toytrans.text.sentences import has_words, split_sentences

CASES = [
    ("The cat slept. The dog ate.", ["The cat slept.", "The dog ate."]),
    ("the cat slept. the dog ate", ["the cat slept.", "the dog ate"]),
    ("Are you here? Yes! I am.", ["Are you here?", "Yes!", "I am."]),
    ("Tu dors ? Oui ! Je dors.", ["Tu dors ?", "Oui !", "Je dors."]),
    ("Stop!!! Go?! Now… Then... End", ["Stop!!!", "Go?!", "Now…", "Then...", "End"]),
    ("  The cat slept.   \n The dog ate.  ", ["The cat slept.", "The dog ate."]),
    ("It is I. He left.", ["It is I.", "He left."]),
    ("He said no. She left.", ["He said no.", "She left."]),
    # Closing quotes belong to the sentence.
    ('He said: "Come." She came.', ['He said: "Come."', "She came."]),
    ("“Come!” She came.", ["“Come!”", "She came."]),
    ("« Viens. » Elle est venue.", ["« Viens. »", "Elle est venue."]),
    ("(He slept.) She ate.", ["(He slept.)", "She ate."]),
    ('"Come!" she said.', ['"Come!" she said.']),
    # Points that end no sentence.
    ("Mr. Smith saw Dr. Jones.", ["Mr. Smith saw Dr. Jones."]),
    ("Mrs. Brown lives in St. Ives.", ["Mrs. Brown lives in St. Ives."]),
    ("M. Dupont et Mme. Dupont dorment.", ["M. Dupont et Mme. Dupont dorment."]),
    ("J. R. Smith slept.", ["J. R. Smith slept."]),
    ("It is 5 p.m. now.", ["It is 5 p.m. now."]),
    ("He came at 5 p.m. She left.", ["He came at 5 p.m.", "She left."]),
    ("Animals, e.g. cats, sleep.", ["Animals, e.g. cats, sleep."]),
    ("The U.S. Army slept.", ["The U.S. Army slept."]),
    ("It costs 3.50 or 1,000.5 in all.", ["It costs 3.50 or 1,000.5 in all."]),
    ("No. 5 is here.", ["No. 5 is here."]),
    ("1. The cat slept.", ["1. The cat slept."]),
    ("Go to example.com now.", ["Go to example.com now."]),
    # Marks alone are no sentence.
    ("Stop ! ! ! Go.", ["Stop ! ! !", "Go."]),
    ("... The cat slept.", ["... The cat slept."]),
    ("The cat slept. 😀", ["The cat slept. 😀"]),
    # Scripts without spaces.
    ("猫。犬！鳥？", ["猫。", "犬！", "鳥？"]),
    # Nothing to cut: the text as it is.
    ("", [""]),
    ("  ", ["  "]),
    (" The cat\nslept. ", [" The cat\nslept. "]),
    ("...", ["..."]),
    ("? ! ?", ["? ! ?"]),
]


@pytest.mark.parametrize(("text", "sentences"), CASES, ids=[text for text, _ in CASES])
def test_sentences_are_cut_where_they_end(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text() | st.text("Ab1 .?!…\"'»。)"))
def test_any_text_is_cut_without_losing_a_letter_and_each_sentence_has_one(text: str) -> None:
    sentences = split_sentences(text)
    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert len(sentences) == 1 or all(map(has_words, sentences))
