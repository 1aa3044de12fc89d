"""From text to text: nothing lost, nothing misread, and the attention that belongs to the translation."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from toytrans.attention_maps import MAJORITY, AttentionMap, View, ViewScore
from toytrans.config import Config, SearchConfig, TextConfig, TrainingConfig
from toytrans.decoding import Translation, Translator, load, load_numpy
from toytrans.model import NumpyTransformer, Transformer
from toytrans.model.layers import DecoderLayer
from toytrans.run import Checkpoint, Run
from toytrans.text import Tokenizer, build_tokenizer

GREEDY, BEAM = SearchConfig(), SearchConfig(beam_size=4)
searches = pytest.mark.parametrize("search", [GREEDY, BEAM], ids=lambda search: search.name)


@pytest.fixture(scope="module")
def texts(tokenizer: Tokenizer, sources: list[list[int]]) -> list[str]:
    """The sentences the model has begun to learn, some of them twice, and the empty one in several places."""
    return [tokenizer.decode(ids, "en") for ids in sources + sources[::-1] + sources]


def outcome(translation: Translation) -> tuple[str, bool]:
    return translation.text, translation.is_finished


# N in, N out


@searches
def test_as_many_translations_as_texts_in_the_order_of_the_texts(
    translator: Translator, texts: list[str], search: SearchConfig
) -> None:
    translations = translator.translate(texts, search)
    assert len(texts) > 128  # more than one batch
    assert [translation.source for translation in translations] == texts
    first_of: dict[str, Translation] = {}
    for text, translation in zip(texts, translations, strict=True):
        assert outcome(first_of.setdefault(text, translation)) == outcome(translation)
    assert len({translation.text for translation in translations}) > 40


def test_no_text_gives_no_translation(translator: Translator) -> None:
    assert translator.translate([]) == []
    assert translator.translate_n_best([], BEAM) == []
    assert translator.attend([], []) == []


# Text that is not words


@pytest.fixture
def babbling(model: Transformer, tokenizer: Tokenizer) -> Translator:
    """A model that has learned nothing: it does not even stop where there is nothing to say."""
    return Translator(Transformer(model.config, len(tokenizer)), tokenizer, ("en", "fr"))


@searches
@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u00a0", "\x00"], ids=repr)
def test_a_text_without_words_stays_without(babbling: Translator, text: str, search: SearchConfig) -> None:
    for translation in babbling.translate_n_best([text, "le chat"], search)[0]:
        assert (translation.source, translation.text, translation.unknown_words) == (text, "", ())


@searches
def test_what_is_shown_for_a_text_without_words_has_no_words_either(babbling: Translator, search: SearchConfig) -> None:
    (translation,) = babbling.translate([""], search, with_attention=True)
    assert translation.attention is not None
    assert translation.attention.source_tokens == ("</s>",)
    assert translation.attention.target_tokens == ("</s>",)
    assert len(translation.probabilities) == 1
    assert translation.is_finished


def test_unknown_words_are_reported_once_in_their_order(translator: Translator) -> None:
    (translation,) = translator.translate(["le zèbre voit un yack et le zèbre"])
    assert translation.unknown_words == ("zèbre", "yack")
    (known,) = translator.translate(["le chat dort ."])
    assert known.unknown_words == ()


@pytest.mark.parametrize("typed", ["</s>", "<s>", "<pad>", "<unk>"])
def test_a_typed_control_token_is_text(translator: Translator, typed: str) -> None:
    (translation,) = translator.translate([f"le chat {typed} dort"], with_attention=True)
    assert translation.unknown_words  # the marks and letters it is made of
    assert translation.attention is not None
    tokens = translation.attention.source_tokens
    assert tokens.count("</s>") == 1
    assert tokens[-1] == "</s>"
    assert tokens[:2] + tokens[-2:-1] == ("le", "chat", "dort")
    assert not {"<s>", "<pad>"} & set(tokens)


# Scores and the n best


def test_the_n_best_are_n_and_the_first_is_the_translation(translator: Translator, texts: list[str]) -> None:
    n_best = translator.translate_n_best(texts[:30], BEAM)
    assert [found[0] for found in n_best] == translator.translate(texts[:30], BEAM)
    for found in n_best:
        assert len(found) == 4
        scores = [translation.score for translation in found]
        assert scores == sorted(scores, reverse=True)


@searches
def test_probabilities_multiply_to_the_score(translator: Translator, texts: list[str], search: SearchConfig) -> None:
    for translation in translator.translate(texts[:30], replace(search, length_penalty=0.0)):
        assert all(0 <= probability <= 1 for probability in translation.probabilities)
        assert math.log(math.prod(translation.probabilities)) == pytest.approx(translation.score, rel=1e-3, abs=1e-4)


def test_a_translation_that_was_cut_off_says_so(translator: Translator, texts: list[str]) -> None:
    translations = translator.translate(texts, with_attention=True)
    assert {translation.is_finished for translation in translations if translation.text} == {True, False}
    for translation in translations:
        if translation.text and translation.attention is not None:
            ends = translation.attention.target_tokens[-1] == "</s>"
            assert ends == translation.is_finished


def test_a_beam_the_vocabulary_cannot_fill_is_refused(translator: Translator) -> None:
    widest = SearchConfig(beam_size=len(translator.tokenizer) // 2)
    assert len(translator.translate_n_best(["le chat"], widest)[0]) == widest.beam_size
    with pytest.raises(ValueError, match=r"beam_size 13 is more than half the vocabulary \(24\)"):
        translator.translate(["le chat"], SearchConfig(beam_size=13))


def test_dropout_is_off_while_translating_and_back_on_after(translator: Translator, texts: list[str]) -> None:
    expected = translator.translate(texts[:20])
    assert isinstance(translator.model, Transformer)
    translator.model.train()
    try:
        assert translator.translate(texts[:20]) == expected
        assert translator.model.training
    finally:
        translator.model.eval()


# Attention


def assert_same_attention(one: AttentionMap | None, other: AttentionMap | None) -> None:
    assert one is not None
    assert other is not None
    assert (one.source_tokens, one.target_tokens) == (other.source_tokens, other.target_tokens)
    assert (one.source_word_ids, one.target_word_ids) == (other.source_word_ids, other.target_word_ids)
    for name in ("cross_attention", "encoder_self_attention", "decoder_self_attention"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-3, atol=1e-4)


def finished(translations: list[Translation]) -> list[Translation]:
    """Those that a forced pass can repeat: their text is read as what the model wrote, and `..` is read as one word."""
    return [each for each in translations if each.is_finished and each.text and ".." not in each.text]


def test_a_map_says_where_it_comes_from(translator: Translator) -> None:
    maps = [translator.translate(["le chat"], search, with_attention=True)[0].attention for search in (GREEDY, BEAM)]
    maps += translator.attend(["le chat"], ["chat le"])
    assert [known.metadata.decoding for known in maps if known] == ["greedy", "beam 4", "forced"]
    for known in maps:
        assert known is not None
        assert (known.metadata.run, known.metadata.checkpoint) == ("small", "step 120")


def test_a_forced_map_is_of_the_words_given(translator: Translator) -> None:
    maps = translator.attend(["le chat dort", "la souris", ""], ["un yack", "", "le chat noir court ici"])
    assert [forced.source_tokens for forced in maps] == [
        ("le", "chat", "dort", "</s>"),
        ("la", "souris", "</s>"),
        ("</s>",),
    ]
    assert [forced.target_tokens for forced in maps] == [
        ("un", "<unk>", "</s>"),
        ("</s>",),
        ("le", "chat", "noir", "court", "ici", "</s>"),
    ]


@pytest.mark.parametrize(("texts", "targets"), [(["le chat"], []), (["le chat"], ["chat le", "chat"])])
def test_as_many_targets_as_texts_must_be_given(translator: Translator, texts: list[str], targets: list[str]) -> None:
    with pytest.raises(ValueError, match=f"{len(targets)}.*{len(texts)}|{len(texts)}.*{len(targets)}"):
        translator.attend(texts, targets)


def test_a_map_over_pieces_of_words_merges_to_words(model: Transformer) -> None:
    pairs = [("the cats are sleeping", "les chats dorment"), ("the cat slept", "le chat dormait")]
    pieces = build_tokenizer(TextConfig(tokenizer="subwords", vocabulary_size=100), pairs)
    torch.manual_seed(1)
    translator = Translator(Transformer(model.config, len(pieces)), pieces, ("en", "fr"))
    (forced,) = translator.attend(["the sleeping cat"], ["les chats dorment"])
    assert len(forced.source_tokens) > 4
    merged = forced.merged_to_words()
    assert merged.source_tokens == ("the", "sleeping", "cat", "</s>")
    assert merged.target_tokens == ("les", "chats", "dorment", "</s>")


# The null position


@pytest.fixture(scope="module")
def resting(model: Transformer, tokenizer: Tokenizer) -> Translator:
    """The same model with a null position."""
    torch.manual_seed(4)
    with_null = Transformer(replace(model.config, null_positions=1), len(tokenizer)).eval()
    with_null.load_state_dict(model.state_dict(), strict=False)  # all but the null's own keys
    return Translator(with_null, tokenizer, ("en", "fr"))


@searches
@pytest.mark.parametrize("name", ["translator", "resting"])
def test_a_forced_pass_over_a_translation_repeats_its_attention_and_probabilities(
    request: pytest.FixtureRequest, name: str, texts: list[str], search: SearchConfig
) -> None:
    forcing: Translator = request.getfixturevalue(name)
    translations = finished(forcing.translate(texts[:60], search, with_attention=True))
    assert len(translations) > 25
    sources, targets = zip(*((translation.source, translation.text) for translation in translations), strict=True)
    for translation, forced in zip(translations, forcing.attend(sources, targets), strict=True):
        assert forced.has_null == (name == "resting")
        assert_same_attention(translation.attention, forced)
        assert forced.metadata.probabilities == pytest.approx(translation.probabilities, abs=1e-5)


def test_the_null_position_which_the_model_has_first_comes_last_in_a_map(resting: Translator) -> None:
    texts, targets = ["le chat dort", "la souris"], ["dort chat le", "souris la"]
    sources, outputs = ([each.ids for each in resting.tokenizer.encode_all(side, "fr")] for side in (texts, targets))
    forced = resting.backend.force(sources, outputs)
    for text, map_, each in zip(texts, resting.attend(texts, targets), forced, strict=True):
        assert map_.labels()[1] == (*text.split(), "</s>", "<null>")
        np.testing.assert_allclose(map_.cross_attention[..., -1], each.cross_LHTS[..., 0], atol=1e-6)
        np.testing.assert_allclose(map_.cross_attention[..., :-1], each.cross_LHTS[..., 1:], atol=1e-6)
        assert (each.cross_LHTS[..., 0] > 0).all()


# From a run

VIEW_SCORES = (ViewScore(View(2, 1), 0.3, 0.9, 0.8, 0.25), ViewScore(View(layer=1), 0.4, 0.6, 0.5, 0.5))


@pytest.fixture
def run(tmp_path: Path, model: Transformer, tokenizer: Tokenizer) -> Run:
    run = Run.create(tmp_path / "small", replace(Config(), model=model.config), corpus_fingerprint="abc")
    run.save_tokenizer(tokenizer)
    worse = {name: weight + 1 for name, weight in model.weights().items()}
    state = {"view_scores": [score.to_json() for score in VIEW_SCORES]}
    run.save_checkpoint(Checkpoint(120, model.weights(), {}, state), best_step=120)
    run.save_checkpoint(Checkpoint(130, worse, {}, {"view_scores": []}), best_step=120)
    return run


def test_a_loaded_translator_is_the_one_that_was_saved(translator: Translator, run: Run, texts: list[str]) -> None:
    loaded = load(run.path, device="cpu")
    assert loaded.translate(texts) == translator.translate(texts)
    assert (loaded.run_name, loaded.checkpoint_name, loaded.languages) == ("small", "step 120", ("en", "fr"))
    assert loaded.view_scores == VIEW_SCORES
    assert loaded.view == View(layer=2, head=1)
    assert (loaded.threshold(View(2, 1)), loaded.threshold(View(1)), loaded.threshold(View())) == (0.3, 0.4, MAJORITY)
    (translation,) = loaded.translate(["le chat"], with_attention=True)
    assert translation.attention is not None
    assert translation.attention.metadata.view_scores == VIEW_SCORES
    assert translation.attention.metadata.guidance == ""


def test_the_last_checkpoint_is_loaded_when_asked_for(run: Run) -> None:
    last = load(run.path, which="last")
    assert last.checkpoint_name == "step 130"
    assert last.view_scores == ()
    assert last.view == View()  # the mean of all


def test_scores_of_an_older_version_are_passed_over(run: Run, model: Transformer) -> None:
    old = {"view_errors": [{"layer": 2, "head": 1, "aer": 0.25}]}
    run.save_checkpoint(Checkpoint(140, model.weights(), {}, old), best_step=140)
    assert load(run.path).view_scores == ()


def test_the_guided_head_is_shown_whatever_aligned_best_and_every_map_says_who_taught_it(
    run: Run, as_if_trained: Callable[[Run, TrainingConfig], Run]
) -> None:
    as_if_trained(run, TrainingConfig(guided_alignment="gold", guided_head=2))
    told, untold = load(run.path), load(run.path, which="last")
    assert told.view_scores[0].view == View(2, 1)  # aligned best on validation
    assert told.view == untold.view == View(2, 2)
    (map_,) = untold.attend(["le chat"], ["chat le"])
    assert map_.metadata.guidance == "layer 2, head 2 was taught to align words, by gold links"


def test_a_run_without_a_checkpoint_or_a_tokenizer_says_what_to_do(tmp_path: Path, run: Run) -> None:
    with pytest.raises(FileNotFoundError, match=r"elsewhere holds no run .*toytrans train --run"):
        load(tmp_path / "elsewhere")
    run.tokenizer_path.unlink()
    with pytest.raises(FileNotFoundError, match=r"tokenizer.json is missing: toytrans train --resume .* makes it"):
        load(run.path)
    Run.create(tmp_path / "new", Config(), "abc")
    with pytest.raises(FileNotFoundError, match="no checkpoint yet: toytrans train --resume"):
        load(tmp_path / "new")


def test_weights_that_do_not_fit_the_tokenizer_are_one_line(run: Run) -> None:
    best = run.load_checkpoint("best")
    run.save_tokenizer(build_tokenizer(TextConfig(), [("one", "un")]))
    run.save_checkpoint(best, best.step)  # else the tokenizer is known to be another
    with pytest.raises(ValueError, match="the weights of step 120 do not fit") as error:
        load(run.path)
    assert "\n" not in str(error.value)


@searches
def test_a_run_loaded_in_numpy_translates_as_in_pytorch(run: Run, texts: list[str], search: SearchConfig) -> None:
    in_numpy, in_torch = load_numpy(run.path), load(run.path)
    assert isinstance(in_numpy.model, NumpyTransformer)
    for one, other in zip(
        in_numpy.translate(texts[:40], search, True), in_torch.translate(texts[:40], search, True), strict=True
    ):
        assert (one.source, *outcome(one)) == (other.source, *outcome(other))
        assert one.score == pytest.approx(other.score, abs=1e-4)
        assert_same_attention(one.attention, other.attention)
    assert in_numpy.view == in_torch.view


# A model in memory


@pytest.mark.parametrize("num_sentences", [1, 40])
@searches
def test_hooks_and_ablations_of_a_layer_show_in_every_search(
    model: Transformer, tokenizer: Tokenizer, num_sentences: int, search: SearchConfig
) -> None:
    changed = Transformer.from_weights(model.config, model.weights()).eval()
    translator, texts = Translator(changed, tokenizer, ("en", "fr")), ["le chat dort ."] * num_sentences
    layer = changed.decoder_layers[0]
    assert isinstance(layer, DecoderLayer)
    calls: list[str] = []
    layer.register_forward_hook(lambda *_: calls.append("layer"))
    before = translator.translate(texts, search)
    assert calls
    with torch.no_grad():
        layer.cross_attention.out_proj.weight.zero_()
    after = translator.translate(texts, search)
    assert all(one.score != pytest.approx(other.score, abs=1e-3) for one, other in zip(before, after, strict=True))
