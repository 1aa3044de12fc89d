"""`metrics.jsonl`: one JSON line a logged step or validation."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toytrans.errors import Refused
from toytrans.files import write_whole
from toytrans.run.metrics import parse_line
from toytrans.training.loop import Step


@dataclass
class Window:
    """What the steps since the last line add up to. A checkpoint keeps it, so that no line tells of fewer steps."""

    loss: float = 0.0
    """Of all target tokens, summed."""
    pairs: int = 0
    target_tokens: int = 0
    seconds: float = 0.0
    """Spent on these steps in earlier sittings."""
    started: float = field(default_factory=time.perf_counter)
    """When this sitting began to count, by `time.perf_counter`."""

    def add(self, step: Step) -> None:
        """Counts a step."""
        self.loss += step.loss * step.target_tokens
        self.pairs += step.pairs
        self.target_tokens += step.target_tokens

    def line(self, last: Step, seconds: float) -> dict[str, Any]:
        """What the steps add up to; `last` is the last of them, and `seconds` the time since training began."""
        elapsed = max(self._elapsed(), 1e-9)
        return {
            "step": last.number,
            "epoch": last.epoch,
            "loss": self.loss / self.target_tokens,
            "learning_rate": last.learning_rate,
            "pairs_per_second": round(self.pairs / elapsed, 1),
            "target_tokens_per_second": round(self.target_tokens / elapsed, 1),
            "seconds": round(seconds, 2),
        }

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        sums = {"loss": self.loss, "pairs": self.pairs, "target_tokens": self.target_tokens}
        return {**sums, "seconds": self._elapsed()}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Window:
        """The inverse of `to_json`; an empty window from runs of older versions. `ValueError` for what is no number."""
        kept = {name: document[name] for name in ("loss", "pairs", "target_tokens", "seconds") if name in document}
        for name, value in kept.items():
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise Refused(f"state.json: window {name} {value!r} is no number: restore it from a copy")
        return cls(**kept)

    def _elapsed(self) -> float:
        return self.seconds + time.perf_counter() - self.started


def append(path: Path, line: dict[str, Any]) -> None:
    """Adds a line."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def drop_after(path: Path, step: int, validated_step: int) -> int:
    """Takes out the lines later than a checkpoint: a run that was killed makes those steps again.

    A last line that was cut off goes too. Other lines that cannot be read stay where they are; returns how many.
    """
    if not path.is_file():
        return 0
    kept, num_damaged = [], 0
    for text in path.read_bytes().split(b"\n")[:-1]:  # what follows the last line feed was cut off
        line = parse_line(text.decode("utf-8", errors="replace"))
        num_damaged += line is None
        if line is None or line["step"] <= (validated_step if "validation" in line else step):
            kept.append(text + b"\n")
    write_whole(path, b"".join(kept))
    return num_damaged
