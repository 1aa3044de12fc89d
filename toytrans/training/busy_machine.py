"""Fewer threads while other programs need the machine.

The threads of a matrix product wait for one another, and spin meanwhile. Where another program has taken one of two
cores, two threads are three times slower than on a quiet machine, and one thread is faster than both.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

LOOK_EVERY = 1.0  # seconds of steps
LEAST_SHARE = 0.82
"""Of the processor time that the threads could have had. On a quiet machine they get 0.9 or more of it."""
FIRST_WAIT, LONGEST_WAIT = 10.0, 160.0  # seconds of steps until all threads are tried again


class ThreadCount:
    """How many threads compute the steps: all that there are, or as many as have been free.

    It compares the wall time of steps with the processor time that the process got. Threads that get less are taken
    away at once; all are tried again after ten seconds, then after twenty, and so on. Whoever sets `OMP_NUM_THREADS`
    keeps that number.
    """

    def __init__(self, most: int | None = None) -> None:
        self.most = torch.get_num_threads() if most is None else most
        self.now = self.most
        self._is_fixed = most is None and "OMP_NUM_THREADS" in os.environ
        self._wall = self._processor = 0.0
        self._wait, self._since_change = FIRST_WAIT, LONGEST_WAIT

    def saw(self, wall: float, processor: float) -> None:
        """Notes a step: its seconds, and the processor time of the whole process in them; changes the number if due."""
        self._wall, self._processor = self._wall + wall, self._processor + processor
        self._since_change += wall
        if self._wall < LOOK_EVERY or self._is_fixed:
            return
        num_had, share = self._processor / self._wall, self._processor / (self._wall * self.now)
        self._wall = self._processor = 0.0
        if self.now > 1 and share < LEAST_SHARE:
            self._wait = min(2 * self._wait, LONGEST_WAIT) if self._since_change < 2 * LOOK_EVERY else FIRST_WAIT
            self.now, self._since_change = max(1, min(int(num_had), self.now - 1)), 0.0
        elif self.now < self.most and self._since_change >= self._wait:
            self.now, self._since_change = self.most, 0.0

    @contextmanager
    def used(self) -> Iterator[None]:
        """Inside the `with`, PyTorch computes with this many threads."""
        if self.now == self.most:
            yield
            return
        torch.set_num_threads(self.now)
        try:
            yield
        finally:
            torch.set_num_threads(self.most)

    @property
    def told(self) -> str:
        """What a line of progress says; empty while nothing is unusual."""
        if self.now == self.most:
            return ""
        return f"busy machine: {self.now} of {self.most} threads"
