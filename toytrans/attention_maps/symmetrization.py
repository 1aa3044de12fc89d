"""Links of two models, one each way, made into one set of links.

`symmetrize` has the heuristics of Koehn et al. (2005) for the links that each claims; `agreed_links` multiplies their
attention.

Forward links are claimed by target words, backward links by source words. Links that both claim are right more often; a
link that only one claims may be one that the other cannot express. The heuristics keep the links that both claim, and
add neighbouring claims one by one.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps.links import Link
from toytrans.attention_maps.record import AttentionMap
from toytrans.attention_maps.views import View

Symmetrization: TypeAlias = Literal["intersection", "union", "grow-diag", "grow-diag-final", "grow-diag-final-and"]

# Straight neighbours before diagonal ones, as in Moses: a link taken first can block later links of its words.
_NEIGHBOURS = ((-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))

LEAST_PRODUCT = 0.01
"""A tenth of one word's attention times a tenth of the other's. A smaller product makes no link."""


def symmetrize(forward: frozenset[Link], backward: frozenset[Link], method: Symmetrization) -> frozenset[Link]:
    """One set of links out of both directions; all links are (source, target), see `reversed_links`.

    `intersection` keeps the links that both claim, `union` those that either claims. `grow-diag` starts from the
    intersection. It adds claimed links next to a kept one, diagonally too, if one of their words has no link yet.
    `grow-diag-final` then adds the remaining claims that have a word without a link, forward claims first.
    `grow-diag-final-and` adds only those where both words have none. (Koehn et al., 2005; in the order of Moses's
    `symal`.)
    """
    if method not in get_args(Symmetrization):
        raise ValueError(f"{method!r} is no way to symmetrize: give one of {', '.join(get_args(Symmetrization))}")
    if method == "intersection":
        return forward & backward
    if method == "union":
        return forward | backward
    merged = _Merged(forward & backward)
    merged.grow(forward | backward)
    if method != "grow-diag":
        for claims in (forward, backward):
            merged.finish(claims, both_unlinked=method == "grow-diag-final-and")
    return frozenset(merged.links)


def reversed_links(links: frozenset[Link]) -> frozenset[Link]:
    """The links seen from the other language: (source, target) for (target, source)."""
    return frozenset((target, source) for source, target in links)


def agreed_links(
    forward: AttentionMap, backward: AttentionMap, forward_view: View = View(), backward_view: View = View()
) -> frozenset[Link]:
    """Each target word with the source word for which the product of both models' attention is largest.

    Agreement in the sense of Liang, Taskar and Klein (2006). `backward` is the map of a model that translates the
    target into the source; its links are turned around. No link has a product below `LEAST_PRODUCT`. A `ValueError` if
    the two maps are not of the same pair, that is, number other words.
    """
    forward_TS, backward_ST = _word_weights(forward, forward_view), _word_weights(backward, backward_view)
    if forward_TS.shape != backward_ST.shape[::-1]:
        (targets, sources), (back_targets, back_sources) = forward_TS.shape, backward_ST.shape
        raise ValueError(
            f"maps of {sources} source and {targets} target words, and of {back_sources} and {back_targets} the other "
            "way: give both directions of one pair"
        )
    product_TS = forward_TS * backward_ST.T
    if not product_TS.size:
        return frozenset()
    strongest_T = product_TS.argmax(axis=1)
    return frozenset(
        (int(source), target)
        for target, source in enumerate(strongest_T)
        if product_TS[target, source] >= LEAST_PRODUCT
    )


def _word_weights(map_: AttentionMap, view: View) -> NDArray[np.float32]:
    """The view's cross-attention from words to words (T, S); weight on `</s>` and the null position is left out."""
    words = map_.merged_to_words()
    is_row = [word is not None for word in words.target_word_ids]
    is_column = [word is not None for word in words.cross_word_ids]
    return words.view(view)[is_row][:, is_column]


class _Merged:
    """The links so far, and the words that have one."""

    def __init__(self, links: frozenset[Link]) -> None:
        self.links = set(links)
        self.sources, self.targets = {source for source, _ in links}, {target for _, target in links}

    def grow(self, union: frozenset[Link]) -> None:
        """Adds neighbours of links until there is none to add; those of a new link are tried in the same round."""
        in_order, has_grown = _by_target(union), True
        while has_grown:
            has_grown = False
            for source, target in in_order:
                if (source, target) not in self.links:
                    continue
                for target_step, source_step in _NEIGHBOURS:
                    neighbour = source + source_step, target + target_step
                    if neighbour in union and self._num_unlinked(neighbour) > 0:
                        self._add(neighbour)
                        has_grown = True

    def finish(self, claims: frozenset[Link], both_unlinked: bool) -> None:
        """Adds claims with an unlinked word, or with two, one by one: each links its words."""
        for claim in _by_target(claims):
            if self._num_unlinked(claim) >= (2 if both_unlinked else 1):
                self._add(claim)

    def _num_unlinked(self, link: Link) -> int:
        return (link[0] not in self.sources) + (link[1] not in self.targets)

    def _add(self, link: Link) -> None:
        self.links.add(link)
        self.sources.add(link[0])
        self.targets.add(link[1])


def _by_target(links: frozenset[Link]) -> list[Link]:
    """Target word by target word, which Moses calls English, and for each the source words in order."""
    return sorted(links, key=lambda link: (link[1], link[0]))
