"""What several commands share: which run, which sentences, which device."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

DEFAULT_RUN = Path("runs/toy")
Device: TypeAlias = Literal["auto", "cpu", "cuda", "mps"]


def say(text: str) -> None:
    """Tells the person something that is not the result."""
    print(text, file=sys.stderr, flush=True)


def run_and_texts(words: Sequence[str]) -> tuple[Path, list[str]]:
    """Splits `[RUN] [TEXT ...]`: the first is a run unless it reads like a sentence, with white space and no folder."""
    if not words:
        return DEFAULT_RUN, []
    first, *rest = words
    if any(map(str.isspace, first.strip())) and not Path(first).exists():
        return DEFAULT_RUN, [first, *rest]
    return Path(first), rest


def tell_unknown_words(text: str, unknown_words: Sequence[str]) -> None:
    """Names the words the model could not read."""
    if unknown_words:
        say(f"unknown to this model, read as <unk>: {', '.join(unknown_words)} (in: {text})")
