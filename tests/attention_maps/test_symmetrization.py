"""Two sets of links made one: the heuristics on cases one can follow on squared paper."""

from __future__ import annotations

from typing import cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toytrans.attention_maps import Link, Symmetrization, reversed_links, symmetrize

LINKS = st.frozensets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=15)

# forward, backward, and for each method what it adds to the intersection
CASES: dict[str, tuple[set[Link], set[Link], dict[str, set[Link]]]] = {
    "a diagonal neighbour with two new words": (
        {(0, 0), (1, 1)},
        {(0, 0)},
        {"grow-diag": {(1, 1)}, "grow-diag-final": {(1, 1)}, "grow-diag-final-and": {(1, 1)}},
    ),
    "a straight neighbour with one new word": (
        {(0, 0), (0, 1)},
        {(0, 0)},
        {"grow-diag": {(0, 1)}, "grow-diag-final": {(0, 1)}, "grow-diag-final-and": {(0, 1)}},
    ),
    "a chain, each link a neighbour of the one before": (
        {(0, 0), (1, 1), (2, 2)},
        {(0, 0), (3, 3)},
        {name: {(1, 1), (2, 2), (3, 3)} for name in ("grow-diag", "grow-diag-final", "grow-diag-final-and")},
    ),
    "a neighbour between words that have links": (
        {(0, 0), (1, 1), (0, 1)},
        {(0, 0), (1, 1)},
        {"grow-diag": set(), "grow-diag-final": set(), "grow-diag-final-and": set()},
    ),
    "far away, both words new": (
        {(0, 0), (3, 4)},
        {(0, 0)},
        {"grow-diag": set(), "grow-diag-final": {(3, 4)}, "grow-diag-final-and": {(3, 4)}},
    ),
    "far away, one word new": (
        {(0, 0), (0, 4)},
        {(0, 0)},
        {"grow-diag": set(), "grow-diag-final": {(0, 4)}, "grow-diag-final-and": set()},
    ),
    "straight neighbours before diagonal ones, which then find their words taken": (
        {(1, 1), (2, 1), (2, 2), (1, 2)},
        {(1, 1)},
        {name: {(2, 1), (1, 2)} for name in ("grow-diag", "grow-diag-final", "grow-diag-final-and")},
    ),
    "forward claims before backward ones": (
        {(0, 0), (3, 5)},
        {(0, 0), (3, 7)},
        {"grow-diag": set(), "grow-diag-final": {(3, 5), (3, 7)}, "grow-diag-final-and": {(3, 5)}},
    ),
    "no agreement, so nothing to grow from": (
        {(0, 0)},
        {(1, 1)},
        {"grow-diag": set(), "grow-diag-final": {(0, 0), (1, 1)}, "grow-diag-final-and": {(0, 0), (1, 1)}},
    ),
}


@pytest.mark.parametrize(("forward", "backward", "added"), CASES.values(), ids=CASES.keys())
def test_cases_worked_by_hand(forward: set[Link], backward: set[Link], added: dict[Symmetrization, set[Link]]) -> None:
    there, back = frozenset(forward), frozenset(backward)
    assert symmetrize(there, back, "intersection") == forward & backward
    assert symmetrize(there, back, "union") == forward | backward
    for method, more in added.items():
        assert symmetrize(there, back, method) == (forward & backward) | more, method


@given(LINKS, LINKS)
def test_heuristics_lie_between_intersection_and_union(forward: frozenset[Link], backward: frozenset[Link]) -> None:
    grown = symmetrize(forward, backward, "grow-diag")
    final, final_and = (symmetrize(forward, backward, name) for name in ("grow-diag-final", "grow-diag-final-and"))
    assert forward & backward <= grown <= final <= forward | backward
    assert grown <= final_and <= forward | backward


@given(LINKS, LINKS)
def test_after_final_every_word_that_was_claimed_has_a_link(
    forward: frozenset[Link], backward: frozenset[Link]
) -> None:
    final = symmetrize(forward, backward, "grow-diag-final")
    for side in (0, 1):
        assert {link[side] for link in final} == {link[side] for link in forward | backward}


@given(LINKS)
def test_links_that_agree_stay_as_they_are(links: frozenset[Link]) -> None:
    for method in get_args(Symmetrization):
        assert symmetrize(links, links, method) == links


@given(LINKS)
def test_reversing_twice_changes_nothing(links: frozenset[Link]) -> None:
    assert reversed_links(frozenset({(1, 2)})) == {(2, 1)}
    assert reversed_links(reversed_links(links)) == links


def test_a_method_nobody_knows_is_told_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'grow' is no way to symmetrize: .* grow-diag-final-and"):
        symmetrize(frozenset(), frozenset(), cast(Symmetrization, "grow"))
