"""What the numbers depend on: processor, versions, threads, and the switches of PyTorch."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F

from toytrans import is_exact

_MATMUL: Any = torch.backends.mkldnn.matmul  # type: ignore[attr-defined]


def is_installed(name: str) -> bool:
    """Whether a library can be imported."""
    return find_spec(name) is not None


def setting(threads: int, rounds: int, is_quick: bool) -> dict[str, Any]:
    """Processor, threads, rounds and versions, as JSON."""
    return {
        "cpu": cpu_model(),
        "cpu_flags": cpu_flags(),
        "threads": threads,
        "rounds": rounds,
        "quick": is_quick,
        "versions": {"python": platform.python_version()} | _versions(),
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in ("toytrans", "torch", "transformers", "ctranslate2"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _cpuinfo(field: str) -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(field)), "")


def cpu_model() -> str:
    """The processor's name, as the system tells it."""
    return _cpuinfo("model name") or platform.processor() or platform.machine()


def cpu_flags() -> list[str]:
    """Those of its abilities that decide how fast matrix products can be."""
    has = set(_cpuinfo("flags").split())
    return [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in has]


def get_precision() -> str:
    """How oneDNN multiplies float32 matrices at the moment."""
    return str(_MATMUL.fp32_precision)


def set_precision(name: str) -> None:
    """`bf16`: oneDNN multiplies float32 matrices, and may do so in bfloat16, as it does with AMX; `none`: MKL does.

    toytrans sees to its own switch, and sets it where no precision is lost (`toytrans.model.device`).
    """
    _MATMUL.fp32_precision = name


@contextmanager
def precision(name: str) -> Iterator[None]:
    """The switch set within, and back as it was after."""
    before = get_precision()
    set_precision(name)
    try:
        yield
    finally:
        set_precision(before)


def peak_gflops(sizes: Iterable[int] = (1024, 2048), tries: int = 8) -> dict[str, float]:
    """The fastest product of large matrices that this machine shows, in 10^9 multiplications and additions a second.

    `default` as PyTorch comes; `float32` by whichever switch is fastest without loss of precision.
    """
    found = {"none": 0.0, "ieee": 0.0, **({"bf16": 0.0} if is_exact("medium") else {})}
    for size in sizes:
        x_NK, w_MK = torch.randn(size, size), torch.randn(size, size)
        for name in found:
            with precision(name), torch.inference_mode():
                F.linear(x_NK, w_MK)
                seconds = min(_seconds_of_product(x_NK, w_MK) for _ in range(tries))
                found[name] = max(found[name], 2 * size**3 / seconds / 1e9)
    return {"float32": max(found.values()), "default": found["none"]}


def _seconds_of_product(x_NK: torch.Tensor, w_MK: torch.Tensor) -> float:
    started = time.perf_counter()
    F.linear(x_NK, w_MK)
    return time.perf_counter() - started


def memory_mb() -> dict[str, float]:
    """Memory of this process in MB: now, and the most so far.

    From `/proc`, where there is one: what `getrusage` calls the most may be that of the process that started this one.
    """
    status = Path("/proc/self/status")
    if not status.is_file():
        import resource

        unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
        return {"most": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6}
    fields = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines() if ":" in line)
    return {name: int(fields[key].split()[0]) * 1024 / 1e6 for name, key in (("now", "VmRSS"), ("most", "VmHWM"))}
