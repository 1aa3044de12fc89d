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


def new_muon(matrices: Sequence[Tensor], others: Sequence[Tensor], rate: float = RATE) -> Muon:
    return Muon(matrices, [{"params": list(others), "weight_decay": 0.0}], rate, DECAY, BETAS)


def step(optimizer: torch.optim.Optimizer, parameters: Sequence[Tensor], gradients: Sequence[Tensor]) -> None:
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient.clone()
    optimizer.step()


def way(before: Sequence[Tensor], after: Sequence[Tensor]) -> list[Tensor]:
    """How far each has moved."""
    return [new.detach() - old.detach() for old, new in zip(before, after, strict=True)]


@pytest.fixture
def in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours and PyTorch's without the rounding to bfloat16, which small differences could hide behind."""
    monkeypatch.setattr(muon, "_precision", lambda device: torch.float32)
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)


# Orthogonal matrices


@pytest.mark.parametrize("shape", [(8, 8), (20, 6), (6, 20), (64, 64), (1, 7), (7, 1)], ids=str)
def test_singular_values_come_near_one_and_singular_vectors_stay(shape: tuple[int, int]) -> None:
    left_NRK, _, right_NKC = torch.linalg.svd(torch.randn(3, *shape, dtype=torch.float64), full_matrices=False)
    values_NK1 = torch.rand(3, min(shape), 1, dtype=torch.float64) * 0.95 + 0.05
    nearest_NRC = orthogonal(left_NRK @ (values_NK1 * right_NKC), num_rounds=4)
    seen_by_vectors_NKK = left_NRK.mT @ nearest_NRC @ right_NKC.mT
    new_values_NK = seen_by_vectors_NKK.diagonal(dim1=1, dim2=2)
    assert (new_values_NK > 0.6).all()
    assert (new_values_NK < 1.3).all()
    # Nothing beside the diagonal, and nothing outside of what the vectors span.
    torch.testing.assert_close(left_NRK @ new_values_NK.diag_embed() @ right_NKC, nearest_NRC)


@pytest.mark.parametrize("shape", [(12, 12), (30, 10), (10, 30)], ids=str)
def test_a_random_matrix_comes_near_the_orthogonal_one_that_is_nearest(shape: tuple[int, int]) -> None:
    matrices_NRC = torch.randn(5, *shape)
    left_NRK, _, right_NKC = torch.linalg.svd(matrices_NRC, full_matrices=False)
    nearest_NRC = left_NRK @ right_NKC
    before, after = (
        torch.cosine_similarity(x_NRC.flatten(1), nearest_NRC.flatten(1))
        for x_NRC in (matrices_NRC, orthogonal(matrices_NRC, num_rounds=4))
    )
    assert (after > 0.93).all()
    assert (after > before).all()


def test_the_length_of_a_gradient_does_not_matter_and_none_has_no_direction() -> None:
    matrices_NRC = torch.randn(2, 5, 9)
    torch.testing.assert_close(orthogonal(1e-3 * matrices_NRC, 4), orthogonal(1e3 * matrices_NRC, 4))
    assert (orthogonal(torch.zeros(2, 5, 9), 4) == 0).all()


@pytest.mark.parametrize("shape", [(5, 9), (9, 5)], ids=str)
def test_several_matrices_together_are_each_alone(shape: tuple[int, int]) -> None:
    matrices_NRC = torch.randn(4, *shape) * torch.tensor([1.0, 100.0, 0.01, 5.0]).view(4, 1, 1)
    together_NRC = orthogonal(matrices_NRC, 4)
    for together, matrix in zip(together_NRC, matrices_NRC, strict=True):
        torch.testing.assert_close(together, orthogonal(matrix[None], 4)[0])


# Steps

NEEDS_PYTORCHS = pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="this PyTorch has no Muon of its own")
SHAPES = [(6, 10), (10, 6), (6, 10), (8, 8), (6, 10)]


def ours_and_pytorchs(num_steps: int) -> tuple[list[Tensor], list[Tensor]]:
    """How far the same matrices go by the same gradients."""
    start = [torch.randn(shape) for shape in SHAPES]
    ours, theirs, bias = copies(start), copies(start), nn.Parameter(torch.zeros(2))
    optimizer = new_muon(ours, [bias])
    reference = torch.optim.Muon(
        theirs, RATE, DECAY, momentum=0.95, nesterov=True, ns_steps=4, adjust_lr_fn="match_rms_adamw"
    )
    for _ in range(num_steps):
        gradients = [torch.randn(shape) for shape in SHAPES]
        step(optimizer, [*ours, bias], [*gradients, torch.zeros(2)])
        step(reference, theirs, gradients)
    return way(start, ours), way(start, theirs)


@pytest.mark.usefixtures("in_float32")
@NEEDS_PYTORCHS
def test_matrices_move_as_by_pytorchs_muon_with_the_scale_of_adamw() -> None:
    for moved, expected in zip(*ours_and_pytorchs(num_steps=6), strict=True):
        assert expected.norm() > RATE
        torch.testing.assert_close(moved, expected, rtol=1e-3, atol=1e-3 * RATE)


@NEEDS_PYTORCHS
def test_rounding_to_bfloat16_makes_no_more_of_a_difference_than_its_digits() -> None:
    for moved, expected in zip(*ours_and_pytorchs(num_steps=6), strict=True):
        assert (moved - expected).norm() < 0.06 * expected.norm()


@pytest.mark.usefixtures("in_float32")
def test_each_matrix_of_a_shape_moves_as_if_alone() -> None:
    start, gradients = ([torch.randn(6, 10) for _ in range(3)] for _ in range(2))
    together, bias = copies(start), nn.Parameter(torch.zeros(2))
    step(new_muon(together, [bias]), [*together, bias], [*gradients, torch.zeros(2)])
    for matrix, gradient, moved in zip(start, gradients, together, strict=True):
        (alone,) = copies([matrix])
        step(new_muon([alone], [bias]), [alone, bias], [gradient, torch.zeros(2)])
        torch.testing.assert_close(moved, alone)


def test_without_a_gradient_to_follow_a_matrix_only_decays() -> None:
    start = [torch.randn(6, 10)]
    (matrix,), bias = copies(start), nn.Parameter(torch.ones(2))
    step(new_muon([matrix], [bias]), [matrix, bias], [torch.zeros(6, 10), torch.zeros(2)])
    torch.testing.assert_close(matrix.detach(), (1 - RATE * DECAY) * start[0])


def test_an_entry_of_a_step_is_about_a_fifth_of_the_learning_rate_for_any_shape() -> None:
    for shape in [(16, 16), (8, 32), (64, 16)]:
        start = [torch.randn(shape)]
        (matrix,), bias = copies(start), nn.Parameter(torch.zeros(2))
        no_decay = Muon([matrix], [{"params": [bias]}], RATE, 0.0, BETAS)
        step(no_decay, [matrix, bias], [torch.randn(shape), torch.zeros(2)])
        size = (matrix.detach() - start[0]).square().mean().sqrt()
        assert 0.13 < size / RATE < 0.25


def test_a_matrix_without_a_gradient_beside_others_of_its_shape_is_an_error() -> None:
    matrices, bias = copies([torch.randn(3, 4), torch.randn(3, 4)]), nn.Parameter(torch.zeros(2))
    with pytest.raises(ValueError, match="a matrix has no gradient"):
        step(new_muon(matrices, [bias]), [matrices[0], bias], [torch.randn(3, 4), torch.zeros(2)])


# One optimizer


def test_all_else_moves_as_by_adamw_to_the_bit() -> None:
    start = [torch.randn(7, 4), torch.randn(5), torch.randn(2, 3)]
    ours, theirs, matrix = copies(start), copies(start), nn.Parameter(torch.randn(6, 10))

    def groups(parameters: list[nn.Parameter]) -> list[dict[str, Any]]:
        return [
            {"params": [parameters[0], parameters[2]], "weight_decay": 0.3},
            {"params": [parameters[1]], "weight_decay": 0.0},
        ]

    optimizer = Muon([matrix], groups(ours), RATE, DECAY, BETAS)
    adamw = torch.optim.AdamW(groups(theirs), lr=RATE, betas=BETAS, fused=True)
    for _ in range(5):
        gradients = [torch.randn_like(tensor) for tensor in start]
        step(optimizer, [*ours, matrix], [*gradients, torch.randn(6, 10)])
        step(adamw, theirs, gradients)
    for old, mine, other in zip(start, ours, theirs, strict=True):
        assert torch.equal(mine, other)
        assert not torch.equal(mine, old)


@pytest.fixture
def matrices() -> list[nn.Parameter]:
    return copies([torch.randn(3, 4), torch.randn(5, 2), torch.randn(3, 4)])


@pytest.fixture
def others() -> list[nn.Parameter]:
    return copies([torch.randn(6), torch.randn(9, 3)])


def test_every_parameter_is_in_one_group_and_has_a_state_of_its_kind(
    matrices: list[nn.Parameter], others: list[nn.Parameter]
) -> None:
    optimizer, parameters = new_muon(matrices, others), [*matrices, *others]
    step(optimizer, parameters, [torch.randn_like(parameter) for parameter in parameters])
    grouped = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    assert sorted(map(id, grouped)) == sorted(map(id, parameters))
    assert {id(parameter) for parameter in optimizer.state} == set(map(id, parameters))
    assert all(optimizer.state[matrix].keys() == {"momentum_buffer"} for matrix in matrices)
    assert all(optimizer.state[other].keys() == {"step", "exp_avg", "exp_avg_sq"} for other in others)


def test_matrices_of_one_shape_are_taken_together(matrices: list[nn.Parameter], others: list[nn.Parameter]) -> None:
    first, second, _ = new_muon(matrices, others).param_groups
    assert [list(map(id, group["params"])) for group in (first, second)] == [
        [id(matrices[0]), id(matrices[2])],
        [id(matrices[1])],
    ]


def test_the_learning_rate_of_its_groups_holds_for_all(
    matrices: list[nn.Parameter], others: list[nn.Parameter]
) -> None:
    parameters = [*matrices, *others]
    gradients = [torch.randn_like(parameter) for parameter in parameters]
    optimizer, before = new_muon(matrices, others), copies(parameters)
    for group in optimizer.param_groups:
        assert group["lr"] == RATE
        group["lr"] = 0.0
    step(optimizer, parameters, gradients)
    assert all(map(torch.equal, before, parameters))
    for group in optimizer.param_groups:
        group["lr"] = RATE
    step(optimizer, parameters, gradients)
    assert not any(map(torch.equal, before, parameters))


def test_its_zero_grad_clears_every_gradient(matrices: list[nn.Parameter], others: list[nn.Parameter]) -> None:
    parameters = [*matrices, *others]
    optimizer = new_muon(matrices, others)
    step(optimizer, parameters, parameters)
    assert all(parameter.grad is not None for parameter in parameters)
    optimizer.zero_grad()
    assert all(parameter.grad is None for parameter in parameters)


def test_a_state_dictionary_is_refused_rather_than_loaded_by_halves() -> None:
    optimizer = Muon([nn.Parameter(torch.eye(2))], [{"params": [nn.Parameter(torch.ones(2))]}], 0.1, 0.0, (0.9, 0.98))
    with pytest.raises(TypeError, match="restore_optimizer"):
        optimizer.load_state_dict(optimizer.state_dict())
