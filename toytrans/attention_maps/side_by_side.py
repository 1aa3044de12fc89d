"""Draws pictures side by side, a process for each core: matplotlib uses one, and takes half a second a picture."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeAlias

Drawing: TypeAlias = Callable[[], object]
"""A picture to be drawn: a function with all its arguments (`functools.partial`)."""


def draw_side_by_side(drawings: Sequence[Drawing]) -> None:
    """Draws all of them; the first error of any is raised here.

    A worker is a copy of this process (`fork`), which has matplotlib loaded already. Where there is no `fork`, or only
    one core, the pictures are drawn one after the other.
    """
    num_workers = min(len(drawings), _num_cores())
    if num_workers < 2 or not sys.platform.startswith("linux"):
        for drawing in drawings:
            drawing()
        return
    with warnings.catch_warnings(), _pool(num_workers) as pool:
        # PyTorch has threads, which a copy lacks. The copies draw, and never call PyTorch.
        warnings.filterwarnings("ignore", message=".*multi-threaded, use of fork", category=DeprecationWarning)
        list(pool.map(_draw, drawings))


def _pool(num_workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(num_workers, mp_context=multiprocessing.get_context("fork"))


def _draw(drawing: Drawing) -> None:
    drawing()  # what it returns stays here


def _num_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
