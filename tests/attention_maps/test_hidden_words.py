"""The record of hidden words: what it refuses, what it says, and that a file brings it back whole."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from toytrans.attention_maps import AttentionMap, Metadata, View, ViewScore
from toytrans.attention_maps.hidden_words import HiddenWords, spelled_words

SCORES = (ViewScore(View(2), 0.44, 0.95, 0.8, 0.1), ViewScore(View(), 0.5, 0.9, 0.7, 0.2))
METADATA = Metadata("toy", "step 3", "forced", (0.9, 0.8, 0.7), view_scores=SCORES)
LOSSES_TS = np.array([[3.0, 0.06], [-1.0, 0.04], [2.0, 2.0]], dtype=np.float32)
HIDDEN = HiddenWords(("The", "cat"), ("Le", "chat", "!"), LOSSES_TS, METADATA)


def test_the_cause_of_a_word_is_what_costs_it_most_and_none_where_nothing_costs_it_anything() -> None:
    assert HIDDEN.causes == (0, None, 0)
    assert replace(HIDDEN, losses_TS=LOSSES_TS - np.array([[2.99, 0]], dtype=np.float32)).causes == (1, None, 1)
    assert replace(HIDDEN, source_words=(), losses_TS=LOSSES_TS[:, :0]).causes == (None,) * 3


@pytest.mark.parametrize(
    ("losses", "message"),
    [
        (LOSSES_TS.T, "losses_TS has shape (2, 3), not (target words, source words) = (3, 2)"),
        (LOSSES_TS.astype(np.float64), "losses_TS is float64, not float32"),
        (np.full_like(LOSSES_TS, np.inf), "losses_TS has values that are not finite"),
    ],
)
def test_losses_that_cannot_be_are_refused(losses: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        HiddenWords(HIDDEN.source_words, HIDDEN.target_words, losses, METADATA)


@pytest.mark.parametrize(
    ("probabilities", "message"),
    [((0.5,), "1 probabilities for 3 target words: give one a word"), ((0.1, 0.2, 1.5), "probability 1.5 is not")],
)
def test_probabilities_that_cannot_be_are_refused(probabilities: tuple[float, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(HIDDEN, metadata=replace(METADATA, probabilities=probabilities))


def test_a_file_brings_back_what_was_saved_for_any_words(tmp_path: Path) -> None:
    odd = replace(HIDDEN, source_words=("\x00", "\ud83d"), target_words=("", "猫\n", "!" * 500))
    odd.save(tmp_path / "deep" / "hidden.npz")
    loaded = HiddenWords.load(tmp_path / "deep" / "hidden.npz")
    assert (loaded.source_words, loaded.target_words) == (odd.source_words, odd.target_words)
    assert loaded.metadata == METADATA
    np.testing.assert_array_equal(loaded.losses_TS, LOSSES_TS)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["hidden.npz"]


def test_a_file_that_is_not_one_is_told_in_a_line(tmp_path: Path) -> None:
    pickled, broken = tmp_path / "pickled.npz", tmp_path / "broken.npz"
    np.savez(pickled, losses=np.array([{}], dtype=object), metadata=np.array("{}"))
    broken.write_bytes(b"PK\n\nno")
    for path in (pickled, broken):
        with pytest.raises(ValueError, match="is not a readable record of hidden words") as caught:
            HiddenWords.load(path)
        assert str(caught.value).startswith(str(path))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("is_merged", [False, True])
def test_a_map_fits_with_the_same_words_and_a_row_each(is_merged: bool) -> None:
    of_one = replace(METADATA, probabilities=(0.9,))
    hidden = HiddenWords(("cat",), ("incapable",), np.ones((1, 1), dtype=np.float32), of_one)

    def fits(source: str, *target: str) -> bool:
        ids = tuple(None if token == "</s>" else 0 for token in target)
        rows = np.eye(len(target), dtype=np.float32)[None, None]
        metadata = replace(METADATA, probabilities=(1.0,) * len(target))
        cross, encoder = np.full((1, 1, len(target), 2), 0.5, dtype=np.float32), np.eye(2, dtype=np.float32)[None, None]
        map_ = AttentionMap(cross, encoder, rows, (source, "</s>"), target, (0, None), ids, metadata)
        return hidden.fits(map_.merged_to_words() if is_merged else map_)

    assert fits("▁cat", "▁in", "capable", "</s>")
    assert fits("▁cat", "▁incapable")
    assert not fits("▁dog", "▁in", "capable", "</s>")
    assert not fits("▁cat", "▁in", "capable")  # cut within the word: its last piece was never read, and has its own row


def test_words_are_spelled_from_their_pieces_without_the_end() -> None:
    assert spelled_words(["▁un", "believ", "able", "▁cat", "</s>"], [0, 0, 0, 1, None]) == ("unbelievable", "cat")
    assert spelled_words(["</s>"], [None]) == ()
