"""Attention in PyTorch against the same mathematics in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from toytrans.model import numpy_attention
from toytrans.model.attention import MultiHeadAttention, attend

Heads = tuple[Tensor, Tensor, Tensor, Tensor]


def assert_equal_to_rounding(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@st.composite
def heads(draw: st.DrawFn) -> Heads:
    """Queries, keys, values and what is visible, of any small shape; every row sees something."""
    num_sentences, num_heads, width = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 9))
    num_queries, num_keys = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    random = torch.Generator().manual_seed(draw(st.integers(0, 10_000)))
    q_BHTK = torch.randn(num_sentences, num_heads, num_queries, width, generator=random)
    k_BHSK, v_BHSK = torch.randn(2, num_sentences, num_heads, num_keys, width, generator=random)
    visible_B1TS = torch.rand(num_sentences, 1, num_queries, num_keys, generator=random) < draw(st.floats(0, 1))
    visible_B1TS[..., draw(st.integers(0, num_keys - 1))] = True
    return q_BHTK, k_BHSK, v_BHSK, visible_B1TS


@given(heads())
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
def test_a_row_of_weights_sums_to_one_and_what_is_hidden_has_none(heads: Heads) -> None:
    *_, visible_B1TS = heads
    _, weights_BHTS = attend(*heads)
    torch.testing.assert_close(weights_BHTS.sum(dim=-1), torch.ones(weights_BHTS.shape[:-1]))
    assert (weights_BHTS.masked_select(~visible_B1TS) == 0).all()


@pytest.mark.parametrize("shape", [(4, 5), (1, 1, 4, 5), (2, 1, 1, 5), (2, 3, 4, 5)], ids=str)
def test_any_mask_that_broadcasts_means_the_same(shape: tuple[int, ...]) -> None:
    q_BHTK, k_BHSK, v_BHSK = torch.randn(2, 3, 4, 8), torch.randn(2, 3, 5, 8), torch.randn(2, 3, 5, 8)
    visible = torch.rand(shape) < 0.6
    visible[..., 0] = True
    context_BHTK, weights_BHTS = attend(q_BHTK, k_BHSK, v_BHSK, visible)
    full_context, full_weights = attend(q_BHTK, k_BHSK, v_BHSK, visible.expand(2, 3, 4, 5))
    assert torch.equal(context_BHTK, full_context)
    assert torch.equal(weights_BHTS, full_weights)


# The module that owns the weights


@pytest.fixture(params=[1, 2, 4], ids="{} heads".format)
def attention(request: pytest.FixtureRequest) -> MultiHeadAttention:
    return MultiHeadAttention(d_model=8, num_heads=request.param)


@torch.no_grad()
def test_multi_head_attention_is_the_mathematics_in_numpy(attention: MultiHeadAttention) -> None:
    x_BTD, seen_BSD = torch.randn(1, 3, 8), torch.randn(1, 5, 8)
    visible_TS = torch.tensor([[True, True, False, False, True]]).expand(3, 5)
    output_BTD, weights_BHTS = attention(x_BTD, attention.keys_values(seen_BSD), visible_TS)
    q, k, v = attention.q_proj(x_BTD), attention.k_proj(seen_BSD), attention.v_proj(seen_BSD)
    context, weights = numpy_attention.multi_head_attention(
        q[0].numpy(), k[0].numpy(), v[0].numpy(), attention.num_heads, visible_TS.numpy()
    )
    expected = context @ attention.out_proj.weight.numpy().T.astype(np.float64) + attention.out_proj.bias.numpy()
    assert weights_BHTS[0].numpy() == pytest.approx(weights, rel=1e-4, abs=1e-6)
    assert output_BTD[0].numpy() == pytest.approx(expected, rel=1e-4, abs=1e-6)


# The null position


@torch.no_grad()
def test_the_null_position_takes_its_part_of_every_row_from_the_words_in_proportion() -> None:
    attention, plain = (MultiHeadAttention(d_model=8, num_heads=2, null_position=null) for null in (True, False))
    assert attention.null_key_HK is not None
    attention.null_key_HK.normal_()
    plain.load_state_dict(attention.state_dict(), strict=False)
    x_BTD, x_BSD = torch.randn(2, 5, 8), torch.randn(2, 3, 8)
    visible_S = torch.tensor([True, False, True])
    _, weights_BHTS = attention(x_BTD, attention.keys_values(x_BSD), visible_S[None])
    _, without_null = plain(x_BTD, plain.keys_values(x_BSD), visible_S[None])
    assert weights_BHTS.shape == (2, 2, 5, 4)
    assert_equal_to_rounding(weights_BHTS.sum(-1), torch.ones(2, 2, 5))
    assert (weights_BHTS[..., 0] > 0).all()
    assert_equal_to_rounding(weights_BHTS[..., 1:], without_null * (1 - weights_BHTS[..., :1]))


@torch.no_grad()
def test_where_there_is_nothing_to_see_the_null_position_has_all_the_weight_and_nothing_is_read() -> None:
    attention = MultiHeadAttention(d_model=8, num_heads=2, null_position=True)
    torch.nn.init.normal_(attention.get_parameter("null_key_HK"))
    seen, nothing = attention.keys_values(torch.randn(1, 3, 8)), torch.zeros(1, 3, dtype=torch.bool)
    output_BTD, weights_BHTS = attention(torch.randn(1, 5, 8), seen, nothing)
    assert (weights_BHTS[..., 0] == 1).all()
    assert_equal_to_rounding(output_BTD, attention.out_proj.bias.expand(1, 5, 8))


def test_the_null_position_has_a_key_of_its_own_in_each_head_and_no_value() -> None:
    attention = MultiHeadAttention(d_model=8, num_heads=2, null_position=True)
    assert attention.null_key_HK is not None
    torch.nn.init.normal_(attention.null_key_HK)
    seen = attention.keys_values(torch.randn(3, 4, 8))
    assert seen.keys_BHSK.shape == seen.values_BHSK.shape == (3, 2, 5, 4)
    for sentence in range(3):
        assert torch.equal(seen.keys_BHSK[sentence, :, 0], attention.null_key_HK)
    assert (seen.values_BHSK[:, :, 0] == 0).all()
