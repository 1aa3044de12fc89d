"""Attention in the terminal: each target word, the source word it looks at most, and how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toytrans.attention_maps.labels import padded, visible, width
from toytrans.attention_maps.record import AttentionMap
from toytrans.attention_maps.views import View

BAR_COLUMNS = 10
EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True)
class LinkedWord:
    """A target word and what it looks at most."""

    target: str
    source: str
    weight: float
    """The share of its attention that goes there."""
    probability: float
    """What the model gave this word, knowing the source and the target words before it."""


def linked_words_table(map_: AttentionMap, view: View) -> list[LinkedWord]:
    """Each target word with the source word it looks at most, pieces merged to words; `</s>` has no row."""
    words = map_.merged_to_words()
    weights_TS = words.view(view)
    return [
        LinkedWord(target, words.source_tokens[row.argmax()], float(row.max()), probability)
        for target, word_id, row, probability in zip(
            words.target_tokens, words.target_word_ids, weights_TS, words.metadata.probabilities, strict=True
        )
        if word_id is not None
    ]


def format_table(linked_words: Sequence[LinkedWord]) -> str:
    """The table as lines of text, columns aligned, a bar for each weight."""
    cells = [("target", "looks at", "weight", "", "probability")]
    for word in linked_words:
        weight, probability = f"{word.weight:.2f}", f"{word.probability:.2f}"
        cells.append((visible(word.target, 30), visible(word.source, 30), weight, _bar(word.weight), probability))
    columns = [max(width(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = ("  ".join(padded(cell, column) for cell, column in zip(row, columns, strict=True)) for row in cells)
    return "\n".join(line.rstrip() for line in lines)


def _bar(weight: float) -> str:
    whole, eighths = divmod(round(weight * BAR_COLUMNS * 8), 8)
    return "█" * whole + EIGHTHS[eighths].strip()
