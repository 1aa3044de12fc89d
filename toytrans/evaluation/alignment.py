"""How well attention aligns words: every layer and head against gold links, to find the one worth showing.

Gold links join the words of a source and its *reference*, so they can only judge maps of a forced pass, in which the
model is made to say the reference. A translation of its own may have other words in other places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toytrans.attention_maps import (
    AlignmentCounts,
    AttentionMap,
    Links,
    View,
    ViewError,
    count,
    parse_links,
    strongest_links,
)
from toytrans.corpus.french import FRENCH_FUNCTION_WORDS
from toytrans.corpus.pairs import Pair
from toytrans.text.words import split_words


def alignment_by_view(
    maps: Sequence[AttentionMap], pairs: Sequence[Pair], languages: tuple[str, str]
) -> dict[View, AlignmentCounts]:
    """Each view's counts over all pairs that have gold links: every layer's mean of heads, and every head alone.

    `maps[i]` is the forced pass over `pairs[i]`. A map of anything else, and a link outside of its sentence, is a
    `ValueError` that names the pair.
    """
    totals: dict[View, AlignmentCounts] = {}
    for map_, pair in zip(maps, pairs, strict=True):
        if pair.alignment is None:
            continue
        gold = _checked_links(map_, pair, pair.alignment, languages)
        content = content_words(pair.target, languages[1])
        for view in views(map_.num_layers, map_.num_heads):
            links = strongest_links(map_.view(view), map_.source_word_ids, map_.target_word_ids)
            totals[view] = totals.get(view, AlignmentCounts()) + count(links, gold, content)
    return totals


def views(num_layers: int, num_heads: int) -> list[View]:
    """All there is to look at in a model of that shape: each layer's mean, then each layer's heads."""
    layers, heads = range(1, num_layers + 1), range(1, num_heads + 1)
    return [View(layer) for layer in layers] + [View(layer, head) for layer in layers for head in heads]


def view_errors(counts: Mapping[View, AlignmentCounts]) -> tuple[ViewError, ...]:
    """Each view's alignment error rate, the lowest first; of equals a mean before a head, then the lower layer."""
    errors = [ViewError(view, view_counts.aer) for view, view_counts in counts.items()]
    return tuple(sorted(errors, key=lambda e: (e.aer, e.view.head is not None, e.view.layer, e.view.head or 0)))


def content_words(text: str, language: str) -> list[int]:
    """The positions of the words that carry meaning: neither grammar nor punctuation. Known of French only."""
    if language != "fr":
        return []
    return [
        position
        for position, word in enumerate(split_words(text, language))
        if word.lower() not in FRENCH_FUNCTION_WORDS and any(map(str.isalnum, word))
    ]


def _checked_links(map_: AttentionMap, pair: Pair, alignment: str, languages: tuple[str, str]) -> Links:
    """The pair's gold links, once it is sure that they and the map number the same words."""
    where = f"{pair.source!r} / {pair.target!r}"
    if map_.metadata.decoding != "forced":
        raise ValueError(f"{where}: gold links need attention forced to the reference, not {map_.metadata.decoding}")
    num_sources, num_targets = len(split_words(pair.source, languages[0])), len(split_words(pair.target, languages[1]))
    for side, num_words, word_ids in (
        ("source", num_sources, map_.source_word_ids),
        ("target", num_targets, map_.target_word_ids),
    ):
        num_seen = len(set(word_ids) - {None})
        if num_seen != num_words:
            raise ValueError(f"{where}: the {side} has {num_words} words, but {num_seen} in the attention map")
    links = parse_links(alignment)
    for source, target in sorted(links.possible):
        if source >= num_sources or target >= num_targets:
            raise ValueError(
                f"{where}: link {source}-{target} is outside of {num_sources} source and {num_targets} target words"
            )
    return links
