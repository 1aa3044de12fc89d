"""Greedy search against a loop without batches or a cache, and the attention it records against a forced pass."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from toytrans.config import ModelConfig
from toytrans.decoding.greedy import greedy_search
from toytrans.decoding.hypothesis import Hypothesis
from toytrans.model.transformer import Transformer
from toytrans.text import BOS, EOS, PAD, UNK, pad

Sources = list[list[int]]


@torch.no_grad()
def naive_greedy(model: Transformer, source: list[int], max_length: int) -> tuple[list[int], list[float]]:
    """The whole model anew for every token, one sentence at a time."""
    ids: list[int] = []
    log_probabilities: list[float] = []
    while len(ids) < max_length and EOS not in ids:
        logits_V = model(torch.tensor([source]), torch.tensor([[BOS, *ids]]))[0, -1]
        logits_V[[PAD, BOS]] = float("-inf")
        if UNK not in source:  # no slot for a word to be copied
            logits_V[UNK] = float("-inf")
        log_probability, token = logits_V.log_softmax(dim=-1).max(dim=-1)
        ids.append(int(token))
        log_probabilities.append(float(log_probability))
    return ids, log_probabilities


def search(model: Transformer, sources: Sources, record_attention: bool = False) -> list[Hypothesis]:
    return greedy_search(model, pad(sources), [2 * len(ids) + 10 for ids in sources], record_attention)


def test_greedy_search_is_the_naive_loop(model: Transformer, sources: Sources) -> None:
    for source, found in zip(sources, search(model, sources), strict=True):
        ids, log_probabilities = naive_greedy(model, source, max_length=2 * len(source) + 10)
        assert list(found.ids) == ids
        assert found.log_probabilities == pytest.approx(log_probabilities, abs=1e-4)


def test_the_examples_end_early_late_and_not_at_all(model: Transformer, sources: Sources) -> None:
    found = search(model, sources)
    assert len({len(hypothesis.ids) for hypothesis in found}) > 8
    assert {hypothesis.is_finished for hypothesis in found} == {True, False}


def test_a_sentence_without_end_is_cut_off_at_its_own_limit(model: Transformer, sources: Sources) -> None:
    limits = [1 + number % 4 for number in range(len(sources))]
    free, cut = search(model, sources), greedy_search(model, pad(sources), limits)
    for whole, short, limit in zip(free, cut, limits, strict=True):
        assert short.ids == whole.ids[:limit]
        assert short.is_finished == (short.ids[-1] == EOS)


def test_padding_and_start_are_never_written(sources: Sources) -> None:
    model = Transformer(ModelConfig(d_model=8, num_layers=1, num_heads=1, d_ff=8), vocabulary_size=24).eval()
    with torch.no_grad():  # the two most probable tokens everywhere, if they were allowed
        model.embedding.weight[[PAD, BOS]] = 1.0
        model.decoder_norm.bias.fill_(10.0)
    raw = model(pad(sources[5:6]), torch.tensor([[BOS]]))[0, -1]
    assert set(raw.topk(2).indices.tolist()) == {PAD, BOS}
    assert not {PAD, BOS} & {token for hypothesis in search(model, sources) for token in hypothesis.ids}


def test_the_other_sentences_never_change_a_translation(model: Transformer, sources: Sources) -> None:
    together, backwards = search(model, sources), search(model, sources[::-1])[::-1]
    for source, one, other in zip(sources, together, backwards, strict=True):
        (alone,) = search(model, [source])
        assert one.ids == other.ids == alone.ids
        assert one.log_probabilities == pytest.approx(alone.log_probabilities, abs=1e-4)


def test_no_sentence_gives_no_translation(model: Transformer) -> None:
    assert search(model, []) == []


# Attention


@torch.no_grad()
def test_the_attention_recorded_is_that_of_a_forced_pass(model: Transformer, sources: Sources) -> None:
    for source, found in zip(sources, search(model, sources, record_attention=True), strict=True):
        encoded = model.encode(torch.tensor([source]), return_attention=True)
        decoder_input_BT = torch.tensor([[BOS, *found.ids[:-1]]])
        forced = model.decode(decoder_input_BT, encoded, return_attention=True)
        recorded = found.attention
        assert recorded is not None
        assert encoded.attention_LBHSS is not None
        assert forced.self_attention_LBHTT is not None
        assert forced.cross_attention_LBHTS is not None
        num_source = len(source)
        assert_close(recorded.encoder_LHSS[..., :num_source, :num_source], encoded.attention_LBHSS[:, 0])
        assert_close(recorded.decoder_LHTT, forced.self_attention_LBHTT[:, 0])
        assert_close(recorded.cross_LHTS[..., :num_source], forced.cross_attention_LBHTS[:, 0])
        assert (recorded.cross_LHTS[..., num_source:] == 0).all()


def test_recording_attention_does_not_change_the_translation(model: Transformer, sources: Sources) -> None:
    plain, recorded = search(model, sources), search(model, sources, record_attention=True)
    assert [hypothesis.ids for hypothesis in plain] == [hypothesis.ids for hypothesis in recorded]
    assert all(hypothesis.attention is None for hypothesis in plain)


# Scores


@pytest.mark.parametrize(("length_penalty", "score"), [(0.0, -3.0), (1.0, -18 / 7), (2.0, -3 * 36 / 49)])
def test_a_score_is_the_log_probability_over_the_length_penalty(length_penalty: float, score: float) -> None:
    assert Hypothesis((5, EOS), (-1.0, -2.0)).score(length_penalty) == pytest.approx(score)


def test_a_hypothesis_is_finished_where_the_model_ended_it() -> None:
    assert Hypothesis((5, EOS), (-1.0, -2.0)).is_finished
    assert not Hypothesis((5, 6), (-1.0, -2.0)).is_finished
    assert not Hypothesis((), ()).is_finished
