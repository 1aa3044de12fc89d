"""Attention in the terminal: each target word, the source words it attends to, and the weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toytrans.attention_maps.labels import in_columns, visible
from toytrans.attention_maps.links import claimed_links
from toytrans.attention_maps.record import AttentionMap
from toytrans.attention_maps.views import View

BAR_COLUMNS = 10
EIGHTHS = " ▏▎▍▌▋▊▉"
PARENTHESES = "(in parentheses: no link is claimed; the weight is below the threshold, or not on a word)"
COPIED = "(*: copied; the model wrote <unk>, a slot, and the unknown word that it attends to was copied there)"


@dataclass(frozen=True)
class LinkedWord:
    """A target word and the source words the view links it to; without a link, the one with the strongest weight."""

    target: str
    sources: tuple[str, ...]
    """All that are claimed, the strongest first; or the strongest alone, which is not claimed."""
    weight: float
    """Its attention weight on the first of them."""
    probability: float
    """What the model gave this word, knowing the source and the target words before it."""
    is_copied: bool
    """Whether the model wrote `<unk>`, and the source word it attends to was copied there."""
    is_claimed: bool
    """Whether some source word (not `</s>` or `<null>`) reaches the threshold."""

    @property
    def source(self) -> str:
        """The source words as one text, `cat, sat`."""
        return ", ".join(self.sources)


def linked_words_table(map_: AttentionMap, view: View) -> list[LinkedWord]:
    """Each target word with every source word it claims, as pictures outline them, pieces merged to words.

    A word without a claim comes with its strongest weight, which may be on `</s>` or `<null>`. `</s>` has no row.
    """
    words = map_.merged_to_words()
    weights_TC, (_, columns), typed = words.view(view), words.labels(), words.metadata.typed
    columns = tuple(
        typed.get(-1 if word is None else word, name) for name, word in zip(columns, words.cross_word_ids, strict=True)
    )
    links = claimed_links(weights_TC, words.cross_word_ids, words.target_word_ids, words.metadata.threshold(view))
    rows = zip(words.target_tokens, words.target_word_ids, weights_TC, words.metadata.probabilities, strict=True)
    table = []
    for target, word_id, weights_C, probability in rows:
        if word_id is None:
            continue
        in_order = np.argsort(-weights_C, kind="stable").tolist()
        claimed = [column for column in in_order if (words.cross_word_ids[column], word_id) in links]
        shown = claimed or in_order[:1]
        sources, weight = tuple(columns[column] for column in shown), float(weights_C[shown[0]])
        copied = typed.get(words.metadata.copied.get(word_id, -1))
        given = words.metadata.typed_target.get(word_id)
        table.append(LinkedWord(copied or given or target, sources, weight, probability, bool(copied), bool(claimed)))
    return table


def format_table(linked_words: Sequence[LinkedWord]) -> str:
    """The table as lines of text, columns aligned, a bar for each weight; a line under it explains parentheses."""
    cells = [("target", "attends to", "weight", "", "probability")]
    for word in linked_words:
        weight, probability = f"{word.weight:.2f}", f"{word.probability:.2f}"
        names = ", ".join(visible(source, 30) for source in word.sources)  # each cut alone, so that none is cut off
        source = names if word.is_claimed else f"({names})"
        target = visible(word.target, 30) + (" *" if word.is_copied else "")
        cells.append((target, source, weight, _bar(word.weight), probability))
    explained = [] if all(word.is_claimed for word in linked_words) else [PARENTHESES]
    explained += [COPIED] if any(word.is_copied for word in linked_words) else []
    return "\n".join([in_columns(cells), *explained])


def _bar(weight: float) -> str:
    whole, eighths = divmod(round(weight * BAR_COLUMNS * 8), 8)
    return "█" * whole + EIGHTHS[eighths].strip()
