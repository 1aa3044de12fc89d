"""The peers: the same Transformer as a user of PyTorch and a user of Hugging Face would write it.

Each is a module `model(source_BS, target_BT)` that returns the scores (B, T, V) of what follows each target token,
as toytrans's `Transformer` does.

Axes: B sentences, S source positions, T target positions, D width of a token's vector, V vocabulary.
"""

from __future__ import annotations

import warnings
from math import sqrt

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from toytrans import BOS, EOS, PAD, ModelConfig

MAX_POSITIONS = 256


class TorchTransformer(nn.Module):
    """`torch.nn.Transformer` between one embedding for both languages and the output that it is tied to.

    `sparing_dropout` leaves out the dropout of attention weights and between the feed-forward layers, which the other
    systems do not have.
    """

    def __init__(self, config: ModelConfig, vocabulary_size: int, sparing_dropout: bool = False) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size, config.d_model, padding_idx=PAD)
        nn.init.normal_(self.embedding.weight, std=config.d_model**-0.5)
        with torch.no_grad():
            self.embedding.weight[PAD].zero_()
        self.positions_PD: Tensor
        self.register_buffer("positions_PD", _interleaved_sinusoids(MAX_POSITIONS, config.d_model), persistent=False)
        self.dropout = nn.Dropout(config.dropout)
        with warnings.catch_warnings():
            # PyTorch's encoder says that nested tensors do not go with pre-norm, and cannot be told not to try.
            warnings.filterwarnings("ignore", message="enable_nested_tensor is True")
            self.transformer = nn.Transformer(
                config.d_model,
                config.num_heads,
                config.num_layers,
                config.num_layers,
                config.d_ff,
                config.dropout,
                batch_first=True,
                norm_first=True,
            )
        if sparing_dropout:
            _without_inner_dropout(self.transformer)

    def forward(self, source_BS: Tensor, target_BT: Tensor) -> Tensor:
        """Scores of the token after each target token (B, T, V)."""
        num_target = target_BT.shape[1]
        causal_TT = torch.ones(num_target, num_target, dtype=torch.bool, device=target_BT.device).triu(1)
        is_padding_BS = source_BS == PAD
        states_BTD = self.transformer(
            self._embed(source_BS),
            self._embed(target_BT),
            tgt_mask=causal_TT,
            src_key_padding_mask=is_padding_BS,
            tgt_key_padding_mask=target_BT == PAD,
            memory_key_padding_mask=is_padding_BS,
            tgt_is_causal=True,
        )
        return F.linear(states_BTD, self.embedding.weight)

    def _embed(self, tokens_BT: Tensor) -> Tensor:
        x_BTD = self.embedding(tokens_BT) * sqrt(self.embedding.embedding_dim)
        dropped_BTD: Tensor = self.dropout(x_BTD + self.positions_PD[: tokens_BT.shape[1]])
        return dropped_BTD


def _interleaved_sinusoids(num_positions: int, d_model: int) -> Tensor:
    """Vaswani et al. (2017), section 3.5, to the letter: as in PyTorch's tutorials."""
    slowdown = torch.exp(torch.arange(0, d_model, 2) * (-torch.log(torch.tensor(10000.0)) / d_model))
    angles = torch.arange(num_positions).unsqueeze(1) * slowdown
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


def _without_inner_dropout(transformer: nn.Transformer) -> None:
    for module in transformer.modules():
        if isinstance(module, nn.MultiheadAttention):
            module.dropout = 0.0
        elif isinstance(module, nn.TransformerEncoderLayer | nn.TransformerDecoderLayer):
            module.dropout = nn.Dropout(0.0)  # the one between the two linear maps


class Marian(nn.Module):
    """Hugging Face's `MarianMTModel` of the same shape: post-norm, ReLU, one embedding, fixed sinusoidal positions."""

    def __init__(self, config: ModelConfig, vocabulary_size: int, init_std: float = 0.02) -> None:
        super().__init__()
        from transformers import MarianConfig, MarianMTModel

        self.marian: nn.Module = MarianMTModel(
            MarianConfig(
                vocab_size=vocabulary_size,
                d_model=config.d_model,
                dropout=config.dropout,
                activation_function="relu",
                scale_embedding=True,
                max_position_embeddings=MAX_POSITIONS,
                init_std=init_std,
                pad_token_id=PAD,
                eos_token_id=EOS,
                decoder_start_token_id=BOS,
                forced_eos_token_id=None,
                use_cache=False,
                **hugging_face_shape(config),
            )
        )

    def forward(self, source_BS: Tensor, target_BT: Tensor) -> Tensor:
        """Scores of the token after each target token (B, T, V)."""
        logits_BTV: Tensor = self.marian(
            input_ids=source_BS, attention_mask=(source_BS != PAD).long(), decoder_input_ids=target_BT
        ).logits
        return logits_BTV


def hugging_face_shape(config: ModelConfig) -> dict[str, int]:
    """The shape of the layers under the names of Hugging Face's configurations."""
    shape = {"layers": config.num_layers, "attention_heads": config.num_heads, "ffn_dim": config.d_ff}
    return {f"{side}_{name}": value for side in ("encoder", "decoder") for name, value in shape.items()}


def num_trained(model: nn.Module) -> int:
    """How many numbers training adjusts; a table of positions does not count."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
