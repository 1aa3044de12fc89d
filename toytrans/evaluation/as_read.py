"""Links number the words that are typed; attention numbers the words that the model reads. Here they meet.

A lenient reading keeps the number of every word, but for a few (`cannot` is read as two words). A pair with such a
word has no links.
"""

from __future__ import annotations

from collections.abc import Sequence

from toytrans.attention_maps import Links
from toytrans.corpus.pairs import Pair
from toytrans.evaluation.alignment import num_words
from toytrans.text import Reader, Reading


def as_read(pairs: Sequence[Pair], reader: Reader, languages: tuple[str, str]) -> list[Pair]:
    """The pairs with the text that the model reads; those whose words change their numbers lose their gold links."""
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
