from __future__ import annotations

from dataclasses import replace

import pytest

from toytrans.attention_maps import AttentionMap
from toytrans.config import SearchConfig
from toytrans.decoding import Copy, Translation, Translator
from toytrans.model.transformer import Transformer
from toytrans.text import Reader, Tokenizer
from toytrans.text.word_tokenizer import WordTokenizer

SENTENCES = [("Le chat noir voit la souris.", ""), ("Un chien dort ici.", "")]


@pytest.fixture(scope="module")
def lenient(model: Transformer, tokenizer: Tokenizer) -> Translator:
    """The small model, whose reader cuts sentences and adds marks."""
    reader = Reader.learn("lenient", SENTENCES, ("en", "fr"))
    assert isinstance(tokenizer, WordTokenizer)
    return Translator(model, WordTokenizer(tokenizer.vocabulary[4:], reader), ("en", "fr"))


def translation(source: str, text: str, read_as: str | None = None, is_finished: bool = True) -> Translation:
    return Translation(source, text, -1.0, (0.5, 0.25), ("x", source), is_finished, read_as=read_as)


@pytest.mark.parametrize("search", [SearchConfig(), SearchConfig(beam_size=3)], ids=["greedy", "beam"])
def test_a_line_is_the_translations_of_its_sentences(lenient: Translator, search: SearchConfig) -> None:
    one, other = "Le chat dort.", "La souris voit un chien."
    apart = lenient.translate_n_best([one, other], search, with_attention=True)
    (together,) = lenient.translate_n_best([f" {one}  {other} "], search, with_attention=True)
    assert len(together) == search.beam_size
    for line, first, second in zip(together, *apart, strict=True):
        assert line.source == f" {one}  {other} "
        assert line.text == f"{first.text} {second.text}".strip()
        assert line.score == pytest.approx(first.score + second.score, abs=1e-4)
        assert line.probabilities == pytest.approx(first.probabilities + second.probabilities, abs=1e-4)
        assert [(part.source, part.text) for part in line.parts] == [(one, first.text), (other, second.text)]
        assert line.attention is None
        for part, alone in zip(line.parts, (first, second), strict=True):
            assert isinstance(part.attention, AttentionMap)
            assert alone.attention is not None
            assert part.attention.target_tokens == alone.attention.target_tokens


def test_as_many_lines_as_texts_however_many_sentences_each_has(lenient: Translator) -> None:
    texts = ["", "Le chat dort. Un chien dort. La souris dort", "  ", "Le chat dort.", "... !", "Le chat"]
    found = lenient.translate(texts)
    assert [each.source for each in found] == texts
    assert [len(each.parts) for each in found] == [1, 3, 1, 1, 1, 1]
    assert [each.read_as for each in found] == [
        None,
        "Le chat dort. Un chien dort. La souris dort.",
        None,
        None,
        None,
        "Le chat.",
    ]


def test_verbatim_a_line_is_one_sentence(translator: Translator) -> None:
    (found,) = translator.translate(["le chat dort . un chien dort ."], with_attention=True)
    assert (found.sentences, found.parts) == ((), (found,))
    assert found.attention is not None


def test_a_joined_translation_has_what_its_sentences_have() -> None:
    parts = [translation("a.", "A."), translation("b  b.", "B.", "Be.", False), translation("c.", "")]
    parts[1] = replace(parts[1], confidence=0.5, surprise=2.0, warnings=("odd", "b  b."))
    parts[2] = replace(parts[2], copied=(Copy(0, 0, "c", 1.0),), warnings=("odd",))
    joined = Translation.join("a. b  b. c.", parts)
    assert (joined.source, joined.text, joined.score) == ("a. b  b. c.", "A. B.", -3.0)
    assert joined.probabilities == (0.5, 0.25) * 3
    assert joined.unknown_words == ("x", "a.", "b  b.", "c.")
    assert (joined.confidence, joined.surprise, joined.copied) == (0.5, 2.0, ())
    assert joined.warnings == ("odd", "b  b.")
    assert (joined.is_finished, joined.read_as, joined.sentences) == (False, "a. Be. c.", tuple(parts))
    assert Translation.join("a. c.", [parts[0], parts[2]]).read_as is None


def test_a_notebook_shows_a_translation_with_its_picture_and_hostile_text_as_text(translator: Translator) -> None:
    (found,) = translator.translate(["<script>alert(1)</script> le chat"], with_attention=True)
    shown = found._repr_html_()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; le chat" in shown
    assert "<script" not in shown
    assert shown.count("<iframe") == 1
    assert "<svg" not in translator.translate(["le chat"])[0]._repr_html_()
