"""Several sentences on one line: they are translated one by one, and become one translation again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toytrans.decoding.translation import Translation


def translate_lines(
    texts: Sequence[str],
    cut: Callable[[str], list[str]],
    translate: Callable[[list[str]], list[list[Translation]]],
) -> list[list[Translation]]:
    """For each text its translations; `cut` gives the sentences of a text, and `translate` translates sentences."""
    lines = [cut(text) for text in texts]
    found = iter(translate(list(chain.from_iterable(lines))))
    return [_of_line(text, [next(found) for _ in line]) for text, line in zip(texts, lines, strict=True)]


def _of_line(text: str, found: list[list[Translation]]) -> list[Translation]:
    """The translations of a text from those of its sentences: the best ones together, the second ones, and so on."""
    if len(found) == 1:
        return found[0]
    return [join(text, sentences) for sentences in zip(*found, strict=True)]


def join(text: str, sentences: Sequence[Translation]) -> Translation:
    """The translation of a text from one of each of its sentences; each keeps its own attention."""
    is_as_typed = all(each.read_as is None for each in sentences)
    return replace(
        sentences[0],
        source=text,
        text=" ".join(each.text for each in sentences if each.text),
        score=sum(each.score for each in sentences),
        probabilities=tuple(chain.from_iterable(each.probabilities for each in sentences)),
        unknown_words=tuple(dict.fromkeys(chain.from_iterable(each.unknown_words for each in sentences))),
        is_finished=all(each.is_finished for each in sentences),
        confidence=min(each.confidence for each in sentences),
        surprise=max(each.surprise for each in sentences),
        copied=(),
        warnings=tuple(dict.fromkeys(chain.from_iterable(each.warnings for each in sentences))),
        read_as=None if is_as_typed else " ".join(each.read_as or " ".join(each.source.split()) for each in sentences),
        attention=None,
        sentences=tuple(sentences),
    )
