"""Reads `metrics.jsonl`, the log of a run: one JSON line a logged step or validation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """All lines of `metrics.jsonl` that can be read."""
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.is_file() else []
    return [line for line in map(parse_line, lines) if line is not None]


def parse_line(text: str) -> dict[str, Any] | None:
    """A line of `metrics.jsonl`; `None` where it is damaged: a kill cut it off, or we did not write it."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, dict) and isinstance(line.get("step"), int) else None
