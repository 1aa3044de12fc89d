"""Greedy and beam search, in PyTorch and in NumPy, against the textbook's and against every sequence there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import TypeAlias

import numpy as np
import pytest
import torch
from torch import Tensor

from toytrans.config import ModelConfig, SearchConfig
from toytrans.decoding.beam import beam_search
from toytrans.decoding.greedy import greedy_search
from toytrans.decoding.hypothesis import Backend, Hypothesis, max_length
from toytrans.decoding.numpy_backend import NumpyBackend
from toytrans.decoding.torch_backend import TorchBackend
from toytrans.model import NumpyTransformer, Transformer
from toytrans.special_tokens import BOS, EOS, PAD, UNK
from toytrans.text import pad

Ids: TypeAlias = tuple[int, ...]
Sources: TypeAlias = list[list[int]]
MakeBackend: TypeAlias = Callable[[Transformer], Backend]


def in_numpy(model: Transformer) -> Backend:
    return NumpyBackend(NumpyTransformer(model.config, model.weights()))


backends = pytest.mark.parametrize("make", [TorchBackend, in_numpy], ids=["torch", "numpy"])
beam_sizes = pytest.mark.parametrize("beam_size", [1, 3])


@torch.no_grad()
def log_probabilities(model: Transformer, source: Sequence[int], written: list[Ids]) -> Tensor:
    """Of every next token after each of these beginnings, all equally long: the whole model anew."""
    target_BT = torch.tensor([[BOS, *ids] for ids in written])
    _, decoded = model(torch.tensor([source]).expand(len(written), -1), target_BT)
    logits_BV = model.next_token_logits(decoded.states_BTD[:, -1])
    logits_BV[:, [PAD, BOS] if UNK in source else [PAD, BOS, UNK]] = float("-inf")
    return logits_BV.log_softmax(dim=-1)


def textbook_beam(model: Transformer, source: Sequence[int], beam_size: int) -> list[tuple[float, Ids]]:
    """One sentence at a time, no cache, every continuation sorted."""
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
        is_ended = [ids[-1] == EOS or len(ids) == max_length(source) for _, ids in longer]
        ended += [one for one, end in zip(longer[:beam_size], is_ended, strict=False) if end]
        going_on = [one for one, end in zip(longer, is_ended, strict=True) if not end][:beam_size]
    return sorted(((total / ((5 + len(ids)) / 6), ids) for total, ids in ended[:beam_size]), reverse=True)


def search(backend: Backend, sources: Sources, beam_size: int, length_penalty: float = 1.0) -> list[list[Hypothesis]]:
    return backend.search(sources, SearchConfig(beam_size=beam_size, length_penalty=length_penalty))


@backends
@pytest.mark.parametrize("beam_size", [1, 2, 5])
def test_a_search_is_the_textbooks(model: Transformer, sources: Sources, make: MakeBackend, beam_size: int) -> None:
    chosen = sources if beam_size == 1 else sources[:15]
    for source, found in zip(chosen, search(make(model), chosen, beam_size), strict=True):
        expected = textbook_beam(model, source, beam_size)
        assert [hypothesis.ids for hypothesis in found] == [ids for _, ids in expected]
        assert [hypothesis.score(1.0) for hypothesis in found] == pytest.approx([s for s, _ in expected], abs=1e-4)


def test_beam_of_one_is_greedy(model: Transformer, sources: Sources) -> None:
    source_BS, limits = pad(sources), [max_length(ids) for ids in sources]
    greedy = greedy_search(model, source_BS, limits)
    for (found,), expected in zip(beam_search(model, source_BS, limits, 1, 1.0), greedy, strict=True):
        assert found.ids == expected.ids
        assert found.log_probabilities == pytest.approx(expected.log_probabilities, abs=1e-4)


def test_the_examples_end_early_late_and_not_at_all(model: Transformer, sources: Sources) -> None:
    found = [best for (best,) in search(TorchBackend(model), sources, 1)]
    assert len({len(hypothesis.ids) for hypothesis in found}) > 8
    assert {hypothesis.is_finished for hypothesis in found} == {True, False}


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
@pytest.mark.parametrize("seed", range(3))
def test_a_beam_wide_enough_finds_the_best_of_all_sequences(length_penalty: float, seed: int) -> None:
    torch.manual_seed(seed)
    model = ThreeWords(ModelConfig(d_model=8, num_layers=1, num_heads=2, d_ff=16), vocabulary_size=64).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.5 * torch.randn_like(parameter))
    source, most = [5, 9, EOS], 3
    every_sequence = [
        (*words, last)
        for length in range(most)
        for words in product(ThreeWords.SAID, repeat=length)
        for last in (EOS, *(ThreeWords.SAID if length == most - 1 else ()))
    ]
    assert len(every_sequence) == 1 + 3 + 9 * 4
    hypotheses = [
        Hypothesis(
            ids, tuple(log_probabilities(model, source, [ids[:t]])[0, token].item() for t, token in enumerate(ids))
        )
        for ids in every_sequence
    ]
    best = max(hypotheses, key=lambda hypothesis: hypothesis.score(length_penalty))
    found = beam_search(model, pad([source]), [most], beam_size=32, length_penalty=length_penalty)[0]
    assert found[0].ids == best.ids
    assert found[0].score(length_penalty) == pytest.approx(best.score(length_penalty), abs=1e-4)


@backends
@pytest.mark.parametrize("length_penalty", [0.0, 1.0])
def test_the_n_best_are_n_all_different_and_the_best_comes_first(
    model: Transformer, sources: Sources, make: MakeBackend, length_penalty: float
) -> None:
    for found in search(make(model), sources[:30], 4, length_penalty):
        assert len({hypothesis.ids for hypothesis in found}) == 4
        assert all(a.score(length_penalty) >= b.score(length_penalty) for a, b in pairwise(found))


def test_a_wider_beam_finds_more_probable_translations(model: Transformer, sources: Sources) -> None:
    one, four = (
        sum(found[0].score(0.0) for found in search(TorchBackend(model), sources, beam_size, length_penalty=0.0))
        for beam_size in (1, 4)
    )
    assert four > one + 1


def test_a_higher_length_penalty_never_shortens_what_is_chosen(model: Transformer, sources: Sources) -> None:
    # The same hypotheses end either way: the penalty only orders them.
    shorter, longer = (search(TorchBackend(model), sources, 4, length_penalty) for length_penalty in (0.0, 3.0))
    lengths = [(len(one[0].ids), len(other[0].ids)) for one, other in zip(shorter, longer, strict=True)]
    assert all(one <= other for one, other in lengths)
    assert any(one < other for one, other in lengths)


@beam_sizes
def test_a_sentence_without_end_is_cut_off_at_its_own_limit(
    model: Transformer, sources: Sources, beam_size: int
) -> None:
    limits = [1 + number % 4 for number in range(len(sources))]
    for found, limit in zip(beam_search(model, pad(sources), limits, beam_size, 1.0), limits, strict=True):
        assert len(found) == beam_size
        assert all(len(hypothesis.ids) <= limit for hypothesis in found)
        assert all(hypothesis.is_finished or len(hypothesis.ids) == limit for hypothesis in found)
    whole = search(TorchBackend(model), sources, 1)
    for (free,), cut, limit in zip(whole, greedy_search(model, pad(sources), limits), limits, strict=True):
        assert cut.ids == free.ids[:limit]


@backends
@beam_sizes
def test_padding_and_start_are_never_written(sources: Sources, make: MakeBackend, beam_size: int) -> None:
    model = Transformer(ModelConfig(d_model=8, num_layers=1, num_heads=1, d_ff=8), vocabulary_size=24).eval()
    with torch.no_grad():  # the two most probable tokens everywhere, if they were allowed
        model.embedding.weight[[PAD, BOS]] = 1.0
        model.decoder_norm.bias.fill_(10.0)
        raw = model.next_token_logits(model(pad(sources[5:6]), torch.tensor([[BOS]]))[1].states_BTD[0, -1])
    assert set(raw.topk(2).indices.tolist()) == {PAD, BOS}
    n_best = search(make(model), sources[:12], beam_size)
    assert not {PAD, BOS} & {token for found in n_best for hypothesis in found for token in hypothesis.ids}


@backends
@beam_sizes
def test_an_unknown_word_is_written_only_where_the_source_has_one(
    model: Transformer, make: MakeBackend, beam_size: int
) -> None:
    eager = Transformer.from_weights(model.config, model.weights()).eval()
    with torch.no_grad():  # the most probable token everywhere, if it were allowed
        eager.embedding.weight[UNK] = 4 * eager.decoder_norm.bias.sign() + eager.embedding.weight[UNK]
        eager.decoder_norm.bias.mul_(20)
    known, unknown = search(make(eager), [[5, 6, EOS], [5, UNK, EOS]], beam_size)
    assert not any(UNK in hypothesis.ids for hypothesis in known)
    assert any(UNK in hypothesis.ids for hypothesis in unknown)


@beam_sizes
def test_the_other_sentences_never_change_a_translation(model: Transformer, sources: Sources, beam_size: int) -> None:
    backend = TorchBackend(model)
    together, backwards = search(backend, sources, beam_size), search(backend, sources[::-1], beam_size)[::-1]
    for source, one, other in zip(sources, together, backwards, strict=True):
        (alone,) = search(backend, [source], beam_size)
        ids = [[hypothesis.ids for hypothesis in found] for found in (one, other, alone)]
        assert ids[0] == ids[1] == ids[2]
        for a, b in zip(one, alone, strict=True):
            assert a.log_probabilities == pytest.approx(b.log_probabilities, abs=1e-4)


@backends
@beam_sizes
def test_no_sentence_gives_no_translation(model: Transformer, make: MakeBackend, beam_size: int) -> None:
    assert search(make(model), [], beam_size) == []
    assert make(model).force([], []) == []


@pytest.mark.parametrize("null_positions", [0, 1])
def test_a_forced_pass_in_numpy_is_that_in_pytorch(model: Transformer, sources: Sources, null_positions: int) -> None:
    config = ModelConfig(d_model=16, num_layers=2, num_heads=2, d_ff=32, null_positions=null_positions)
    net = Transformer(config, model.embedding.num_embeddings).eval()
    targets = [[*reversed(ids[:-1]), EOS] for ids in sources]
    hidden = [[place == 1 for place in range(len(ids))] for ids in sources]
    for one, other in zip(
        TorchBackend(net).force(sources, targets, hidden), in_numpy(net).force(sources, targets, hidden), strict=True
    ):
        assert one.target.ids == other.target.ids
        assert one.target.log_probabilities == pytest.approx(other.target.log_probabilities, abs=1e-4)
        for name in ("encoder_LHSS", "decoder_LHTT", "cross_LHTS"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-5)


# Scores


@pytest.mark.parametrize(("length_penalty", "score"), [(0.0, -3.0), (1.0, -18 / 7), (2.0, -3 * 36 / 49)])
def test_a_score_is_the_log_probability_over_the_length_penalty(length_penalty: float, score: float) -> None:
    assert Hypothesis((5, EOS), (-1.0, -2.0)).score(length_penalty) == pytest.approx(score)


@pytest.mark.parametrize(("ids", "is_finished"), [((5, EOS), True), ((5, 6), False), ((), False)])
def test_a_hypothesis_is_finished_where_the_model_ended_it(ids: Ids, is_finished: bool) -> None:
    assert Hypothesis(ids, (-1.0,) * len(ids)).is_finished == is_finished
