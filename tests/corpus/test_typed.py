from __future__ import annotations

from pathlib import Path

import pytest

from toytrans.corpus.typed import HEADER, TypedSentence, typed_sentences


def test_there_are_enough_inside_and_outside() -> None:
    typed = typed_sentences()
    assert sum(each.is_inside for each in typed) >= 75
    assert sum(not each.is_inside for each in typed) >= 75
    assert all(each.target is not None for each in typed if each.is_inside)


def test_none_stands_twice() -> None:
    sources = [each.source for each in typed_sentences()]
    assert len(set(sources)) == len(sources)


def test_a_line_is_english_french_and_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "typed.tsv"
    path.write_text(f"{HEADER}\nHello.\tBonjour.\tin\nasdf\t-\tout\n", encoding="utf-8")
    assert typed_sentences(path) == [TypedSentence("Hello.", "Bonjour.", True), TypedSentence("asdf", None, False)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Hello.\tBonjour.\tin\n", "line 1"),
        (f"{HEADER}\nHello.\tBonjour.\n", "line 2"),
        (f"{HEADER}\na\tb\tc\n", "line 2"),
    ],
)
def test_a_line_of_another_shape_is_named(text: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "typed.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=problem):
        typed_sentences(path)
