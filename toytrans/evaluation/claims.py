"""What attention claims over many pairs: maps of the references the model is made to say, and the links they draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toytrans.attention_maps import AttentionMap, Link, View, claimed_links
from toytrans.corpus.pairs import Pair
from toytrans.decoding import Translator
from toytrans.evaluation.alignment import Gold, check_map
from toytrans.evaluation.as_read import as_read

PAIRS_AT_ONCE = 1024
"""Maps of so many pairs are in memory together: a map of a long sentence takes a megabyte."""


def forced_maps(translator: Translator, pairs: Sequence[Pair]) -> Iterator[AttentionMap]:
    """The map of each pair while the model is made to say its target, in the order of the pairs.

    Words are numbered as they are read. A pair whose words the tokenizer numbers otherwise than `split_words` is a
    `ValueError`: its links would be wrong.
    """
    pairs = as_read(pairs, translator.tokenizer.reader, translator.languages)
    for start in range(0, len(pairs), PAIRS_AT_ONCE):
        group = pairs[start : start + PAIRS_AT_ONCE]
        maps = translator.attend([pair.source for pair in group], [pair.target for pair in group])
        for map_, pair in zip(maps, group, strict=True):
            check_map(map_, pair, Gold.of(pair, translator.languages))
            yield map_


def claims_over(
    translator: Translator, pairs: Sequence[Pair], view: View, threshold: float | None
) -> list[frozenset[Link]]:
    """The links that a view claims in each pair; without a threshold, each target word's strongest source word."""
    return [
        claimed_links(map_.view(view), map_.cross_word_ids, map_.target_word_ids, threshold)
        for map_ in forced_maps(translator, pairs)
    ]
