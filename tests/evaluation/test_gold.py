from __future__ import annotations

import pytest

from toytrans.attention_maps import Links
from toytrans.corpus import Pair
from toytrans.evaluation import as_read, as_typed, num_words
from toytrans.text import Reader

LANGUAGES = ("en", "fr")
LENIENT = Reader.learn("lenient", [("The cat is here.", "Le chat est ici.")], LANGUAGES)

CASES = [
    (
        "contractions keep their places",
        Pair("The cat isn't here.", "Le chat n'est pas ici.", "0-0 1-1 3-3 3-5", ("negation",)),
        Pair("the cat is not here.", "le chat n'est pas ici.", "0-0 1-1 3-3 3-5", ("negation",)),
    ),
    (
        "marks added to both are linked",
        Pair("the cat", "LE CHAT", "0-0 1-1"),
        Pair("the cat.", "le chat.", "0-0 1-1 2-2"),
    ),
    ("a mark added to one is not linked", Pair("the cat", "le chat.", "0-0"), Pair("the cat.", "le chat.", "0-0")),
    ("no links stay none", Pair("the cat", "le chat"), Pair("the cat.", "le chat.")),
    ("empty links are links", Pair("the cat.", "le chat.", ""), Pair("the cat.", "le chat.", "")),
    ("moved words have no links", Pair("I cannot.", "Je ne peux pas.", "0-0"), Pair("i can not.", "je ne peux pas.")),
    ("what is dropped has no links", Pair("the cat.", "« Le chat. »", "0-1"), Pair("the cat.", "le chat.")),
]


@pytest.mark.parametrize(("typed", "read"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_pairs_are_what_the_model_reads_and_links_fit_or_are_left_out(typed: Pair, read: Pair) -> None:
    assert as_read([typed], LENIENT, LANGUAGES) == [read]
    assert as_read([read], LENIENT, LANGUAGES) == [read]


def test_verbatim_pairs_and_links_are_left_alone() -> None:
    pairs, links = [case[1] for case in CASES], Links(frozenset({(9, 9)}), frozenset({(9, 9)}))
    assert as_read(pairs, Reader(), LANGUAGES) == pairs
    assert as_typed(links, pairs[0], Reader(), LANGUAGES) is links


def test_a_mark_that_was_added_has_no_links_to_what_is_typed() -> None:
    pair = Pair("the cat", "le chat")
    every = frozenset((source, target) for source in range(3) for target in range(3))
    assert num_words(as_read([pair], LENIENT, LANGUAGES)[0], LANGUAGES) == (3, 3)
    found = as_typed(Links(every, every), pair, LENIENT, LANGUAGES)
    assert found.sure == found.possible == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_words_that_move_have_no_links_to_what_is_typed() -> None:
    links = Links(frozenset({(0, 0)}), frozenset({(0, 0)}))
    assert as_typed(links, Pair("I cannot.", "Je ne peux pas."), LENIENT, LANGUAGES) == Links()
