"""Scaled dot-product attention: the mathematics as functions, and one module that owns the weights.

Axes: B sentences, H heads, T positions that look (queries), S positions looked at (keys),
K width of a head (d_k), D width of a token's vector (d_model).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def attend(q_BHTK: Tensor, k_BHSK: Tensor, v_BHSK: Tensor, visible_B1TS: Tensor) -> tuple[Tensor, Tensor]:
    """softmax(Q K^T / sqrt(d_k)) V, and the weights it used (Vaswani et al., 2017, section 3.2.1).

    `visible_B1TS` is True where position t may look at position s (any shape that broadcasts will do).
    Returns the context (B, H, T, K) and the weights (B, H, T, S): each row sums to 1, and a row that may look
    at nothing is all zeros.
    """
    # Without the square root, scores grow with the width of a head and softmax saturates.
    scores_BHTS = q_BHTK @ k_BHSK.mT / sqrt(q_BHTK.shape[-1])
    weights_BHTS = scores_BHTS.masked_fill(~visible_B1TS, float("-inf")).softmax(dim=-1)
    # Softmax over nothing is 0 / 0. Such a row has no visible position, so this zeroes all of it, and its gradient.
    weights_BHTS = weights_BHTS.masked_fill(~visible_B1TS, 0.0)
    return weights_BHTS @ v_BHSK, weights_BHTS


def attend_fused(q_BHTK: Tensor, k_BHSK: Tensor, v_BHSK: Tensor, visible_B1TS: Tensor) -> Tensor:
    """The context of `attend` to rounding, by PyTorch's fused kernel, which never stores the weights."""
    return F.scaled_dot_product_attention(q_BHTK, k_BHSK, v_BHSK, attn_mask=visible_B1TS)


@dataclass(frozen=True)
class KeysValues:
    """What can be looked at: a key and a value for each position and head, both (B, H, S, K)."""

    keys_BHSK: Tensor
    values_BHSK: Tensor

    def followed_by(self, later: KeysValues) -> KeysValues:
        """These positions and then `later`'s: how the cache of a decoder grows."""
        return KeysValues(
            torch.cat([self.keys_BHSK, later.keys_BHSK], dim=2),
            torch.cat([self.values_BHSK, later.values_BHSK], dim=2),
        )

    def select(self, rows: Tensor) -> KeysValues:
        """The sentences numbered in `rows`, in that order."""
        return KeysValues(self.keys_BHSK.index_select(0, rows), self.values_BHSK.index_select(0, rows))


class MultiHeadAttention(nn.Module):
    """Several attentions side by side, each in its own projection (Vaswani et al., 2017, section 3.2.2)."""

    def __init__(self, d_model: int, num_heads: int, null_position: bool = False) -> None:
        super().__init__()
        self.num_heads = num_heads
        # A key that stands for no word, beside those of the words: a head that needs none of them can rest there.
        self.null_key_HK = nn.Parameter(torch.empty(num_heads, d_model // num_heads)) if null_position else None
        self.q_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.out_proj = nn.Linear(d_model, d_model)

    def _split_heads(self, x_BTD: Tensor) -> Tensor:
        batch, length, d_model = x_BTD.shape
        x_BTHK = x_BTD.view(batch, length, self.num_heads, d_model // self.num_heads)
        return x_BTHK.transpose(1, 2)  # (B, T, D) -> (B, T, H, K) -> (B, H, T, K)

    def keys_values(self, x_BSD: Tensor) -> KeysValues:
        """The keys and values of what will be looked at; the null position, if there is one, comes first."""
        words = KeysValues(self._split_heads(self.k_proj(x_BSD)), self._split_heads(self.v_proj(x_BSD)))
        if self.null_key_HK is None:
            return words
        key_BH1K = self.null_key_HK[None, :, None].expand(len(x_BSD), -1, -1, -1)
        return KeysValues(key_BH1K, torch.zeros_like(key_BH1K)).followed_by(words)  # what rests there reads nothing

    def forward(
        self, x_BTD: Tensor, seen: KeysValues, visible_B1TS: Tensor, return_weights: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        """Each of the T positions looks at `seen`: (B, T, D), and with `return_weights` every head's (B, H, T, S)."""
        q_BHTK = self._split_heads(self.q_proj(x_BTD))
        weights_BHTS = None
        if return_weights:
            context_BHTK, weights_BHTS = attend(q_BHTK, seen.keys_BHSK, seen.values_BHSK, visible_B1TS)
        else:
            context_BHTK = attend_fused(q_BHTK, seen.keys_BHSK, seen.values_BHSK, visible_B1TS)
        heads_side_by_side_BTD = context_BHTK.transpose(1, 2).flatten(2)  # (B, H, T, K) -> (B, T, D)
        return self.out_proj(heads_side_by_side_BTD), weights_BHTS
