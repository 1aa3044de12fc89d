"""Scaled dot-product attention: the mathematics as functions, and one module that owns the weights.

Axes: B sentences, H heads, T positions that look (queries), S positions looked at (keys),
K width of a head (d_k), D width of a token's vector (d_model).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class _Attend(torch.autograd.Function):
    """The mathematics of `attend`, and its gradient, worked out by hand so that every step is made in place.

    Axes here: N heads of all sentences, one after the other.
    """

    @staticmethod
    def forward(
        ctx: Any, q_BHTK: Tensor, k_BHSK: Tensor, v_BHSK: Tensor, hidden_B1TS: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        q_NTK, k_NSK, v_NSK = (_joined(x) for x in (q_BHTK, k_BHSK, v_BHSK))
        # Without the square root, scores grow with the width of a head and softmax saturates.
        scale = 1 / sqrt(q_BHTK.shape[-1])
        weights_NTS = torch.bmm(q_NTK, k_NSK.mT).mul_(scale)
        weights_BHTS = weights_NTS.view(*q_BHTK.shape[:3], k_BHSK.shape[2])
        if hidden_B1TS is not None:
            weights_BHTS.masked_fill_(hidden_B1TS, float("-inf"))
        _softmax_(weights_BHTS)
        ctx.set_materialize_grads(False)  # the weights have a gradient only where they are guided
        ctx.scale, ctx.heads = scale, q_BHTK.shape[:2]
        ctx.save_for_backward(q_NTK, k_NSK, v_NSK, weights_NTS)
        return torch.bmm(weights_NTS, v_NSK).view_as(q_BHTK), weights_BHTS

    @staticmethod
    def backward(ctx: Any, d_context_BHTK: Tensor | None, d_weights_BHTS: Tensor | None) -> tuple[Tensor | None, ...]:
        """Gradients of queries, keys and values; what nothing came of has None for a gradient."""
        q_NTK, k_NSK, v_NSK, weights_NTS = ctx.saved_tensors
        if d_context_BHTK is not None:
            d_context_NTK = _joined(d_context_BHTK)
            d_v_NSK = torch.bmm(weights_NTS.mT, d_context_NTK)
            d_scores_NTS = torch.bmm(d_context_NTK, v_NSK.mT)
        else:
            d_v_NSK, d_scores_NTS = None, torch.zeros_like(weights_NTS)
        if d_weights_BHTS is not None:
            d_scores_NTS += _joined(d_weights_BHTS)
        # Of softmax: a score gains as far as its weight's gradient exceeds the row's mean gradient, weighted alike.
        d_scores_NTS *= weights_NTS
        d_scores_NTS.addcmul_(weights_NTS, d_scores_NTS.sum(dim=-1, keepdim=True), value=-1).mul_(ctx.scale)
        gradients = torch.bmm(d_scores_NTS, k_NSK), torch.bmm(d_scores_NTS.mT, q_NTK), d_v_NSK
        return *(None if x is None else x.view(*ctx.heads, *x.shape[1:]) for x in gradients), None


def attend(q_BHTK: Tensor, k_BHSK: Tensor, v_BHSK: Tensor, visible_B1TS: Tensor | None) -> tuple[Tensor, Tensor]:
    """softmax(Q K^T / sqrt(d_k)) V, and the weights it used (Vaswani et al., 2017, section 3.2.1).

    `visible_B1TS` is True where position t may look at position s (any shape that broadcasts will do); without it,
    every position is visible. Returns the context (B, H, T, K) and the weights (B, H, T, S): each row sums to 1, and
    a row that may look at nothing is all zeros.
    """
    hidden_B1TS = None if visible_B1TS is None else ~visible_B1TS
    context_BHTK, weights_BHTS = _Attend.apply(q_BHTK, k_BHSK, v_BHSK, hidden_B1TS)  # type: ignore[no-untyped-call]
    return context_BHTK, weights_BHTS


def _joined(x_BHTK: Tensor) -> Tensor:
    """(B, H, T, K) -> (N, T, K)"""
    return x_BHTK.reshape(x_BHTK.shape[0] * x_BHTK.shape[1], *x_BHTK.shape[2:])


def _softmax_(scores_S: Tensor) -> None:
    """Turns scores (..., S) into weights, in place; a row of nothing but minus infinities becomes zeros, not 0 / 0.

    PyTorch's own takes four times as long on rows of fewer than sixteen numbers, as short sentences have.
    """
    if not scores_S.numel():
        return
    finite = torch.finfo(scores_S.dtype)
    # Softmax does not change when all scores shift; with the largest at 0, no exponential overflows.
    scores_S.sub_(scores_S.amax(dim=-1, keepdim=True).clamp_(min=finite.min)).exp_()
    scores_S.div_(scores_S.sum(dim=-1, keepdim=True).clamp_(min=finite.tiny))


def attend_fused(q_BHTK: Tensor, k_BHSK: Tensor, v_BHSK: Tensor, visible_B1TS: Tensor) -> Tensor:
    """The context of `attend` to rounding, by PyTorch's fused kernel, which never stores the weights."""
    return F.scaled_dot_product_attention(q_BHTK, k_BHSK, v_BHSK, attn_mask=visible_B1TS)


@dataclass(frozen=True)
class KeysValues:
    """What can be looked at: a key and a value for each position and head, both (B, H, S, K)."""

    keys_BHSK: Tensor
    values_BHSK: Tensor


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
        keys_BHSK, values_BHSK = self._split_heads(self.k_proj(x_BSD)), self._split_heads(self.v_proj(x_BSD))
        if self.null_key_HK is not None:
            null_BH1K = self.null_key_HK[None, :, None].expand(len(x_BSD), -1, -1, -1)
            keys_BHSK = torch.cat([null_BH1K, keys_BHSK], dim=2)
            values_BHSK = F.pad(values_BHSK, (0, 0, 1, 0))  # zeros: what rests there reads nothing
        return KeysValues(keys_BHSK, values_BHSK)

    def forward(
        self, x_BTD: Tensor, seen: KeysValues, visible_B1TS: Tensor, return_weights: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        """Each of the T positions looks at `seen`: (B, T, D), and with `return_weights` every head's (B, H, T, S)."""
        q_BHTK = self._split_heads(self.q_proj(x_BTD))
        weights_BHTS = None
        if return_weights or x_BTD.device.type == "cpu":
            context_BHTK, weights_BHTS = attend(q_BHTK, seen.keys_BHSK, seen.values_BHSK, visible_B1TS)
        else:
            context_BHTK = attend_fused(q_BHTK, seen.keys_BHSK, seen.values_BHSK, visible_B1TS)
        heads_side_by_side_BTD = context_BHTK.transpose(1, 2).flatten(2)  # (B, H, T, K) -> (B, T, D)
        return self.out_proj(heads_side_by_side_BTD), weights_BHTS if return_weights else None
