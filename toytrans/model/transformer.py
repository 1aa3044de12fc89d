"""The encoder-decoder Transformer (Vaswani et al., 2017), pre-norm, with one embedding for both languages.

`numpy_transformer.py` is the same model for one sentence, in fewer words: read that first.

Axes: L layers (of tuples), B sentences, S source positions, T new target positions, P target positions read so far (the
T new ones included), H heads, D width of a token's vector (d_model), V vocabulary. Token number 0 is padding, and every
sentence starts at its row's left end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from toytrans.config import ModelConfig
from toytrans.model.layers import DecoderLayer, DecoderLayerOutput, EncoderLayer, LayerCache, dropout
from toytrans.model.numpy_transformer import sinusoidal_positions
from toytrans.special_tokens import PAD


@dataclass(frozen=True)
class EncodedSource:
    """What the encoder made of the source, all that a decoder attends to."""

    memory_BSD: Tensor
    visible_B11S: Tensor  # True where the source has a token, neither padding nor hidden
    attention_L: tuple[Tensor, ...]  # of each layer (B, H, S, S)


@dataclass(frozen=True)
class Decoded:
    """What the decoder made of T target positions, and what each layer attended to."""

    states_BTD: Tensor  # `next_token_logits` turns them into scores
    cross_inputs_L: tuple[Tensor, ...]  # input of the cross-attention queries, (B, T, D)
    self_attention_L: tuple[Tensor, ...]  # (B, H, T, P)
    cross_attention_L: tuple[Tensor, ...]  # (B, H, T, S), after a first column for the null position if there is one


@dataclass
class Cache:
    """The decoder on its way through some sentences: what its layers can attend to, and how far it has read."""

    layers: list[LayerCache]
    visible_B11S: Tensor
    num_read: int = 0

    def select(self, rows: Tensor, same_sources: bool = False) -> None:
        """Goes on with these rows; with `same_sources`, each row's source is that of the row it replaces."""
        for layer in self.layers:
            layer.select(rows, same_sources)
        if not same_sources:
            self.visible_B11S = self.visible_B11S.index_select(0, rows)


class Transformer(nn.Module):
    """Reads source tokens, and scores each next target token given those before it."""

    def __init__(self, config: ModelConfig, vocabulary_size: int) -> None:
        super().__init__()
        self.config = config
        # One matrix embeds both languages and scores the output (Press and Wolf, 2017).
        self.embedding = nn.Embedding(vocabulary_size, config.d_model, padding_idx=PAD)
        self.encoder_layers = nn.ModuleList(EncoderLayer(config) for _ in range(config.num_layers))
        self.encoder_norm = nn.LayerNorm(config.d_model)
        self.decoder_layers = nn.ModuleList(DecoderLayer(config) for _ in range(config.num_layers))
        self.decoder_norm = nn.LayerNorm(config.d_model)
        self.positions_PD: Tensor
        self.register_buffer("positions_PD", self._position_table(256), persistent=False)
        self._initialize()

    @classmethod
    def from_weights(cls, config: ModelConfig, weights: Mapping[str, NDArray[np.float32]]) -> Transformer:
        """A model with these weights, named and shaped as in `weights()`; `RuntimeError` where they do not fit."""
        model = cls(config, len(weights["embedding.weight"]))
        model.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
        return model

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """A copy of all weights, for a file or for `NumpyTransformer`."""
        return {name: tensor.detach().cpu().numpy().copy() for name, tensor in self.state_dict().items()}

    def forward(self, source_BS: Tensor, target_BT: Tensor) -> tuple[EncodedSource, Decoded]:
        """The whole model: the encoder reads the source, the decoder the target. `next_token_logits` then scores."""
        encoded = self.encode(source_BS)
        return encoded, self.decode(target_BT, self.start(encoded))

    def encode(self, source_BS: Tensor, hidden_BS: Tensor | None = None) -> EncodedSource:
        """Reads the source tokens (B, S); each row needs at least one that is visible, such as its `</s>`.

        Where `hidden_BS` is True, a token keeps its place, but nothing in encoder or decoder can attend to it.
        """
        visible_BS = source_BS != PAD
        if hidden_BS is not None:
            visible_BS = visible_BS & ~hidden_BS
        visible_B11S = visible_BS[:, None, None, :]
        x_BSD = self._embed(source_BS, num_read=0)
        attention_L: list[Tensor] = []
        for layer in self.encoder_layers:
            x_BSD, weights_BHSS = layer(x_BSD, visible_B11S)
            attention_L.append(weights_BHSS)
        return EncodedSource(self.encoder_norm(x_BSD), visible_B11S, tuple(attention_L))

    def start(self, encoded: EncodedSource) -> Cache:
        """The cache of a decoder that has not read a target token yet."""
        layers: Any = self.decoder_layers
        return Cache([layer.start(encoded.memory_BSD) for layer in layers], encoded.visible_B11S)

    def decode(self, target_BT: Tensor, cache: Cache) -> Decoded:
        """Reads T more target tokens, all at once: a whole target in training, one token at a time in a search.

        A position sees the target tokens up to its own and nothing later. Padding may stand only at the right end,
        where nothing that matters can see it. The cache keeps what was read.
        """
        num_new, num_read = target_BT.shape[1], cache.num_read
        visible_TP = torch.ones(num_new, num_read + num_new, dtype=torch.bool, device=target_BT.device).tril(num_read)
        x_BTD = self._embed(target_BT, num_read)
        outputs_L: list[DecoderLayerOutput] = []
        for layer, layer_cache in zip(self.decoder_layers, cache.layers, strict=True):
            outputs_L.append(layer(x_BTD, layer_cache, visible_TP, cache.visible_B11S))
            x_BTD = outputs_L[-1].x_BTD
        cache.num_read += num_new
        return Decoded(
            self.decoder_norm(x_BTD),
            tuple(output.cross_input_BTD for output in outputs_L),
            tuple(output.self_weights_BHTP for output in outputs_L),
            tuple(output.cross_weights_BHTS for output in outputs_L),
        )

    def next_token_logits(self, states_D: Tensor) -> Tensor:
        """A score for every token of the vocabulary, from decoder states (..., D): (..., V)."""
        return F.linear(states_D, self.embedding.weight)

    def _embed(self, tokens_BT: Tensor, num_read: int) -> Tensor:
        first, end = num_read + 1, num_read + 1 + tokens_BT.shape[1]  # position 0 is padding's
        if end > len(self.positions_PD):
            self.positions_PD = self._position_table(2 * end).to(self.positions_PD)
        x_BTD = self.embedding(tokens_BT) * sqrt(self.config.d_model) + self.positions_PD[first:end]
        return dropout(x_BTD, self.config.dropout, self.training)

    def _position_table(self, num_positions: int) -> Tensor:
        return torch.from_numpy(sinusoidal_positions(num_positions, self.config.d_model)).float()

    def _initialize(self) -> None:
        for name, parameter in self.named_parameters():
            if name == "embedding.weight":
                nn.init.normal_(parameter, std=self.config.d_model**-0.5)
                with torch.no_grad():
                    parameter[PAD].zero_()
            elif name.endswith("null_key_HK"):
                nn.init.normal_(parameter, std=0.1)
            elif parameter.dim() == 2:
                nn.init.xavier_uniform_(parameter)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
