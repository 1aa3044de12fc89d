"""Which processor the tensors live on, how it multiplies matrices, and what becomes of freed memory."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, get_args

import torch

from toytrans.config import Device
from toytrans.errors import Refused

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # from glibc's malloc.h
ONE_GIB = 2**30
LARGEST_MMAP_THRESHOLD = 2**25  # 32 MiB: older versions of glibc refuse more


def choose_device(name: str = "auto") -> torch.device:
    """The device of that name; `auto` takes CUDA, else MPS, else the CPU. `ValueError` where the machine lacks it."""
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind, is_there in available.items() if is_there))
    if name not in get_args(Device):
        raise Refused(f"device {name!r} is not one of {', '.join(get_args(Device))}")
    if not available[name]:
        raise Refused(f"device {name!r} is not available here: use --device auto or --device cpu")
    return torch.device(name)


def device_name(device: torch.device) -> str:
    """`cpu`, or the name of the GPU."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


@contextmanager
def fast_float32_products(device: torch.device) -> Iterator[None]:
    """Inside the `with`, a CPU multiplies large float32 matrices with oneDNN, if oneDNN is exact there.

    By default PyTorch uses MKL, which runs at half speed on processors that Intel did not make. But the switch to
    oneDNN also allows less precision, which processors with bfloat16 tiles (AMX) then use: there, and on other devices,
    the switch stays off. It is PyTorch's own switch, and holds for the whole process.
    """
    before = torch.get_float32_matmul_precision()
    if device.type == "cpu" and is_exact("medium"):
        torch.set_float32_matmul_precision("medium")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


@contextmanager
def training_precision(device: torch.device) -> Iterator[None]:
    """Inside the `with`, products of a training step are in bfloat16 where a CPU has it natively, else in float32.

    Weights, sums and softmax stay float32 (Micikevicius et al., 2018). A step takes a fifth less time.
    """
    is_native = device.type == "cpu" and has_bfloat16(device)
    with fast_float32_products(device), torch.autocast(device.type, torch.bfloat16, enabled=is_native):
        yield


def has_bfloat16(device: torch.device) -> bool:
    """Whether products in bfloat16 are faster than in float32."""
    if device.type != "cpu":
        return True
    # PyTorch has no public name for what a processor can do; its own code may have been told to use less of it.
    has_instructions = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)()
    return has_instructions and torch.backends.cpu.get_cpu_capability() == "AVX512"


@cache
def is_exact(precision: str) -> bool:
    """Whether matrix products keep float32's digits, more than bfloat16 and TF32 have: single ones and batches."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(precision)
    try:
        fine_BNN, unit_BNN = torch.full((4, 64, 64), 1 + 2**-20), torch.eye(64).expand(4, 64, 64).contiguous()
        single = fine_BNN[0] @ unit_BNN[0], torch.nn.functional.linear(fine_BNN[0], unit_BNN[0])
        # A processor may round in batches only: oneDNN has a way of its own for them.
        return all(bool((product == fine_BNN[0]).all()) for product in (*single, *(fine_BNN @ unit_BNN)))
    finally:
        torch.set_float32_matmul_precision(before)


def keep_freed_memory() -> None:
    """Tells Linux's allocator to keep the memory of freed tensors for the next ones; does nothing elsewhere.

    By default it returns large blocks to the system at once, and each step fetches them again page by page.
    """
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGEST_MMAP_THRESHOLD)
        mallopt(M_TRIM_THRESHOLD, ONE_GIB)


def return_freed_memory() -> None:
    """Gives back what `keep_freed_memory` kept: after a validation, what only that needed, some 200 MB."""
    malloc_trim = _of_glibc("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


def _of_glibc(name: str) -> Any:
    """A function of Linux's C library; `None` elsewhere, and where that library has none of this name, as musl."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
