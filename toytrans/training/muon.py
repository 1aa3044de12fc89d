"""Muon: momentum whose steps are orthogonal matrices, for the matrices of linear maps; AdamW for the rest.

K. Jordan and others, 2024; with the scale of Liu et al., 2025 (section 2.2), so that one learning rate serves both.
PyTorch has a Muon too, which takes one matrix after another. Here matrices of one shape are taken together: for a model
of many small ones that is 16 ms a step in place of 25 (see decision 0012).

Axes: N matrices of one shape, R rows, C columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import sqrt
from typing import Any

import torch
from torch import Tensor

from toytrans.model.device import has_bfloat16

ROUNDS = ((8.0934, -23.6204, 17.4462), (3.6366, -2.7219, 0.5365), (2.6613, -1.9772, 0.4526))
"""Coefficients of x, x^3 and x^5, a round each, that together bring singular values from 0.01 to 1 within 0.27 of 1.

Each round is the polynomial that is nearest to 1 over the range that the rounds before it leave (Polar Express, Amsel
et al., 2025, section 4). Three such rounds do what four with the same coefficients do (Newton and Schulz).
"""


def orthogonal(matrices_NRC: Tensor, rounds: Sequence[tuple[float, float, float]] = ROUNDS) -> Tensor:
    """The orthogonal matrix nearest to each, about: all singular values become about 1."""
    is_tall = matrices_NRC.shape[1] > matrices_NRC.shape[2]
    x_NRC = matrices_NRC.mT if is_tall else matrices_NRC
    x_NRC = x_NRC / x_NRC.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)  # no singular value is above 1
    for a, b, c in rounds:
        square_NRR = torch.bmm(x_NRC, x_NRC.mT)
        polynomial_NRR = torch.baddbmm(square_NRR, square_NRR, square_NRR, beta=b, alpha=c)
        x_NRC = torch.baddbmm(x_NRC, polynomial_NRR, x_NRC, beta=a)  # a x + b x^3 + c x^5
    return x_NRC.mT if is_tall else x_NRC


def _precision(device: torch.device) -> torch.dtype:
    """bfloat16, where it is not slower than float32: it is enough for a matrix that is only about orthogonal."""
    return torch.bfloat16 if has_bfloat16(device) else torch.float32


class Muon(torch.optim.Optimizer):
    """Muon for `matrices`, and AdamW for the parameters in `other_groups`, as one optimizer."""

    def __init__(
        self,
        matrices: Sequence[Tensor],
        other_groups: Sequence[dict[str, Any]],
        lr: float,
        weight_decay: float,
        betas: tuple[float, float],
        momentum: float = 0.95,
    ) -> None:
        by_shape = groupby(sorted(matrices, key=lambda matrix: matrix.shape), key=lambda matrix: matrix.shape)
        groups = [{"params": list(group), "weight_decay": weight_decay} for _, group in by_shape]
        super().__init__(groups, {"lr": lr, "momentum": momentum})
        self._matrix_groups = list(self.param_groups)
        self._adamw = torch.optim.AdamW(list(other_groups), lr=lr, betas=betas, fused=True)
        # Callers see one optimizer: it shares its groups and its state with AdamW.
        self.param_groups += self._adamw.param_groups
        self._adamw.state = self.state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:  # noqa: ARG002
        """Refused: `TypeError`. It would replace the state shared with AdamW; use `restore_optimizer`."""
        raise TypeError("Muon takes no state dictionary: put its tensors back by restore_optimizer")

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Moves every parameter by its gradient."""
        assert closure is None, "a closure would have to be called twice"
        for group in self._matrix_groups:
            self._move(group)
        self._adamw.step()

    def _move(self, group: dict[str, Any]) -> None:
        matrices: list[Tensor] = group["params"]
        gradients = [matrix.grad for matrix in matrices if matrix.grad is not None]
        if len(gradients) < len(matrices):
            raise ValueError("a matrix has no gradient: train all matrices of a shape, or none")
        for matrix in matrices:
            if "momentum_buffer" not in self.state[matrix]:
                self.state[matrix]["momentum_buffer"] = torch.zeros_like(matrix)
        momenta = [self.state[matrix]["momentum_buffer"] for matrix in matrices]
        torch._foreach_lerp_(momenta, gradients, 1 - group["momentum"])
        ahead_NRC = torch.stack(torch._foreach_lerp(gradients, momenta, group["momentum"]))  # Nesterov's
        # An entry of a step is as large as AdamW's are, in the mean.
        scale = 0.2 * sqrt(max(ahead_NRC.shape[1:]))
        nearest_NRC = orthogonal(ahead_NRC.to(_precision(ahead_NRC.device))).float()
        steps = nearest_NRC.mul_(-group["lr"] * scale).unbind()
        torch._foreach_mul_(matrices, 1 - group["lr"] * group["weight_decay"])
        torch._foreach_add_(matrices, steps)
