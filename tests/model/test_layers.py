"""Dropout, and layers that compute what PyTorch's own do."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from toytrans.config import ModelConfig
from toytrans.model.attention import MultiHeadAttention
from toytrans.model.layers import DecoderLayer, EncoderLayer, FeedForward, dropout

RATES = [0.05, 0.1, 0.3, 0.5, 0.9]

# Dropout


@pytest.mark.parametrize("rate", RATES)
def test_dropout_zeroes_a_fraction_and_keeps_the_mean(rate: float) -> None:
    dropped = dropout(torch.ones(400_003), rate, training=True)
    # The nearest of 256 steps, and four standard deviations of a count of coins.
    assert (dropped == 0).float().mean().item() == pytest.approx(rate, abs=1 / 512 + 4 * math.sqrt(0.25 / 400_003))
    assert dropped.mean().item() == pytest.approx(1, abs=4 * math.sqrt(rate / (1 - rate) / 400_003))
    assert len(set(dropped.tolist())) == 2  # zero, and one scaled up: nothing between


def test_what_dropout_keeps_is_scaled_up_exactly() -> None:
    kept = dropout(torch.ones(1000), 0.5, training=True)
    assert set(kept.tolist()) == {0.0, 2.0}


@pytest.mark.parametrize("rate", [0.001, 0.997, 0.999])
def test_dropout_stays_finite_at_every_rate_a_setting_may_have(rate: float) -> None:
    assert ModelConfig(dropout=rate).dropout == rate
    assert dropout(torch.ones(10_000), rate, training=True).isfinite().all()


@pytest.mark.parametrize(("rate", "training"), [(0.5, False), (0.0, True)])
def test_dropout_does_nothing_outside_training_or_at_rate_zero(rate: float, training: bool) -> None:
    x = torch.randn(7, 5)
    assert torch.equal(dropout(x, rate, training), x)


@pytest.mark.parametrize("shape", [(0,), (1,), (7,), (3, 5, 7)], ids=str)
def test_dropout_keeps_any_shape(shape: tuple[int, ...]) -> None:
    assert dropout(torch.ones(shape), 0.3, training=True).shape == shape


def test_dropout_of_a_transposed_tensor_is_a_mask_of_the_same_values() -> None:
    x = torch.arange(1.0, 13).view(3, 4).T
    dropped = dropout(x, 0.5, training=True)
    assert ((dropped == 0) | (dropped == 2 * x)).all()


def test_what_was_dropped_has_no_gradient() -> None:
    x = torch.ones(100, requires_grad=True)
    dropped = dropout(x, 0.5, training=True)
    (gradient,) = torch.autograd.grad(dropped.sum(), x)
    assert torch.equal(gradient, dropped.detach())


# Layers, against PyTorch's own with the same weights


CONFIG = ModelConfig(d_model=12, num_heads=3, d_ff=20, dropout=0.3)


def shaken(layer: nn.Module) -> nn.Module:
    """The layer with every weight, norm and bias at random, so that none can hide behind a zero or a one."""
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.normal_(std=0.5)
    return layer.eval()


def copy_attention(ours: nn.Module, theirs: nn.Module) -> None:
    assert isinstance(ours, MultiHeadAttention)
    assert isinstance(theirs, nn.MultiheadAttention)
    projections = (ours.q_proj, ours.k_proj, ours.v_proj)
    theirs.load_state_dict(
        {
            "in_proj_weight": torch.cat([projection.weight for projection in projections]),
            "in_proj_bias": torch.cat([projection.bias for projection in projections]),
            "out_proj.weight": ours.out_proj.weight,
            "out_proj.bias": ours.out_proj.bias,
        }
    )


def copy_parts(ours: nn.Module, theirs: nn.Module, parts: dict[str, str]) -> None:
    for our_name, their_name in parts.items():
        our_part, their_part = ours.get_submodule(our_name), theirs.get_submodule(their_name)
        if isinstance(our_part, MultiHeadAttention):
            copy_attention(our_part, their_part)
        else:
            their_part.load_state_dict(our_part.state_dict())


@pytest.fixture(name="memory_BSD")
def memory() -> Tensor:
    return torch.randn(2, 6, 12)


def test_an_encoder_layer_computes_what_pytorchs_pre_norm_layer_does(memory_BSD: Tensor) -> None:
    ours = shaken(EncoderLayer(CONFIG))
    theirs = nn.TransformerEncoderLayer(12, 3, 20, batch_first=True, norm_first=True).eval()
    parts = {
        "self_attention_norm": "norm1",
        "self_attention": "self_attn",
        "feed_forward_norm": "norm2",
        "feed_forward.fc1": "linear1",
        "feed_forward.fc2": "linear2",
    }
    copy_parts(ours, theirs, parts)
    is_padding_BS = torch.tensor([[False] * 6, [False] * 4 + [True] * 2])
    output_BSD, _ = ours(memory_BSD, ~is_padding_BS[:, None, None, :])
    expected_BSD = theirs(memory_BSD, src_key_padding_mask=is_padding_BS)
    tokens_BS = ~is_padding_BS
    torch.testing.assert_close(output_BSD[tokens_BS], expected_BSD[tokens_BS], rtol=1e-4, atol=1e-4)


def test_a_decoder_layer_computes_what_pytorchs_pre_norm_layer_does(memory_BSD: Tensor) -> None:
    ours = DecoderLayer(CONFIG)
    shaken(ours)
    theirs = nn.TransformerDecoderLayer(12, 3, 20, batch_first=True, norm_first=True).eval()
    parts = {
        "self_attention_norm": "norm1",
        "self_attention": "self_attn",
        "cross_attention_norm": "norm2",
        "cross_attention": "multihead_attn",
        "feed_forward_norm": "norm3",
        "feed_forward.fc1": "linear1",
        "feed_forward.fc2": "linear2",
    }
    copy_parts(ours, theirs, parts)
    x_BTD = torch.randn(2, 5, 12)
    visible_TT = torch.ones(5, 5, dtype=torch.bool).tril()
    is_padding_BS = torch.tensor([[False] * 6, [False] * 4 + [True] * 2])
    output_BTD = ours(x_BTD, ours.start(memory_BSD), visible_TT, ~is_padding_BS[:, None, None, :]).x_BTD
    expected_BTD = theirs(x_BTD, memory_BSD, tgt_mask=~visible_TT, memory_key_padding_mask=is_padding_BS)
    torch.testing.assert_close(output_BTD, expected_BTD, rtol=1e-4, atol=1e-4)


def test_the_feed_forward_layer_treats_every_position_alike() -> None:
    layer, x_BTD = FeedForward(8, 16), torch.randn(2, 5, 8)
    together, alone = layer(x_BTD), layer(x_BTD[1:, 3:4])
    torch.testing.assert_close(together[1:, 3:4], alone)


def test_a_layer_drops_in_training_and_repeats_itself_outside_it(memory_BSD: Tensor) -> None:
    layer, visible = EncoderLayer(CONFIG), torch.ones(6, 6, dtype=torch.bool)
    assert not torch.equal(layer(memory_BSD, visible)[0], layer(memory_BSD, visible)[0])
    layer.eval()
    assert torch.equal(layer(memory_BSD, visible)[0], layer(memory_BSD, visible)[0])
