"""Beam search against the textbook's, against every sequence there is, and against greedy search."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from toytrans.config import ModelConfig
from toytrans.decoding.beam import beam_search
from toytrans.decoding.greedy import greedy_search
from toytrans.decoding.hypothesis import Hypothesis
from toytrans.model.transformer import Transformer
from toytrans.text import BOS, EOS, PAD, UNK, pad

Sources = list[list[int]]
Ids = tuple[int, ...]


def search(
    model: Transformer, sources: Sources, beam_size: int, length_penalty: float = 1.0, record_attention: bool = False
) -> list[list[Hypothesis]]:
    max_lengths = [2 * len(ids) + 10 for ids in sources]
    return beam_search(model, pad(sources), max_lengths, beam_size, length_penalty, record_attention)


@torch.no_grad()
def log_probabilities(model: Transformer, source: list[int], written: list[Ids]) -> Tensor:
    """Of every next token after each of these beginnings, all equally long: the whole model anew."""
    target_BT = torch.tensor([[BOS, *ids] for ids in written])
    logits_BTV: Tensor = model(torch.tensor([source]).expand(len(written), -1), target_BT)
    logits_BV = logits_BTV[:, -1]
    logits_BV[:, [PAD, BOS]] = float("-inf")
    if UNK not in source:  # no slot for a word to be copied
        logits_BV[:, UNK] = float("-inf")
    return logits_BV.log_softmax(dim=-1)


def textbook_beam(model: Transformer, source: list[int], beam_size: int) -> list[tuple[float, Ids]]:
    """One sentence at a time, no cache, every continuation sorted."""
    max_length = 2 * len(source) + 10
    going_on: list[tuple[float, Ids]] = [(0.0, ())]
    ended: list[tuple[float, Ids]] = []
    while len(ended) < beam_size:
        next_BV = log_probabilities(model, source, [ids for _, ids in going_on]).tolist()
        longer = sorted(
            (
                (total + log_probability, (*ids, token))
                for (total, ids), next_V in zip(going_on, next_BV, strict=True)
                for token, log_probability in enumerate(next_V)
            ),
            reverse=True,
        )
        is_ended = [ids[-1] == EOS or len(ids) == max_length for _, ids in longer]
        ended += [one for one, end in zip(longer[:beam_size], is_ended, strict=False) if end]
        going_on = [one for one, end in zip(longer, is_ended, strict=True) if not end][:beam_size]
    scored = [(total / ((5 + len(ids)) / 6), ids) for total, ids in ended[:beam_size]]
    return sorted(scored, reverse=True)


@pytest.mark.parametrize("beam_size", [2, 3, 5])
def test_beam_search_is_the_textbooks(model: Transformer, sources: Sources, beam_size: int) -> None:
    for source, found in zip(sources[:20], search(model, sources[:20], beam_size), strict=True):
        expected = textbook_beam(model, source, beam_size)
        assert [hypothesis.ids for hypothesis in found] == [ids for _, ids in expected]
        scores = [hypothesis.score(1.0) for hypothesis in found]
        assert scores == pytest.approx([score for score, _ in expected], abs=1e-4)


def test_beam_of_one_is_greedy(model: Transformer, sources: Sources) -> None:
    greedy = greedy_search(model, pad(sources), [2 * len(ids) + 10 for ids in sources])
    for (found,), expected in zip(search(model, sources, beam_size=1), greedy, strict=True):
        assert found.ids == expected.ids
        assert found.log_probabilities == pytest.approx(expected.log_probabilities, abs=1e-4)


class ThreeWords(Transformer):
    """A model that only ever says `<unk>`, two words, and the end, though its vocabulary has room for a wide beam."""

    SAID = (UNK, 4, 5)

    def next_token_logits(self, states_D: Tensor) -> Tensor:
        """Scores as they are, for what it says; hopeless ones for the rest."""
        logits = super().next_token_logits(states_D)
        hopeless = torch.ones_like(logits)
        hopeless[..., [EOS, *self.SAID]] = 0.0
        return logits - 1e4 * hopeless


@pytest.mark.parametrize("length_penalty", [0.0, 1.0, 2.0])
@pytest.mark.parametrize("seed", range(5))
def test_a_beam_wide_enough_finds_the_best_of_all_sequences(length_penalty: float, seed: int) -> None:
    torch.manual_seed(seed)
    model = ThreeWords(ModelConfig(d_model=8, num_layers=1, num_heads=2, d_ff=16), vocabulary_size=64).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.5 * torch.randn_like(parameter))
    source, max_length = [5, 9, EOS], 3
    every_sequence = [
        (*words, last)
        for length in range(max_length)
        for words in product(ThreeWords.SAID, repeat=length)
        for last in (EOS, *(ThreeWords.SAID if length == max_length - 1 else ()))
    ]
    assert len(every_sequence) == 1 + 3 + 9 * 4
    hypotheses = [
        Hypothesis(
            ids, tuple(log_probabilities(model, source, [ids[:t]])[0, token].item() for t, token in enumerate(ids))
        )
        for ids in every_sequence
    ]
    best = max(hypotheses, key=lambda hypothesis: hypothesis.score(length_penalty))
    found = beam_search(model, pad([source]), [max_length], beam_size=32, length_penalty=length_penalty)[0]
    assert found[0].ids == best.ids
    assert found[0].score(length_penalty) == pytest.approx(best.score(length_penalty), abs=1e-4)


def test_a_wider_beam_finds_more_probable_translations(model: Transformer, sources: Sources) -> None:
    totals = [
        sum(found[0].score(0.0) for found in search(model, sources, beam_size, length_penalty=0.0))
        for beam_size in (1, 4)
    ]
    assert totals[1] > totals[0] + 1


# The n best


@pytest.mark.parametrize("length_penalty", [0.0, 1.0])
def test_the_n_best_are_n_all_different_and_the_best_comes_first(
    model: Transformer, sources: Sources, length_penalty: float
) -> None:
    for found in search(model, sources, beam_size=4, length_penalty=length_penalty):
        assert len({hypothesis.ids for hypothesis in found}) == 4
        assert all(a.score(length_penalty) >= b.score(length_penalty) for a, b in pairwise(found))


def test_a_higher_length_penalty_never_shortens_what_is_chosen(model: Transformer, sources: Sources) -> None:
    # The same hypotheses end either way: the penalty only orders them.
    shorter, longer = (search(model, sources, 4, length_penalty) for length_penalty in (0.0, 3.0))
    lengths = [(len(one[0].ids), len(other[0].ids)) for one, other in zip(shorter, longer, strict=True)]
    assert all(one <= other for one, other in lengths)
    assert any(one < other for one, other in lengths)


@pytest.mark.parametrize("beam_size", [1, 3])
def test_no_hypothesis_is_longer_than_its_sentences_limit(model: Transformer, sources: Sources, beam_size: int) -> None:
    limits = [1 + number % 4 for number in range(len(sources))]
    for found, limit in zip(beam_search(model, pad(sources), limits, beam_size, 1.0), limits, strict=True):
        assert len(found) == beam_size
        assert all(len(hypothesis.ids) <= limit for hypothesis in found)
        assert all(hypothesis.is_finished or len(hypothesis.ids) == limit for hypothesis in found)


def test_padding_and_start_are_never_written_by_the_widest_beam(model: Transformer, sources: Sources) -> None:
    n_best = search(model, sources, beam_size=model.embedding.num_embeddings // 2)
    assert not {PAD, BOS} & {token for found in n_best for hypothesis in found for token in hypothesis.ids}


def test_the_other_sentences_never_change_a_translation(model: Transformer, sources: Sources) -> None:
    together, backwards = search(model, sources, 3), search(model, sources[::-1], 3)[::-1]
    for source, one, other in zip(sources, together, backwards, strict=True):
        (alone,) = search(model, [source], 3)
        ids = [[hypothesis.ids for hypothesis in found] for found in (one, other, alone)]
        assert ids[0] == ids[1] == ids[2]


def test_no_sentence_gives_no_translation(model: Transformer) -> None:
    assert search(model, [], 3) == []


# Attention


@torch.no_grad()
def test_the_attention_recorded_is_that_of_a_forced_pass(model: Transformer, sources: Sources) -> None:
    for source, n_best in zip(sources, search(model, sources, 3, record_attention=True), strict=True):
        encoded = model.encode(torch.tensor([source]), return_attention=True)
        for found in n_best:
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


def test_recording_attention_does_not_change_the_translation(model: Transformer, sources: Sources) -> None:
    plain, recorded = (search(model, sources, 3, record_attention=record) for record in (False, True))
    for one, other in zip(plain, recorded, strict=True):
        assert [hypothesis.ids for hypothesis in one] == [hypothesis.ids for hypothesis in other]
        assert all(hypothesis.attention is None for hypothesis in one)
