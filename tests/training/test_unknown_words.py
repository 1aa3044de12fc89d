"""Words made unknown on purpose: which, how many, and always on both sides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toytrans.attention_maps import Link, Links, parse_links
from toytrans.config import TextConfig
from toytrans.corpus import Pair
from toytrans.text import UNK, Encoded, build_tokenizer
from toytrans.text.word_tokenizer import WordTokenizer
from toytrans.training.unknown_words import heads, translated_alone, with_unknown_words

EN_FR = ("en", "fr")
BAG = Pair(
    "The white bags came out of the big hotel.",
    "Les sacs blancs sont sortis du grand hôtel.",
    "0-0 2p0 2-1 1-2 2p2 3p3 2p3 3-4 4-4 2p4 5-5 6-5 8p5 7-6 8p6 8-7 9-8",
)
CAT = Pair("The cat sat.", "Le chat s'est assis.", "0-0 1p0 1-1 2p2 2p3 2-4 1p4 3-5")
OWL = Pair("The owl slept.", "L'hibou a dormi.", "0-0 1p0 1-1 2p2 2-3 3-4")
PAIRS = [BAG, CAT, OWL]


def read(pairs: list[Pair], languages: tuple[str, str] = EN_FR) -> tuple[list[Encoded], list[Encoded], WordTokenizer]:
    tokenizer = WordTokenizer.train([pair.sides for pair in pairs], languages)
    sources, targets = (
        tokenizer.encode_all([getattr(pair, side) for pair in pairs], language)
        for side, language in zip(("source", "target"), languages, strict=True)
    )
    return sources, targets, tokenizer


def hidden(
    pairs: list[Pair], share: float = 1.0, seed: int = 1, languages: tuple[str, str] = EN_FR
) -> list[tuple[list[str], list[str]]]:
    """The words that became unknown, source and target, of each pair."""
    sources, targets, tokenizer = read(pairs, languages)
    masked = with_unknown_words(pairs, None, sources, targets, tokenizer, languages, share, seed)
    return [(list(source.unknown), list(target.unknown)) for source, target in zip(*masked, strict=True)]


def test_a_word_and_its_translation_become_unknown_together() -> None:
    translations = {"bags": "sacs", "white": "blancs", "big": "grand", "hotel": "hôtel", "cat": "chat", "sat": "assis"}
    translations |= {"slept": "dormi"}
    for seed in range(20):
        for source, target in hidden(PAIRS, seed=seed):
            assert 1 <= len(source) <= 2
            assert {translations[word] for word in source} == set(target)


def test_a_plural_keeps_its_ending_and_its_links_keep_their_words() -> None:
    sources, targets, tokenizer = read([BAG])
    for seed in range(10):
        (source,), (target,) = with_unknown_words([BAG], None, sources, targets, tokenizer, EN_FR, 1.0, seed)
        assert (source.words, target.words) == (sources[0].words, targets[0].words)
        assert ("-s" in source.tokens) == ("bags" in source.unknown)
        if "bags" in source.unknown:
            assert source.tokens[2:4] == ["<unk>", "-s"]
            assert source.word_ids[2:4] == [2, 2]


@pytest.mark.parametrize(
    ("pair", "alone", "of_them_heads"),
    [
        (BAG, [(1, 2), (2, 1), (7, 6), (8, 7)], [(2, 1), (8, 7)]),  # `came` and `out` share `sortis`
        (CAT, [(1, 1), (2, 4)], [(1, 1)]),  # `s'` and `est` have no sure link
        (OWL, [(2, 3)], []),  # `hibou` stands after an apostrophe
    ],
)
def test_one_to_one_content_words_may_become_unknown_and_heads_are_those_on_which_other_forms_depend(
    pair: Pair, alone: list[Link], of_them_heads: list[Link]
) -> None:
    there, back = parse_links(pair.alignment or ""), parse_links(pair.reversed().alignment or "")
    assert translated_alone(pair, there, EN_FR) == alone
    assert heads(alone, there, EN_FR) == of_them_heads
    assert translated_alone(pair.reversed(), back, ("fr", "en")) == sorted((j, i) for i, j in alone)
    assert translated_alone(pair, there, ("en", "de")) == []


def test_heads_are_the_majority() -> None:
    words = [word for seed in range(100) for source, _ in hidden([BAG], seed=seed) for word in source]
    assert sum(word in ("bags", "hotel") for word in words) > 0.7 * len(words)
    assert {"white", "big"} & set(words)


def test_the_other_way_words_become_unknown_too() -> None:
    turned = hidden([pair.reversed() for pair in PAIRS], languages=("fr", "en"))
    assert all(source and target for source, target in turned)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_the_fraction_of_pairs_is_the_one_asked_for(share: float) -> None:
    found = hidden(PAIRS * 400, share)
    assert sum(bool(source) for source, _ in found) / len(found) == pytest.approx(share, abs=0.04)


def test_the_seed_decides_and_nothing_else() -> None:
    assert hidden(PAIRS * 20, 0.5, seed=3) == hidden(PAIRS * 20, 0.5, seed=3)
    assert hidden(PAIRS * 20, 0.5, seed=3) != hidden(PAIRS * 20, 0.5, seed=4)


def test_without_links_nothing_becomes_unknown() -> None:
    assert hidden([replace(pair, alignment=None) for pair in PAIRS]) == [([], [])] * 3
    assert hidden([replace(pair, alignment="") for pair in PAIRS]) == [([], [])] * 3


def test_links_that_guide_stand_for_gold_ones() -> None:
    sources, targets, tokenizer = read([CAT])
    guiding = [Links(frozenset({(1, 1)}), frozenset({(1, 1)}))]
    unlinked = [replace(CAT, alignment=None)]
    (source,), (target,) = with_unknown_words(unlinked, guiding, sources, targets, tokenizer, EN_FR, 1.0, 1)
    assert (source.unknown, target.unknown) == (("cat",), ("chat",))


def test_a_tokenizer_of_subwords_knows_every_word() -> None:
    tokenizer = build_tokenizer(TextConfig("subwords", 120), [pair.sides for pair in PAIRS])
    sources, targets = tokenizer.encode_all([BAG.source], "en"), tokenizer.encode_all([BAG.target], "fr")
    masked = with_unknown_words([BAG], None, sources, targets, tokenizer, EN_FR, 1.0, 1)
    assert masked == (sources, targets)
    assert not any(UNK in side[0].ids for side in masked)
