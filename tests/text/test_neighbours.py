"""Neighbours: what was never seen side by side, and how often it should have been."""

from __future__ import annotations

import pytest

from toytrans.text import BOS, EOS, UNK
from toytrans.text.neighbours import Neighbours, NewPair

THE, CAT, DOG, SLEEPS = 4, 5, 6, 7
SEEN = Neighbours.of([[THE, CAT, SLEEPS, EOS], [THE, DOG, SLEEPS, EOS], [THE, CAT, EOS]])
TOTAL = 4 + 4 + 3


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([THE, CAT, SLEEPS, EOS], []),
        ([THE, DOG, EOS], [NewPair(1, 2, 1 * 3 / TOTAL)]),
        ([CAT, SLEEPS, EOS], [NewPair(-1, 0, 3 * 2 / TOTAL)]),
        ([THE, SLEEPS, CAT, EOS], [NewPair(0, 1, 3 * 2 / TOTAL), NewPair(1, 2, 2 * 2 / TOTAL)]),
        ([THE, UNK, SLEEPS, EOS], []),
        ([THE, 99, EOS], [NewPair(0, 1, 0.0), NewPair(1, 2, 0.0)]),
        ([EOS], [NewPair(-1, 0, 3 * 3 / TOTAL)]),
    ],
)
def test_new_pairs_come_with_what_was_to_be_expected_the_most_surprising_first(
    ids: list[int], expected: list[NewPair]
) -> None:
    assert SEEN.new_pairs(ids) == expected


def test_pairs_are_kept_once_with_their_counts() -> None:
    pairs = dict(zip(map(tuple, SEEN.pairs_P2.tolist()), SEEN.counts_P.tolist(), strict=True))
    assert pairs == {(BOS, THE): 3, (THE, CAT): 2, (THE, DOG): 1, (CAT, SLEEPS): 1, (CAT, EOS): 1, (DOG, SLEEPS): 1,
                     (SLEEPS, EOS): 2}  # fmt: skip


def test_of_no_sentences_nothing_is_seen_and_nothing_expected() -> None:
    assert Neighbours.of([]).new_pairs([THE, EOS]) == [NewPair(-1, 0, 0.0), NewPair(0, 1, 0.0)]
