"""Plain text for a terminal: tables whose columns line up from one to the next, and sentences set side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from toytrans.attention_maps.labels import padded, visible, width

LABEL_COLUMNS = 24
CELL_COLUMNS = 13
LINE_COLUMNS = 96


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A line a row, the first cell to the left under its heading, the others to the right."""
    lines = [header, *((f"  {visible(label)}", *cells) for label, *cells in rows)]
    label_columns = max(LABEL_COLUMNS, *(width(line[0]) for line in lines))
    return "\n".join(
        (padded(label, label_columns) + "".join(f"{cell:>{CELL_COLUMNS}}" for cell in cells)).rstrip()
        for label, *cells in lines
    )


def format_sentences(title: str, groups: Sequence[Mapping[str, str]]) -> str:
    """Groups of named sentences, one under the other so that the eye finds where they part."""
    names = max(width(name) for group in groups for name in group)
    return "\n".join([title, *("\n".join(_wrapped(name, text, names) for name, text in g.items()) for g in groups)])


def _wrapped(name: str, text: str, name_columns: int) -> str:
    indent = " " * (2 + name_columns + 2)
    filled = textwrap.fill(
        visible(text), LINE_COLUMNS, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
    return f"  {padded(name, name_columns)}" + filled[len(indent) - 2 :]
