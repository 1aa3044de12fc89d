"""How far to believe a translation: what is warned of, and in which words."""

from __future__ import annotations

import numpy as np
import pytest

from toytrans.decoding import Limits
from toytrans.decoding.confidence import confidence, surprise, warnings, word_probabilities
from toytrans.text import EOS, UNK, Encoded, Tokenizer
from toytrans.text.neighbours import NewPair

SURE = [("le", 0.9), ("chat", 0.8)]


@pytest.mark.parametrize(
    ("source", "words", "limits", "copied", "is_finished", "expected"),
    [
        ("le chat", SURE, Limits(), (), True, []),
        ("", [], Limits(), (), True, []),
        ("", [], Limits(), (), False, []),  # a blank line is no reason to warn
        ("! ?", SURE, Limits(), (), True, ["no words", "unknown"]),
        ("le yak", SURE, Limits(), {1}, True, ["unknown to this model, copied as typed: yak"]),
        ("le yak", SURE, Limits(), (), True, ["unknown to this model, read as <unk>: yak;"]),
        ("yak zébu yak", SURE, Limits(), {0}, True, ["copied as typed: yak", "read as <unk>: zébu;"]),
        ("le chat", [("le", 0.9), ("chat", 0.294)], Limits(), (), True, ["“chat” a probability of 0.29"]),
        ("le chat", SURE, Limits(least_confidence=0.85), (), True, ["“chat” a probability of 0.80"]),
        ("le chat", SURE, Limits(least_confidence=0.8), (), True, []),
        ("le chat", SURE, Limits(longest_source=2), (), True, []),
        ("le chat dort", SURE, Limits(longest_source=2), (), True, ["3 words: the longest sentence of the corpus"]),
        ("le chat", SURE, Limits(), (), False, ["cut off after 2 words"]),
    ],
)
def test_each_reason_to_doubt_is_one_line(
    tokenizer: Tokenizer,
    source: str,
    words: list[tuple[str, float]],
    limits: Limits,
    copied: set[int],
    is_finished: bool,
    expected: list[str],
) -> None:
    found = warnings(tokenizer.encode(source, "en"), words, limits, (), copied, is_finished)
    assert len(found) == len(expected)
    for line, part in zip(found, expected, strict=True):
        assert part in line
        assert "\n" not in line


def test_what_is_typed_cannot_hide_in_a_warning(tokenizer: Tokenizer) -> None:
    (line,) = warnings(Encoded([UNK, EOS], ["<unk>", "</s>"], [0, None], ["a\u202eb"]), SURE, Limits())
    assert "\\u202e" in line


def test_a_word_is_as_likely_as_its_pieces_together_and_the_end_is_no_word() -> None:
    target = Encoded([5, 6, UNK, EOS], ["▁ro", "bot", "<unk>", "</s>"], [0, 0, 1, None], ["robot", "<unk>"])
    words = word_probabilities(target, (0.5, 0.5, 0.9, 0.1), {1: "yak"})
    assert words == [("robot", 0.25), ("yak", 0.9)]
    assert confidence(words) == 0.25
    assert confidence([]) == 1.0
    assert word_probabilities(Encoded([], [], [], []), ()) == []


@pytest.mark.parametrize(
    ("new_pairs", "expected"),
    [
        ([NewPair(0, 1, 2.5), NewPair(1, 2, 0.1)], ["has “le” before “chat”"]),
        ([NewPair(-1, 0, 2.5)], ["begins with “le”"]),
        ([NewPair(2, 3, 2.5)], ["ends with “dort”"]),
        ([NewPair(0, 1, 2.0)], []),
        ([], []),
    ],
)
def test_neighbours_that_should_have_been_seen_and_never_were_are_named(
    tokenizer: Tokenizer, new_pairs: list[NewPair], expected: list[str]
) -> None:
    found = warnings(tokenizer.encode("le chat dort", "en"), SURE, Limits(most_surprise=2.0), new_pairs)
    assert [f"no sentence of training {each}: what the model makes of it is a guess" for each in expected] == [*found]


@pytest.mark.parametrize("count", [1, 99, 100, 1000])
def test_at_most_one_right_translation_in_a_hundred_lies_beyond_each_limit(count: int) -> None:
    confidences, surprises = np.arange(count) * 0.0006, np.arange(count) + 10.0
    limits = Limits.of(confidences.tolist(), surprises.tolist(), 12)
    assert limits.most_surprise is not None
    assert (confidences < limits.least_confidence).sum() <= count // 100
    assert (surprises > limits.most_surprise).sum() <= count // 100
    assert limits.longest_source == 12


def test_the_limits_of_a_model_that_is_always_sure_stay_where_there_is_something_to_doubt() -> None:
    assert Limits.of([0.99] * 400, [0.0] * 400, None) == Limits(0.7, 2.0)
    assert Limits.of([], [], 7) == Limits(longest_source=7)


def test_a_sentence_is_as_new_as_its_newest_pair() -> None:
    assert surprise([NewPair(0, 1, 0.5), NewPair(1, 2, 2.5)]) == 2.5
    assert surprise([]) == 0.0


@pytest.mark.parametrize("limits", [Limits(), Limits(0.5, 2.5, 12)])
def test_limits_come_back_from_json_and_runs_that_noted_none_have_the_default(limits: Limits) -> None:
    assert Limits.from_json(limits.to_json()) == limits
    assert Limits.from_json({}) == Limits()
