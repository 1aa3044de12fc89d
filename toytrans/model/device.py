"""Which processor the tensors live on, and how it multiplies matrices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import get_args

import torch

from toytrans.config import Device


def choose_device(name: str = "auto") -> torch.device:
    """The device of that name; `auto` takes CUDA, else MPS, else the CPU. `ValueError` where the machine lacks it."""
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind, is_there in available.items() if is_there))
    if name not in get_args(Device):
        raise ValueError(f"device {name!r} is not one of {', '.join(get_args(Device))}")
    if not available[name]:
        raise ValueError(f"device {name!r} is not available here: use --device auto or --device cpu")
    return torch.device(name)


@contextmanager
def fast_float32_products(device: torch.device) -> Iterator[None]:
    """Within, a CPU multiplies large float32 matrices by oneDNN's kernels, where those are exact; else nothing changes.

    By default PyTorch leaves float32 to MKL, which on processors not made by Intel does not use half of their width.
    The switch to oneDNN allows less precision too, which processors with tiles of bfloat16 (AMX) make use of: there,
    and on other devices, it stays off. It is PyTorch's own, and holds for the whole process.
    """
    before = torch.get_float32_matmul_precision()
    if device.type == "cpu" and is_exact("medium"):
        torch.set_float32_matmul_precision("medium")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


@cache
def is_exact(precision: str) -> bool:
    """Whether a product keeps what float32 can tell apart, and bfloat16 and TF32 cannot."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(precision)
    try:
        fine = torch.full((64, 64), 1 + 2**-20)
        return bool((fine @ torch.eye(64) == fine).all())
    finally:
        torch.set_float32_matmul_precision(before)
