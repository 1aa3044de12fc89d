"""Attention in the terminal: each target word, the source word it looks at most, and how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toytrans.attention_maps.labels import padded, visible, width
from toytrans.attention_maps.links import claimed_links
from toytrans.attention_maps.record import AttentionMap
from toytrans.attention_maps.views import View

BAR_COLUMNS = 10
EIGHTHS = " ▏▎▍▌▋▊▉"
PARENTHESES = "(in parentheses: no link is claimed, for the weight is too small, or what it rests on is no word)"


@dataclass(frozen=True)
class LinkedWord:
    """A target word and what it looks at most."""

    target: str
    source: str
    weight: float
    """The share of its attention that goes there."""
    probability: float
    """What the model gave this word, knowing the source and the target words before it."""
    is_claimed: bool
    """Whether the view claims a link between the two: both are words, and the weight is its share or more."""


def linked_words_table(map_: AttentionMap, view: View) -> list[LinkedWord]:
    """Each target word with what it looks at most, pieces merged to words, `</s>` and `<null>` included.

    `</s>` has no row.
    """
    words = map_.merged_to_words()
    weights_TC, (_, columns) = words.view(view), words.labels()
    links = claimed_links(weights_TC, words.cross_word_ids, words.target_word_ids, words.metadata.share(view))
    return [
        LinkedWord(
            target,
            columns[row.argmax()],
            float(row.max()),
            probability,
            is_claimed=(words.cross_word_ids[row.argmax()], word_id) in links,
        )
        for target, word_id, row, probability in zip(
            words.target_tokens, words.target_word_ids, weights_TC, words.metadata.probabilities, strict=True
        )
        if word_id is not None
    ]


def format_table(linked_words: Sequence[LinkedWord]) -> str:
    """The table as lines of text, columns aligned, a bar for each weight; a line under it explains parentheses."""
    cells = [("target", "looks at", "weight", "", "probability")]
    for word in linked_words:
        weight, probability = f"{word.weight:.2f}", f"{word.probability:.2f}"
        source = visible(word.source, 30) if word.is_claimed else f"({visible(word.source, 30)})"
        cells.append((visible(word.target, 30), source, weight, _bar(word.weight), probability))
    columns = [max(width(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = ["  ".join(padded(cell, column) for cell, column in zip(row, columns, strict=True)) for row in cells]
    explained = [] if all(word.is_claimed for word in linked_words) else [PARENTHESES]
    return "\n".join(line.rstrip() for line in [*lines, *explained])


def _bar(weight: float) -> str:
    whole, eighths = divmod(round(weight * BAR_COLUMNS * 8), 8)
    return "█" * whole + EIGHTHS[eighths].strip()
