"""Longer sentences than the corpus has: some training pairs are two of its pairs, one after the other.

Positions that training never reaches mean nothing to a model. Joined pairs reach them, with words that are known, and
with a reason to keep apart what belongs to one sentence and what to the other (Kondo et al., 2021, "Sentence
Concatenation Approach to Data Augmentation for Neural Machine Translation").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from toytrans.attention_maps import Links
from toytrans.text import Encoded

TRIES = 100
"""Draws for each pair that is wanted, at most: a corpus may have no two that are short enough."""


def with_joined_pairs(
    sources: Sequence[Encoded],
    targets: Sequence[Encoded],
    links: Sequence[Links] | None,
    share: float,
    seed: int,
    max_tokens: int,
) -> tuple[list[Encoded], list[Encoded], list[Links] | None]:
    """The pairs and, after them, `share` times as many that join two of them; and the links of all.

    A joined source is longer than every source that is trained on, and at most twice as long; no side is longer than
    `max_tokens`. Seed and lengths alone decide which pairs are joined, so that a run goes on as it began.
    """
    sources, targets, links = list(sources), list(targets), None if links is None else list(links)
    lengths = np.array([[len(side.ids) for side in sides] for sides in zip(sources, targets, strict=True)])
    kept = np.flatnonzero((lengths <= max_tokens).all(axis=1)) if len(lengths) else np.empty(0, np.int64)
    if not len(kept):
        return sources, targets, links
    longest = int(lengths[kept, 0].max())
    random = np.random.default_rng([seed, longest])
    wanted = round(share * len(sources))
    for _ in range(TRIES * wanted):
        if not wanted:
            break
        first, second = kept[random.integers(len(kept), size=2)].tolist()
        source_length, target_length = (lengths[first] + lengths[second] - 1).tolist()
        if longest < source_length <= 2 * longest and max(source_length, target_length) <= max_tokens:
            if links is not None:
                links.append(_joined_links(links[first], links[second], sources[first], targets[first]))
            sources.append(_joined(sources[first], sources[second]))
            targets.append(_joined(targets[first], targets[second]))
            wanted -= 1
    return sources, targets, links


def _joined(first: Encoded, second: Encoded) -> Encoded:
    """One text after the other; `</s>` ends only the second."""
    following = [None if word is None else word + len(first.words) for word in second.word_ids]
    return replace(
        first,
        ids=[*first.ids[:-1], *second.ids],
        tokens=[*first.tokens[:-1], *second.tokens],
        word_ids=[*first.word_ids[:-1], *following],
        words=[*first.words, *second.words],
        read_as=None,
        keeps_places=first.keeps_places and second.keeps_places,
    )


def _joined_links(first: Links, second: Links, source: Encoded, target: Encoded) -> Links:
    """The links of both, those of the second moved past the words of the first."""
    sure, possible = (
        first_links | {(i + len(source.words), j + len(target.words)) for i, j in second_links}
        for first_links, second_links in ((first.sure, second.sure), (first.possible, second.possible))
    )
    return Links(sure, possible)
