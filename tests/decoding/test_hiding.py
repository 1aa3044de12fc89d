"""Hiding source words: nothing may attend to them, and what that costs is measured against the sentence as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from toytrans.attention_maps import View, ViewScore
from toytrans.config import ModelConfig, TextConfig
from toytrans.decoding import Translator
from toytrans.decoding.confidence import Limits
from toytrans.decoding.hiding import hide_words
from toytrans.model.transformer import Transformer
from toytrans.special_tokens import EOS
from toytrans.text import Encoded, Tokenizer, build_tokenizer, pad

TEXT, TARGET = "le petit chat dort .", "dort chat petit le ."


@pytest.fixture(scope="module", params=[False, True], ids=["words", "words and null"])
def net(request: pytest.FixtureRequest) -> Transformer:
    torch.manual_seed(2)
    config = ModelConfig(d_model=16, num_layers=2, num_heads=2, d_ff=32, null_positions=int(request.param))
    return Transformer(config, vocabulary_size=20).eval()


# What may be seen


@pytest.mark.parametrize("hidden", range(4))
def test_what_stands_at_a_hidden_position_makes_no_difference(net: Transformer, hidden: int) -> None:
    hidden_BS = torch.arange(5)[None] == hidden
    states = []
    for token in (7, 11):
        source_BS = pad([[*[5, 9, 8, 6][:hidden], token, *[5, 9, 8, 6][hidden + 1 :], EOS]])
        encoded = net.encode(source_BS, hidden_BS)
        states.append(net.decode(torch.tensor([[1, 4, 5]]), net.start(encoded)).states_BTD)
    assert torch.equal(*states)


def test_a_hidden_token_keeps_its_place_and_hiding_none_changes_nothing(net: Transformer) -> None:
    source_BS = pad([[5, 9, 8, EOS]])
    everything = net.encode(source_BS)
    assert torch.equal(
        net.encode(source_BS, hidden_BS=torch.zeros(1, 4, dtype=torch.bool)).memory_BSD, everything.memory_BSD
    )
    hidden = net.encode(source_BS, hidden_BS=torch.tensor([[False, True, False, False]]))
    left_out = net.encode(pad([[5, 8, EOS]]))
    assert hidden.visible_B11S.flatten().tolist() == [True, False, True, True]
    assert not torch.allclose(hidden.memory_BSD[0, 2:], left_out.memory_BSD[0, 1:], atol=1e-4)


# What it costs


def said(
    translator: Translator, source: Encoded, target: Encoded, hidden: list[bool] | None = None
) -> NDArray[np.float64]:
    """The log-probability of each target token, forced."""
    (forced,) = translator.backend.force([source.ids], [target.ids], [hidden] if hidden else None)
    return np.array(forced.target.log_probabilities)


def test_a_loss_is_the_log_probability_with_the_word_seen_less_that_with_it_hidden(translator: Translator) -> None:
    (hidden,) = hide_words(translator, [TEXT], [TARGET])
    tokenizer = translator.tokenizer
    source, target = tokenizer.encode(TEXT, "en"), tokenizer.encode(TARGET, "fr")
    seen_T = said(translator, source, target)
    for word in range(5):
        hidden_T = said(translator, source, target, [place == word for place in range(6)])
        np.testing.assert_allclose(hidden.losses_TS[:, word], (seen_T - hidden_T)[:5], atol=1e-5)
    assert hidden.source_words == tuple(TEXT.split())
    assert hidden.target_words == tuple(TARGET.split())
    np.testing.assert_allclose(hidden.probabilities, np.exp(seen_T[:5]), rtol=1e-5)


def test_the_record_tells_of_its_run_and_teaching_what_the_map_tells(translator: Translator) -> None:
    score = ViewScore(View(2, 1), 0.4, 0.97, 0.8, 0.1)
    model, tokenizer, languages = translator.model, translator.tokenizer, translator.languages
    taught = Translator(
        model, tokenizer, languages, "small", "step 3", (score,), View(2, 1), "layer 2, head 1 was taught"
    )
    (hidden,), (map_,) = hide_words(taught, [TEXT], [TARGET]), taught.attend([TEXT], [TARGET])
    assert replace(hidden.metadata, probabilities=map_.metadata.probabilities) == map_.metadata


def test_neither_the_batch_nor_the_order_changes_a_loss(translator: Translator) -> None:
    texts = [TEXT, "chat", "", "le chat et la souris " * 5, *(f"le chat mange {n % 7 * 'la '}balle" for n in range(30))]
    targets = texts[::-1]
    together = hide_words(translator, texts, targets)
    assert sum(len(each.source_words) + 1 for each in together) > 128  # more than one batch
    for number in (0, 1, 2, 3, 20):
        (alone,) = hide_words(translator, [texts[number]], [targets[number]])
        assert alone.target_words == together[number].target_words
        np.testing.assert_allclose(alone.losses_TS, together[number].losses_TS, atol=1e-4)


def test_a_model_that_says_a_sentence_backwards_needs_its_words_backwards(translator: Translator) -> None:
    texts = ["chat dort", "souris mange", "table ici", "petit chien", "grand noir"]
    hidden = hide_words(translator, texts, [" ".join(text.split()[::-1]) for text in texts])
    first_words_causes = [each.cause(0) for each in hidden]
    assert first_words_causes.count(1) >= 4  # it has only begun to learn


def test_a_word_is_hidden_with_all_its_pieces_and_loses_what_they_lose_together() -> None:
    pairs = [(f"the unbelievable cat {n}", f"le chat incroyable {n}") for n in range(30)]
    tokenizer: Tokenizer = build_tokenizer(TextConfig("subwords", vocabulary_size=100), pairs)
    model = Transformer(ModelConfig(d_model=16, num_layers=1, num_heads=2, d_ff=32), len(tokenizer)).eval()
    translator = Translator(model, tokenizer, ("en", "fr"))
    text, target = "unknowable cat", "chat incroyable"
    source, output = tokenizer.encode(text, "en"), tokenizer.encode(target, "fr")
    assert max(source.word_ids.count(0), output.word_ids.count(1)) > 1
    (hidden,) = hide_words(translator, [text], [target])
    (map_,) = translator.attend([text], [target])
    words = map_.merged_to_words()
    assert hidden.source_words == words.source_tokens[:-1]
    assert hidden.target_words == words.target_tokens[:-1]
    is_first_word = [word == 0 for word in source.word_ids]
    lost_T = said(translator, source, output) - said(translator, source, output, is_first_word)
    pieces = [word == 1 for word in output.word_ids]
    assert hidden.losses_TS[1, 0] == pytest.approx(lost_T[pieces].sum(), abs=1e-5)


def test_sides_without_words_have_nothing_to_hide_or_to_lose(translator: Translator) -> None:
    shapes = [each.losses_TS.shape for each in hide_words(translator, ["", "le chat", ""], ["le chat", "", ""])]
    assert shapes == [(2, 0), (0, 2), (0, 0)]
    assert hide_words(translator, [], []) == []


def test_there_must_be_one_target_a_text(translator: Translator) -> None:
    with pytest.raises(ValueError, match="2 texts and 1 targets: give one target a text"):
        hide_words(translator, ["le", "la"], ["le"])


def test_long_sentences_are_measured_in_groups_with_the_same_result(
    model: Transformer, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    translator = Translator(model.eval(), tokenizer, ("en", "fr"))
    (whole,) = hide_words(translator, [TEXT], [TARGET])
    monkeypatch.setattr("toytrans.decoding.hiding.MOST_CELLS", 300)
    (in_groups,) = hide_words(translator, [TEXT], [TARGET])
    assert in_groups.losses_TS == pytest.approx(whole.losses_TS, abs=1e-5)


def test_a_sentence_too_long_for_the_run_is_cut_alike_for_both_maps(model: Transformer, tokenizer: Tokenizer) -> None:
    translator = Translator(model.eval(), tokenizer, ("en", "fr"), limits=Limits(max_tokens=4))
    (map_,), (hidden,) = translator.attend([TEXT], [TARGET]), hide_words(translator, [TEXT], [TARGET])
    assert map_.source_tokens == ("le", "petit", "chat", "</s>")
    assert hidden.losses_TS.shape == (3, 3)
    assert list(map_.metadata.warnings[:2]) + list(map_.metadata.warnings[-1:]) == [
        "only the first 3 of 5 words of the sentence were read: this run takes 4 tokens at most; split it",
        *map_.metadata.warnings[1:2],
        "only the first 3 of 5 words of the translation were read: this run takes 4 tokens at most; split it",
    ]
