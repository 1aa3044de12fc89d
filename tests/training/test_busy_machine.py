"""The number of threads follows what is free: told with seconds, never with the machine's own."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from toytrans.training.busy_machine import ThreadCount


def sees(count: ThreadCount, seconds: float, free_cores: float) -> list[int]:
    """A step a tenth of a second, on a machine with so many cores free; the number of threads at each step."""
    numbers = []
    for _ in range(round(10 * seconds)):
        numbers.append(count.now)
        count.saw(0.1, 0.1 * min(free_cores, count.now))
    return numbers


def test_a_quiet_machine_keeps_all_threads() -> None:
    count = ThreadCount(2)
    assert set(sees(count, 60, free_cores=1.9)) == {2}
    assert not count.told


@pytest.mark.parametrize(("most", "free", "left"), [(2, 1.3, 1), (4, 2.5, 2), (4, 3.1, 3), (2, 0.5, 1)])
def test_threads_that_other_programs_take_are_not_waited_for(most: int, free: float, left: int) -> None:
    count = ThreadCount(most)
    assert sees(count, 2.0, free)[-1] == left
    assert count.told == f"busy machine: {left} of {most} threads"


def test_all_threads_are_tried_again_less_and_less_often_and_kept_once_they_are_free() -> None:
    count = ThreadCount(2)
    busy = sees(count, 200, free_cores=1.3)
    tries = [place for place in range(1, len(busy)) if busy[place] > busy[place - 1]]
    waits = [later - before for before, later in pairwise(tries)]
    assert waits == sorted(waits)
    assert waits[-1] > 3 * waits[0]
    assert busy.count(2) < 0.08 * len(busy)
    assert set(sees(count, 300, free_cores=2.0)[-100:]) == {2}


def test_a_number_that_somebody_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    count = ThreadCount()
    assert set(sees(count, 5, free_cores=0.5)) == {torch.get_num_threads()}


def test_the_number_holds_inside_the_with_alone() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        count = ThreadCount(2)
        sees(count, 2.0, free_cores=1.0)
        with count.used():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
