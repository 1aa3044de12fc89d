"""IBM Model 1 against what one can work out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from ibm_model_1 import align, posteriors

HOUSE_AND_BOOK = [(["the", "house"], ["la", "maison"]), (["the", "book"], ["le", "livre"])]


def test_before_training_every_source_word_and_null_are_as_likely() -> None:
    np.testing.assert_allclose(posteriors(HOUSE_AND_BOOK, 0), 1 / 3)


def test_one_iteration_by_hand() -> None:
    # E: each target word comes from NULL, `the` and its noun by a third. M: NULL and `the` have written four words in
    # equal parts, so p = 1/4 each; `house` has written two, so p = 1/2. E: 1/4, 1/4, 1/2 are shares of 1 already.
    first, second = posteriors(HOUSE_AND_BOOK, 1)
    np.testing.assert_allclose(first, [[1 / 4, 1 / 4, 1 / 2]] * 2)
    np.testing.assert_allclose(second, first)


def test_two_iterations_by_hand() -> None:
    # M: NULL's and `the`'s shares of the four words are still equal, 1/4 each, and `house` again writes two, 1/2 each.
    np.testing.assert_allclose(posteriors(HOUSE_AND_BOOK, 2), posteriors(HOUSE_AND_BOOK, 1))


def test_a_rare_word_collects_what_it_never_wrote() -> None:
    # The known weakness of the model (Moore, 2004): nothing tells `la` from `maison`, and `house` takes both.
    assert align(HOUSE_AND_BOOK) == [{(1, 0), (1, 1)}, {(1, 0), (1, 1)}]


def test_words_that_keep_company_find_each_other() -> None:
    pairs = [
        ("the house", "la maison"),
        ("the flower", "la fleur"),
        ("a flower", "une fleur"),
        ("a house", "une maison"),
    ]
    assert align([(source.split(), target.split()) for source, target in pairs]) == [{(0, 0), (1, 1)}] * 4


def test_a_word_that_every_sentence_has_and_no_word_explains_comes_from_null() -> None:
    pairs = [([source], [target, "euh"]) for source, target in zip("abcdef", "uvwxyz", strict=True)]
    assert align(pairs) == [{(0, 0)}] * 6


def test_order_does_not_matter_only_company_does() -> None:
    pairs = [
        ("the house", "maison la"),
        ("the flower", "la fleur"),
        ("a flower", "fleur une"),
        ("a house", "une maison"),
    ]
    assert align([(source.split(), target.split()) for source, target in pairs]) == [
        {(0, 1), (1, 0)},
        {(0, 0), (1, 1)},
        {(0, 1), (1, 0)},
        {(0, 0), (1, 1)},
    ]


@pytest.mark.parametrize("num_iterations", [1, 10])
def test_each_target_word_has_a_distribution_over_null_and_its_source(num_iterations: int) -> None:
    pairs = [(["x"], ["y", "y", "z"]), (["p", "q", "x", "p"], ["y"]), ([], ["z"]), (["x"], [])]
    tables = posteriors(pairs, num_iterations)
    assert [table_TS.shape for table_TS in tables] == [(3, 2), (1, 5), (1, 1), (0, 2)]
    for table_TS in tables:
        np.testing.assert_allclose(table_TS.sum(axis=-1), 1.0)


def test_the_likelihood_of_the_corpus_never_falls() -> None:
    # What expectation-maximization promises. p(target word | sentence) is the mean of its table entries.
    from ibm_model_1 import candidate_links, expect, maximize

    dice = np.random.default_rng(1)
    pairs = [([*dice.choice(list("abcdefgh"), 4)], [*dice.choice(list("stuvwxyz"), 3)]) for _ in range(20)]
    candidates = candidate_links(pairs)
    table_P = maximize(candidates, expect(candidates, np.ones(len(candidates.source_word_P))))
    likelihoods = []
    for _ in range(8):
        likelihoods.append(np.log(np.bincount(candidates.position_N, table_P[candidates.entry_N])).sum())
        table_P = maximize(candidates, expect(candidates, table_P))
    assert (np.diff(likelihoods) >= -1e-9).all()
    assert likelihoods[-1] > likelihoods[0] + 1


def test_nothing_in_nothing_out() -> None:
    assert align([]) == []
    assert align([([], [])]) == [frozenset()]
