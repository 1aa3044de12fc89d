"""The whole model: what may be seen, and what must not matter."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from toytrans.config import ModelConfig
from toytrans.model.numpy_transformer import sinusoidal_positions
from toytrans.model.transformer import Decoded, Transformer
from toytrans.special_tokens import PAD
from toytrans.text import BOS, EOS, pad

CONFIG = ModelConfig(d_model=16, num_layers=2, num_heads=2, d_ff=32, dropout=0.3)
SENTENCES = [[5, 9, 7, 11, EOS], [8, 6, EOS], [EOS]]
TARGETS = [[BOS, 12, 13, 14, 15, 16], [BOS, 7, 7, 9, 4, 6], [BOS, 8, 5, 12, 6, 7]]


def new_model(config: ModelConfig = CONFIG) -> Transformer:
    """Every weight, norm and bias at random, so that none can hide behind a zero or a one."""
    model = Transformer(config, vocabulary_size=20)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
        model.embedding.weight[PAD] = 7.0  # if anything attends to padding, it shows
    return model.eval()


@pytest.fixture
def net() -> Transformer:
    return new_model()


@pytest.fixture(params=[False, True], ids=["no null", "null"])
def either(request: pytest.FixtureRequest) -> Transformer:
    """A model without a null position, and one with: what is claimed of it holds for both."""
    return new_model(replace(CONFIG, null_positions=int(request.param)))


def decode(net: Transformer, sources: list[list[int]], targets: list[list[int]]) -> Decoded:
    return net(pad(sources), torch.tensor(targets))[1]  # type: ignore[no-any-return]


def logits(net: Transformer, source_BS: Tensor, target_BT: Tensor) -> Tensor:
    return net.next_token_logits(net(source_BS, target_BT)[1].states_BTD)


def assert_close(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


# What may be seen


@pytest.mark.parametrize("changed", range(1, 6))
def test_a_token_cannot_see_the_future(net: Transformer, changed: int) -> None:
    before = decode(net, SENTENCES, TARGETS).states_BTD
    edited = [[*row[:changed], 19, *row[changed + 1 :]] for row in TARGETS]
    after = decode(net, SENTENCES, edited).states_BTD
    assert torch.equal(after[:, :changed], before[:, :changed])
    assert not torch.isclose(after[:, changed:], before[:, changed:]).all(dim=-1).any()


@pytest.mark.parametrize("changed", range(4))
def test_every_source_token_can_be_seen_from_everywhere(net: Transformer, changed: int) -> None:
    edited = [*SENTENCES[0][:changed], 19, *SENTENCES[0][changed + 1 :]]
    memories = [net.encode(pad([ids])).memory_BSD for ids in (SENTENCES[0], edited)]
    states = [decode(net, [ids], TARGETS[:1]).states_BTD for ids in (SENTENCES[0], edited)]
    for before, after in (memories, states):
        assert not torch.isclose(after, before).all(dim=-1).any()


def test_the_order_of_source_words_matters(net: Transformer) -> None:
    states, swapped = (decode(net, [ids], TARGETS[:1]).states_BTD for ids in ([5, 9, EOS], [9, 5, EOS]))
    assert not torch.allclose(states, swapped, atol=1e-2)


# What must not matter


def test_padding_never_changes_what_the_decoder_makes_of_a_source(either: Transformer) -> None:
    together = decode(either, [*SENTENCES, [6] * 12], [*TARGETS, TARGETS[0]]).states_BTD
    for row, sentence in enumerate(SENTENCES):
        assert_close(together[row], decode(either, [sentence], TARGETS[row : row + 1]).states_BTD[0])


def test_padding_behind_a_target_changes_nothing_before_it(net: Transformer) -> None:
    padded = [[*row, PAD, PAD] for row in TARGETS]
    assert_close(decode(net, SENTENCES, padded).states_BTD[:, :6], decode(net, SENTENCES, TARGETS).states_BTD)


def test_attention_comes_for_every_layer_and_head_and_its_rows_sum_to_one(net: Transformer) -> None:
    encoded, decoded = net(pad(SENTENCES), torch.tensor(TARGETS))
    encoder, own, cross = map(torch.stack, (encoded.attention_L, decoded.self_attention_L, decoded.cross_attention_L))
    assert [weights.shape for weights in (encoder, own, cross)] == [(2, 3, 2, 5, 5), (2, 3, 2, 6, 6), (2, 3, 2, 6, 5)]
    for weights in (encoder, own, cross):
        assert_close(weights.sum(dim=-1), torch.ones(weights.shape[:-1]))
    for weights in (encoder, cross):
        assert (weights[:, 1, :, :, 3:] == 0).all()  # the second sentence has three tokens, then padding
    assert (own.triu(1) == 0).all()


# The cache


@pytest.mark.parametrize("cuts", [(1, 1, 1, 1, 1, 1), (3, 3), (1, 4, 1), (6,)], ids=str)
def test_a_target_read_in_parts_is_the_target_read_at_once(either: Transformer, cuts: tuple[int, ...]) -> None:
    whole, cache = decode(either, SENTENCES, TARGETS), either.start(either.encode(pad(SENTENCES)))
    read = 0
    for num_new in cuts:
        part = either.decode(torch.tensor(TARGETS)[:, read : read + num_new], cache)
        end = read + num_new
        assert_close(part.states_BTD, whole.states_BTD[:, read:end])
        for layer in range(2):
            assert_close(part.self_attention_L[layer], whole.self_attention_L[layer][:, :, read:end, :end])
            assert_close(part.cross_attention_L[layer], whole.cross_attention_L[layer][:, :, read:end])
        read = end
    assert cache.num_read == 6


@pytest.mark.parametrize("rows", [[2, 0], [1, 1, 0], [0]], ids=str)
def test_rows_that_are_selected_go_on_as_they_would_have(either: Transformer, rows: list[int]) -> None:
    whole, cache = decode(either, SENTENCES, TARGETS), either.start(either.encode(pad(SENTENCES)))
    either.decode(torch.tensor(TARGETS)[:, :4], cache)
    cache.select(torch.tensor(rows))
    rest = either.decode(torch.tensor(TARGETS)[rows, 4:], cache)
    assert_close(rest.states_BTD, whole.states_BTD[rows, 4:])
    for layer in range(2):
        assert_close(rest.self_attention_L[layer], whole.self_attention_L[layer][rows, :, 4:])
        assert_close(rest.cross_attention_L[layer], whole.cross_attention_L[layer][rows, :, 4:])


def test_hypotheses_of_one_source_may_change_places_without_it(either: Transformer) -> None:
    sources, targets = SENTENCES[:1] * 3, torch.tensor(TARGETS)
    whole, cache = either(pad(sources), targets)[1], either.start(either.encode(pad(sources)))
    either.decode(targets[:, :4], cache)
    cache.select(torch.tensor([1, 2, 0]), same_sources=True)
    assert_close(either.decode(targets[[1, 2, 0], 4:], cache).states_BTD, whole.states_BTD[[1, 2, 0], 4:])


# The null position

WITH_NULL = replace(CONFIG, null_positions=1)


def test_the_null_position_adds_a_key_a_head_and_layer_and_changes_no_other_name() -> None:
    without, with_null = (Transformer(config, 20).state_dict() for config in (CONFIG, WITH_NULL))
    added = {name: tuple(with_null[name].shape) for name in with_null.keys() - without.keys()}
    assert added == {f"decoder_layers.{layer}.cross_attention.null_key_HK": (2, 8) for layer in (0, 1)}
    assert without.keys() < with_null.keys()


# Positions


def test_a_sentence_longer_than_the_table_of_positions_is_read_as_with_a_longer_table(net: Transformer) -> None:
    source_BS = torch.randint(4, 20, (1, 700))
    assert len(net.positions_PD) < 700
    grown = net.encode(source_BS).memory_BSD
    net.positions_PD = torch.from_numpy(sinusoidal_positions(1000, CONFIG.d_model)).float()
    assert torch.equal(net.encode(source_BS).memory_BSD, grown)


def test_positions_are_not_among_the_weights(net: Transformer) -> None:
    weights = net.state_dict()
    net.encode(torch.full((1, 400), 5))
    assert net.state_dict().keys() == weights.keys() == dict(net.named_parameters()).keys()


@pytest.mark.parametrize("length", [255, 256, 257, 511, 512, 513])
def test_every_length_around_the_tables_end_is_read(net: Transformer, length: int) -> None:
    assert net.encode(torch.full((1, length), 5)).memory_BSD.shape == (1, length, 16)


def test_training_goes_on_after_a_long_translation(net: Transformer) -> None:
    net.train()
    with torch.inference_mode():
        net.encode(torch.full((1, 400), 5))
    loss = logits(net, torch.full((1, 300), 5), torch.full((1, 3), 6)).square().mean()
    (gradient,) = torch.autograd.grad(loss, [net.embedding.weight])
    assert gradient.isfinite().all()


# Training, and the first weights


def test_dropout_is_off_in_evaluation_and_repeatable_by_the_seed_in_training(net: Transformer) -> None:
    source_BS, target_BT = pad(SENTENCES), torch.tensor(TARGETS)
    assert torch.equal(logits(net, source_BS, target_BT), logits(net, source_BS, target_BT))
    net.train()
    outputs = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        outputs.append(logits(net, source_BS, target_BT))
    assert torch.equal(outputs[0], outputs[1])
    assert not torch.equal(outputs[0], outputs[2])


def test_the_seed_decides_the_first_weights() -> None:
    models = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        models.append(Transformer(CONFIG, 20).embedding.weight)
    assert torch.equal(models[0], models[1])
    assert not torch.equal(models[0], models[2])


def test_a_new_model_is_nearly_as_unsure_as_a_guess() -> None:
    vocabulary_size = 1000
    model = Transformer(ModelConfig(), vocabulary_size).eval()
    tokens_2BT = torch.randint(4, 1000, (2, 8, 9))
    log_probabilities = logits(model, *tokens_2BT).log_softmax(-1)
    surprise = -log_probabilities.mean().item()
    assert surprise == pytest.approx(torch.tensor(float(vocabulary_size)).log().item(), abs=1)


def test_one_matrix_embeds_both_languages_and_scores_the_output(net: Transformer) -> None:
    sizes = {tuple(parameter.shape) for parameter in net.parameters()}
    assert [shape for shape in sizes if 20 in shape] == [(20, 16)]
    states_D = torch.randn(16)
    assert_close(net.next_token_logits(states_D), net.embedding.weight @ states_D)


def test_every_weight_is_trained(either: Transformer) -> None:
    logits_BTV = logits(either, pad(SENTENCES[:2]), torch.tensor(TARGETS[:2]))
    gradients = torch.autograd.grad(logits_BTV.logsumexp(-1).square().sum(), list(either.parameters()))
    for (name, _), gradient in zip(either.named_parameters(), gradients, strict=True):
        # A key's bias adds the same to every score of a row, and softmax does not see it.
        assert gradient.abs().max() > 1e-4 or name.endswith("k_proj.bias"), name
