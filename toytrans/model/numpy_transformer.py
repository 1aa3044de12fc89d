"""The whole Transformer in NumPy, for one sentence: what `Transformer` and greedy search compute, faster.

What a step of so small a model costs is its calls, so here they are few and plain. The weights are made ready once, by
changes that leave every result as it was:

- A LayerNorm's gain and bias move into the matrix behind it, and so does the scale of attention's scores.
- What is added to the stream of vectors is centred in advance: a LayerNorm need only divide by a length.
- Behind a LayerNorm, a matrix's last row is its bias; a vector (E) has a 1 behind it to meet that row.

Axes: L layers, S source positions, T target positions, H heads, M = L H heads of all layers, K width of a head, D width
of a token's vector (d_model), E = D + 1, F width of the feed-forward layer, V tokens, W those that can be written,
N pairs of a position and a head.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toytrans.config import ModelConfig
from toytrans.model.layers import sinusoidal_positions
from toytrans.special_tokens import BOS, EOS, UNK

Array = NDArray[np.float32]
Exact = NDArray[np.float64]

NUM_NEVER_WRITTEN = 2  # `<pad>` and `<s>`, the first two tokens
EPSILON = 1e-5  # of PyTorch's LayerNorm


class NumpyTransformer:
    """A trained model, ready to translate; `weights` are those of `Transformer.state_dict()`."""

    def __init__(self, weights: Mapping[str, ArrayLike], config: ModelConfig) -> None:
        self.config = config
        exact = {name: np.asarray(weight, dtype=np.float64) for name, weight in weights.items()}
        encoder, decoder = ([f"{side}_layers.{n}" for n in range(config.num_layers)] for side in ("encoder", "decoder"))
        self._embedding_VD = _ready(_centred(exact["embedding.weight"]) * sqrt(config.d_model))
        self._positions_PD = np.empty((0, config.d_model), np.float32)
        self._encoder = [_Layer(exact, name, config.num_heads) for name in encoder]
        self.decoder = [_Layer(exact, name, config.num_heads) for name in decoder]
        output_DW = exact["embedding.weight"][NUM_NEVER_WRITTEN:].T
        self._output_EW = _ready(_after_norm(exact, "decoder_norm", np.pad(output_DW, ((0, 1), (0, 0)))))

        cross = [f"{name}.cross_attention" for name in decoder]
        k_and_v = [_matrix(exact, f"{name}.{part}_proj") for part in "kv" for name in cross]
        q_ED = [_after_norm(exact, f"{name}_norm", _matrix(exact, f"{name}.q_proj")) for name in cross]
        out_ED = [_centred(_matrix(exact, f"{name}.out_proj")) for name in cross]
        heads = config.num_layers * config.num_heads, config.d_model // config.num_heads
        self._source_E2MK = _ready(_after_norm(exact, "encoder_norm", np.hstack(k_and_v)))
        self._q_MKE = _ready(np.hstack(q_ED).T.reshape(*heads, -1) / sqrt(heads[1]))
        self._out_MKD = _ready(np.vstack([m[:-1] for m in out_ED]).reshape(*heads, -1))
        self._out_bias_M1D = _ready(np.repeat([m[-1:] for m in out_ED], config.num_heads, axis=0) / config.num_heads)
        if config.null_positions:
            self._null_M1K = _ready(np.vstack([exact[f"{name}.null_key_HK"] for name in cross])[:, None])

    def greedy_search(self, source_S: Sequence[int], max_length: int) -> tuple[tuple[int, ...], tuple[float, ...]]:
        """The most probable token at each step, to `</s>` or to `max_length`, and the log-probability of each.

        The source, which has no padding, must have a token at least. If it has no `<unk>`, none is written.
        """
        ids: list[int] = []
        all_known = UNK not in source_S
        logits_TW = np.empty((max_length, self._output_EW.shape[1]), np.float32)
        decoder = _Decoder(self, *self._seen_of_source(self.encode(source_S)), max_length)
        positions_PD = self._positions(max_length + 1)
        while len(ids) < max_length and ids[-1:] != [EOS]:
            x_D = self._embedding_VD[ids[-1] if ids else BOS] + positions_PD[len(ids) + 1]
            logits_W = np.dot(decoder.step(x_D), self._output_EW, logits_TW[len(ids)])
            if all_known:
                logits_W[UNK - NUM_NEVER_WRITTEN] = -np.inf
            ids.append(int(logits_W.argmax()) + NUM_NEVER_WRITTEN)
        # The one written has the largest score: log(e^largest / sum of e^each) = -log(sum of e^(each - largest)).
        behind_TW = logits_TW[: len(ids)] - logits_TW[: len(ids)].max(axis=1, keepdims=True)
        return tuple(ids), tuple((-np.log(np.exp(behind_TW).sum(axis=1))).tolist())

    def encode(self, source_S: Sequence[int]) -> Array:
        """The source's vectors (S, D) that the decoder looks at, before the gain and bias of the last LayerNorm."""
        length = len(source_S)
        x_SD = self._embedding_VD[source_S] + self._positions(length + 1)[1 : length + 1]
        for layer in self._encoder:
            qkv_S3D = _linear(_normed(x_SD), layer.qkv_E3D)
            q_HSK, k_HSK, v_HSK = qkv_S3D.reshape(length, 3, self.config.num_heads, -1).transpose(1, 2, 0, 3)
            scores_HSS = q_HSK @ k_HSK.transpose(0, 2, 1)
            weights_HSS = np.exp(scores_HSS - scores_HSS.max(axis=2, keepdims=True))
            weights_HSS /= weights_HSS.sum(axis=2, keepdims=True)
            x_SD += (weights_HSS @ v_HSK).transpose(1, 0, 2).reshape(length, -1).dot(layer.out_DD) + layer.out_bias_D
            x_SD += np.maximum(_linear(_normed(x_SD), layer.fc1_EF), 0).dot(layer.fc2_FD) + layer.fc2_bias_D
        return _normed(x_SD)

    def _seen_of_source(self, memory_SD: Array) -> tuple[Array, Array]:
        """Keys (L, N, E) and values (L, N, D) of the source, with W_q in the keys and W_o in the values.

        A step then multiplies twice instead of four times: normed vector by keys, weights by values.
        """
        num_layers, num_heads, d_model = self.config.num_layers, self.config.num_heads, self.config.d_model
        seen_S2MK = _linear(memory_SD, self._source_E2MK).reshape(len(memory_SD), 2, num_layers * num_heads, -1)
        k_MSK, v_MSK = seen_S2MK.transpose(1, 2, 0, 3)
        if self.config.null_positions:  # its value is zero
            k_MSK = np.concatenate([self._null_M1K, k_MSK], axis=1)
            v_MSK = np.concatenate([np.zeros_like(self._null_M1K), v_MSK], axis=1)
        keys_MSE = k_MSK @ self._q_MKE
        values_MSD = v_MSK @ self._out_MKD + self._out_bias_M1D  # a share of the bias each: a head's weights sum to 1
        keys_LSHE, values_LSHD = (
            x.reshape(num_layers, num_heads, *x.shape[1:]).swapaxes(1, 2) for x in (keys_MSE, values_MSD)
        )
        return keys_LSHE.reshape(num_layers, -1, d_model + 1), values_LSHD.reshape(num_layers, -1, d_model)

    def _positions(self, num_positions: int) -> Array:
        if num_positions > len(self._positions_PD):
            table_PD = sinusoidal_positions(max(256, 2 * num_positions), self.config.d_model)
            self._positions_PD = _ready(_centred(table_PD.double().numpy()))
        return self._positions_PD


class _Layer:
    """What encoder and decoder layers have in common: the weights of self-attention and of the feed-forward layer."""

    def __init__(self, exact: Mapping[str, Exact], name: str, num_heads: int) -> None:
        q_ED, k_ED, v_ED = (_matrix(exact, f"{name}.self_attention.{part}_proj") for part in "qkv")
        q_ED = q_ED / sqrt(q_ED.shape[1] // num_heads)
        fc1_EF = _matrix(exact, f"{name}.feed_forward.fc1")
        self.qkv_E3D = _ready(_after_norm(exact, f"{name}.self_attention_norm", np.hstack([q_ED, k_ED, v_ED])))
        out_ED, fc2_ED = (
            _centred(_matrix(exact, f"{name}.{part}")) for part in ("self_attention.out_proj", "feed_forward.fc2")
        )
        self.out_DD, self.out_bias_D = _ready(out_ED[:-1]), _ready(out_ED[-1])
        self.fc2_FD, self.fc2_bias_D = _ready(fc2_ED[:-1]), _ready(fc2_ED[-1])
        self.fc1_EF = _ready(_after_norm(exact, f"{name}.feed_forward_norm", fc1_EF))


class _Decoder:
    """One sentence on its way: the weights, and all that can be looked at."""

    def __init__(self, model: NumpyTransformer, keys_LNE: Array, values_LND: Array, max_length: int) -> None:
        config = model.config
        num_layers, num_heads, d_model = config.num_layers, config.num_heads, config.d_model
        self._num_heads, self._d_model, self._num_seen = num_heads, d_model, 0
        self._same_head_NN = _same_head(keys_LNE.shape[1], num_heads)
        # Of what was written there is a row a position and head, with zeros in the columns of all other heads: one
        # product then serves every head. Behind the values are ones, so that their weights' sums come with them.
        keys = np.zeros((num_layers, max_length, num_heads, num_heads, d_model // num_heads), np.float32)
        values = np.zeros((num_layers, max_length, num_heads, 2, num_heads, d_model // num_heads), np.float32)
        # `einsum` makes views here, of what is not zero: a step writes through them, and reads whole rows.
        keys_LTHK, values_LT2HK = np.einsum("lthhk->lthk", keys), np.einsum("lthihk->ltihk", values)
        values_LT2HK[:, :, 1] = 1
        rows = keys.reshape(num_layers, -1, d_model), values.reshape(num_layers, -1, 2 * d_model)
        own = keys_LTHK, values_LT2HK[:, :, 0], *rows
        self._layers = list(zip(model.decoder, *own, keys_LNE, values_LND, strict=True))
        self._normed_E = np.ones(d_model + 1, np.float32)
        self._normed_D = self._normed_E[:-1]

    def step(self, x_D: Array) -> Array:
        """Reads a vector of the stream, writes to it, and returns it normed, with a 1 behind it (E)."""
        width, position = self._d_model, self._num_seen
        self._num_seen += 1
        n = self._num_heads * self._num_seen
        for layer, keys_THK, values_THK, keys_ND, values_N2D, source_keys_NE, source_values_ND in self._layers:
            qkv_3D = self._norm(x_D).dot(layer.qkv_E3D)
            _, keys_THK[position], values_THK[position] = qkv_3D.reshape(3, self._num_heads, -1)
            exp_N = _exp(keys_ND[:n].dot(qkv_3D[:width]), self._num_heads)
            sums_2D = exp_N.dot(values_N2D[:n])
            x_D += (sums_2D[:width] / sums_2D[width:]).dot(layer.out_DD)
            x_D += layer.out_bias_D

            exp_N = _exp(source_keys_NE.dot(self._norm(x_D)), self._num_heads)
            exp_N /= self._same_head_NN.dot(exp_N)
            x_D += exp_N.dot(source_values_ND)

            hidden_F = np.maximum(self._norm(x_D).dot(layer.fc1_EF), 0)
            x_D += hidden_F.dot(layer.fc2_FD)
            x_D += layer.fc2_bias_D
        return self._norm(x_D)

    def _norm(self, x_D: Array) -> Array:
        np.multiply(x_D, (x_D.dot(x_D) + EPSILON * self._d_model) ** -0.5, self._normed_D)
        return self._normed_E


def _exp(scores_N: Array, num_heads: int) -> Array:
    """e to the power of each score, for softmax, which does not see if all scores of a head are shifted."""
    if scores_N.dot(scores_N) < 80**2:  # None is beyond 80, and float32 holds e^80: no need to take off the largest.
        return np.exp(scores_N)
    scores_NH = scores_N.reshape(-1, num_heads)
    exp_NH: Array = np.exp(scores_NH - scores_NH.max(axis=0))
    return exp_NH.ravel()


def _linear(x: Array, matrix: Array) -> Array:
    y: Array = x.dot(matrix[:-1]) + matrix[-1]
    return y


def _normed(x_SD: Array) -> Array:
    lengths_S1 = np.sqrt((x_SD * x_SD).sum(axis=1, keepdims=True) + EPSILON * x_SD.shape[1])
    normed_SD: Array = x_SD / lengths_S1
    return normed_SD


@lru_cache(maxsize=64)
def _same_head(num_pairs: int, num_heads: int) -> Array:
    """(N, N), 1 where two pairs share a head, else 0: times N numbers, for each the sum over its head."""
    head_N = np.arange(num_pairs) % num_heads
    same_head_NN: Array = (head_N[:, None] == head_N).astype(np.float32)
    return same_head_NN


def _matrix(exact: Mapping[str, Exact], name: str) -> Exact:
    return np.vstack([exact[f"{name}.weight"].T, exact[f"{name}.bias"]])


def _after_norm(exact: Mapping[str, Exact], norm: str, matrix: Exact) -> Exact:
    gain_D, bias_D = exact[f"{norm}.weight"], exact[f"{norm}.bias"]
    # LayerNorm divides by a standard deviation, the length of a centred vector over sqrt(D)
    return np.vstack([gain_D[:, None] * sqrt(len(gain_D)) * matrix[:-1], bias_D @ matrix[:-1] + matrix[-1]])


def _centred(x: Exact) -> Exact:
    centred: Exact = x - x.mean(axis=-1, keepdims=True)
    return centred


def _ready(x: Any) -> Array:
    return np.ascontiguousarray(x, dtype=np.float32)
