"""The encoder-decoder Transformer (Vaswani et al., 2017), pre-norm, with one embedding for both languages.

Axes: L layers, B sentences, S source positions, T target positions, H heads, D width of a token's vector (d_model),
V vocabulary. Token number 0 is padding, and every sentence starts at its row's left end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from toytrans.config import ModelConfig
from toytrans.model.layers import DecoderLayer, DecoderLayerOutput, EncoderLayer, dropout, sinusoidal_positions
from toytrans.special_tokens import PAD


@dataclass(frozen=True)
class EncodedSource:
    """What the encoder made of the source, all that a decoder looks at."""

    memory_BSD: Tensor
    visible_B11S: Tensor  # True where the source has a token, neither padding nor hidden
    attention_LBHSS: Tensor | None = None


@dataclass(frozen=True)
class Decoded:
    """What the decoder made of T target positions, and what it looked at when asked."""

    states_BTD: Tensor
    visible_B11S: Tensor  # what of the source cross-attention could look at, the null position included
    asking_LBTD: tuple[Tensor, ...]  # what each layer's cross-attention made its queries of
    self_attention_LBHTT: Tensor | None = None
    cross_attention_LBHTS: Tensor | None = None


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
        self.register_buffer("positions_PD", sinusoidal_positions(256, config.d_model), persistent=False)
        self._initialize()

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

    def positions(self, num_positions: int) -> Tensor:
        """A table (P, D) of at least so many positions; row 0 is padding's."""
        if num_positions > len(self.positions_PD):
            self.positions_PD = sinusoidal_positions(2 * num_positions, self.config.d_model).to(self.positions_PD)
        return self.positions_PD

    def _embed(self, tokens_BT: Tensor) -> Tensor:
        last = tokens_BT.shape[1]
        x_BTD = self.embedding(tokens_BT) * sqrt(self.config.d_model)
        x_BTD = x_BTD + self.positions(last + 1)[1 : last + 1]
        return dropout(x_BTD, self.config.dropout, self.training)

    def encode(
        self, source_BS: Tensor, return_attention: bool = False, hidden_BS: Tensor | None = None
    ) -> EncodedSource:
        """Reads the source tokens (B, S). With `return_attention`, every layer's and head's weights come too.

        Where `hidden_BS` is True, a token keeps its place, but nothing in encoder or decoder can look at it.
        """
        visible_BS = source_BS != PAD
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

    def decode(self, target_BT: Tensor, encoded: EncodedSource, return_attention: bool = False) -> Decoded:
        """Reads T target tokens, all at once. (`decoding.stepwise` reads them one after another, as they are written.)

        Position t sees the target tokens up to t and nothing later. Padding may stand only at the right end, where
        nothing that matters can see it. `next_token_logits` turns the states into scores.
        """
        length = target_BT.shape[1]
        visible_TT = torch.ones(length, length, dtype=torch.bool, device=target_BT.device).tril()
        visible_B11S = self.visible_source(encoded)
        x_BTD = self._embed(target_BT)
        made_L: list[DecoderLayerOutput] = []
        for layer in self.decoder_layers:
            made_L.append(layer(x_BTD, encoded.memory_BSD, visible_TT, visible_B11S, return_attention))
            x_BTD = made_L[-1].x_BTD
        return Decoded(
            self.decoder_norm(x_BTD),
            visible_B11S,
            tuple(made.asking_BTD for made in made_L),
            _stacked(made.self_weights_BHTT for made in made_L),
            _stacked(made.cross_weights_BHTS for made in made_L),
        )

    def visible_source(self, encoded: EncodedSource) -> Tensor:
        """What cross-attention may look at: the source's tokens and, before them, the null position if there is one."""
        return F.pad(encoded.visible_B11S, (self.config.null_positions, 0), value=True)

    def next_token_logits(self, states_D: Tensor) -> Tensor:
        """A score for every token of the vocabulary, from decoder states (..., D): (..., V)."""
        return F.linear(states_D, self.embedding.weight)

    def forward(self, source_BS: Tensor, target_BT: Tensor) -> Tensor:
        """Scores of the token after each target token (B, T, V): the whole model in three lines."""
        encoded = self.encode(source_BS)
        decoded = self.decode(target_BT, encoded)
        return self.next_token_logits(decoded.states_BTD)


def _stacked(weights_L: Iterable[Tensor | None]) -> Tensor | None:
    """The weights of all layers as one tensor, if they were recorded."""
    recorded_L = [weights for weights in weights_L if weights is not None]
    return torch.stack(recorded_L) if recorded_L else None
