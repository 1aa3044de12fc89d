"""The stepwise decoder against the forced pass, which reads the whole target at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from toytrans.config import ModelConfig
from toytrans.decoding.stepwise import StepwiseDecoder
from toytrans.model.transformer import Transformer
from toytrans.special_tokens import PAD
from toytrans.text import EOS, pad

SOURCE_BS = pad([[5, 9, 7, 11, EOS], [8, 6, EOS], [EOS]])
NUM_STEPS = 6


@pytest.fixture(autouse=True)
def _no_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield


@pytest.fixture(params=[0, 1], ids=["no null", "null"])
def net(request: pytest.FixtureRequest) -> Transformer:
    """A model without a null position, and one with; no weight, norm or bias can hide behind a zero or a one."""
    return new_model(request.param)


def new_model(null_positions: int) -> Transformer:
    config = ModelConfig(d_model=16, num_layers=2, num_heads=2, d_ff=32, null_positions=null_positions)
    model = Transformer(config, vocabulary_size=20)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
        model.embedding.weight[PAD] = 7.0  # if padding is looked at anywhere, it shows
    return model.eval()


def new_targets(num_rows: int, num_steps: int = NUM_STEPS) -> Tensor:
    return torch.randint(4, 20, (num_rows, num_steps))


def start(net: Transformer, source_BS: Tensor, num_hypotheses: int = 1, max_length: int = NUM_STEPS) -> StepwiseDecoder:
    return StepwiseDecoder(net, net.encode(source_BS), max_length, num_hypotheses)


def read(decoder: StepwiseDecoder, target_RT: Tensor) -> Tensor:
    """The logits (R, T, V) after each token."""
    return torch.stack([decoder.step(token_R).logits_RV for token_R in target_RT.unbind(1)], dim=1)


def assert_close(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


# Step by step


@pytest.mark.parametrize("num_hypotheses", [1, 3])
def test_step_by_step_is_the_forced_pass(net: Transformer, num_hypotheses: int) -> None:
    target_RT = new_targets(len(SOURCE_BS) * num_hypotheses)
    forced_RTV = net(SOURCE_BS.repeat_interleave(num_hypotheses, dim=0), target_RT)
    assert_close(read(start(net, SOURCE_BS, num_hypotheses), target_RT), forced_RTV)


def test_without_padding_step_by_step_is_the_forced_pass_too(net: Transformer) -> None:
    target_RT = new_targets(1)
    assert_close(read(start(net, SOURCE_BS[:1]), target_RT), net(SOURCE_BS[:1], target_RT))


def test_room_to_spare_changes_nothing(net: Transformer) -> None:
    target_RT = new_targets(3)
    spacious = read(start(net, SOURCE_BS, max_length=50), target_RT)
    assert torch.equal(spacious, read(start(net, SOURCE_BS), target_RT))


def test_a_long_target_outgrows_the_table_of_positions() -> None:
    net, target_RT = new_model(null_positions=0), new_targets(1, num_steps=300)
    assert len(net.positions_PD) < 300
    assert_close(read(start(net, SOURCE_BS[:1], max_length=300), target_RT), net(SOURCE_BS[:1], target_RT))


def test_a_hidden_source_token_keeps_its_place_and_is_not_seen(net: Transformer) -> None:
    target_RT = new_targets(1)
    heard = []
    for word in (9, 19):
        source_BS = pad([[5, word, 7, EOS]])
        encoded = net.encode(source_BS, hidden_BS=source_BS == word)
        heard.append(read(StepwiseDecoder(net, encoded, NUM_STEPS), target_RT))
    assert torch.equal(*heard)
    assert not torch.allclose(heard[0], net(pad([[5, 7, EOS]]), target_RT), atol=1e-2)


def test_a_source_of_nothing_but_padding_stays_finite_and_leaves_the_others_alone(net: Transformer) -> None:
    source_BS, target_RT = pad([[5, 9, EOS], [], [8, EOS]]), new_targets(3)
    logits_RTV, forced_RTV = read(start(net, source_BS), target_RT), net(source_BS, target_RT)
    assert logits_RTV.isfinite().all()
    assert_close(logits_RTV[[0, 2]], forced_RTV[[0, 2]])
    if net.config.null_positions:  # where all rest on it
        assert_close(logits_RTV[1], forced_RTV[1])


def test_sources_of_no_position_at_all_are_decoded_as_in_the_forced_pass(net: Transformer) -> None:
    source_BS, target_RT = torch.zeros(2, 0, dtype=torch.int64), new_targets(2)
    assert_close(read(start(net, source_BS), target_RT), net(source_BS, target_RT))


# Where each step looked


def test_asking_for_the_weights_does_not_change_the_logits(net: Transformer) -> None:
    plain, asked, target_RT = start(net, SOURCE_BS), start(net, SOURCE_BS), new_targets(3)
    for token_R in target_RT.unbind(1):
        without, with_weights = plain.step(token_R), asked.step(token_R, return_attention=True)
        assert without.self_weights_TRH == without.cross_weights_SRH == []
        assert len(with_weights.self_weights_TRH) == len(with_weights.cross_weights_SRH) == net.config.num_layers
        assert torch.equal(without.logits_RV, with_weights.logits_RV)


def test_each_head_spreads_one_over_the_target_so_far_and_over_the_source_but_not_its_padding(net: Transformer) -> None:
    decoder, num_null = start(net, SOURCE_BS, num_hypotheses=2), net.config.null_positions
    for num_steps, token_R in enumerate(new_targets(6).unbind(1), start=1):
        output = decoder.step(token_R, return_attention=True)
        for own_TRH, cross_SRH in zip(output.self_weights_TRH, output.cross_weights_SRH, strict=True):
            assert own_TRH.shape == (num_steps, 6, 2)
            assert cross_SRH.shape == (num_null + SOURCE_BS.shape[1], 6, 2)
            for weights in (own_TRH, cross_SRH):
                assert (weights >= 0).all()
                assert_close(weights.sum(0), torch.ones(6, 2))
            is_hidden_SR = (SOURCE_BS == PAD).repeat_interleave(2, dim=0).mT
            assert (cross_SRH[num_null:][is_hidden_SR] == 0).all()
            assert (cross_SRH[num_null:][~is_hidden_SR] > 0).all()


# Rows that go on


@pytest.mark.parametrize(
    ("num_hypotheses", "rows", "sentences"),
    [
        (1, [2, 0, 1], [2, 0, 1]),
        (1, [0, 2], [0, 2]),
        (1, [1], [1]),
        (2, [1, 0, 2, 3, 5, 4], None),
        (2, [0, 0, 3, 3, 5, 4], None),
        (2, [0, 1, 1, 2, 3, 2, 5, 5, 4], None),
        (3, [0, 5, 6], None),
        (2, [5, 4, 1, 1], [2, 0]),
        (2, [3, 3], [1]),
    ],
    ids=[
        "other order",
        "one dropped",
        "one left",
        "swapped",
        "twice",
        "more",
        "fewer",
        "twice, dropped",
        "all but one",
    ],
)
@pytest.mark.parametrize("num_before", [0, 1, 4])
def test_rows_selected_go_on_as_if_they_had_been_alone_from_the_start(
    net: Transformer, num_hypotheses: int, rows: list[int], sentences: list[int] | None, num_before: int
) -> None:
    before_RT = new_targets(len(SOURCE_BS) * num_hypotheses)[:, :num_before]
    after_RT = new_targets(len(rows))[:, num_before:]
    decoder = start(net, SOURCE_BS, num_hypotheses)
    for token_R in before_RT.unbind(1):
        decoder.step(token_R)
    decoder.select(torch.tensor(rows), None if sentences is None else torch.tensor(sentences))
    source_RS = SOURCE_BS[[row // num_hypotheses for row in rows]]
    forced_RTV = net(source_RS, torch.cat([before_RT[rows], after_RT], dim=1))
    assert_close(read(decoder, after_RT), forced_RTV[:, num_before:])


def test_rows_can_be_selected_after_every_step(net: Transformer) -> None:
    decoder, written_RT = start(net, SOURCE_BS, num_hypotheses=2), torch.zeros(6, 0, dtype=torch.int64)
    source_RS = SOURCE_BS.repeat_interleave(2, dim=0)
    choices = [([1, 1, 2, 3, 4, 5], None), ([2, 3, 5, 4], [1, 2]), ([0, 0, 3, 2], None), ([3, 2], [1])]
    for rows, sentences in choices:
        token_R = new_targets(len(source_RS))[:, 0]
        written_RT = torch.cat([written_RT, token_R[:, None]], dim=1)
        assert_close(decoder.step(token_R).logits_RV, net(source_RS, written_RT)[:, -1])
        decoder.select(torch.tensor(rows), None if sentences is None else torch.tensor(sentences))
        source_RS, written_RT = source_RS[rows], written_RT[rows]
    last = torch.cat([written_RT, new_targets(2)[:, :1]], dim=1)
    assert_close(decoder.step(last[:, -1]).logits_RV, net(source_RS, last)[:, -1])


def test_the_weights_of_rows_selected_are_those_of_decoding_them_from_the_start(net: Transformer) -> None:
    target_RT, rows = new_targets(6), torch.tensor([5, 5, 0, 1])
    selected, anew = start(net, SOURCE_BS, num_hypotheses=2), start(net, SOURCE_BS[[2, 0]], num_hypotheses=2)
    for token_R in target_RT[:, :3].unbind(1):
        selected.step(token_R)
        anew.step(token_R[rows])
    selected.select(rows, torch.tensor([2, 0]))
    one, other = (decoder.step(target_RT[rows, 3], return_attention=True) for decoder in (selected, anew))
    for weights, expected in zip(one.self_weights_TRH, other.self_weights_TRH, strict=True):
        assert_close(weights, expected)
    for weights, expected in zip(one.cross_weights_SRH, other.cross_weights_SRH, strict=True):
        assert_close(weights, expected)
