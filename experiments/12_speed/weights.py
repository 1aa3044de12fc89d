"""toytrans's weights under the names of Hugging Face's M2M100, whose layout it has, and in CTranslate2's format.

The copies are exact: `docs/decisions/0001` says why they can be. Where toytrans forbids a token (padding, `<s>`, and
`<unk>`, because the sentences have no unknown word), the copies have a bias that no token overcomes. It costs them
nothing; a list of forbidden tokens would.

Axes: P positions, D width of a token's vector, V vocabulary.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peers import hugging_face_shape
from torch import Tensor, nn

from toytrans import BOS, EOS, PAD, SPECIAL_TOKENS, UNK, Transformer

NEVER = -1e9
"""The bias of a token that is never written: minus infinity would make some sums no number."""
_NAMES = (
    ("encoder_layers.", "model.encoder.layers."),
    ("decoder_layers.", "model.decoder.layers."),
    ("encoder_norm.", "model.encoder.layer_norm."),
    ("decoder_norm.", "model.decoder.layer_norm."),
    ("self_attention_norm.", "self_attn_layer_norm."),
    ("self_attention.", "self_attn."),
    ("cross_attention_norm.", "encoder_attn_layer_norm."),
    ("cross_attention.", "encoder_attn."),
    ("feed_forward_norm.", "final_layer_norm."),
    ("feed_forward.", ""),
    ("embedding.", "model.shared."),
)


def named_weights(model: Transformer) -> dict[str, Tensor]:
    """The weights by M2M100's names."""
    if model.config.null_positions:
        raise ValueError("M2M100 has no null position: train a run without --null-positions")
    found = {}
    for name, tensor in model.state_dict().items():
        for own, theirs in _NAMES:
            name = name.replace(own, theirs)
        found[name] = tensor
    return found


def to_m2m100(model: Transformer) -> nn.Module:
    """The same model as `M2M100ForConditionalGeneration`, ready to translate."""
    from transformers import M2M100Config, M2M100ForConditionalGeneration

    weights, own = named_weights(model), model.config
    embedding_VD = weights["model.shared.weight"]
    special = {"pad_token_id": PAD, "bos_token_id": BOS, "eos_token_id": EOS, "decoder_start_token_id": BOS}
    config = M2M100Config(
        vocab_size=len(embedding_VD), d_model=own.d_model, scale_embedding=True, **hugging_face_shape(own), **special
    )
    copy: Any = M2M100ForConditionalGeneration(config)
    copy.lm_head = nn.Linear(own.d_model, len(embedding_VD))  # theirs has no bias
    shared = {"model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight", "lm_head.weight"}
    copy.load_state_dict({**weights, **dict.fromkeys(shared, embedding_VD), "lm_head.bias": _output_bias(embedding_VD)})
    module: nn.Module = copy.eval()
    return module


def _output_bias(embedding_VD: Tensor) -> Tensor:
    bias_V = torch.zeros(len(embedding_VD))
    bias_V[[PAD, BOS, UNK]] = NEVER
    return bias_V


def write_ctranslate2(model: Transformer, vocabulary: Sequence[str], folder: Path) -> None:
    """The same model as a folder that CTranslate2 reads, in float32."""
    from ctranslate2.specs import transformer_spec

    weights = {name: tensor.numpy() for name, tensor in named_weights(model).items()}
    own = model.config
    spec = transformer_spec.TransformerSpec.from_config(own.num_layers, own.num_heads, pre_norm=True)
    for side in ("encoder", "decoder"):
        part = getattr(spec, side)
        part.scale_embeddings = sqrt(own.d_model)
        # Its first position is row 0; toytrans's is row 1, for row 0 is padding's.
        part.position_encodings.encodings = model.positions_PD[1:].numpy()
        embeddings = part.embeddings[0] if side == "encoder" else part.embeddings
        embeddings.weight = weights["model.shared.weight"]
        _fill(part.layer_norm, weights, f"model.{side}.layer_norm")
        for number, layer in enumerate(part.layer):
            _fill_layer(layer, weights, f"model.{side}.layers.{number}")
    spec.decoder.projection.weight = weights["model.shared.weight"]
    spec.decoder.projection.bias = _output_bias(model.embedding.weight).numpy()
    spec.register_source_vocabulary(list(vocabulary))
    spec.register_target_vocabulary(list(vocabulary))
    spec.config.bos_token = spec.config.decoder_start_token = SPECIAL_TOKENS[BOS]
    spec.config.eos_token, spec.config.unk_token = SPECIAL_TOKENS[EOS], SPECIAL_TOKENS[UNK]
    spec.validate()
    spec.optimize("float32")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    spec.save(str(folder))


def _fill_layer(layer: Any, weights: dict[str, Any], name: str) -> None:
    _fill_attention(layer.self_attention, weights, f"{name}.self_attn", [["q_proj", "k_proj", "v_proj"], ["out_proj"]])
    if hasattr(layer, "attention"):
        parts = [["q_proj"], ["k_proj", "v_proj"], ["out_proj"]]
        _fill_attention(layer.attention, weights, f"{name}.encoder_attn", parts)
    _fill(layer.ffn.layer_norm, weights, f"{name}.final_layer_norm")
    _fill(layer.ffn.linear_0, weights, f"{name}.fc1")
    _fill(layer.ffn.linear_1, weights, f"{name}.fc2")


def _fill_attention(attention: Any, weights: dict[str, Any], name: str, parts: Sequence[Sequence[str]]) -> None:
    """Each part is one product there: the weights side by side."""
    _fill(attention.layer_norm, weights, f"{name}_layer_norm")
    for linear, together in zip(attention.linear, parts, strict=True):
        linear.weight = np.concatenate([weights[f"{name}.{part}.weight"] for part in together])
        linear.bias = np.concatenate([weights[f"{name}.{part}.bias"] for part in together])


def _fill(layer: Any, weights: dict[str, Any], name: str) -> None:
    """A norm (its weight is called gamma there) or a linear map."""
    bias = weights[f"{name}.bias"]
    if hasattr(layer, "gamma"):
        layer.gamma, layer.beta = weights[f"{name}.weight"], bias
    else:
        layer.weight, layer.bias = weights[f"{name}.weight"], bias
