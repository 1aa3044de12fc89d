"""Sentences as newcomers type them, each with its correct French, inside the toy grammar or outside.

They test a model on sentences that the grammar did not generate. They are never used for training.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toytrans.errors import Refused

TYPED_FILE = Path(__file__).parents[2] / "data" / "typed.tsv"
HEADER = "english\tfrench\tinside"
NONE = "-"


@dataclass(frozen=True)
class TypedSentence:
    """A typed sentence and its correct translation."""

    source: str
    target: str | None
    """`None` if there is no correct French."""
    is_inside: bool
    """Whether the grammar can generate it."""


def typed_sentences(path: Path = TYPED_FILE) -> list[TypedSentence]:
    """The sentences of the file. A malformed line is a `ValueError` that names it."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    if header != HEADER:
        raise Refused(f"{path}, line 1: {header!r} is not {HEADER!r}")
    found = []
    for number, line in enumerate(lines, start=2):
        columns = line.split("\t")
        if len(columns) != 3 or columns[2] not in ("in", "out"):
            raise Refused(f"{path}, line {number}: {line!r} is not English, French or {NONE}, and in or out, by tabs")
        source, target, inside = columns
        found.append(TypedSentence(source, None if target == NONE else target, inside == "in"))
    return found
