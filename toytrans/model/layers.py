"""The parts a Transformer is stacked from: dropout, the feed-forward network, and the two kinds of layer.

Axes: B sentences, S source positions, T new target positions, P target positions read so far (the T new ones included),
H heads, D width of a token's vector (d_model), F width of the feed-forward network (d_ff).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from toytrans.config import ModelConfig
from toytrans.model.attention import KeysValues, MultiHeadAttention


def dropout(x: Tensor, rate: float, training: bool) -> Tensor:
    """Sets a random fraction of `x` to zero and scales up the rest, which keeps the mean (Srivastava et al., 2014)."""
    return x * _mask(x, rate) if training and rate > 0.0 else x


def _mask(x: Tensor, rate: float) -> Tensor:
    """Zero in a random fraction of places; elsewhere the factor that keeps the mean.

    On a CPU, drawing random numbers would cost a quarter of a small model's step. So one 64-bit random number serves
    eight places, a byte each; the rate becomes the nearest multiple of 1/256 (0.1 becomes 0.1016).
    """
    if x.device.type != "cpu":
        return F.dropout(torch.ones_like(x), rate)
    num_dropped = min(round(rate * 256), 255)  # of 256 byte values; one is always kept
    words = torch.empty((x.numel() + 7) // 8, dtype=torch.int64).random_(-(2**63), None)
    bytes_ = words.view(torch.uint8)[: x.numel()].view(x.shape)
    # 0 below the threshold, 1 from it on. A comparison gives the same and takes twice as long.
    return bytes_.to(x.dtype).sub_(num_dropped - 1).clamp_(0, 1).mul_(256 / (256 - num_dropped))


class FeedForward(nn.Module):
    """Two linear maps with a ReLU between, the same at every position (Vaswani et al., 2017, section 3.3)."""

    def __init__(self, d_model: int, d_ff: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(d_model, d_ff)
        self.fc2 = nn.Linear(d_ff, d_model)

    def forward(self, x_BTD: Tensor) -> Tensor:
        """(B, T, D) -> (B, T, F) -> (B, T, D)."""
        hidden_BTF: Tensor = self.fc1(x_BTD).relu()
        output_BTD: Tensor = self.fc2(hidden_BTF)
        return output_BTD


class EncoderLayer(nn.Module):
    """Source positions attend to one another, then each is transformed on its own."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.dropout = config.dropout
        self.self_attention_norm = nn.LayerNorm(config.d_model)
        self.self_attention = MultiHeadAttention(config.d_model, config.num_heads)
        self.feed_forward_norm = nn.LayerNorm(config.d_model)
        self.feed_forward = FeedForward(config.d_model, config.d_ff)

    def forward(self, x_BSD: Tensor, visible_B11S: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the new (B, S, D) and the self-attention weights (B, H, S, S)."""
        # Pre-norm (Xiong et al., 2020): the residual path stays clean, so training is stable without tricks.
        normed_BSD = self.self_attention_norm(x_BSD)
        seen = self.self_attention.keys_values(normed_BSD)
        update_BSD, weights_BHSS = self.self_attention(normed_BSD, seen, visible_B11S)
        x_BSD = x_BSD + dropout(update_BSD, self.dropout, self.training)

        update_BSD = self.feed_forward(self.feed_forward_norm(x_BSD))
        return x_BSD + dropout(update_BSD, self.dropout, self.training), weights_BHSS


@dataclass
class LayerCache:
    """What one decoder layer can attend to: the source, and the target tokens that it has read so far."""

    source: KeysValues
    target: KeysValues | None = None

    def add(self, new: KeysValues) -> KeysValues:
        """Keeps the keys and values of new target positions, and returns those of all."""
        self.target = self.target.append(new) if self.target else new
        return self.target

    def select(self, rows: Tensor, same_sources: bool = False) -> None:
        """Goes on with these rows; with `same_sources`, each row's source is that of the row it replaces."""
        self.target = self.target.select(rows) if self.target else None
        if not same_sources:
            self.source = self.source.select(rows)


@dataclass(frozen=True)
class DecoderLayerOutput:
    """What a decoder layer makes of T target positions, P being all that were read so far, and what it attended to."""

    x_BTD: Tensor
    cross_input_BTD: Tensor  # input of the cross-attention queries
    self_weights_BHTP: Tensor
    cross_weights_BHTS: Tensor


class DecoderLayer(nn.Module):
    """Target positions attend to the target so far, then to the source, then each is transformed on its own."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.dropout = config.dropout
        self.self_attention_norm = nn.LayerNorm(config.d_model)
        self.self_attention = MultiHeadAttention(config.d_model, config.num_heads)
        self.cross_attention_norm = nn.LayerNorm(config.d_model)
        self.cross_attention = MultiHeadAttention(config.d_model, config.num_heads, config.null_positions == 1)
        self.feed_forward_norm = nn.LayerNorm(config.d_model)
        self.feed_forward = FeedForward(config.d_model, config.d_ff)

    def start(self, memory_BSD: Tensor) -> LayerCache:
        """The cache before the first target token: the keys and values of what the encoder made of the source."""
        return LayerCache(self.cross_attention.keys_values(memory_BSD))

    def forward(self, x_BTD: Tensor, cache: LayerCache, visible_TP: Tensor, visible_B11S: Tensor) -> DecoderLayerOutput:
        """One layer over T new target positions, which are added to the cache. Both masks broadcast over the batch."""
        normed_BTD = self.self_attention_norm(x_BTD)
        seen = cache.add(self.self_attention.keys_values(normed_BTD))
        update_BTD, self_weights = self.self_attention(normed_BTD, seen, visible_TP)
        x_BTD = x_BTD + dropout(update_BTD, self.dropout, self.training)

        cross_input_BTD = self.cross_attention_norm(x_BTD)
        update_BTD, cross_weights = self.cross_attention(cross_input_BTD, cache.source, visible_B11S)
        x_BTD = x_BTD + dropout(update_BTD, self.dropout, self.training)

        update_BTD = self.feed_forward(self.feed_forward_norm(x_BTD))
        x_BTD = x_BTD + dropout(update_BTD, self.dropout, self.training)
        return DecoderLayerOutput(x_BTD, cross_input_BTD, self_weights, cross_weights)
