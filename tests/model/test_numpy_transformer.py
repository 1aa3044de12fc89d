"""The NumPy Transformer against the PyTorch one, weights at random: the same scores, and the same attention."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from toytrans.config import ModelConfig
from toytrans.model.numpy_transformer import NumpyTransformer, sinusoidal_positions, weight_shapes
from toytrans.model.transformer import Transformer
from toytrans.special_tokens import BOS, EOS

SMALL = ModelConfig(d_model=16, num_layers=2, num_heads=2, d_ff=32)
SHAPES = {
    "small": SMALL,
    "null position": replace(SMALL, null_positions=1),
    "one layer, one head": ModelConfig(d_model=6, num_layers=1, num_heads=1, d_ff=5),
    "many heads": ModelConfig(d_model=24, num_layers=3, num_heads=12, d_ff=8, null_positions=1),
}
SOURCES = [[EOS], [5, EOS], [5, 9, 7, 11, EOS], [4, 4, 19, 3, 8, 6, 13, 4, EOS]]
TARGET = [BOS, 12, 4, 4, 7, 19, 3]


@pytest.fixture(params=list(SHAPES.values()), ids=list(SHAPES))
def model(request: pytest.FixtureRequest) -> Transformer:
    """Every weight, norm and bias at random, so that none can hide behind a zero or a one."""
    model = Transformer(request.param, vocabulary_size=20)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return model.eval()


def assert_close(ours: object, theirs: object) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)  # type: ignore[call-overload]


@torch.inference_mode()
@pytest.mark.parametrize("hides_first", [False, True])
@pytest.mark.parametrize("source", SOURCES, ids=len)
def test_scores_and_the_attention_of_every_layer_and_head_are_pytorchs(
    model: Transformer, source: list[int], hides_first: bool
) -> None:
    hidden = [hides_first and place == 0 and len(source) > 1 for place in range(len(source))]
    encoded = model.encode(torch.tensor([source]), torch.tensor([hidden]))
    theirs = model.decode(torch.tensor([TARGET]), model.start(encoded))
    in_numpy = NumpyTransformer(model.config, model.weights())
    cache, encoder_L = in_numpy.encode(source, hidden)
    ours = in_numpy.decode(TARGET, cache)
    assert_close(ours.logits_TV, model.next_token_logits(theirs.states_BTD)[0])
    for mine, of_torch in (
        (encoder_L, encoded.attention_L),
        (ours.self_attention_L, theirs.self_attention_L),
        (ours.cross_attention_L, theirs.cross_attention_L),
    ):
        assert_close(np.stack(mine), torch.stack(of_torch)[:, 0])


def test_a_target_read_token_by_token_is_the_target_read_at_once(model: Transformer) -> None:
    in_numpy = NumpyTransformer(model.config, model.weights())
    start, _ = in_numpy.encode(SOURCES[3])
    whole, cache = in_numpy.decode(TARGET, start), start
    for place, token in enumerate(TARGET):
        step = in_numpy.decode([token], cache)
        assert_close(step.logits_TV[0], whole.logits_TV[place])
        for layer in range(model.config.num_layers):
            assert_close(step.self_attention_L[layer][:, 0], whole.self_attention_L[layer][:, place, : place + 1])
            assert_close(step.cross_attention_L[layer][:, 0], whole.cross_attention_L[layer][:, place])
        cache = step.cache
    assert_close(in_numpy.decode(TARGET, start).logits_TV, whole.logits_TV)  # a cache is never written to


def test_the_shapes_of_the_weights_are_those_of_the_pytorch_model(model: Transformer) -> None:
    assert weight_shapes(model.config, 20) == {name: array.shape for name, array in model.weights().items()}


# Positions


@pytest.mark.parametrize("d_model", [2, 4, 10, 64])
def test_positions_are_sines_then_cosines_as_in_m2m100(d_model: int) -> None:
    half = d_model // 2
    table = sinusoidal_positions(40, d_model)
    for position in range(1, 40):
        angles = [position / 10000 ** (i / max(half - 1, 1)) for i in range(half)]
        expected = [math.sin(angle) for angle in angles] + [math.cos(angle) for angle in angles]
        assert table[position].tolist() == pytest.approx(expected, abs=1e-5)


def test_row_zero_belongs_to_padding_and_is_zero() -> None:
    assert (sinusoidal_positions(5, 8)[0] == 0).all()


def test_every_position_has_a_vector_of_its_own() -> None:
    table = sinusoidal_positions(1000, 16)
    distances = np.linalg.norm(table[:, None] - table[None], axis=-1) + np.eye(1000)
    assert distances.min() > 0.01


def test_a_longer_table_begins_with_the_shorter_one() -> None:
    assert np.array_equal(sinusoidal_positions(500, 16)[:100], sinusoidal_positions(100, 16))
