"""Attention maps for the page: what it opens with, and a small page of one map for notebooks.

The page itself, its scripts and its looks, is in `toytrans.page`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from toytrans.attention_maps.labels import sentence
from toytrans.attention_maps.record import FORCED, KINDS, AttentionMap
from toytrans.page import fill_page, packed_fractions

FORMAT = 1
NOTEBOOK_HEIGHT = 640
"""Pixels of the frame that shows the page in a notebook."""


@dataclass(frozen=True)
class Shown:
    """A sentence that a page opens with: both texts, and the attention."""

    source: str
    translation: str
    attention: AttentionMap
    read_as: str | None = None

    def to_json(self) -> dict[str, Any]:
        """What the page reads: weights are whole ten-thousandths, packed, those of cross-attention first."""
        map_ = self.attention
        return {
            "source": self.source,
            "translation": self.translation,
            "readAs": self.read_as,
            "decoding": map_.metadata.decoding,
            "isForced": map_.metadata.decoding == FORCED,
            "isMerged": map_.metadata.merged_to_words,
            "sourceTokens": list(map_.source_tokens),
            "targetTokens": list(map_.target_tokens),
            "sourceWordIds": list(map_.source_word_ids),
            "targetWordIds": list(map_.target_word_ids),
            "probabilities": list(map_.metadata.probabilities),
            "typed": {str(word): text for word, text in map_.metadata.typed.items()},
            "typedTarget": {str(word): text for word, text in map_.metadata.typed_target.items()},
            "copied": {str(target): source for target, source in map_.metadata.copied.items()},
            "warnings": list(map_.metadata.warnings),
            "shapes": {kind: list(map_.weights(kind).shape) for kind in KINDS},
            "weights": packed_fractions([map_.weights(kind) for kind in KINDS]),
        }


def maps_document(shown: Sequence[Shown]) -> dict[str, Any]:
    """A page's data without a model: for each sentence its map, and how far to believe each view."""
    first = shown[0].attention
    return {
        "format": FORMAT,
        "run": first.metadata.run,
        "checkpoint": first.metadata.checkpoint,
        "languages": ["", ""],
        "numLayers": first.num_layers,
        "numHeads": first.num_heads,
        "viewScores": [score.to_json() for score in first.metadata.view_scores],
        "guidedView": None,
        "guidance": first.metadata.guidance,
        "limits": {},
        "maps": [each.to_json() for each in shown],
        "learning": None,
        "model": None,
    }


def notebook_html(shown: Sequence[Shown]) -> str:
    """The page of these maps in a frame of its own: it shares nothing with the notebook or with another frame."""
    page = escape(fill_page(maps_document(shown)))
    frame = 'sandbox="allow-scripts allow-downloads" title="What the model attends to"'
    look = f"width: 100%; height: {NOTEBOOK_HEIGHT}px; border: 1px solid #8888; border-radius: 6px"
    return f'<iframe {frame} style="{look}" srcdoc="{page}"></iframe>'


def shown_alone(map_: AttentionMap) -> Shown:
    """A map without its texts, which are put together from the tokens."""
    return Shown(sentence(map_.source_tokens), sentence(map_.target_tokens), map_)
