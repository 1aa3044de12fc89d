"""The NumPy Transformer against the PyTorch one, weights at random: it must say the same, as surely."""

from __future__ import annotations

import pytest
import torch

from toytrans.config import ModelConfig
from toytrans.decoding.greedy import greedy_search
from toytrans.model.numpy_transformer import NumpyTransformer
from toytrans.model.transformer import Transformer
from toytrans.text import BOS, EOS, PAD, UNK

SMALL = ModelConfig(d_model=16, num_layers=2, num_heads=2, d_ff=32)
SHAPES = {
    "small": SMALL,
    "null position": ModelConfig(d_model=16, num_layers=2, num_heads=2, d_ff=32, null_positions=1),
    "one layer, one head": ModelConfig(d_model=6, num_layers=1, num_heads=1, d_ff=5),
    "many heads": ModelConfig(d_model=24, num_layers=3, num_heads=12, d_ff=8, null_positions=1),
}
SOURCES = [[EOS], [5, EOS], [5, 9, 7, 11, EOS], [4, 4, 19, 3, 8, 6, 13, 4, EOS]]


def new_model(config: ModelConfig, shaken: float = 0.3) -> Transformer:
    """Every weight, norm and bias at random, so that none can hide behind a zero or a one."""
    model = Transformer(config, vocabulary_size=20)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(shaken * torch.randn_like(parameter))
    return model.eval()


def in_numpy(model: Transformer) -> NumpyTransformer:
    return NumpyTransformer({name: weight.numpy() for name, weight in model.state_dict().items()}, model.config)


@pytest.fixture(params=list(SHAPES.values()), ids=list(SHAPES))
def model(request: pytest.FixtureRequest) -> Transformer:
    return new_model(request.param)


@torch.inference_mode()
def forced(model: Transformer, source: list[int], ids: tuple[int, ...]) -> torch.Tensor:
    """The log-probabilities (T, V) that PyTorch gives each step, if these are written."""
    logits_TV = model(torch.tensor([source]), torch.tensor([[BOS, *ids[:-1]]]))[0]
    logits_TV[:, [PAD, BOS]] = float("-inf")
    if UNK not in source:  # no slot for a word to be copied
        logits_TV[:, UNK] = float("-inf")
    return torch.log_softmax(logits_TV, dim=-1)


@pytest.mark.parametrize("source", SOURCES, ids=len)
def test_each_token_it_writes_is_the_likeliest_and_as_likely_as_pytorch_says(
    model: Transformer, source: list[int]
) -> None:
    ids, log_probabilities = in_numpy(model).greedy_search(source, max_length=12)
    best_T = forced(model, source, ids).max(dim=-1)
    assert list(ids) == best_T.indices.tolist()
    assert log_probabilities == pytest.approx(best_T.values.tolist(), abs=1e-4)


def test_it_writes_what_greedy_search_writes(model: Transformer) -> None:
    numpy_model = in_numpy(model)
    for source in SOURCES:
        (expected,) = greedy_search(model, torch.tensor([source]), [12])
        assert numpy_model.greedy_search(source, 12)[0] == expected.ids


def test_the_encoder_is_pytorchs_before_the_last_gain_and_bias() -> None:
    model = new_model(SMALL)
    with torch.no_grad():
        model.encoder_norm.weight.fill_(1)
        model.encoder_norm.bias.zero_()
    for source in SOURCES:
        memory_SD = torch.from_numpy(in_numpy(model).encode(source)) * SMALL.d_model**0.5
        torch.testing.assert_close(memory_SD, model.encode(torch.tensor([source])).memory_BSD[0], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("max_length", [0, 1, 3])
def test_it_stops_at_the_length_limit(max_length: int) -> None:
    longest = in_numpy(new_model(SMALL))
    ids, log_probabilities = longest.greedy_search(SOURCES[2], max_length)
    whole, _ = longest.greedy_search(SOURCES[2], 10)
    assert ids == whole[:max_length]
    assert len(ids) == len(log_probabilities)


def test_it_stops_after_the_end_and_never_writes_padding_or_a_start() -> None:
    endings = 0
    for seed in range(20):
        torch.manual_seed(seed)
        ids, _ = in_numpy(new_model(SMALL, shaken=1.0)).greedy_search(SOURCES[2], 30)
        assert not {PAD, BOS} & set(ids)
        assert EOS not in ids[:-1]
        endings += ids[-1] == EOS
    assert endings > 0


def test_sentences_longer_than_the_table_of_positions_are_read_too() -> None:
    model = new_model(SMALL)
    source = [*torch.randint(4, 20, (299,)).tolist(), EOS]
    ids, log_probabilities = in_numpy(model).greedy_search(source, 3)
    assert log_probabilities == pytest.approx(forced(model, source, ids).max(dim=-1).values.tolist(), abs=1e-4)


def test_one_sentence_leaves_no_trace_in_the_next() -> None:
    numpy_model = in_numpy(new_model(SMALL))
    first = numpy_model.greedy_search(SOURCES[2], 12)
    numpy_model.greedy_search(SOURCES[3], 12)
    assert numpy_model.greedy_search(SOURCES[2], 12) == first


@pytest.mark.parametrize("factor", [3, 10, 100])
def test_scores_too_large_for_e_to_their_power_change_nothing(model: Transformer, factor: float) -> None:
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "q_proj" in name:
                parameter.mul_(factor)
    for source in SOURCES:
        ids, log_probabilities = in_numpy(model).greedy_search(source, 12)
        best_T = forced(model, source, ids).max(dim=-1)
        assert list(ids) == best_T.indices.tolist()
        assert log_probabilities == pytest.approx(best_T.values.tolist(), abs=1e-2)
