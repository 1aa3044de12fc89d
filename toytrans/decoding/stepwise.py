"""The decoder, a token at a time: what `Transformer.decode` computes, arranged so that a step costs little.

What was made of earlier tokens is kept (a key-value cache), in memory that is taken once. Positions come first in it: a
step appends one slab, looks at all slabs so far without copying them, and its softmax runs over the first axis, where a
processor takes many rows at a time. The source is kept once a sentence, however many hypotheses share it.

Axes: B sentences, N hypotheses a sentence, R = B N rows, S source positions, T target positions so far, H heads,
K width of a head, D width of a token's vector (d_model), V vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from toytrans.model.layers import DecoderLayer
from toytrans.model.transformer import EncodedSource, Transformer
from toytrans.text import UNK


@dataclass(frozen=True)
class StepOutput:
    """Scores of the next token, and where this step looked, if that was asked for: a list has an entry a layer."""

    logits_RV: Tensor
    self_weights_TRH: list[Tensor]
    cross_weights_SRH: list[Tensor]


class StepwiseDecoder:
    """The hypotheses of some sentences on their way: `step` reads one more token of each.

    A source has at least its `</s>` to look at. (One of padding alone gives finite numbers, but not `attend`'s zeros.)
    """

    def __init__(
        self,
        model: Transformer,
        encoded: EncodedSource,
        max_length: int,
        num_hypotheses: int = 1,
        all_known_B: Tensor | None = None,
    ) -> None:
        """Room for `max_length` tokens of `num_hypotheses` a sentence.

        `all_known_B`: sentences without a word that the model does not know, for which it never writes `<unk>`.
        """
        self.num_steps = 0
        self._model, self._norm = model, _norm(model.decoder_norm)
        layers = cast("Iterable[DecoderLayer]", model.decoder_layers)
        self._layers = [_Layer(layer, encoded, max_length, num_hypotheses) for layer in layers]
        self._positions_PD = model.positions(max_length + 1)
        self._all_known_R = None if all_known_B is None else all_known_B.repeat_interleave(num_hypotheses)

    def step(self, token_R: Tensor, return_attention: bool = False) -> StepOutput:
        """Reads a token of each row, and scores the one after it."""
        self.num_steps += 1
        x_RD = F.embedding(token_R, self._model.embedding.weight)
        x_RD = torch.add(self._positions_PD[self.num_steps], x_RD, alpha=sqrt(x_RD.shape[-1]))
        looks = []
        for layer in self._layers:
            x_RD, self_weights_TRH, cross_weights_SRH = layer.step(x_RD, self.num_steps)
            if return_attention:
                looks.append((self_weights_TRH, cross_weights_SRH))
        logits_RV = self._model.next_token_logits(torch.layer_norm(x_RD, *self._norm))
        if self._all_known_R is not None:
            logits_RV[:, UNK].masked_fill_(self._all_known_R, float("-inf"))
        return StepOutput(logits_RV, [own for own, _ in looks], [cross for _, cross in looks])

    def select(self, rows: Tensor, sentences: Tensor | None = None) -> None:
        """Goes on with these rows, in this order. `sentences`: those whose hypotheses they are, if not all."""
        for layer in self._layers:
            layer.select(rows, sentences, self.num_steps)
        if self._all_known_R is not None:
            self._all_known_R = self._all_known_R.index_select(0, rows)


class _Weights:
    """What a decoder layer multiplies by, inputs first: looked up once, and not at each step."""

    def __init__(self, layer: DecoderLayer) -> None:
        own, cross, feed_forward = layer.self_attention, layer.cross_attention, layer.feed_forward
        # Queries come out divided by the root of a head's width, as scores want them.
        scale = (own.q_proj.out_features // own.num_heads) ** -0.5
        parts = [(scale * own.q_proj.weight, scale * own.q_proj.bias)]
        parts += [(part.weight, part.bias) for part in (own.k_proj, own.v_proj)]
        self.in_bias_E = torch.cat([bias for _, bias in parts])  # one product for all three
        self.in_DE = torch.cat([weight for weight, _ in parts]).mT.contiguous()
        self.own_out = _transposed(own.out_proj)
        self.query = scale * cross.q_proj.bias, (scale * cross.q_proj.weight).mT.contiguous()
        self.cross_out = _transposed(cross.out_proj)
        self.fc1, self.fc2 = _transposed(feed_forward.fc1), _transposed(feed_forward.fc2)
        norms = (layer.self_attention_norm, layer.cross_attention_norm, layer.feed_forward_norm)
        self.norms = [_norm(norm) for norm in norms]


class _Layer:
    """A decoder layer: its weights, and what it can look at."""

    def __init__(self, layer: DecoderLayer, encoded: EncodedSource, max_length: int, num_hypotheses: int) -> None:
        self._weights = _Weights(layer)
        self._num_heads = layer.self_attention.num_heads
        source = layer.cross_attention.keys_values(encoded.memory_BSD)
        # (B, H, S, K) -> (S, B, 1, H, K): the hypotheses of a sentence share them
        self._source_keys, self._source_values = (
            x.permute(2, 0, 1, 3).unsqueeze(2).contiguous() for x in (source.keys_BHSK, source.values_BHSK)
        )
        self._source_bias_SB11 = _bias_of_hidden(encoded.visible_B11S, len(self._source_keys))
        num_rows = len(encoded.memory_BSD) * num_hypotheses
        self._target_T2RHK = self._source_keys.new_empty(max_length, 2, num_rows, *self._source_keys.shape[3:])

    def step(self, x_RD: Tensor, num_steps: int) -> tuple[Tensor, Tensor, Tensor]:
        """One more position: the new vectors, and the weights over target and source positions."""
        w, num_heads = self._weights, self._num_heads
        own_norm, cross_norm, feed_forward_norm = w.norms
        projected_RE = torch.addmm(w.in_bias_E, torch.layer_norm(x_RD, *own_norm), w.in_DE)
        projected_3RHK = projected_RE.view(len(x_RD), 3, num_heads, -1).transpose(0, 1)
        self._target_T2RHK[num_steps - 1] = projected_3RHK[1:]
        keys_TRHK, values_TRHK = self._target_T2RHK[:num_steps].unbind(1)
        context_RHK, self_weights_TRH = _look(projected_3RHK[0], keys_TRHK, values_TRHK)
        x_RD = _add_product(x_RD, context_RHK.view(x_RD.shape), w.own_out)

        bias_D, query_DD = w.query
        q_RD = torch.addmm(bias_D, torch.layer_norm(x_RD, *cross_norm), query_DD)
        q_BNHK = q_RD.view(self._source_keys.shape[1], -1, num_heads, self._source_keys.shape[-1])
        context_BNHK, weights_SBNH = _look(q_BNHK, self._source_keys, self._source_values, self._source_bias_SB11)
        x_RD = _add_product(x_RD, context_BNHK.view(x_RD.shape), w.cross_out)

        bias_F, fc1_DF = w.fc1
        hidden_RF = torch.addmm(bias_F, torch.layer_norm(x_RD, *feed_forward_norm), fc1_DF).relu_()
        return _add_product(x_RD, hidden_RF, w.fc2), self_weights_TRH, weights_SBNH.flatten(1, 2)

    def select(self, rows: Tensor, sentences: Tensor | None, num_steps: int) -> None:
        """Copies what these rows have looked at so far; of a sentence's source only if other sentences are left."""
        before = self._target_T2RHK
        self._target_T2RHK = before.new_empty(len(before), 2, len(rows), *before.shape[3:])
        torch.index_select(before[:num_steps], 2, rows, out=self._target_T2RHK[:num_steps])
        if sentences is not None:
            self._source_keys = self._source_keys.index_select(1, sentences)
            self._source_values = self._source_values.index_select(1, sentences)
            if self._source_bias_SB11 is not None:
                self._source_bias_SB11 = self._source_bias_SB11.index_select(1, sentences)


def _look(q: Tensor, keys: Tensor, values: Tensor, bias: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """`attend` for one query a row: q (..., H, K), scaled; keys, values and weights have the positions before that."""
    scores = (keys * q).sum(-1)
    if bias is not None:
        scores += bias
    weights = scores.softmax(0)
    return (weights.unsqueeze(-1) * values).sum(0), weights


def _bias_of_hidden(visible_B11S: Tensor, num_positions: int) -> Tensor | None:
    """What to add to scores (S, B, N, H): nothing where a position is visible, and elsewhere a number none survives."""
    if visible_B11S.all():
        return None
    visible_SB11 = visible_B11S.permute(3, 0, 1, 2)
    visible_SB11 = F.pad(visible_SB11, (0, 0, 0, 0, 0, 0, num_positions - len(visible_SB11), 0), value=True)
    return torch.where(visible_SB11, 0.0, torch.finfo(torch.float32).min)


def _add_product(x_RD: Tensor, y_RE: Tensor, linear: tuple[Tensor, Tensor]) -> Tensor:
    """The residual stream and what a linear map adds to it, in place."""
    bias_D, weight_ED = linear
    return x_RD.addmm_(y_RE, weight_ED).add_(bias_D)


def _transposed(linear: nn.Linear) -> tuple[Tensor, Tensor]:
    return linear.bias, linear.weight.mT.contiguous()


def _norm(norm: nn.LayerNorm) -> tuple[tuple[int, ...], Tensor, Tensor, float]:
    return tuple(norm.normalized_shape), norm.weight, norm.bias, norm.eps
