"""Which processor is chosen, and that faster products are still float32's."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator

import pytest
import torch

from toytrans.model import device as device_module
from toytrans.model.device import choose_device, fast_float32_products, keep_freed_memory

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _precision_as_it_was() -> Iterator[None]:
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    yield
    torch.set_float32_matmul_precision(before)


@pytest.fixture(autouse=True)
def _nothing_known_of_this_processor() -> Iterator[None]:
    is_exact = device_module.is_exact
    is_exact.cache_clear()
    yield
    is_exact.cache_clear()


def pretend(monkeypatch: pytest.MonkeyPatch, is_exact: bool) -> None:
    monkeypatch.setattr(device_module, "is_exact", lambda precision: is_exact)


# Which processor


def test_a_device_is_chosen_by_its_name_and_there_is_always_one() -> None:
    assert choose_device("cpu") == CPU
    assert choose_device("auto").type in {"cpu", "cuda", "mps"}


def test_a_device_that_is_unknown_or_not_there_is_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="device 'tpu' is not one of auto, cpu, cuda, mps"):
        choose_device("tpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match="device 'cuda' is not available here: use --device auto or --device cpu"):
        choose_device("cuda")


# How it multiplies


@pytest.mark.parametrize("before", ["highest", "high"])
def test_the_switch_is_on_within_and_afterwards_as_it_was(monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    pretend(monkeypatch, is_exact=True)
    torch.set_float32_matmul_precision(before)
    with fast_float32_products(CPU):
        assert torch.get_float32_matmul_precision() == "medium"
    assert torch.get_float32_matmul_precision() == before


def test_the_switch_is_as_it_was_after_an_error_too(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, is_exact=True)

    def fail() -> None:
        assert torch.get_float32_matmul_precision() == "medium"
        raise LookupError

    with pytest.raises(LookupError), fast_float32_products(CPU):
        fail()
    assert torch.get_float32_matmul_precision() == "highest"


@pytest.mark.parametrize("name", ["cuda", "mps", "meta"])
def test_the_switch_stays_off_for_other_devices(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    pretend(monkeypatch, is_exact=True)
    with fast_float32_products(torch.device(name)):
        assert torch.get_float32_matmul_precision() == "highest"


def test_the_switch_stays_off_where_it_would_cost_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, is_exact=False)
    with fast_float32_products(CPU):
        assert torch.get_float32_matmul_precision() == "highest"


@pytest.mark.parametrize("shape", [(64, 64, 64), (300, 128, 256), (7, 500, 3), (1, 128, 1000)], ids=str)
def test_products_are_exact_to_float32(shape: tuple[int, int, int]) -> None:
    rows, inner, columns = shape
    one, other = torch.randn(rows, inner), torch.randn(inner, columns)
    batch = torch.randn(4, inner, columns)
    with fast_float32_products(CPU):
        products = [one @ other, torch.nn.functional.linear(one, other.mT.contiguous()), one @ batch]
    for product, factor in zip(products, (other, other, batch), strict=True):
        exact = one.double() @ factor.double()
        assert (product - exact).norm() < 1e-6 * exact.norm()


def test_a_processor_is_exact_at_the_highest_precision_and_asking_leaves_the_switch_as_it_was() -> None:
    assert device_module.is_exact("highest")
    assert isinstance(device_module.is_exact("medium"), bool)
    assert torch.get_float32_matmul_precision() == "highest"


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("least_dimensions", [2, 3], ids=["always", "in batches"])
def test_a_processor_that_rounds_its_factors_is_found_out(
    monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype, least_dimensions: int
) -> None:
    product = torch.Tensor.__matmul__

    def rounded(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        if other.dim() < least_dimensions:
            return product(one, other)
        return product(one.to(dtype).float(), other.to(dtype).float())

    monkeypatch.setattr(torch.Tensor, "__matmul__", rounded)
    assert not device_module.is_exact("medium")


def test_other_systems_and_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())  # a library without mallopt
    monkeypatch.setattr(sys, "platform", "linux")
    keep_freed_memory()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: pytest.fail("touched the C library"))
    monkeypatch.setattr(sys, "platform", "darwin")
    keep_freed_memory()


def test_linux_is_told_to_keep_what_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[int, int] = {}

    class Library:
        def mallopt(self, name: int, value: int) -> int:
            told[name] = value
            return 1

    monkeypatch.setattr(ctypes, "CDLL", lambda _: Library())
    monkeypatch.setattr(sys, "platform", "linux")
    keep_freed_memory()
    assert told == {-3: 2**25, -1: 2**30}
