"""Several batches at once, each on a processor core of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import TypeVar

import torch

from toytrans.text import groups_of_like_length

Item = TypeVar("Item")
Result = TypeVar("Result")

SEARCH_ROWS = 512
"""Hypotheses that are continued together. More would not fit into a core's cache, fewer would wait for Python."""


def groups_to_search(sources: Sequence[Sequence[int]], beam_size: int, device: torch.device) -> list[list[int]]:
    """Groups of like length: one where all can be searched together, else as many as keep every core busy."""
    num_groups = ceil(len(sources) * beam_size / SEARCH_ROWS)
    if num_groups > 1 and device.type == "cpu":
        num_cores = torch.get_num_threads()
        num_groups = ceil(num_groups / num_cores) * num_cores
    size = ceil(len(sources) / max(num_groups, 1))
    groups = groups_of_like_length(sources, max(size, 1))
    return groups[::-1]  # the longest first, so that no core is left alone with them at the end


def side_by_side(work: Callable[[Item], Result], items: Sequence[Item], device: torch.device) -> list[Result]:
    """`work` of each item, in their order; on a CPU, as many at once as PyTorch has threads, and a thread for each.

    A step of a search is dozens of small operations. Two threads that share each of them wait for one another after
    every one; two that work on batches of their own hardly ever do. A thread begins with PyTorch's defaults: `work`
    has to see to `inference_mode` itself.
    """
    num_threads = torch.get_num_threads()
    if device.type != "cpu" or min(num_threads, len(items)) < 2:
        return [work(item) for item in items]
    try:
        with ThreadPoolExecutor(num_threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            return list(pool.map(work, items))
    finally:
        torch.set_num_threads(num_threads)  # what threads that begin from now on will take
