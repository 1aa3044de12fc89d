"""Turns, rounds and what is made of them: rates, medians, ratios."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from statistics import median


def say(text: str) -> None:
    """Prints progress to standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def per_second(count: float, seconds: float) -> float:
    """A rate."""
    return count / seconds


def median_ratio(rates: Sequence[float], others: Sequence[float]) -> float:
    """How many times as fast: the median of the rounds' ratios, each between two turns that followed one another."""
    return median(rate / other for rate, other in zip(rates, others, strict=True))


def fastest(rates: Mapping[str, Sequence[float]]) -> str:
    """The name with the highest median."""
    return max(rates, key=lambda name: median(rates[name]))
