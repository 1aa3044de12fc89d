"""`metrics.jsonl`: one JSON line a logged step or validation."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toytrans.files import write_whole
from toytrans.run import read_metrics
from toytrans.training.loop import Step


@dataclass
class Window:
    """The steps since the last line."""

    started: float = field(default_factory=time.perf_counter)
    steps: list[Step] = field(default_factory=list)

    def line(self, seconds: float) -> dict[str, Any]:
        """What these steps add up to; `seconds` is the time since training began."""
        elapsed = max(time.perf_counter() - self.started, 1e-9)
        target_tokens = sum(step.target_tokens for step in self.steps)
        last = self.steps[-1]
        return {
            "step": last.number,
            "epoch": last.epoch,
            "loss": sum(step.loss * step.target_tokens for step in self.steps) / target_tokens,
            "learning_rate": last.learning_rate,
            "pairs_per_second": round(sum(step.pairs for step in self.steps) / elapsed, 1),
            "target_tokens_per_second": round(target_tokens / elapsed, 1),
            "seconds": round(seconds, 2),
        }


def append(path: Path, line: dict[str, Any]) -> None:
    """Adds a line."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def drop_after(path: Path, step: int) -> None:
    """Takes out the lines later than a checkpoint: a run that was killed makes those steps again."""
    if path.is_file():
        write_whole(path, "".join(json.dumps(line) + "\n" for line in read_metrics(path) if line["step"] <= step))
