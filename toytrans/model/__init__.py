"""The Transformer, from its parts: in NumPy to understand, in PyTorch to train.

Each name is imported when it is first used: what runs on NumPy alone does not wait for PyTorch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toytrans.model.device import choose_device, is_exact, keep_freed_memory
    from toytrans.model.numpy_transformer import NumpyTransformer
    from toytrans.model.transformer import Transformer

__all__ = ["NumpyTransformer", "Transformer", "choose_device", "is_exact", "keep_freed_memory"]

_FILES = {
    "NumpyTransformer": "numpy_transformer",
    "Transformer": "transformer",
    "choose_device": "device",
    "is_exact": "device",
    "keep_freed_memory": "device",
}


def __getattr__(name: str) -> Any:
    """A public name, imported from its file."""
    if name in _FILES:
        return getattr(importlib.import_module(f"toytrans.model.{_FILES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
