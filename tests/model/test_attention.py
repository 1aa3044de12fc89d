"""The torch code against the same mathematics in NumPy, and the two torch paths against each other."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from toytrans.model import numpy_attention
from toytrans.model.attention import MultiHeadAttention, attend, attend_fused

Heads = tuple[Tensor, Tensor, Tensor, Tensor]


def assert_equal_to_rounding(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@st.composite
def heads(draw: st.DrawFn, sees_something: bool = False) -> Heads:
    """Queries, keys, values and what is visible, of any small shape; a row may see nothing unless told otherwise."""
    num_sentences, num_heads, width = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 9))
    num_queries, num_keys = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    random = torch.Generator().manual_seed(draw(st.integers(0, 10_000)))
    q_BHTK = torch.randn(num_sentences, num_heads, num_queries, width, generator=random)
    k_BHSK, v_BHSK = torch.randn(2, num_sentences, num_heads, num_keys, width, generator=random)
    visible_B1TS = torch.rand(num_sentences, 1, num_queries, num_keys, generator=random) < draw(st.floats(0, 1))
    if sees_something:
        visible_B1TS[..., draw(st.integers(0, num_keys - 1))] = True
    return q_BHTK, k_BHSK, v_BHSK, visible_B1TS


@given(heads(sees_something=True))
def test_attention_is_the_mathematics_in_numpy(heads: Heads) -> None:
    q_BHTK, k_BHSK, v_BHSK, visible_B1TS = heads
    context_BHTK, weights_BHTS = attend(*heads)
    for sentence in range(q_BHTK.shape[0]):
        for head in range(q_BHTK.shape[1]):
            q, k, v = (x[sentence, head].numpy() for x in (q_BHTK, k_BHSK, v_BHSK))
            context, weights = numpy_attention.attention(q, k, v, visible_B1TS[sentence, 0].numpy())
            assert context_BHTK[sentence, head].numpy() == pytest.approx(context, rel=1e-4, abs=1e-5)
            assert weights_BHTS[sentence, head].numpy() == pytest.approx(weights, rel=1e-4, abs=1e-5)


@given(heads())
def test_fused_attention_is_the_same_to_rounding(heads: Heads) -> None:
    context_BHTK, _ = attend(*heads)
    assert_equal_to_rounding(attend_fused(*heads), context_BHTK)


@given(heads())
def test_both_paths_have_the_same_gradients(heads: Heads) -> None:
    inputs = [x.requires_grad_() for x in heads[:3]]
    explicit = torch.autograd.grad(attend(*heads)[0].square().sum(), inputs)
    fused = torch.autograd.grad(attend_fused(*heads).square().sum(), inputs)
    for one, other in zip(explicit, fused, strict=True):
        assert one.isfinite().all()
        assert_equal_to_rounding(one, other)


@given(heads())
def test_a_row_of_weights_sums_to_one_or_sees_nothing_and_is_zero(heads: Heads) -> None:
    *_, visible_B1TS = heads
    _, weights_BHTS = attend(*heads)
    expected = visible_B1TS.any(dim=-1).expand(weights_BHTS.shape[:-1]).float()
    torch.testing.assert_close(weights_BHTS.sum(dim=-1), expected)
    assert (weights_BHTS.masked_select(~visible_B1TS) == 0).all()


@pytest.mark.parametrize("num_keys", [0, 3])
def test_looking_at_nothing_gives_zeros_in_both_paths(num_keys: int) -> None:
    q_BHTK, k_BHSK, v_BHSK = torch.randn(2, 2, 4, 8), torch.randn(2, 2, num_keys, 8), torch.randn(2, 2, num_keys, 8)
    visible = torch.zeros(2, 1, 1, num_keys, dtype=torch.bool)
    assert (attend(q_BHTK, k_BHSK, v_BHSK, visible)[0] == 0).all()
    assert (attend_fused(q_BHTK, k_BHSK, v_BHSK, visible) == 0).all()


@pytest.mark.parametrize("shape", [(4, 5), (1, 1, 4, 5), (2, 1, 1, 5), (2, 3, 4, 5)], ids=str)
def test_any_mask_that_broadcasts_means_the_same(shape: tuple[int, ...]) -> None:
    q_BHTK, k_BHSK, v_BHSK = torch.randn(2, 3, 4, 8), torch.randn(2, 3, 5, 8), torch.randn(2, 3, 5, 8)
    visible = torch.rand(shape) < 0.6
    context_BHTK, weights_BHTS = attend(q_BHTK, k_BHSK, v_BHSK, visible)
    full_context, full_weights = attend(q_BHTK, k_BHSK, v_BHSK, visible.expand(2, 3, 4, 5))
    assert torch.equal(context_BHTK, full_context)
    assert torch.equal(weights_BHTS, full_weights)
    assert_equal_to_rounding(attend_fused(q_BHTK, k_BHSK, v_BHSK, visible), context_BHTK)


# The module that owns the weights


@pytest.fixture(params=[1, 2, 4], ids="{} heads".format)
def attention(request: pytest.FixtureRequest) -> MultiHeadAttention:
    return MultiHeadAttention(d_model=8, num_heads=request.param)


@torch.no_grad()
def test_multi_head_attention_is_the_mathematics_in_numpy(attention: MultiHeadAttention) -> None:
    looking_BTD, seen_BSD = torch.randn(1, 3, 8), torch.randn(1, 5, 8)
    visible_TS = torch.tensor([[True, True, False, False, True]]).expand(3, 5)
    output_BTD, weights_BHTS = attention(looking_BTD, attention.keys_values(seen_BSD), visible_TS, return_weights=True)
    q, k, v = attention.q_proj(looking_BTD), attention.k_proj(seen_BSD), attention.v_proj(seen_BSD)
    context, weights = numpy_attention.multi_head_attention(
        q[0].numpy(), k[0].numpy(), v[0].numpy(), attention.num_heads, visible_TS.numpy()
    )
    expected = context @ attention.out_proj.weight.numpy().T.astype(np.float64) + attention.out_proj.bias.numpy()
    assert weights_BHTS[0].numpy() == pytest.approx(weights, rel=1e-4, abs=1e-6)
    assert output_BTD[0].numpy() == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_asking_for_the_weights_does_not_change_the_output(attention: MultiHeadAttention) -> None:
    x_BTD, visible_TT = torch.randn(2, 6, 8), torch.ones(6, 6, dtype=torch.bool).tril()
    plain_BTD, nothing = attention(x_BTD, attention.keys_values(x_BTD), visible_TT)
    output_BTD, weights_BHTT = attention(x_BTD, attention.keys_values(x_BTD), visible_TT, return_weights=True)
    assert nothing is None
    assert weights_BHTT.shape == (2, attention.num_heads, 6, 6)
    assert_equal_to_rounding(plain_BTD, output_BTD)


# The null position


@torch.no_grad()
def test_a_query_that_looks_at_the_null_position_alone_reads_nothing() -> None:
    attention = MultiHeadAttention(d_model=8, num_heads=2, null_position=True)
    assert attention.null_key_HK is not None
    attention.null_key_HK.normal_()
    seen, only_null = attention.keys_values(torch.randn(1, 3, 8)), torch.tensor([[True, False, False, False]])
    for return_weights in (False, True):
        output_BTD, _ = attention(torch.randn(1, 5, 8), seen, only_null, return_weights)
        assert_equal_to_rounding(output_BTD, attention.out_proj.bias.expand(1, 5, 8))


@torch.no_grad()
def test_the_null_position_takes_its_share_of_every_row_from_the_words_in_proportion() -> None:
    attention = MultiHeadAttention(d_model=8, num_heads=2, null_position=True)
    assert attention.null_key_HK is not None
    attention.null_key_HK.normal_()
    x_BTD, x_BSD = torch.randn(2, 5, 8), torch.randn(2, 3, 8)
    seen = attention.keys_values(x_BSD)
    _, weights_BHTS = attention(x_BTD, seen, torch.ones(1, 4, dtype=torch.bool), return_weights=True)
    _, without_null = attention(x_BTD, seen, torch.tensor([[False, True, True, True]]), return_weights=True)
    assert weights_BHTS.shape == (2, 2, 5, 4)
    assert_equal_to_rounding(weights_BHTS.sum(-1), torch.ones(2, 2, 5))
    assert (weights_BHTS[..., 0] > 0).all()
    assert_equal_to_rounding(weights_BHTS[..., 1:], without_null[..., 1:] * (1 - weights_BHTS[..., :1]))


def test_the_null_position_has_a_key_of_its_own_in_each_head_and_no_value() -> None:
    attention = MultiHeadAttention(d_model=8, num_heads=2, null_position=True)
    assert attention.null_key_HK is not None
    torch.nn.init.normal_(attention.null_key_HK)
    seen = attention.keys_values(torch.randn(3, 4, 8))
    assert seen.keys_BHSK.shape == seen.values_BHSK.shape == (3, 2, 5, 4)
    for sentence in range(3):
        assert torch.equal(seen.keys_BHSK[sentence, :, 0], attention.null_key_HK)
    assert (seen.values_BHSK[:, :, 0] == 0).all()
