"""The parts a Transformer is stacked from: dropout, positions, feed-forward, and the two kinds of layer.

Axes: B sentences, S source positions, T target positions, H heads, D width of a token's vector (d_model).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from toytrans.config import ModelConfig
from toytrans.model.attention import MultiHeadAttention


def dropout(x: Tensor, rate: float, training: bool) -> Tensor:
    """Zeroes a random share of `x` and scales the rest up to keep its mean (Srivastava et al., 2014)."""
    return x * _mask(x, rate) if training and rate > 0.0 else x


def _mask(x: Tensor, rate: float) -> Tensor:
    """Zeros, in a random share of places, and elsewhere the number that keeps a mean.

    On a CPU drawing them costs a quarter of a small model's step, so there eight come from one 64-bit random number, a
    byte each; the rate is then the nearest multiple of 1/256 (0.1 becomes 0.1016).
    """
    if x.device.type != "cpu":
        return F.dropout(torch.ones_like(x), rate)
    num_dropped = min(round(rate * 256), 255)  # of 256 byte values; one is always kept
    words = torch.empty((x.numel() + 7) // 8, dtype=torch.int64).random_(-(2**63), None)
    bytes_ = words.view(torch.uint8)[: x.numel()].view(x.shape)
    # As a comparison would have it, in float32: 0 below the threshold, 1 from it on. Comparing takes twice as long.
    return bytes_.to(x.dtype).sub_(num_dropped - 1).clamp_(0, 1).mul_(256 / (256 - num_dropped))


def sinusoidal_positions(num_positions: int, d_model: int) -> Tensor:
    """One vector a position, sines in its first half and cosines in its second (Vaswani et al., 2017, section 3.5).

    The paper interleaves them; halves are the layout of fairseq and of Hugging Face's M2M100. Returns (positions, D);
    row 0 belongs to padding and is zero, so the first token of a sentence stands at 1.
    """
    half = d_model // 2
    slowdown = torch.exp(torch.arange(half) * -(math.log(10000) / max(half - 1, 1)))
    angles = torch.arange(num_positions).unsqueeze(1) * slowdown
    table = torch.cat([angles.sin(), angles.cos()], dim=1)
    table[0] = 0.0
    return table


class FeedForward(nn.Module):
    """Two linear maps with a ReLU between, the same at every position (Vaswani et al., 2017, section 3.3)."""

    def __init__(self, d_model: int, d_ff: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(d_model, d_ff)
        self.fc2 = nn.Linear(d_ff, d_model)

    def forward(self, x_BTD: Tensor) -> Tensor:
        """(B, T, D) -> (B, T, d_ff) -> (B, T, D)."""
        hidden_BTF: Tensor = self.fc1(x_BTD).relu()
        output_BTD: Tensor = self.fc2(hidden_BTF)
        return output_BTD


class EncoderLayer(nn.Module):
    """Source positions look at one another, then each thinks for itself."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.dropout = config.dropout
        self.self_attention_norm = nn.LayerNorm(config.d_model)
        self.self_attention = MultiHeadAttention(config.d_model, config.num_heads)
        self.feed_forward_norm = nn.LayerNorm(config.d_model)
        self.feed_forward = FeedForward(config.d_model, config.d_ff)

    def forward(
        self, x_BSD: Tensor, visible_B1SS: Tensor, return_weights: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        """Returns the new (B, S, D) and, when asked, the self-attention weights (B, H, S, S)."""
        # Pre-norm (Xiong et al., 2020): the residual path stays clean, so training is stable without tricks.
        normed_BSD = self.self_attention_norm(x_BSD)
        seen = self.self_attention.keys_values(normed_BSD)
        update_BSD, weights_BHSS = self.self_attention(normed_BSD, seen, visible_B1SS, return_weights)
        x_BSD = x_BSD + dropout(update_BSD, self.dropout, self.training)
        update_BSD = self.feed_forward(self.feed_forward_norm(x_BSD))
        return x_BSD + dropout(update_BSD, self.dropout, self.training), weights_BHSS


@dataclass(frozen=True)
class DecoderLayerOutput:
    """What a decoder layer makes of T target positions, and what it looked at when asked."""

    x_BTD: Tensor
    asking_BTD: Tensor  # what cross-attention makes its queries of
    self_weights_BHTT: Tensor | None
    cross_weights_BHTS: Tensor | None


class DecoderLayer(nn.Module):
    """Target positions look back at themselves, then at the source, then each thinks for itself."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.dropout = config.dropout
        self.self_attention_norm = nn.LayerNorm(config.d_model)
        self.self_attention = MultiHeadAttention(config.d_model, config.num_heads)
        self.cross_attention_norm = nn.LayerNorm(config.d_model)
        self.cross_attention = MultiHeadAttention(config.d_model, config.num_heads, config.null_positions == 1)
        self.feed_forward_norm = nn.LayerNorm(config.d_model)
        self.feed_forward = FeedForward(config.d_model, config.d_ff)

    def forward(
        self,
        x_BTD: Tensor,
        memory_BSD: Tensor,
        visible_past_B1TT: Tensor,
        visible_source_B11S: Tensor,
        return_weights: bool = False,
    ) -> DecoderLayerOutput:
        """One layer over T target positions, which look at what the encoder made of the source (B, S, D)."""
        normed_BTD = self.self_attention_norm(x_BTD)
        seen = self.self_attention.keys_values(normed_BTD)
        update_BTD, self_weights = self.self_attention(normed_BTD, seen, visible_past_B1TT, return_weights)
        x_BTD = x_BTD + dropout(update_BTD, self.dropout, self.training)

        asking_BTD = self.cross_attention_norm(x_BTD)
        source = self.cross_attention.keys_values(memory_BSD)
        update_BTD, cross_weights = self.cross_attention(asking_BTD, source, visible_source_B11S, return_weights)
        x_BTD = x_BTD + dropout(update_BTD, self.dropout, self.training)

        update_BTD = self.feed_forward(self.feed_forward_norm(x_BTD))
        x_BTD = x_BTD + dropout(update_BTD, self.dropout, self.training)
        return DecoderLayerOutput(x_BTD, asking_BTD, self_weights, cross_weights)
