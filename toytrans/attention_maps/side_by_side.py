"""Draws pictures side by side, a process for each core: matplotlib uses one, and takes half a second a picture."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeAlias

Drawing: TypeAlias = Callable[[], object]
"""A picture to be drawn: a function with all its arguments (`functools.partial`)."""


def draw_side_by_side(drawings: Sequence[Drawing], meanwhile: Callable[[], object] = lambda: None) -> None:
    """Draws all of them, and calls `meanwhile` here; the first error of any is raised here.

    A worker is a copy of this process (`fork`), which has matplotlib loaded already. Where there is no `fork`, or only
    one core, the pictures are drawn one after the other.
    """
    num_workers = min(len(drawings), _num_cores())
    if num_workers < 2 or not sys.platform.startswith("linux"):
        for task in (*drawings, meanwhile):
            task()
        return
    with warnings.catch_warnings(), _pool(num_workers) as pool:
        # PyTorch has threads, which a copy lacks. The copies draw, and never call PyTorch.
        warnings.filterwarnings("ignore", message=".*multi-threaded, use of fork", category=DeprecationWarning)
        drawn = pool.map(_draw, drawings)
        meanwhile()
        list(drawn)


def _pool(num_workers: int) -> ProcessPoolExecutor:
    # What is there already stays: a worker need not look through it for garbage.
    return ProcessPoolExecutor(num_workers, mp_context=multiprocessing.get_context("fork"), initializer=gc.freeze)


def _draw(drawing: Drawing) -> None:
    drawing()  # what it returns stays here


def _num_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
