"""Sentences as people type them, each with its right French or the mark that the grammar has none: `typed.tsv`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

OUTSIDE = "-"


@dataclass(frozen=True)
class TypedSentence:
    """What somebody typed, and what it should become."""

    source: str
    target: str | None
    """`None`: outside of what the grammar can say. Whatever the model makes of it should carry a warning."""


def read_typed(path: Path) -> list[TypedSentence]:
    """The sentences of a file, English, a tab, and French or `-`; none where there is no such file."""
    if not path.is_file():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        source, tab, target = line.partition("\t")
        if not tab or not source.strip() or not target.strip():
            raise ValueError(f"{path}, line {number}: {line!r} is not English, a tab, and French or {OUTSIDE}")
        found.append(TypedSentence(source, None if target.strip() == OUTSIDE else target))
    return found
