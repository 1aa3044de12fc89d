"""The whole Transformer in plain NumPy, for one sentence: read this first, then `transformer.py`.

It computes what `Transformer` computes, and returns every layer's and head's attention. It runs straight from a run's
files, without PyTorch. `numpy_attention.py` has the attention itself.

Axes: S source tokens, T new target tokens, P target tokens read so far (the T new ones included), H heads, D width of a
token's vector (d_model), F width of the feed-forward network (d_ff), V vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from toytrans.config import ModelConfig
from toytrans.model.numpy_attention import Array, multi_head_attention

EPSILON = 1e-5  # as in PyTorch's LayerNorm


@dataclass(frozen=True)
class KeysValues:
    """What a layer can attend to: a key and a value for each position, all heads side by side, both (positions, D)."""

    keys: Array
    values: Array


@dataclass(frozen=True)
class Cache:
    """The decoder on its way: for each layer the source and the target read so far; `decode` returns the next one."""

    source_L: tuple[KeysValues, ...]
    visible_S: Array
    target_L: tuple[KeysValues, ...]
    num_read: int = 0


@dataclass(frozen=True)
class Decoded:
    """What the decoder made of T target tokens."""

    logits_TV: Array
    self_attention_L: tuple[Array, ...]  # of each layer (H, T, P)
    cross_attention_L: tuple[Array, ...]  # (H, T, S), after a first column for the null position if there is one
    cache: Cache


class NumpyTransformer:
    """A trained model; `weights` are those of `Transformer.weights()`, by their names."""

    def __init__(self, config: ModelConfig, weights: Mapping[str, ArrayLike]) -> None:
        self.config = config
        self._weights = {name: np.asarray(weight, dtype=np.float64) for name, weight in weights.items()}

    def weights(self) -> Mapping[str, Array]:
        """All weights by name, as `Transformer.weights` names them."""
        return self._weights

    def encode(
        self, source_S: Sequence[int], hidden_S: Sequence[bool] | None = None
    ) -> tuple[Cache, tuple[Array, ...]]:
        """Reads the source: a cache to decode from, and each layer's attention (H, S, S).

        Where `hidden_S` is True, a token keeps its place, but nothing can attend to it.
        """
        visible_S = np.ones(len(source_S), dtype=bool) if hidden_S is None else ~np.array(hidden_S, dtype=bool)
        x_SD = self._embed(source_S, num_read=0)
        attention_L = []
        for layer in self._layers("encoder"):
            normed_SD = self._norm(f"{layer}.self_attention_norm", x_SD)
            seen = self._keys_values(f"{layer}.self_attention", normed_SD)
            update_SD, weights_HSS = self._attention(f"{layer}.self_attention", normed_SD, seen, visible_S)
            x_SD = x_SD + update_SD
            x_SD = x_SD + self._feed_forward(layer, x_SD)
            attention_L.append(weights_HSS)
        memory_SD = self._norm("encoder_norm", x_SD)
        source_L = tuple(self._keys_values(f"{layer}.cross_attention", memory_SD) for layer in self._layers("decoder"))
        if self.config.null_positions:  # the null position is always visible
            visible_S = np.concatenate([[True], visible_S])
        nothing = KeysValues(np.empty((0, self.config.d_model)), np.empty((0, self.config.d_model)))
        return Cache(source_L, visible_S, (nothing,) * self.config.num_layers), tuple(attention_L)

    def decode(self, target_T: Sequence[int], cache: Cache) -> Decoded:
        """Reads T more target tokens; each sees those up to its own, and the source."""
        num_new, num_read = len(target_T), cache.num_read
        visible_TP = np.tril(np.ones((num_new, num_read + num_new), dtype=bool), num_read)
        x_TD = self._embed(target_T, num_read)
        target_L, self_attention_L, cross_attention_L = [], [], []
        for layer, source, before in zip(self._layers("decoder"), cache.source_L, cache.target_L, strict=True):
            normed_TD = self._norm(f"{layer}.self_attention_norm", x_TD)
            new = self._keys_values(f"{layer}.self_attention", normed_TD)
            target = KeysValues(np.vstack([before.keys, new.keys]), np.vstack([before.values, new.values]))
            update_TD, self_weights = self._attention(f"{layer}.self_attention", normed_TD, target, visible_TP)
            x_TD = x_TD + update_TD
            normed_TD = self._norm(f"{layer}.cross_attention_norm", x_TD)
            update_TD, cross_weights = self._attention(f"{layer}.cross_attention", normed_TD, source, cache.visible_S)
            x_TD = x_TD + update_TD
            x_TD = x_TD + self._feed_forward(layer, x_TD)
            target_L.append(target)
            self_attention_L.append(self_weights)
            cross_attention_L.append(cross_weights)
        logits_TV = self._norm("decoder_norm", x_TD) @ self._weights["embedding.weight"].T
        after = Cache(cache.source_L, cache.visible_S, tuple(target_L), num_read + num_new)
        return Decoded(logits_TV, tuple(self_attention_L), tuple(cross_attention_L), after)

    def _layers(self, side: str) -> Iterator[str]:
        return (f"{side}_layers.{number}" for number in range(self.config.num_layers))

    def _embed(self, tokens: Sequence[int], num_read: int) -> Array:
        first, end = num_read + 1, num_read + 1 + len(tokens)  # position 0 is padding's
        positions = sinusoidal_positions(end, self.config.d_model)[first:]
        embedded: Array = self._weights["embedding.weight"][list(tokens)] * sqrt(self.config.d_model) + positions
        return embedded

    def _linear(self, name: str, x: Array) -> Array:
        y: Array = x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return y

    def _norm(self, name: str, x: Array) -> Array:
        """LayerNorm (Ba et al., 2016): mean 0 and variance 1 over a token's vector, then a gain and a bias."""
        normed = (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + EPSILON)
        scaled: Array = normed * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return scaled

    def _keys_values(self, name: str, x: Array) -> KeysValues:
        keys, values = self._linear(f"{name}.k_proj", x), self._linear(f"{name}.v_proj", x)
        if f"{name}.null_key_HK" in self._weights:  # before the words, a key for no word, whose value is zero
            keys = np.vstack([self._weights[f"{name}.null_key_HK"].reshape(1, -1), keys])
            values = np.vstack([np.zeros((1, values.shape[1])), values])
        return KeysValues(keys, values)

    def _attention(self, name: str, x_TD: Array, seen: KeysValues, visible_TS: Array) -> tuple[Array, Array]:
        """The update and the weights (H, T, S); `visible_TS` may be (S,), the same for all rows."""
        queries = self._linear(f"{name}.q_proj", x_TD)
        context_TD, weights = multi_head_attention(queries, seen.keys, seen.values, self.config.num_heads, visible_TS)
        return self._linear(f"{name}.out_proj", context_TD), weights

    def _feed_forward(self, layer: str, x_TD: Array) -> Array:
        normed_TD = self._norm(f"{layer}.feed_forward_norm", x_TD)
        hidden_TF = np.maximum(self._linear(f"{layer}.feed_forward.fc1", normed_TD), 0)
        return self._linear(f"{layer}.feed_forward.fc2", hidden_TF)


def sinusoidal_positions(num_positions: int, d_model: int) -> Array:
    """One vector a position: sines in its first half, cosines in its second (Vaswani et al., 2017, section 3.5).

    The paper interleaves them; halves are the layout of fairseq and of Hugging Face's M2M100. Returns (positions, D);
    row 0 belongs to padding and is zero, so the first token of a sentence stands at 1.
    """
    half = d_model // 2
    frequencies = np.exp(-np.log(10000) * np.arange(half) / max(half - 1, 1))
    angles = np.arange(num_positions)[:, None] * frequencies
    table: Array = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    table[0] = 0.0
    return table


def weight_shapes(config: ModelConfig, vocabulary_size: int) -> dict[str, tuple[int, ...]]:
    """The name and shape of every weight of a model."""
    d_model, d_ff, heads = config.d_model, config.d_ff, config.num_heads
    shapes: dict[str, tuple[int, ...]] = {"embedding.weight": (vocabulary_size, d_model)}

    def linear(name: str, inputs: int, outputs: int) -> None:
        shapes.update({f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)})

    def norm(name: str) -> None:
        shapes.update({f"{name}.weight": (d_model,), f"{name}.bias": (d_model,)})

    for side, kinds in (("encoder", ("self",)), ("decoder", ("self", "cross"))):
        for layer in (f"{side}_layers.{number}" for number in range(config.num_layers)):
            for kind in kinds:
                norm(f"{layer}.{kind}_attention_norm")
                for part in ("q", "k", "v", "out"):
                    linear(f"{layer}.{kind}_attention.{part}_proj", d_model, d_model)
                if kind == "cross" and config.null_positions:
                    shapes[f"{layer}.cross_attention.null_key_HK"] = (heads, d_model // heads)
            norm(f"{layer}.feed_forward_norm")
            linear(f"{layer}.feed_forward.fc1", d_model, d_ff)
            linear(f"{layer}.feed_forward.fc2", d_ff, d_model)
        norm(f"{side}_norm")
    return shapes
