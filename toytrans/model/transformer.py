"""The encoder-decoder Transformer (Vaswani et al., 2017), pre-norm, with one embedding for both languages.

Axes: L layers, B sentences, S source positions, T target positions, H heads, D width of a token's vector (d_model),
V vocabulary. Token number 0 is padding, and every sentence starts at its row's left end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import sqrt
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from toytrans.config import ModelConfig
from toytrans.model.attention import KeysValues
from toytrans.model.layers import DecoderLayer, DecoderLayerOutput, EncoderLayer, dropout, sinusoidal_positions

PADDING = 0


@dataclass(frozen=True)
class EncodedSource:
    """What the encoder made of the source, all that a decoder looks at."""

    memory_BSD: Tensor
    visible_B11S: Tensor  # True where the source has a token, neither padding nor hidden
    attention_LBHSS: Tensor | None = None


@dataclass(frozen=True)
class DecoderCache:
    """Keys and values of each layer: of the source, made once, and of the target positions decoded so far."""

    source: tuple[KeysValues, ...]
    target: tuple[KeysValues | None, ...]
    visible_B11S: Tensor

    @property
    def num_decoded(self) -> int:
        """How many target positions are in the cache."""
        first = self.target[0]
        return 0 if first is None else first.keys_BHSK.shape[2]

    def select(self, rows: Tensor) -> DecoderCache:
        """The sentences numbered in `rows`, in that order; a number may come twice, as in beam search."""
        return DecoderCache(
            tuple(seen.select(rows) for seen in self.source),
            tuple(seen.select(rows) if seen else None for seen in self.target),
            self.visible_B11S.index_select(0, rows),
        )


@dataclass(frozen=True)
class Decoded:
    """What the decoder made of T target positions, and what it looked at when asked."""

    states_BTD: Tensor
    cache: DecoderCache
    asking_LBTD: tuple[Tensor, ...]  # what each layer's cross-attention made its queries of
    self_attention_LBHTT: Tensor | None = None
    cross_attention_LBHTS: Tensor | None = None


class Transformer(nn.Module):
    """Reads source tokens, and scores each next target token given those before it."""

    def __init__(self, config: ModelConfig, vocabulary_size: int) -> None:
        super().__init__()
        self.config = config
        # One matrix embeds both languages and scores the output (Press and Wolf, 2017).
        self.embedding = nn.Embedding(vocabulary_size, config.d_model, padding_idx=PADDING)
        self.encoder_layers = nn.ModuleList(EncoderLayer(config) for _ in range(config.num_layers))
        self.encoder_norm = nn.LayerNorm(config.d_model)
        self.decoder_layers = nn.ModuleList(DecoderLayer(config) for _ in range(config.num_layers))
        self.decoder_norm = nn.LayerNorm(config.d_model)
        self.positions_PD: Tensor
        self.register_buffer("positions_PD", sinusoidal_positions(256, config.d_model), persistent=False)
        self._initialize()

    def _initialize(self) -> None:
        for name, parameter in self.named_parameters():
            if name == "embedding.weight":
                nn.init.normal_(parameter, std=self.config.d_model**-0.5)
                with torch.no_grad():
                    parameter[PADDING].zero_()
            elif name.endswith("null_key_HK"):
                nn.init.normal_(parameter, std=0.1)
            elif parameter.dim() == 2:
                nn.init.xavier_uniform_(parameter)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def positions(self, num_positions: int) -> Tensor:
        """A table (P, D) of at least so many positions; row 0 is padding's."""
        if num_positions > len(self.positions_PD):
            self.positions_PD = sinusoidal_positions(2 * num_positions, self.config.d_model).to(self.positions_PD)
        return self.positions_PD

    def _embed(self, tokens_BT: Tensor, num_before: int = 0) -> Tensor:
        last = num_before + tokens_BT.shape[1]
        x_BTD = self.embedding(tokens_BT) * sqrt(self.config.d_model)
        x_BTD = x_BTD + self.positions(last + 1)[num_before + 1 : last + 1]
        return dropout(x_BTD, self.config.dropout, self.training)

    def encode(
        self, source_BS: Tensor, return_attention: bool = False, hidden_BS: Tensor | None = None
    ) -> EncodedSource:
        """Reads the source tokens (B, S). With `return_attention`, every layer's and head's weights come too.

        Where `hidden_BS` is True, a token keeps its place, but nothing in encoder or decoder can look at it.
        """
        visible_BS = source_BS != PADDING
        if hidden_BS is not None:
            visible_BS = visible_BS & ~hidden_BS
        visible_B11S = visible_BS[:, None, None, :]
        x_BSD = self._embed(source_BS)
        weights_L = []
        for layer in self.encoder_layers:
            x_BSD, weights_BHSS = layer(x_BSD, visible_B11S, return_attention)
            weights_L.append(weights_BHSS)
        attention_LBHSS = torch.stack(weights_L) if return_attention else None
        return EncodedSource(self.encoder_norm(x_BSD), visible_B11S, attention_LBHSS)

    def start_cache(self, encoded: EncodedSource) -> DecoderCache:
        """The cache before the first target token: each layer's keys and values of the source."""
        layers = cast("Iterable[DecoderLayer]", self.decoder_layers)
        source = tuple(layer.cross_attention.keys_values(encoded.memory_BSD) for layer in layers)
        visible_B11S = encoded.visible_B11S
        if self.config.null_positions:
            visible_B11S = F.pad(visible_B11S, (1, 0), value=True)
        return DecoderCache(source, (None,) * len(source), visible_B11S)

    def decode(self, target_BT: Tensor, cache: DecoderCache, return_attention: bool = False) -> Decoded:
        """Reads T target tokens, which come after those already in the cache.

        Position t sees the target tokens up to t and nothing later. Padding may stand only at the right end, where
        nothing that matters can see it. `next_token_logits` turns the states into scores.
        """
        num_before, num_new = cache.num_decoded, target_BT.shape[1]
        visible_TT = torch.ones(num_new, num_before + num_new, dtype=torch.bool, device=target_BT.device)
        visible_TT = visible_TT.tril(num_before)
        x_BTD = self._embed(target_BT, num_before)
        made_L: list[DecoderLayerOutput] = []
        for layer, past, source in zip(self.decoder_layers, cache.target, cache.source, strict=True):
            made_L.append(layer(x_BTD, past, source, visible_TT, cache.visible_B11S, return_attention))
            x_BTD = made_L[-1].x_BTD
        return Decoded(
            self.decoder_norm(x_BTD),
            replace(cache, target=tuple(made.seen for made in made_L)),
            tuple(made.asking_BTD for made in made_L),
            _stacked(made.self_weights_BHTT for made in made_L),
            _stacked(made.cross_weights_BHTS for made in made_L),
        )

    def next_token_logits(self, states_D: Tensor) -> Tensor:
        """A score for every token of the vocabulary, from decoder states (..., D): (..., V)."""
        return F.linear(states_D, self.embedding.weight)

    def forward(self, source_BS: Tensor, target_BT: Tensor) -> Tensor:
        """Scores of the token after each target token (B, T, V): the whole model in three lines."""
        cache = self.start_cache(self.encode(source_BS))
        decoded = self.decode(target_BT, cache)
        return self.next_token_logits(decoded.states_BTD)


def _stacked(weights_L: Iterable[Tensor | None]) -> Tensor | None:
    """The weights of all layers as one tensor, if they were recorded."""
    recorded_L = [weights for weights in weights_L if weights is not None]
    return torch.stack(recorded_L) if recorded_L else None
