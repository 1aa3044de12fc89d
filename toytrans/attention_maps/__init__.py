"""What a translation attended to: the record of it, the links it implies, and pictures for people.

The pictures are in `toytrans.attention_maps.heatmaps`, which imports matplotlib; nothing here does.
"""

from __future__ import annotations

from toytrans.attention_maps.hidden_words import HiddenWords
from toytrans.attention_maps.labels import safe_stem
from toytrans.attention_maps.links import (
    AlignmentCounts,
    Link,
    Links,
    claimed_links,
    count,
    format_links,
    parse_links,
)
from toytrans.attention_maps.record import FORCED, AttentionMap, Kind, Metadata
from toytrans.attention_maps.symmetrization import Symmetrization, agreed_links, reversed_links, symmetrize
from toytrans.attention_maps.table import LinkedWord, format_table, linked_words_table
from toytrans.attention_maps.views import MAJORITY, View, ViewScore, threshold_of, views
from toytrans.attention_maps.warnings import count_map_warnings, map_warnings, warnings_of_many_maps

__all__ = [
    "FORCED",
    "MAJORITY",
    "AlignmentCounts",
    "AttentionMap",
    "HiddenWords",
    "Kind",
    "Link",
    "LinkedWord",
    "Links",
    "Metadata",
    "Symmetrization",
    "View",
    "ViewScore",
    "agreed_links",
    "claimed_links",
    "count",
    "count_map_warnings",
    "format_links",
    "format_table",
    "linked_words_table",
    "map_warnings",
    "parse_links",
    "reversed_links",
    "safe_stem",
    "symmetrize",
    "threshold_of",
    "views",
    "warnings_of_many_maps",
]
