"""Gold links as tables, and as the model reads the pair.

Links number the words that are typed; attention numbers the words that the model reads. A lenient reading keeps the
number of every word except a few (`cannot` is read as two words). A pair with one of these has no links.

Axes: T target words, S source words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps import Links, parse_links
from toytrans.corpus.grammar.french import FRENCH_FUNCTION_WORDS
from toytrans.corpus.pairs import Pair
from toytrans.errors import Refused
from toytrans.text import Reader, Reading
from toytrans.text.questions import word_set
from toytrans.text.words import split_words


@dataclass(frozen=True)
class Gold:
    """The gold links of a pair as tables (T, S), and which target words carry content."""

    sure_TS: NDArray[np.bool_]
    possible_TS: NDArray[np.bool_]
    content_T: NDArray[np.bool_]

    @classmethod
    def of(cls, pair: Pair, languages: tuple[str, str]) -> Gold:
        """The links of a pair that has some; one outside its sentence is a `ValueError`."""
        links, (num_sources, num_targets) = checked_links(pair, languages), num_words(pair, languages)
        content_T = np.zeros(num_targets, dtype=bool)
        content_T[content_words(pair.target, languages[1])] = True
        shape = num_targets, num_sources
        return cls(_table(links.sure, shape), _table(links.possible, shape), content_T)


def checked_links(pair: Pair, languages: tuple[str, str]) -> Links:
    """The gold links of a pair, none if it has none; one outside its sentence is a `ValueError`."""
    links = parse_links(pair.alignment or "")
    num_sources, num_targets = num_words(pair, languages)
    for source, target in sorted(links.possible):
        if source >= num_sources or target >= num_targets:
            raise Refused(
                f"{place_of(pair)}: link {source}-{target} is outside {num_sources} source and {num_targets} target "
                "words: mend the corpus's alignment"
            )
    return links


_FUNCTION_WORDS = FRENCH_FUNCTION_WORDS | word_set(
    "les votre vos leurs on vous en l' soi celui celle ceux celles ceci cela ça quoi dont lequel laquelle "
    "lesquels lesquelles auquel auxquels auxquelles duquel desquels desquelles quels quelles donc or ni car si "
    "comme lorsque lorsqu' quand puisque puisqu' quoique quoiqu' afin tandis pendant depuis sans vers chez contre "
    "avant après jusque jusqu' dès hors outre parmi selon malgré envers lors plus point guère aucun aucune êtes "
    "étiez étant sera serez serait seraient fut furent soit soient être avoir avez aviez eu eue eus eues ayant "
    "aurez aurait auraient eut toute tout toutes même mêmes autre autres quelque quelques chaque plusieurs "
    "certain certaine certains certaines tel telle tels telles ainsi alors ou"
)
"""The bundled corpus's function words, and others of real French. What is left counts as content."""


def content_words(text: str, language: str) -> list[int]:
    """The positions of the words that carry meaning: not in a list of French function words, and no punctuation.

    Known of French only. The list is closed: a rare function word that it lacks counts as content.
    """
    if language != "fr":
        return []
    return [
        position
        for position, word in enumerate(split_words(text, language))
        if word.lower() not in _FUNCTION_WORDS and any(map(str.isalnum, word))
    ]


def num_words(pair: Pair, languages: tuple[str, str]) -> tuple[int, int]:
    """How many words source and target have, as links number them."""
    return len(split_words(pair.source, languages[0])), len(split_words(pair.target, languages[1]))


def place_of(pair: Pair) -> str:
    """The pair, for an error message."""
    return f"{pair.source!r} / {pair.target!r}"


def as_read(pairs: Sequence[Pair], reader: Reader, languages: tuple[str, str]) -> list[Pair]:
    """The pairs with the text that the model reads; pairs whose word numbers change get no gold links."""
    if reader.manner == "verbatim":
        return list(pairs)
    return [_as_read(pair, *_readings(pair, reader, languages), num_words(pair, languages)) for pair in pairs]


def as_typed(links: Links, pair: Pair, reader: Reader, languages: tuple[str, str]) -> Links:
    """Links between the words that are read as links between those that are typed: a mark that was added has none."""
    if reader.manner == "verbatim":
        return links
    if not all(reading.keeps_places for reading in _readings(pair, reader, languages)):
        return Links()
    num_sources, num_targets = num_words(pair, languages)
    sure, possible = (
        frozenset((source, target) for source, target in each if source < num_sources and target < num_targets)
        for each in (links.sure, links.possible)
    )
    return Links(sure, possible)


def _readings(pair: Pair, reader: Reader, languages: tuple[str, str]) -> tuple[Reading, Reading]:
    return reader.read(pair.source, languages[0]), reader.read(pair.target, languages[1])


def _as_read(pair: Pair, source: Reading, target: Reading, num_typed: tuple[int, int]) -> Pair:
    alignment = pair.alignment if source.keeps_places and target.keeps_places else None
    num_read = len(source.words), len(target.words)
    if alignment is not None and num_read[0] > num_typed[0] and num_read[1] > num_typed[1]:
        alignment = f"{alignment} {num_typed[0]}-{num_typed[1]}".strip()  # the marks that were added to both
    return Pair(source.text, target.text, alignment, pair.phenomena)


def _table(links: frozenset[tuple[int, int]], shape: tuple[int, int]) -> NDArray[np.bool_]:
    table_TS = np.zeros(shape, dtype=bool)
    for source, target in links:
        table_TS[target, source] = True
    return table_TS
