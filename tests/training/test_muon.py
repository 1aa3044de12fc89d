"""Muon: steps that are orthogonal matrices, against PyTorch's own; and AdamW for all else, in one optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from toytrans.training import muon
from toytrans.training.muon import Muon, orthogonal

RATE, DECAY, BETAS = 0.02, 0.1, (0.9, 0.98)


def copies(tensors: Sequence[Tensor]) -> list[nn.Parameter]:
    return [nn.Parameter(tensor.detach().clone()) for tensor in tensors]


def new_muon(matrices: Sequence[Tensor], others: Sequence[Tensor]) -> Muon:
    return Muon(matrices, [{"params": list(others), "weight_decay": 0.0}], RATE, DECAY, BETAS)


def step(optimizer: torch.optim.Optimizer, parameters: Sequence[Tensor], gradients: Sequence[Tensor]) -> None:
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient.clone()
    optimizer.step()


# Orthogonal matrices


@pytest.mark.parametrize("shape", [(8, 8), (20, 6), (6, 20), (64, 64), (1, 7), (7, 1)], ids=str)
def test_singular_values_come_near_one_and_singular_vectors_stay(shape: tuple[int, int]) -> None:
    left_NRK, _, right_NKC = torch.linalg.svd(torch.randn(3, *shape, dtype=torch.float64), full_matrices=False)
    values_NK1 = torch.rand(3, min(shape), 1, dtype=torch.float64) * 0.95 + 0.05
    nearest_NRC = orthogonal(left_NRK @ (values_NK1 * right_NKC))
    seen_by_vectors_NKK = left_NRK.mT @ nearest_NRC @ right_NKC.mT
    new_values_NK = seen_by_vectors_NKK.diagonal(dim1=1, dim2=2)
    assert (new_values_NK > 0.6).all()
    assert (new_values_NK < 1.3).all()
    # Nothing beside the diagonal, and nothing outside of what the vectors span.
    torch.testing.assert_close(left_NRK @ new_values_NK.diag_embed() @ right_NKC, nearest_NRC)


def test_the_length_of_a_gradient_does_not_matter_and_none_has_no_direction() -> None:
    matrices_NRC = torch.randn(2, 5, 9)
    torch.testing.assert_close(orthogonal(1e-3 * matrices_NRC), orthogonal(1e3 * matrices_NRC))
    assert (orthogonal(torch.zeros(2, 5, 9)) == 0).all()


# Steps


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="this PyTorch has no Muon of its own")
@pytest.mark.parametrize(("precision", "tolerance"), [(torch.float32, 1e-3), (torch.bfloat16, 0.06)], ids=str)
def test_matrices_move_as_by_pytorchs_muon_with_the_scale_of_adamw(
    monkeypatch: pytest.MonkeyPatch, precision: torch.dtype, tolerance: float
) -> None:
    monkeypatch.setattr(muon, "_precision", lambda device: precision)
    newton_schulz = [(3.4445, -4.7750, 2.0315)] * 4  # PyTorch's rounds
    monkeypatch.setattr(muon, "orthogonal", lambda matrices_NRC: orthogonal(matrices_NRC, newton_schulz))
    if precision == torch.float32:  # no rounding for small differences to hide behind
        monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)
    shapes = [(6, 10), (10, 6), (6, 10), (8, 8), (6, 10)]
    start = [torch.randn(shape) for shape in shapes]
    ours, theirs, bias = copies(start), copies(start), nn.Parameter(torch.zeros(2))
    optimizer = new_muon(ours, [bias])
    reference = torch.optim.Muon(theirs, RATE, DECAY, ns_steps=4, adjust_lr_fn="match_rms_adamw")
    for _ in range(6):
        gradients = [torch.randn(shape) for shape in shapes]
        step(optimizer, [*ours, bias], [*gradients, torch.zeros(2)])
        step(reference, theirs, gradients)
    for old, mine, other in zip(start, ours, theirs, strict=True):
        assert (other - old).norm() > RATE
        assert (mine - other).norm() < tolerance * (other - old).norm()


def test_a_matrix_without_a_gradient_beside_others_of_its_shape_is_an_error() -> None:
    matrices, bias = copies([torch.randn(3, 4), torch.randn(3, 4)]), nn.Parameter(torch.zeros(2))
    with pytest.raises(ValueError, match="a matrix has no gradient"):
        step(new_muon(matrices, [bias]), [matrices[0], bias], [torch.randn(3, 4), torch.zeros(2)])


# One optimizer


def test_all_else_moves_as_by_adamw_to_the_bit() -> None:
    start, matrix = [torch.randn(7, 4), torch.randn(2, 3), torch.randn(5)], nn.Parameter(torch.randn(6, 10))
    ours, theirs = copies(start), copies(start)

    def groups(parameters: list[nn.Parameter]) -> list[dict[str, Any]]:
        return [{"params": parameters[:2], "weight_decay": 0.3}, {"params": parameters[2:], "weight_decay": 0.0}]

    optimizer = Muon([matrix], groups(ours), RATE, DECAY, BETAS)
    adamw = torch.optim.AdamW(groups(theirs), lr=RATE, betas=BETAS, fused=True)
    for _ in range(5):
        gradients = [torch.randn_like(tensor) for tensor in start]
        step(optimizer, [*ours, matrix], [*gradients, torch.randn(6, 10)])
        step(adamw, theirs, gradients)
    for old, mine, other in zip(start, ours, theirs, strict=True):
        assert torch.equal(mine, other)
        assert not torch.equal(mine, old)


def test_matrices_of_one_shape_are_taken_together_and_its_groups_and_zero_grad_reach_every_parameter() -> None:
    matrices, others = copies([torch.randn(3, 4), torch.randn(5, 2), torch.randn(3, 4)]), copies([torch.randn(6)])
    optimizer, parameters = new_muon(matrices, others), [*matrices, *others]
    together = [[id(parameter) for parameter in group["params"]] for group in optimizer.param_groups]
    assert together == [[id(matrices[0]), id(matrices[2])], [id(matrices[1])], [id(others[0])]]
    before = copies(parameters)
    for group in optimizer.param_groups:
        group["lr"] = 0.0
    step(optimizer, parameters, parameters)
    assert all(map(torch.equal, before, parameters))
    optimizer.zero_grad()
    assert all(parameter.grad is None for parameter in parameters)


def test_a_state_dictionary_is_refused_rather_than_loaded_by_halves() -> None:
    optimizer = new_muon([nn.Parameter(torch.eye(2))], [nn.Parameter(torch.ones(2))])
    with pytest.raises(TypeError, match="restore_optimizer"):
        optimizer.load_state_dict(optimizer.state_dict())
