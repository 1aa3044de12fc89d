"""What belongs to a map besides its numbers: where it comes from, and how far to believe it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from toytrans.attention_maps.views import View, ViewScore, threshold_of


@dataclass(frozen=True)
class Metadata:
    """Where a map comes from: the run and its checkpoint, how the target was chosen, how sure the model was."""

    run: str
    checkpoint: str
    decoding: str
    """`greedy`, `beam 5`, or `forced` (a given translation)."""
    probabilities: tuple[float, ...]
    """Of each target token, given the source and the target tokens before it."""
    merged_to_words: bool = False
    """Whether pieces of words were merged, which averages rows."""
    view_scores: tuple[ViewScore, ...] = ()
    """How well each view aligned words on validation, the best first, where gold links could tell."""
    guidance: str = ""
    """Which head was taught to align words, and by what; empty where none was."""
    typed: Mapping[int, str] = field(default_factory=dict)
    """The source words, by number, that the model does not know and read as `<unk>`: as they were typed."""
    copied: Mapping[int, int] = field(default_factory=dict)
    """The target words, by number, that the model wrote as `<unk>`, and the source word copied into each."""
    warnings: tuple[str, ...] = ()
    """Why to doubt the translation, a line a reason."""

    def score(self, view: View) -> ViewScore | None:
        """How far to believe the view, where that was measured."""
        return next((each for each in self.view_scores if each.view == view), None)

    def threshold(self, view: View) -> float:
        """The part of a row from which on the view claims a link."""
        return threshold_of(view, self.view_scores)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self) | {"view_scores": [each.to_json() for each in self.view_scores]}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Metadata:
        """The inverse of `to_json`, whatever else the document holds."""
        return cls(
            run=str(document["run"]),
            checkpoint=str(document["checkpoint"]),
            decoding=str(document["decoding"]),
            probabilities=tuple(float(probability) for probability in document["probabilities"]),
            merged_to_words=bool(document["merged_to_words"]),
            view_scores=tuple(map(ViewScore.from_json, document["view_scores"])),
            guidance=str(document["guidance"]),
            typed={int(word): str(text) for word, text in document.get("typed", {}).items()},
            copied={int(target): int(source) for target, source in document.get("copied", {}).items()},
            warnings=tuple(map(str, document.get("warnings", ()))),
        )
