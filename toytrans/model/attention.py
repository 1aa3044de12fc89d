"""Scaled dot-product attention: the mathematics as a function, and one module that owns the weights.

Axes: B sentences, H heads, T positions that attend (queries), S positions attended to (keys),
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

    `visible_B1TS` is True where position t may attend to position s (any shape that broadcasts will do); each row needs
    at least one True. Returns the context (B, H, T, K) and the weights (B, H, T, S), whose rows sum to 1.
    """
    scores_BHTS = q_BHTK @ k_BHSK.mT / sqrt(q_BHTK.shape[-1])
    scores_BHTS = scores_BHTS.masked_fill(~visible_B1TS, float("-inf"))
    weights_BHTS = scores_BHTS.softmax(dim=-1)
    return weights_BHTS @ v_BHSK, weights_BHTS


@dataclass(frozen=True)
class KeysValues:
    """What can be attended to: a key and a value for each position and head, both (B, H, S, K)."""

    keys_BHSK: Tensor
    values_BHSK: Tensor

    def append(self, new: KeysValues) -> KeysValues:
        """These positions, and the new ones after them."""
        return KeysValues(
            torch.cat([self.keys_BHSK, new.keys_BHSK], dim=2), torch.cat([self.values_BHSK, new.values_BHSK], dim=2)
        )

    def select(self, rows: Tensor) -> KeysValues:
        """The rows of the batch with these numbers, in this order."""
        return KeysValues(self.keys_BHSK.index_select(0, rows), self.values_BHSK.index_select(0, rows))


class MultiHeadAttention(nn.Module):
    """Several attentions side by side, each in its own projection (Vaswani et al., 2017, section 3.2.2)."""

    def __init__(self, d_model: int, num_heads: int, null_position: bool = False) -> None:
        super().__init__()
        self.num_heads = num_heads
        # A learned key before the words' keys, for heads that need no word.
        self.null_key_HK = nn.Parameter(torch.empty(num_heads, d_model // num_heads)) if null_position else None
        self.q_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.out_proj = nn.Linear(d_model, d_model)

    def _split_heads(self, x_BTD: Tensor) -> Tensor:
        batch, length, d_model = x_BTD.shape
        x_BTHK = x_BTD.view(batch, length, self.num_heads, d_model // self.num_heads)
        # (B, T, D) -> (B, T, H, K) -> (B, H, T, K), copied once: a search multiplies with the source many times.
        return x_BTHK.transpose(1, 2).contiguous()

    def keys_values(self, x_BSD: Tensor) -> KeysValues:
        """The keys and values of what will be attended to; the null position, if there is one, comes first."""
        keys_BHSK, values_BHSK = self._split_heads(self.k_proj(x_BSD)), self._split_heads(self.v_proj(x_BSD))
        if self.null_key_HK is not None:
            null_BH1K = self.null_key_HK[None, :, None].expand(len(x_BSD), -1, -1, -1)
            keys_BHSK = torch.cat([null_BH1K, keys_BHSK], dim=2)
            values_BHSK = F.pad(values_BHSK, (0, 0, 1, 0))  # its value is zero: attending to it reads nothing
        return KeysValues(keys_BHSK, values_BHSK)

    def forward(self, x_BTD: Tensor, seen: KeysValues, visible_B1TS: Tensor) -> tuple[Tensor, Tensor]:
        """Each of the T positions attends to `seen`: (B, T, D), and every head's weights (B, H, T, S).

        `visible_B1TS` speaks of tokens; the null position, which it leaves out, is always visible.
        """
        if self.null_key_HK is not None:
            visible_B1TS = F.pad(visible_B1TS, (1, 0), value=True)
        q_BHTK = self._split_heads(self.q_proj(x_BTD))
        context_BHTK, weights_BHTS = attend(q_BHTK, seen.keys_BHSK, seen.values_BHSK, visible_B1TS)
        heads_side_by_side_BTD = context_BHTK.transpose(1, 2).flatten(2)  # (B, H, T, K) -> (B, T, D)
        return self.out_proj(heads_side_by_side_BTD), weights_BHTS
