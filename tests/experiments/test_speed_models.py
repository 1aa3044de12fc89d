"""The models that are timed beside toytrans: equal in what they compute, or in what they are given to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from peers import num_trained
from torch import nn
from trainers import PEERS, Made, PeerName, PlainTrainer, Recipe, Switched, ToytransTrainer, build_peer, plain_loss
from translating_speed import compare
from translators import Ids, max_length, up_to_end
from weights import to_m2m100, write_ctranslate2
from workload import RandomBatches, Split, exact_match, num_target_tokens, scores

from toytrans.config import ModelConfig, TrainingConfig
from toytrans.decoding.beam import beam_search
from toytrans.decoding.greedy import greedy_search
from toytrans.model import Transformer
from toytrans.text import BOS, EOS, PAD, SPECIAL_TOKENS, UNK, make_batch, pad
from toytrans.training.loop import sum_of_losses

CONFIG = ModelConfig(d_model=16, num_layers=2, num_heads=2, d_ff=32, dropout=0.1)
SIZE = 12
SOURCES = [[5, 6, 7, EOS], [8, EOS], [4, 9, 10, 11, 5, EOS]]
TARGETS = [[6, 5, EOS], [4, 8, 9, 7, EOS], [11, EOS]]
BATCH = make_batch(SOURCES, TARGETS, range(3))


def transformer(seed: int = 1) -> Transformer:
    torch.manual_seed(seed)
    model = Transformer(CONFIG, SIZE).eval()
    for parameter in model.parameters():  # biases and norms too, so that a forgotten one shows
        parameter.data += 0.3 * torch.randn_like(parameter)
    model.embedding.weight.data[PAD] = 0.0
    return model


@pytest.fixture(params=PEERS)
def peer(request: pytest.FixtureRequest) -> nn.Module:
    name: PeerName = request.param
    if name == "MarianMTModel":
        pytest.importorskip("transformers")
    return build_peer(name, CONFIG, SIZE, seed=1)


def test_a_peer_is_as_large_as_toytrans() -> None:
    config = ModelConfig()
    own = num_trained(Transformer(config, 868))
    assert num_trained(build_peer("torch.nn.Transformer", config, 868, seed=1)) == own
    pytest.importorskip("transformers")
    # Post-norm has no norm after the last layers: two weights and two biases of 128 fewer.
    assert num_trained(build_peer("MarianMTModel", config, 868, seed=1)) == own - 4 * 128


def test_a_peer_sees_neither_padding_nor_the_future(peer: nn.Module) -> None:
    peer.eval()
    together_BTV = peer(BATCH.source_BS, BATCH.target_input_BT)
    for row, (source, target) in enumerate(zip(SOURCES, TARGETS, strict=True)):
        for length in range(1, len(target) + 1):
            alone_TV = peer(torch.tensor([source]), torch.tensor([[BOS, *target[:-1]][:length]]))[0]
            torch.testing.assert_close(together_BTV[row, :length], alone_TV, atol=1e-5, rtol=1e-5)


def test_a_plain_loop_minimizes_the_loss_that_toytrans_does() -> None:
    model = transformer()
    _, decoded = model(BATCH.source_BS, BATCH.target_input_BT)
    own = sum_of_losses(model, decoded, BATCH, label_smoothing=0.1) / num_target_tokens(BATCH)
    torch.testing.assert_close(plain_loss(model, BATCH, label_smoothing=0.1), own)


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_a_peer_learns_with_either_optimizer(peer: nn.Module, optimizer: str) -> None:
    rate = {"learning_rate": 1e-2, "matrix_learning_rate": 1e-2}
    recipe = Recipe(optimizer=optimizer, horizon=100, warmup_steps=0, dropout=0.0, **rate)  # type: ignore[arg-type]
    trainer = PlainTrainer(peer, Split(SOURCES, TARGETS).bucketed(100), recipe)
    losses = [trainer.step().loss for _ in range(20)]
    assert losses[-1] < losses[0] - 0.3


def test_a_switch_is_kept_with_its_system_and_put_back_for_the_others() -> None:
    from machine import get_precision, set_precision

    def toytrans() -> ToytransTrainer:
        return ToytransTrainer(CONFIG, SIZE, TrainingConfig(), Split(SOURCES, TARGETS).bucketed(100))

    outside = get_precision()
    switched = Switched(toytrans, "bf16")
    with switched.on():
        assert get_precision() == "bf16"
        set_precision("ieee")
    assert get_precision() == outside
    with switched.on():
        assert get_precision() == "ieee"
    assert get_precision() == outside


def greedy(model: Transformer, sources: list[list[int]]) -> list[Ids]:
    limits = [max_length(len(ids)) for ids in sources]
    return [hypothesis.ids for hypothesis in greedy_search(model.eval(), pad(sources), limits)]


def test_toytrans_and_peers_report_the_same_work() -> None:
    batches = Split(SOURCES, TARGETS).bucketed(100)
    own = ToytransTrainer(CONFIG, SIZE, TrainingConfig(max_steps=5), batches).step()
    peer = PlainTrainer(
        build_peer("torch.nn.Transformer", CONFIG, SIZE, 1), batches, Recipe(learning_rate=1e-3, horizon=5)
    ).step()
    assert (own.pairs, own.target_tokens) == (peer.pairs, peer.target_tokens) == (3, 10)


def test_exact_match_by_a_forced_pass_is_that_of_greedy_search() -> None:
    random = np.random.default_rng(1)
    copies = [[*random.integers(UNK, SIZE, random.integers(1, 6)).tolist(), EOS] for _ in range(200)]
    split = Split(copies, copies)  # to say what was read, half learned: some are right and some are not
    trainer = ToytransTrainer(CONFIG, SIZE, TrainingConfig(learning_rate=1e-2), split.bucketed(200))
    for _ in range(210):
        trainer.step()
    found = exact_match(trainer.model, split)
    assert trainer.model.training
    written = greedy(trainer.model, copies)
    # What the model could not name is written `<unk>`, and never right as text.
    searched = sum(list(ids) == copy and UNK not in copy for ids, copy in zip(written, copies, strict=True))
    assert 0.2 < found < 0.8
    assert found == searched / len(copies)


def test_random_batches_take_each_pair_once_an_epoch() -> None:
    split = Split(SOURCES * 4, TARGETS * 4)
    batches = RandomBatches(split, num_pairs=4)
    epochs = [[pair for step in steps for pair in batches.batch(step).pairs] for steps in (range(3), range(3, 6))]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(12))
    assert epochs[0] != epochs[1]


def test_m2m100_with_the_same_weights_gives_the_same_scores() -> None:
    pytest.importorskip("transformers")
    model = transformer()
    copy = to_m2m100(model)
    own_BTV = scores(model, BATCH.source_BS, BATCH.target_input_BT)
    their_BTV = copy(
        input_ids=BATCH.source_BS,
        attention_mask=(BATCH.source_BS != PAD).long(),
        decoder_input_ids=BATCH.target_input_BT,
    ).logits
    is_token_BT, written = BATCH.target_output_BT != PAD, [EOS, *range(UNK + 1, SIZE)]
    torch.testing.assert_close(
        their_BTV[is_token_BT][:, written], own_BTV[is_token_BT][:, written], atol=1e-4, rtol=1e-4
    )
    assert (their_BTV[..., [PAD, BOS, UNK]] < -1e8).all()


def test_ctranslate2_with_the_same_weights_writes_the_same(tmp_path: Path) -> None:
    ctranslate2 = pytest.importorskip("ctranslate2")
    model, vocabulary = transformer(), [*SPECIAL_TOKENS, *"abcdefgh"]
    write_ctranslate2(model, vocabulary, tmp_path / "model")
    engine = ctranslate2.Translator(str(tmp_path / "model"), intra_threads=1)
    given = [[vocabulary[token] for token in source] for source in SOURCES]
    results = engine.translate_batch(given, beam_size=1, max_decoding_length=12)
    theirs = [tuple(map(vocabulary.index, result.hypotheses[0])) for result in results]
    ours = [up_to_end(ids)[:12] for ids in greedy(model, SOURCES)]
    assert [ids[: len(own)] for ids, own in zip(theirs, ours, strict=True)] == ours


def test_translations_that_differ_are_weighed_by_their_log_probability() -> None:
    model = transformer()
    found = beam_search(model, pad(SOURCES), [max_length(len(ids)) for ids in SOURCES], 5, length_penalty=0.0)
    best = [up_to_end(hypotheses[0].ids) for hypotheses in found]
    worse = [(*ids, 4, 4, 4) for ids in best]
    assert compare(model, SOURCES, best, best)["share_identical"] == 1.0
    weighed = compare(model, SOURCES, best, worse)
    assert (weighed["identical"], weighed["near_ties"], weighed["ours_better"], weighed["theirs_better"]) == (
        0,
        0,
        3,
        0,
    )


def test_autocast_sees_the_weights_of_each_step() -> None:
    class Growing:
        """Its product is 0, then 1, then 2: autocast would keep the weight that it cast first."""

        def __init__(self) -> None:
            self.model = torch.nn.Linear(1, 1, bias=False)
            torch.nn.init.zeros_(self.model.weight)

        def step(self) -> Made:
            product = self.model(torch.ones(1, 1))
            with torch.no_grad():
                self.model.weight += 1
            return Made(product.item(), 1, 1)

    assert [made.loss for made in Switched(Growing, "autocast").steps(3)] == [0, 1, 2]
