"""The model in JavaScript against the model in Python: the same tokens, the same attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page

from toytrans.config import ModelConfig, SearchConfig
from toytrans.decoding import Translator
from toytrans.decoding.numpy_backend import NumpyBackend
from toytrans.decoding.page import page_document
from toytrans.model.numpy_transformer import NumpyTransformer
from toytrans.model.transformer import Transformer
from toytrans.page import packed_weights, packing
from toytrans.special_tokens import EOS, UNK

from .conftest import shown

UNPACK = """async ([shapes, weights, config]) => {
    globalThis.model = new Transformer(config, unpackWeights(shapes, await inflate(weights)));
}"""
SEARCH = """([sources, size, penalty]) => sources.map((ids) => {
    const found = size === 1 ? [searchGreedy(model, ids)] : searchBeam(model, ids, size, penalty);
    return found.map(({ ids }) => ids);
})"""
FORCE = """([source, target, hidden]) => {
    const pass = forcedPass(model, source, target, hidden);
    const flat = (layers) => layers.map((heads) => heads.map(({ values }) => [...values]));
    return [flat(pass.encoder), flat(pass.decoder), flat(pass.cross), pass.logProbabilities];
}"""


def put_in(page: Page, model: Transformer) -> NumpyBackend:
    """Unpacks the model in the page; returns the same in NumPy, with the very numbers that the page has."""
    weights = model.weights()
    shapes = [{"name": name, "shape": list(np.atleast_2d(weight).shape)} for name, weight in weights.items()]
    page.evaluate(UNPACK, [shapes, packed_weights(weights), vars(model.config)])
    read = page.evaluate("() => [...model.weights].map(([name, { values }]) => [name, [...values]])")
    of_page = {name: np.array(values).reshape(weights[name].shape) for name, values in read}
    return NumpyBackend(NumpyTransformer(model.config, of_page))


@pytest.mark.parametrize(("small_model", "most"), [(1_000_000, 11585), (1000, 32767)], ids=["small", "large"])
def test_packed_weights_are_as_near_as_their_bits_allow(
    scripts: Page, model: Transformer, monkeypatch: pytest.MonkeyPatch, small_model: int, most: int
) -> None:
    monkeypatch.setattr(packing, "SMALL_MODEL", small_model)
    there = put_in(scripts, model).model.weights()
    for name, weight in model.weights().items():
        rows, unpacked = np.atleast_2d(weight), np.atleast_2d(np.asarray(there[name]))
        assert np.abs(rows - unpacked).max(axis=1) == pytest.approx(
            0, abs=float(np.abs(rows).max(axis=1).max()) / most / 2 + 1e-7
        )


@pytest.mark.parametrize("null_positions", [0, 1])
@pytest.mark.parametrize(("beam_size", "length_penalty"), [(1, 1.0), (3, 1.0), (4, 0.0)])
def test_searches_find_the_same_tokens(
    scripts: Page,
    model: Transformer,
    sources: list[list[int]],
    null_positions: int,
    beam_size: int,
    length_penalty: float,
) -> None:
    if null_positions:
        torch.manual_seed(3)
        model = Transformer(replace(model.config, null_positions=1), len(model.embedding.weight)).eval()
    backend = put_in(scripts, model)
    some = [*sources[1:25], [5, UNK, 7, EOS]]
    found = scripts.evaluate(SEARCH, [some, beam_size, length_penalty])
    expected = backend.search(some, SearchConfig(beam_size, length_penalty))
    assert found == [[list(hypothesis.ids) for hypothesis in of] for of in expected]


@pytest.mark.parametrize("null_positions", [0, 1])
def test_a_forced_pass_attends_the_same_with_and_without_hidden_words(scripts: Page, null_positions: int) -> None:
    torch.manual_seed(5)
    config = ModelConfig(d_model=24, num_layers=2, num_heads=3, d_ff=40, null_positions=null_positions)
    backend = put_in(scripts, Transformer(config, 30).eval())
    source, target = [4, 9, UNK, 6, EOS], [7, 8, 5, EOS]
    for hidden in ([False] * 5, [False, True, True, False, False]):
        (expected,) = backend.force([source], [target], [hidden])
        found = scripts.evaluate(FORCE, [source, target, hidden])
        everything = (expected.encoder_LHSS, expected.decoder_LHTT, expected.cross_LHTS)
        for mine, there in zip(everything, found[:3], strict=True):
            assert np.array(there).reshape(mine.shape) == pytest.approx(mine, abs=1e-6)
        assert found[3] == pytest.approx(expected.target.log_probabilities, abs=1e-6)


def test_a_head_that_is_switched_off_adds_nothing(scripts: Page, model: Transformer, sources: list[list[int]]) -> None:
    """Its slice of the output matrix at zero gives the same."""
    (source,) = sources[9:10]
    put_in(scripts, model)
    off = scripts.evaluate(
        "(ids) => { model.off.add('cross/1/2'); return forcedPass(model, ids, ids).logProbabilities; }", source
    )
    width = model.config.d_model // model.config.num_heads
    without = Transformer(model.config, len(model.embedding.weight))
    without.load_state_dict(model.state_dict())
    without.get_parameter("decoder_layers.0.cross_attention.out_proj.weight").data[:, width : 2 * width] = 0
    (expected,) = put_in(scripts, without).force([source], [source])
    assert off == pytest.approx(expected.target.log_probabilities, abs=1e-3)


def test_a_translator_in_the_page_makes_the_same_record(scripts: Page, scored: Translator) -> None:
    texts = ["Le chat noir dort.", "le zèbre voit la souris", "une table et un xylophone et un yack", ""]
    data = page_document(scored, shown(scored, texts[:1]))
    weights = packed_weights(scored.model.weights())
    scripts.evaluate(
        "([data, weights]) => { document.body.append(Object.assign(document.createElement('p'), { id: 'page-weights', "
        "textContent: weights })); globalThis.data = data; }",
        [data, weights],
    )
    scripts.evaluate("async () => { globalThis.translator = await unpackTranslator(data); }")
    for text, expected in zip(texts, scored.translate(texts, with_attention=True), strict=True):
        found = scripts.evaluate(RECORD, text)
        assert expected.attention is not None
        map_, words = expected.attention, expected.attention.merged_to_words()
        assert found["translation"] == expected.text
        assert found["warnings"] == list(expected.warnings)
        assert found["copied"] == {str(target): source for target, source in map_.metadata.copied.items()}
        assert_same_numbers(found["probabilities"], map_.metadata.probabilities)
        assert_same_numbers(found["cross"], map_.cross_attention.ravel().tolist())
        assert_same_numbers(found["merged"], words.encoder_self_attention.ravel().tolist())


RECORD = """(text) => {
    const [map] = translator.translate(text);
    const flat = (attention) => attention.layers.flat().flatMap(({ values }) => [...values]);
    const { translation, warnings, copied, probabilities } = map;
    const merged = flat(map.mergedToWords().encoder);
    return { translation, warnings, copied, probabilities, cross: flat(map.cross), merged };
}"""


def assert_same_numbers(found: Sequence[Any], expected: Sequence[float]) -> None:
    assert found == pytest.approx(list(expected), abs=1e-3)
