"""Guidance: what a head should attend to, and the loss that teaches it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from toytrans.attention_maps import parse_links
from toytrans.config import ModelConfig, TrainingConfig
from toytrans.model import Transformer
from toytrans.text import EOS, Batch, BucketedBatches, Encoded, make_batch
from toytrans.training.guidance import Guide, token_links
from toytrans.training.loop import train_steps
from toytrans.training.optimizer import make_optimizer

SOURCES = [[4, 5, 6, EOS], [7, EOS]]
TARGETS = [[8, 9, EOS], [10, EOS]]


def encoded(*words: str) -> Encoded:
    """A sentence of which every word is cut at its hyphens."""
    pieces = [(piece, number) for number, word in enumerate(words) for piece in word.split("-")]
    tokens, word_ids = [piece for piece, _ in pieces], [number for _, number in pieces]
    ids = [*range(4, 4 + len(tokens)), EOS]
    return Encoded(ids, [*tokens, "</s>"], [*word_ids, None], list(words))


def entries(*links: tuple[int, int]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array(links, dtype=np.int64).reshape(-1, 2)


# Links between words as links between tokens


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("0-0 1-1 2-2", [[0, 0], [1, 1], [2, 2]]),
        ("2-0 0-2", [[0, 2], [2, 0]]),
        ("0-0 1-0", [[0, 0], [0, 1]]),  # both sure
        ("1p0 0-0", [[0, 0]]),  # a sure link, so the possible one teaches nothing
        ("1p0 2p0", [[0, 1], [0, 2]]),  # possible ones alone
        ("1p0 1-2", [[0, 1], [2, 1]]),  # each target word by itself
        ("", []),
    ],
)
def test_a_target_word_is_guided_to_its_sure_links_or_else_to_its_possible_ones(
    links: str, expected: list[list[int]]
) -> None:
    found = token_links(parse_links(links), encoded("the", "cat", "sleeps"), encoded("le", "chat", "dort"))
    assert found.tolist() == expected
    assert found.shape == (len(expected), 2)


def test_every_piece_of_a_target_word_is_guided_to_every_piece_of_its_source_word() -> None:
    found = token_links(parse_links("0-1 1-0"), encoded("ro-bot", "fell"), encoded("tom-ba", "robot"))
    assert found.tolist() == [[0, 2], [1, 2], [2, 0], [2, 1]]


def test_a_pair_whose_words_are_not_read_where_they_were_typed_guides_nothing() -> None:
    moved = replace(encoded("i", "can", "not"), keeps_places=False)
    for source, target in ((moved, encoded("je", "ne", "peux")), (encoded("je", "ne", "peux"), moved)):
        assert token_links(parse_links("0-0 1-1"), source, target).shape == (0, 2)


# The table


def test_a_row_of_the_table_is_divided_evenly_among_the_linked_tokens() -> None:
    guide = Guide(1, 1, 1.0, [entries((0, 2), (1, 0), (1, 1)), entries((0, 0))])
    expected = [
        [[0, 0, 1, 0], [0.5, 0.5, 0, 0], [0, 0, 0, 0]],
        [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],  # padding is guided nowhere, and nobody is guided to it
    ]
    for pairs in ([0, 1], [1, 0]):
        assert guide.wanted(make_batch(SOURCES, TARGETS, pairs)).tolist() == [expected[pair] for pair in pairs]


def test_a_batch_without_any_link_has_an_empty_table_and_no_loss() -> None:
    guide = Guide(1, 1, 1.0, [entries(), entries()])
    batch = make_batch(SOURCES, TARGETS, [0, 1])
    assert (guide.wanted(batch) == 0).all()
    assert guide.loss(torch.full((2, 3, 4), 0.25), batch).item() == 0.0


# The loss


def weights(*rows: list[float]) -> Tensor:
    """The guided head's attention of one pair."""
    return torch.tensor([list(rows)])


PAIR_0 = make_batch(SOURCES, TARGETS, [0])
SHOULD = Guide(1, 1, 1.0, [entries((0, 2), (1, 0))])


@pytest.mark.parametrize(
    ("attention", "expected"),
    [
        (weights([0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]), 0.0),
        (weights([0, 0, 1, 0], [0.25, 0, 0.75, 0], [0, 0, 0, 1]), math.log(4) / 2),
        (weights([0, 0, 0.5, 0.5], [0.25, 0, 0.75, 0], [0, 0, 0, 1]), (math.log(2) + math.log(4)) / 2),
        (weights([0, 0, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0]), 0.0),  # nobody says what `</s>` should attend to
        (weights([1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]), -math.log(1e-9) / 2),  # large, not infinite
    ],
)
def test_the_loss_is_the_mean_surprise_of_the_guided_words(attention: Tensor, expected: float) -> None:
    assert SHOULD.loss(attention, PAIR_0).item() == pytest.approx(expected, abs=1e-5)


def test_padding_changes_no_loss() -> None:
    guide = Guide(1, 1, 1.0, [entries((0, 2), (1, 0)), entries((0, 0))])
    weights_BTS = torch.rand(2, 3, 4).softmax(-1)
    together = guide.loss(weights_BTS, make_batch(SOURCES, TARGETS, [0, 1])).item()
    first = guide.loss(weights_BTS[:1], PAIR_0).item()
    second = guide.loss(weights_BTS[1:, :2, :2], make_batch(SOURCES, TARGETS, [1])).item()
    assert together == pytest.approx((2 * first + second) / 3, rel=1e-5)  # a mean over guided words, not over pairs


def test_the_null_position_stands_before_the_words_and_is_never_where_the_head_should_attend() -> None:
    attention = weights([0, 0, 0.5, 0.5], [0.5, 0, 0.5, 0], [0, 0, 0, 1])
    rest_BT1 = torch.rand(1, 3, 1)
    assert SHOULD.loss(torch.cat([rest_BT1, attention], dim=-1), PAIR_0) == SHOULD.loss(attention, PAIR_0)


# The gradient


def small_model(null_position: bool, d_model: int = 8) -> Transformer:
    torch.manual_seed(3)
    return Transformer(ModelConfig(d_model, num_layers=2, num_heads=2, d_ff=16, null_positions=int(null_position)), 20)


def gradients_of_guiding(model: Transformer, guide: Guide, batch: Batch) -> dict[str, Tensor]:
    weights_BTS = guide.weights(model, *model(batch.source_BS, batch.target_input_BT))
    parameters = dict(model.named_parameters())
    gradients = torch.autograd.grad(guide.loss(weights_BTS, batch), list(parameters.values()), allow_unused=True)
    return {name: grad for name, grad in zip(parameters, gradients, strict=True) if grad is not None and grad.any()}


def test_the_guide_sees_what_the_head_really_attends_to() -> None:
    model, batch = small_model(null_position=True).eval(), make_batch(SOURCES, TARGETS, [0, 1])
    encoded = model.encode(batch.source_BS)
    recorded = model.decode(batch.target_input_BT, model.start(encoded)).cross_attention_L
    weights_BTS = Guide(2, 1, 1.0, []).weights(model, *model(batch.source_BS, batch.target_input_BT))
    assert torch.allclose(weights_BTS, recorded[1][:, 0], atol=1e-6)


@pytest.mark.parametrize("null_position", [False, True])
def test_guidance_moves_the_queries_and_keys_of_that_head_and_nothing_else(null_position: bool) -> None:
    guide = Guide(1, 2, 1.0, [entries((0, 2), (1, 0)), entries((0, 0))])
    moved = gradients_of_guiding(small_model(null_position), guide, make_batch(SOURCES, TARGETS, [0, 1]))
    names = {name.removeprefix("decoder_layers.0.cross_attention.") for name in moved}
    assert {"q_proj.weight", "k_proj.weight"} <= names
    assert names <= {"q_proj.weight", "k_proj.weight", "q_proj.bias", "k_proj.bias", "null_key_HK"}
    for name in ("q_proj.weight", "k_proj.weight", *["null_key_HK"] * null_position):
        first_head, second_head = moved[f"decoder_layers.0.cross_attention.{name}"].chunk(2)
        assert not first_head.any()
        assert second_head.any()


# Training


@pytest.mark.parametrize("null_position", [False, True])
def test_a_guided_head_learns_to_align_and_the_same_head_unguided_does_not(null_position: bool) -> None:
    random = np.random.default_rng(0)  # sentences of four different words, to be said backwards
    words = [random.permutation(np.arange(4, 20))[:4].tolist() for _ in range(200)]
    sources, targets = [[*each, EOS] for each in words], [[*reversed(each), EOS] for each in words]
    backwards = entries((0, 3), (1, 2), (2, 1), (3, 0))
    recipe = TrainingConfig(batch_tokens=400, max_steps=80, optimizer="adamw", learning_rate=0.02, warmup_steps=10)
    weight_on_the_right_word = []
    for weight in (0.0, 1.0):
        guide = Guide(2, 1, weight, [backwards] * len(words))
        model = small_model(null_position, d_model=16)
        batches = BucketedBatches(sources, targets, recipe.batch_tokens, recipe.seed)
        for _ in train_steps(model, make_optimizer(model, recipe), batches, recipe, 0, lambda step: step / 80, guide):
            pass
        batch = make_batch(sources, targets, range(40))
        weights_BTS = guide.weights(model.eval(), *model(batch.source_BS, batch.target_input_BT))[..., -5:]
        weight_on_the_right_word.append(weights_BTS[:, *backwards.T].mean())
    unguided, guided = weight_on_the_right_word
    assert guided > unguided + 0.1
