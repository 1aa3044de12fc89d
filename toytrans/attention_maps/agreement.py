"""Two models read together, one each way: a link counts where the two words attend to each other.

Axes: T target words, S source words.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps.links import Link
from toytrans.attention_maps.record import AttentionMap
from toytrans.attention_maps.views import View

LEAST_PRODUCT = 0.01
"""A tenth of one word's attention times a tenth of the other's. A smaller product makes no link."""


def agreed_links(
    forward: AttentionMap, backward: AttentionMap, forward_view: View = View(), backward_view: View = View()
) -> frozenset[Link]:
    """Each target word with the source word for which the product of both models' attention is largest, if it is any.

    Agreement in the sense of Liang, Taskar and Klein (2006). `backward` is the map of a model that translates the
    target into the source; its links are turned around. The same pair the other way is needed: a `ValueError` if the
    two maps number other words.
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
    """The view's cross-attention from words to words (T, S); what goes to `</s>` and the null position is left out."""
    words = map_.merged_to_words()
    is_row = [word is not None for word in words.target_word_ids]
    is_column = [word is not None for word in words.cross_word_ids]
    return words.view(view)[is_row][:, is_column]
