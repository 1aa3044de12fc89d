"""The optimizer, its learning rate over time, and its state as named tensors that a checkpoint can hold."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from toytrans.config import TrainingConfig
from toytrans.errors import Refused
from toytrans.training.muon import Muon

PARTS: tuple[set[str], ...] = (set(), {"momentum_buffer"}, {"step", "exp_avg", "exp_avg_sq"})
"""What may be kept of a parameter: nothing before the first step, else what Muon or AdamW remembers."""


def make_optimizer(model: nn.Module, config: TrainingConfig) -> torch.optim.Optimizer:
    """Muon or AdamW (Loshchilov and Hutter, 2019), which decay matrices but neither norms nor biases.

    Muon is for the matrices of linear maps; tables of vectors, as of the vocabulary, it leaves to AdamW.
    """
    parameters = list(model.parameters())
    # beta2 of 0.98 forgets old gradients faster than the default: Vaswani et al., 2017, section 5.3.
    rate, betas = config.peak_learning_rate, (0.9, 0.98)
    constant = {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0}
    decaying = [p for p in parameters if p.dim() >= 2]
    if config.optimizer == "adamw":
        groups = [{"params": decaying, "weight_decay": config.weight_decay}, constant]
        return torch.optim.AdamW(groups, lr=rate, betas=betas, fused=True)
    linear = {id(module.weight) for module in model.modules() if isinstance(module, nn.Linear)}
    tables = {"params": [p for p in decaying if id(p) not in linear], "weight_decay": config.weight_decay}
    groups = [group for group in (tables, constant) if group["params"]]
    return Muon([p for p in decaying if id(p) in linear], groups, rate, config.weight_decay, betas)


def learning_rate(step: int, progress: float, config: TrainingConfig) -> float:
    """Rises over the warm-up, and falls in a straight line to zero as `progress` goes from 0 to 1."""
    warmup = min(1.0, (step + 1) / config.warmup_steps) if config.warmup_steps else 1.0
    return config.peak_learning_rate * warmup * (1.0 - progress)


def optimizer_arrays(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, NDArray[np.float32]]:
    """What the optimizer remembers of each parameter, named after it: `embedding.weight/exp_avg`."""
    return {
        f"{name}/{key}": tensor.cpu().numpy().copy()
        for name, parameter in model.named_parameters()
        for key, tensor in optimizer.state[parameter].items()
    }


def restore_optimizer(
    model: nn.Module, optimizer: torch.optim.Optimizer, arrays: Mapping[str, NDArray[np.float32]]
) -> None:
    """Puts back what `optimizer_arrays` took; a `ValueError` where that does not fit the model."""
    kept: dict[str, dict[str, NDArray[np.float32]]] = {}
    for key, array in arrays.items():
        name, _, part = key.rpartition("/")
        kept.setdefault(name, {})[part] = array
    for name, parameter in model.named_parameters():
        parts = kept.get(name, {})
        if set(parts) not in PARTS or any(
            array.dtype != np.float32 or array.shape not in ((), tuple(parameter.shape)) for array in parts.values()
        ):
            raise Refused(f"state.safetensors: what it holds of {name} does not fit the model: restore it from a copy")
        optimizer.state[parameter] = {
            part: torch.tensor(array, device=parameter.device) for part, array in parts.items()
        }
