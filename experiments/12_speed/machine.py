"""What the numbers depend on (processor, versions, PyTorch's switch), and what is made of rounds: rates and ratios."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import torch

AUTOCAST = "autocast"
"""Precision of products under `torch.autocast` to bfloat16, as toytrans trains where a processor has it natively."""
_MATMUL: Any = torch.backends.mkldnn.matmul  # type: ignore[attr-defined]


def say(text: str) -> None:
    """Prints progress to standard error."""
    print(text, file=sys.stderr, flush=True)


def median_ratio(rates: Sequence[float], others: Sequence[float]) -> float:
    """How many times as fast: the median of the rounds' ratios, each between two turns that followed one another."""
    return median(rate / other for rate, other in zip(rates, others, strict=True))


def is_installed(name: str) -> bool:
    """Whether a library can be imported."""
    return find_spec(name) is not None


def setting(threads: int, rounds: int, is_quick: bool) -> dict[str, Any]:
    """Processor, threads, rounds and versions, as JSON."""
    return {
        "cpu": _cpu(),
        "instructions": instructions(),
        # What the processor could do besides: it may have been told to use less.
        "cpu_flags": [each for each in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if each in _flags()],
        "threads": threads,
        "rounds": rounds,
        "quick": is_quick,
        "versions": {"python": platform.python_version()} | _versions(),
    }


def instructions() -> str:
    """The kind of processor, as PyTorch uses it: `avx512`, `avx2` or `default`.

    A wide processor plays a narrow one, for every system, with
    `ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2 MKL_ENABLE_INSTRUCTIONS=AVX2`.
    """
    return torch.backends.cpu.get_cpu_capability().lower()


def precisions() -> tuple[str, ...]:
    """The ways to multiply matrices that can be worth a try on this processor."""
    is_native = instructions() == "avx512" and {"avx512_bf16", "amx_bf16"} & set(_flags())
    return ("none", "bf16", AUTOCAST) if is_native else ("none", "bf16")


def _cpu() -> str:
    """Name, family and model: rented machines often tell no more than the maker in the name."""
    name = _cpuinfo("model name") or platform.processor() or platform.machine()
    family, model = _cpuinfo("cpu family"), _cpuinfo("model\t")
    return f"{name} (family {family}, model {model})" if family and model else name


def _flags() -> list[str]:
    return _cpuinfo("flags").split()


def processor(setting: Mapping[str, Any]) -> str:
    """On what a part was measured, in words: parts for which it differs do not go into one table."""
    used, cpu = setting["instructions"], setting["cpu"]
    is_playing = used == "avx2" and "avx512f" in setting["cpu_flags"]
    return f"{cpu} playing a processor with AVX2 alone" if is_playing else f"{cpu}, {used.upper()}"


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


def get_precision() -> str:
    """How oneDNN multiplies float32 matrices at the moment."""
    return str(_MATMUL.fp32_precision)


def set_precision(name: str) -> None:
    """`bf16`: oneDNN multiplies float32 matrices, and may do so in bfloat16, as it does with AMX; `none`: MKL does.

    toytrans sets its own switch, where no precision is lost (`toytrans.model.device`).
    """
    _MATMUL.fp32_precision = name
