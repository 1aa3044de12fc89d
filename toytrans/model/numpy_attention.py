"""The mathematics of attention in a few lines of NumPy: read this first, then `attention.py`.

No batches, no gradients, and a mask only where you give one. The tests hold the PyTorch code to these functions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def softmax(scores: ArrayLike) -> Array:
    """Turns scores into weights: positive, larger for larger scores, and summing to 1 along the last axis."""
    scores = np.asarray(scores, dtype=np.float64)
    # Softmax does not change when all scores shift; with the largest at 0, no exponential overflows.
    exponentials: Array = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights: Array = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights


def similarity(queries: ArrayLike, keys: ArrayLike) -> Array:
    """The dot product of every query (T, d_k) with every key (S, d_k): (T, S); for one query, (S,)."""
    return np.asarray(queries, dtype=np.float64) @ np.asarray(keys, dtype=np.float64).T


def attention(
    queries: ArrayLike, keys: ArrayLike, values: ArrayLike, visible: ArrayLike | None = None
) -> tuple[Array, Array]:
    """softmax(Q K^T / sqrt(d_k)) V (Vaswani et al., 2017, equation 1).

    Queries (T, d_k), keys (S, d_k), values (S, d_v); `visible` (T, S) is True where query t may attend to key
    s; each query needs at least one True. Returns the context (T, d_v) and the weights (T, S): row t says how much
    query t attends to each key.
    """
    scores = similarity(queries, keys) / np.sqrt(np.shape(keys)[-1])
    if visible is not None:
        scores = np.where(visible, scores, -np.inf)
    weights = softmax(scores)
    return weights @ np.asarray(values, dtype=np.float64), weights


def self_attention(x: ArrayLike, w_q: ArrayLike, w_k: ArrayLike, w_v: ArrayLike) -> tuple[Array, Array]:
    """Every word (T, D) makes its own query, key and value, and attends to all the words: weights (T, T)."""
    words = np.asarray(x, dtype=np.float64)
    return attention(words @ np.asarray(w_q), words @ np.asarray(w_k), words @ np.asarray(w_v))


def multi_head_attention(
    queries: ArrayLike, keys: ArrayLike, values: ArrayLike, num_heads: int, visible: ArrayLike | None = None
) -> tuple[Array, Array]:
    """Cuts queries, keys and values (…, D) into `num_heads` slices, and each slice attends on its own.

    Returns the contexts side by side (T, D) and the weights (heads, T, S).
    """
    slices = [np.split(np.asarray(x, dtype=np.float64), num_heads, axis=-1) for x in (queries, keys, values)]
    heads = [attention(q, k, v, visible) for q, k, v in zip(*slices, strict=True)]
    return np.concatenate([context for context, _ in heads], axis=-1), np.stack([weights for _, weights in heads])
