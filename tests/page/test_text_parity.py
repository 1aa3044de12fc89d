"""The text room in JavaScript against `toytrans.text`: the same ids, words and readings of any string."""

from __future__ import annotations

import random
from typing import Any

import pytest
from playwright.sync_api import Page

from toytrans.config import TextConfig
from toytrans.corpus import load_corpus, typed_sentences
from toytrans.text import Tokenizer, build_tokenizer

DESCRIBE = """(texts) => texts.map(([text, language]) => {
    const encoded = tokenizer.encode(text, language);
    const { ids, tokens, wordIds, words, readAs, keepsPlaces, unknown } = encoded;
    const again = tokenizer.describe(ids, language);
    const cut = encoded.cut(6);
    return { ids, tokens, wordIds, words, readAs, keepsPlaces, unknown, decoded: tokenizer.decode(ids, language),
             again: [again.tokens, again.wordIds, again.words], cut: [cut.ids, cut.words, cut.numLeftOut],
             sentences: tokenizer.reader.sentences(text, language) };
})"""
ODD_PIECES = (
    "Don't isn't it's I'm can't cannot wont did'nt its lets let's Paul's l'oiseau d'accord aujourd'hui est-ce dort-il "
    "U.S. a.m. e.g. Mr. No. etc. 3.5kg 1,000 8:30 ² ½ $5 5€ 50% #winter C# AT&T http://a.b/c?d=1 ann@mail.fr o'clock "
    "“no” «oui» — ... ?! ! ? . , - -- ' \" ( ¿ ’ ` i`m isn´t HELLO Thomas zebras glass ß İ ǆ Σας ﬁ Ω café cafe\u0301 "
    "constructor n't toString's __proto__ ẞ Straẞe ა ᾳ ⑴ ⓪ ፩. No. ፩ "
    "👩‍🚀 ❤️ 🏴󠁧󠁢󠁷󠁬󠁳󠁿 葛󠄀 हिन्दी 你好，世界。 می‌خواهم ▁ ￭ <unk> </s> \u00ad \u200b \u200d \x00 \x1f \x85 \ufeff x_y"
)


def odd_texts(number: int) -> list[tuple[str, str]]:
    """Strings of odd pieces, with and without spaces between."""
    dice = random.Random(7)
    texts = []
    for _ in range(number):
        pieces = dice.choices([*ODD_PIECES.split(" "), "cat", "the", "hungry", "\n", "\t", "  "], k=dice.randrange(9))
        text = "".join(piece + dice.choice(["", " ", " "]) for piece in pieces)
        texts.append((text, dice.choice(["en", "fr", "de"])))
    return texts


def corpus_texts() -> list[tuple[str, str]]:
    """Both sides of some pairs of every split, and what newcomers type."""
    corpus = load_corpus("toy")
    pairs = [pair for split in corpus.splits for pair in corpus.split(split)[:: max(len(corpus.split(split)) // 80, 1)]]
    typed = [(sentence.source, "en") for sentence in typed_sentences()]
    return [*((pair.source, "en") for pair in pairs), *((pair.target, "fr") for pair in pairs), *typed]


@pytest.fixture(scope="module", params=["words", "words, verbatim", "subwords"])
def a_tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    """Each tokenizer, trained on some of the corpus."""
    kind, _, reading = request.param.partition(", ")
    pairs = [pair.sides for pair in load_corpus("toy").split("train")[::100]]
    config = TextConfig(tokenizer=kind, vocabulary_size=400, reading=reading or "lenient")
    return build_tokenizer(config, pairs, ("en", "fr"))


@pytest.mark.parametrize("texts", [corpus_texts(), odd_texts(500)], ids=["corpus", "odd"])
def test_every_string_is_read_cut_and_joined_as_in_python(
    scripts: Page, a_tokenizer: Tokenizer, texts: list[tuple[str, str]]
) -> None:
    document = {"kind": a_tokenizer.kind, **a_tokenizer.to_json()}
    scripts.evaluate("(document) => { globalThis.tokenizer = loadTokenizer(document); }", document)
    found = scripts.evaluate(DESCRIBE, [list(each) for each in texts])
    for (text, language), there in zip(texts, found, strict=True):
        assert there == described(a_tokenizer, text, language), text


def described(tokenizer: Tokenizer, text: str, language: str) -> dict[str, Any]:
    """What the page must say of a text."""
    encoded = tokenizer.encode(text, language)
    again, cut = tokenizer.describe(encoded.ids, language), encoded.cut(6)
    return {
        "ids": encoded.ids,
        "tokens": encoded.tokens,
        "wordIds": encoded.word_ids,
        "words": encoded.words,
        "readAs": encoded.read_as,
        "keepsPlaces": encoded.keeps_places,
        "unknown": list(encoded.unknown),
        "decoded": tokenizer.decode(encoded.ids, language),
        "again": [again.tokens, again.word_ids, again.words],
        "cut": [cut.ids, cut.words, cut.num_left_out],
        "sentences": tokenizer.reader.sentences(text, language),
    }
