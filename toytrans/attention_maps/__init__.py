"""What a translation looked at: the record of it, the links it implies, and pictures for people.

The pictures are in `toytrans.attention_maps.heatmaps`, which imports matplotlib; nothing here does.
"""

from __future__ import annotations

from toytrans.attention_maps.labels import safe_stem
from toytrans.attention_maps.links import (
    AlignmentCounts,
    Link,
    Links,
    count,
    format_links,
    parse_links,
    strongest_links,
)
from toytrans.attention_maps.record import AttentionMap, Kind, Metadata
from toytrans.attention_maps.table import LinkedWord, format_table, linked_words_table
from toytrans.attention_maps.views import View, ViewError

__all__ = [
    "AlignmentCounts",
    "AttentionMap",
    "Kind",
    "Link",
    "LinkedWord",
    "Links",
    "Metadata",
    "View",
    "ViewError",
    "count",
    "format_links",
    "format_table",
    "linked_words_table",
    "parse_links",
    "safe_stem",
    "strongest_links",
]
