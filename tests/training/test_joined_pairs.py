from __future__ import annotations

from itertools import product

import pytest

from toytrans.attention_maps import Links, parse_links
from toytrans.text import EOS, Encoded
from toytrans.text.word_tokenizer import WordTokenizer
from toytrans.training.joined_pairs import with_joined_pairs

WORDS = ["a", "b", "c", "d", "e"]
TOKENIZER = WordTokenizer(WORDS)
SOURCES = [TOKENIZER.encode(text, "en") for text in ("a b c", "d", "e d", "a b c d")]
TARGETS = [TOKENIZER.encode(text, "fr") for text in ("c b", "d e", "d", "d c b a")]
LINKS = [parse_links(text) for text in ("0p0 1-1 2-0", "0-0", "1-0", "0-3 3-0")]


def joined(
    share: float = 1.0, seed: int = 1, max_tokens: int = 100
) -> tuple[list[Encoded], list[Encoded], list[Links]]:
    sources, targets, links = with_joined_pairs(SOURCES, TARGETS, LINKS, share, seed, max_tokens)
    assert links is not None
    return sources, targets, links


def test_the_pairs_of_the_corpus_stay_and_stand_first() -> None:
    sources, targets, links = joined()
    assert (sources[:4], targets[:4], links[:4]) == (SOURCES, TARGETS, LINKS)
    assert len(sources) == len(targets) == len(links) == 8


def test_a_joined_pair_is_two_of_the_corpus_one_after_the_other_with_the_links_of_both() -> None:
    both = {}
    for (one, one_target, links), (other, target, more) in product(zip(SOURCES, TARGETS, LINKS, strict=True), repeat=2):
        past, past_target = len(one.words), len(one_target.words)
        sure, possible = ({(i + past, j + past_target) for i, j in each} for each in (more.sure, more.possible))
        words = (*one.words, *other.words), (*one_target.words, *target.words)
        both[words] = Links(links.sure | sure, links.possible | possible)
    for source, target, links in zip(*(side[4:] for side in joined()), strict=True):
        assert both[tuple(source.words), tuple(target.words)] == links
        assert links.sure
        for side in (source, target):
            assert side.ids.index(EOS) == len(side.ids) - 1
            assert [side.words[word] for word in side.word_ids if word is not None] == side.tokens[:-1]


def test_a_joined_source_is_longer_than_any_of_the_corpus_and_at_most_twice_as_long() -> None:
    longest = max(len(source.ids) for source in SOURCES)
    assert all(longest < len(source.ids) <= 2 * longest for source in joined()[0][4:])


def test_the_same_seed_joins_the_same_pairs() -> None:
    assert joined(seed=3) == joined(seed=3)
    assert joined(seed=3) != joined(seed=4)


@pytest.mark.parametrize("max_tokens", [5, 6])
def test_no_side_grows_past_the_most_tokens(max_tokens: int) -> None:
    sources, targets, _ = joined(max_tokens=max_tokens)
    assert all(len(side.ids) <= max_tokens for side in (*sources[4:], *targets[4:]))


def test_a_fraction_of_nothing_joins_nothing_and_no_pairs_are_no_trouble() -> None:
    assert with_joined_pairs(SOURCES, TARGETS, None, 0.0, 1, 100) == (SOURCES, TARGETS, None)
    assert with_joined_pairs([], [], None, 0.5, 1, 100) == ([], [], None)
