"""Batches on cores of their own: the same results in the same order, and PyTorch's threads left as they were."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from toytrans.decoding.torch_backend import groups_to_search, in_parallel

CPU = torch.device("cpu")


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def threads_of_a_new_thread() -> int:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(torch.get_num_threads).result()


@pytest.mark.usefixtures("two_threads")
def test_results_come_in_the_order_of_the_items_though_the_first_is_done_last() -> None:
    is_second_done = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            assert is_second_done.wait(timeout=10), "nobody works beside the first"
        elif number == 1:
            is_second_done.set()
        return 10 * number

    assert in_parallel(work, range(7), CPU) == [0, 10, 20, 30, 40, 50, 60]


@pytest.mark.usefixtures("two_threads")
def test_in_parallel_is_one_after_another() -> None:
    def product(matrix: torch.Tensor) -> torch.Tensor:
        return matrix @ matrix.mT

    matrices = list(torch.randn(9, 20, 30))
    for beside, alone in zip(in_parallel(product, matrices, CPU), map(product, matrices), strict=True):
        torch.testing.assert_close(beside, alone)


@pytest.mark.usefixtures("two_threads")
def test_as_many_are_at_work_as_pytorch_has_threads_each_with_one_of_its_own() -> None:
    both = threading.Barrier(2, timeout=10)

    def work(number: int) -> tuple[int, int]:
        both.wait()
        return threading.get_ident(), torch.get_num_threads()

    workers, threads_inside = zip(*in_parallel(work, range(2), CPU), strict=True)
    assert len({*workers, threading.get_ident()}) == 3
    assert threads_inside == (1, 1)


@pytest.mark.usefixtures("two_threads")
def test_the_number_of_threads_is_afterwards_what_it_was() -> None:
    in_parallel(lambda number: number, range(4), CPU)
    assert torch.get_num_threads() == 2
    assert threads_of_a_new_thread() == 2


@pytest.mark.usefixtures("two_threads")
def test_an_error_comes_through_and_the_number_of_threads_is_restored() -> None:
    def work(number: int) -> int:
        if number == 2:
            raise LookupError("the third is missing")
        return number

    with pytest.raises(LookupError, match="the third is missing"):
        in_parallel(work, range(4), CPU)
    assert torch.get_num_threads() == 2
    assert threads_of_a_new_thread() == 2


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize(("num_items", "device"), [(0, "cpu"), (1, "cpu"), (3, "cuda")])
def test_one_item_or_another_device_is_worked_on_by_the_calling_thread(num_items: int, device: str) -> None:
    here = threading.get_ident(), torch.get_num_threads()
    items = range(num_items)
    found = in_parallel(lambda number: (threading.get_ident(), torch.get_num_threads()), items, torch.device(device))
    assert found == [here] * num_items


def test_with_one_thread_the_calling_thread_works_alone() -> None:
    assert torch.get_num_threads() == 1
    assert in_parallel(lambda number: threading.get_ident(), range(3), CPU) == [threading.get_ident()] * 3


@pytest.mark.parametrize(("num_sentences", "expected"), [(0, []), (30, [30]), (512, [512]), (513, [257, 256])])
def test_a_search_has_one_batch_or_one_for_each_core_and_the_longest_sentences_first(
    monkeypatch: pytest.MonkeyPatch, num_sentences: int, expected: list[int]
) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    sources = [[5] * (1 + number % 7) for number in range(num_sentences)]
    groups = groups_to_search(sources, 1, CPU)
    assert sorted(map(len, groups), reverse=True) == expected
    assert sorted(number for group in groups for number in group) == list(range(num_sentences))
    longest = [max(len(sources[number]) for number in group) for group in groups]
    assert longest == sorted(longest, reverse=True)
