"""Unknown words: which source word fills which slot, and what becomes of the text."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from toytrans.attention_maps import AttentionMap, Metadata, View
from toytrans.config import ModelConfig, SearchConfig, TextConfig
from toytrans.decoding import Translation, Translator
from toytrans.decoding.copying import copies
from toytrans.model.transformer import Transformer
from toytrans.text import EOS, UNK, Tokenizer, build_tokenizer
from toytrans.text.word_tokenizer import WordTokenizer

PLURALS = WordTokenizer(["the", "le", "saw", "vit", "chat", "-s"])


def attention(tokenizer: Tokenizer, source: str, target_ids: list[int], weights: list[list[float]]) -> AttentionMap:
    """One head with these weights, a row a target token, `</s>` included on both sides."""
    encoded, target = tokenizer.encode(source, "en"), tokenizer.describe(target_ids, "fr")
    cross_TS = np.array(weights, dtype=np.float32)
    num_targets, num_sources = cross_TS.shape
    return AttentionMap(
        cross_TS[None, None],
        np.eye(num_sources, dtype=np.float32)[None, None],
        np.eye(num_targets, dtype=np.float32)[None, None],
        tuple(encoded.tokens),
        tuple(target.tokens),
        tuple(encoded.word_ids),
        tuple(target.word_ids),
        Metadata("run", "step 1", "greedy", (0.5,) * num_targets),
    )


@pytest.mark.parametrize(
    ("source", "slots", "weights", "expected"),
    [
        ("the yak saw", 1, [[0.7, 0.2, 0.1, 0]], [(0, 1, 0.2)]),  # known words are no candidates
        ("yak zebra the", 2, [[0.6, 0.4, 0, 0], [0.9, 0.1, 0, 0]], [(0, 1, 0.4), (1, 0, 0.9)]),  # largest first
        ("yak zebra the", 1, [[0.3, 0.4, 0.3, 0]], [(0, 1, 0.4)]),
        ("yak the saw", 2, [[0.6, 0.4, 0, 0], [0.5, 0.1, 0.4, 0]], [(0, 0, 0.6), (1, 0, 0.5)]),  # one for two
        ("yaks saw the", 1, [[0.2, 0.3, 0.4, 0.1, 0]], [(0, 0, 0.5)]),  # a word with its ending
        ("yak the saw", 0, [], []),
    ],
)
def test_a_slot_takes_the_unknown_word_with_the_largest_weight(
    source: str, slots: int, weights: list[list[float]], expected: list[tuple[int, int, float]]
) -> None:
    encoded, ids = PLURALS.encode(source, "en"), [*[UNK] * slots, EOS]
    at_end = [*[0.0] * (len(encoded.ids) - 1), 1.0]
    map_ = attention(PLURALS, source, ids, [*weights, at_end])
    found = copies(map_, View(), encoded, PLURALS.describe(ids, "fr"))
    assert [(copy.target, copy.source, round(copy.weight, 4)) for copy in found] == expected
    assert all(copy.word == source.split()[copy.source] for copy in found)


def test_an_unknown_word_is_named_by_its_number_and_as_typed() -> None:
    assert PLURALS.encode("the yaks saw yak", "en").unknown_words == {1: "yaks", 3: "yak"}


def test_a_filled_slot_reads_as_the_word_and_spelling_is_kept(tokenizer: Tokenizer) -> None:
    ids = [UNK, tokenizer.encode("dort", "fr").ids[0], EOS]
    assert tokenizer.decode(ids, "fr") == "<unk> dort"
    assert tokenizer.decode(ids, "fr", {0: "Yak"}) == "Yak dort"


def test_of_a_word_in_pieces_all_are_replaced() -> None:
    pairs = [("the robot saw", "le robot vit")] * 3
    tokenizer = build_tokenizer(TextConfig("subwords", 100, reading="verbatim"), pairs)
    ids = tokenizer.encode("le ro☃bot vit", "fr").ids
    (slot,) = tokenizer.describe(ids, "fr").unknown_words
    assert tokenizer.decode(ids, "fr", {slot: "Yak"}) == "le Yak vit"


# Through the translator


@pytest.fixture(scope="module")
def eager(tokenizer: Tokenizer) -> Translator:
    """An untrained model to which `<unk>` is the likeliest token everywhere."""
    torch.manual_seed(2)
    model = Transformer(ModelConfig(d_model=16, num_layers=2, num_heads=2, d_ff=32), len(tokenizer)).eval()
    with torch.no_grad():
        model.embedding.weight[UNK] = 0.5
        model.decoder_norm.weight.fill_(0.0)
        model.decoder_norm.bias.fill_(0.5)
    return Translator(model, tokenizer, ("en", "fr"))


SEARCHES = [SearchConfig(), SearchConfig(beam_size=2)]


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.name)
@pytest.mark.parametrize("num_sentences", [1, 20])
def test_no_slot_is_written_where_every_word_is_known(
    eager: Translator, search: SearchConfig, num_sentences: int
) -> None:
    known, unknown = (eager.translate([text] * num_sentences, search) for text in ("le chat", "le yak"))
    assert not any("<unk>" in translation.text or translation.copied for translation in known)
    assert all(translation.copied for translation in unknown)
    mixed = eager.translate(["le chat", "le yak"] * num_sentences, search)
    assert [bool(translation.copied) for translation in mixed] == [False, True] * num_sentences


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.name)
def test_words_are_copied_alike_whether_attention_was_asked_for_or_not(eager: Translator, search: SearchConfig) -> None:
    texts = ["le yak voit un zébu", "le chat dort", "un yak", ""]
    for one, other in zip(
        eager.translate_n_best(texts, search), eager.translate_n_best(texts, search, True), strict=True
    ):
        for plain, seen in zip(one, other, strict=True):
            assert plain.attention is None
            assert (plain.text, plain.warnings) == (seen.text, seen.warnings)
            assert places(plain) == places(seen)


def places(translation: Translation) -> list[tuple[int, int, str]]:
    return [(copy.target, copy.source, copy.word) for copy in translation.copied]


def test_the_map_keeps_what_the_model_wrote_and_tells_what_was_copied(eager: Translator) -> None:
    (translation,) = eager.translate(["le yak"], with_attention=True)
    assert translation.attention is not None
    assert translation.attention.source_tokens[1] == "<unk>"
    assert "<unk>" in translation.attention.target_tokens
    metadata = translation.attention.metadata
    assert metadata.typed == {1: "yak"}
    assert metadata.copied == {copy.target: copy.source for copy in translation.copied}
    assert metadata.warnings == translation.warnings
    assert "yak" in translation.text
    assert "<unk>" not in translation.text
