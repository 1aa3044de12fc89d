"""The scoreboard: what it says of maps made by hand, and of controls that know nothing."""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from toytrans.attention_maps import AttentionMap, Metadata, View, views
from toytrans.corpus import Pair
from toytrans.evaluation import Line, Scoreboard, make_scoreboard
from toytrans.evaluation.printing import scoreboard_text

LANGUAGES = ("en", "fr")
PAIR = Pair("the cat sleeps .", "le chat dort .", "0-0 1p0 1-1 2-2 3-3")
RIGHT = [[0.5, 0.25, 0.0, 0.0, 0.25], [0.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0]]
"""`le` attends to `the`, `chat` at `cat`, `dort` at `cat` as much as at `sleeps`, the full stop at `</s>`."""
SCORES = {
    "precision", "recall", "aer", "strongest_precision", "strongest_recall", "strongest_aer", "content_accuracy",
    "strongest_content_accuracy", "gold_weight", "no_word", "entropy",
}  # fmt: skip


def attention_map(*heads: Sequence[Sequence[float]]) -> AttentionMap:
    """A layer of heads, a row a target word, a column a source word and `</s>`; the row of `</s>` attends to `</s>`."""
    heads_HTC = np.array(heads, dtype=np.float32)
    num_heads, num_targets, num_columns = heads_HTC.shape
    end_H1C = np.broadcast_to(np.eye(num_columns, dtype=np.float32)[-1], (num_heads, 1, num_columns))

    def start_only(size: int) -> NDArray[np.float32]:
        return np.broadcast_to(np.eye(size, dtype=np.float32)[0], (1, num_heads, size, size))

    return AttentionMap(
        np.concatenate([heads_HTC, end_H1C], axis=1)[None],
        start_only(num_columns),
        start_only(num_targets + 1),
        (*map(str, range(num_columns - 1)), "</s>"),
        (*map(str, range(num_targets)), "</s>"),
        (*range(num_columns - 1), None),
        (*range(num_targets), None),
        Metadata("toy", "step 1", "forced", (0.5,) * (num_targets + 1)),
    )


def board_of(
    maps: Sequence[AttentionMap], pairs: Sequence[Pair], threshold: float = 0.5, default: View = View(1, 1)
) -> Scoreboard:
    return make_scoreboard(maps, pairs, LANGUAGES, dict.fromkeys(views(1, maps[0].num_heads), threshold), default)


def control(board: Scoreboard, name: str) -> Line:
    (line,) = (line for line in board.lines if line.view is None and line.name.startswith(name))
    return line


def long_case(length: int = 8) -> tuple[AttentionMap, Pair]:
    """A map of random rows over as many words, each translated by the one in its place."""
    weights_TC = np.random.default_rng(1).dirichlet(np.ones(length + 1), length)
    words = " ".join("abcdefghijklmnopqrstuvwxyz"[:length])
    return attention_map(weights_TC.tolist()), Pair(words, words, " ".join(f"{word}-{word}" for word in range(length)))


# The views


def test_a_line_holds_both_ways_to_claim_and_what_the_rows_look_like() -> None:
    line = board_of([attention_map(RIGHT)], [PAIR]).line(View(1, 1))
    # By the threshold: 0-0, 1-1, 1-2 (wrong), 2-2. The strongest: 0-0, 1-1, 1-2, the first of equals.
    assert (line.claimed.links, line.claimed.links_in_sure, line.claimed.links_in_possible) == (4, 3, 3)
    assert (line.strongest.links, line.strongest.links_in_sure) == (3, 2)
    assert line.scores() == pytest.approx(
        {
            "precision": 3 / 4,
            "recall": 3 / 4,
            "aer": 1 - (3 + 3) / (4 + 4),
            "strongest_precision": 2 / 3,
            "strongest_recall": 2 / 4,
            "strongest_aer": 1 - (2 + 2) / (3 + 4),
            "content_accuracy": 2 / 2,
            "strongest_content_accuracy": 1 / 2,  # chat, not dort
            "gold_weight": (0.75 + 1.0 + 0.5 + 0.0) / 4,
            "no_word": (0.25 + 0.0 + 0.0 + 1.0) / 4,
            "entropy": (1.5 + 0.0 + 1.0 + 0.0) / 4,  # bits
        },
        abs=1e-6,
    )


def test_every_view_has_a_line_for_each_row_and_the_controls_come_last() -> None:
    board = board_of([attention_map(RIGHT, RIGHT[::-1])], [PAIR])
    assert [(line.view, line.row) for line in board.lines[:8]] == [
        (view, row) for row in ("predicting", "reading") for view in views(1, 2)
    ]
    assert [line.name for line in board.lines[8:]] == ["uniform", "diagonal", "shuffled (layer 1, head 1)"]


def test_each_view_claims_by_its_own_threshold() -> None:
    thresholds = {View(): 0.5, View(1): 0.3, View(1, 1): 0.2}
    board = make_scoreboard([attention_map(RIGHT)], [PAIR], LANGUAGES, thresholds, View(1))
    assert {view: board.line(view, "reading").threshold for view in thresholds} == thresholds
    # 0.25 of `le` at `cat` is claimed from 0.2 on.
    assert [board.line(view).claimed.links for view in thresholds] == [4, 4, 5]
    assert control(board, "uniform").threshold == 0.3


def test_maps_are_inspected_one_by_one() -> None:
    seen: list[weakref.ref[AttentionMap]] = []

    def one_by_one() -> Iterator[AttentionMap]:
        for rows in (RIGHT, RIGHT[::-1], RIGHT, RIGHT[::-1]):
            assert sum(each() is not None for each in seen) <= 1  # the one that was looked at last
            map_ = attention_map(rows)
            seen.append(weakref.ref(map_))
            yield map_
            del map_

    thresholds = dict.fromkeys(views(1, 1), 0.5)
    streamed = make_scoreboard(one_by_one(), [PAIR] * 4, LANGUAGES, thresholds, View(1, 1))
    assert streamed == board_of([attention_map(rows) for rows in (RIGHT, RIGHT[::-1])] * 2, [PAIR] * 4)
    assert len(seen) == 4


def test_a_map_of_another_pair_or_of_the_model_s_own_translation_is_refused() -> None:
    with pytest.raises(ValueError, match="the source has 2 words, but 4 in the attention map"):
        board_of([attention_map(RIGHT)], [Pair("the cat", "le chat dort .", "0-0")])
    own = attention_map(RIGHT)
    with pytest.raises(ValueError, match="need attention forced to the reference, not greedy"):
        board_of([replace(own, metadata=replace(own.metadata, decoding="greedy"))], [PAIR])
    with pytest.raises(ValueError, match="longer"):
        board_of([attention_map(RIGHT)], [PAIR, PAIR])


def test_the_row_that_reads_a_word_is_the_one_after_it() -> None:
    late = attention_map([[0.0, 0.0, 0.0, 0.0, 1.0], *np.eye(5)[:3].tolist()])
    board = board_of([late], [PAIR])
    # Its rows 1 to 3 look where words 0 to 2 come from; the row of `</s>`, which reads the full stop, at `</s>`.
    assert board.line(View(1, 1)).claimed.links_in_sure == 0
    assert board.line(View(1, 1), "reading").claimed.links_in_sure == 3


def test_pairs_without_gold_links_do_not_count() -> None:
    maps = [attention_map(RIGHT), attention_map(RIGHT[::-1])]
    without = Pair(PAIR.source, PAIR.target)
    assert board_of(maps, [PAIR, without]) == board_of(maps[:1], [PAIR])


# The controls


def test_uniform_attention_has_the_entropy_of_so_many_words_and_a_word_s_share_on_gold() -> None:
    map_, pair = long_case(8)
    uniform = control(board_of([map_], [pair], threshold=0.2), "uniform")
    assert uniform.entropy == pytest.approx(3.0, abs=1e-3)  # log2 of 8
    assert uniform.gold_weight == pytest.approx(1 / 8, abs=1e-4)
    assert (uniform.no_word, uniform.claimed.links) == (0.0, 0)


def test_which_of_equals_is_the_strongest_in_uniform_attention_is_decided_by_lot() -> None:
    map_, pair = long_case(8)
    all_from = [Pair(pair.source, pair.target, " ".join(f"{word}-{target}" for target in range(8))) for word in (0, 7)]
    for each in all_from:  # the first or the last word is the strongest of 8 for an eighth of 100 times 8 words
        uniform = control(board_of([map_] * 100, [each] * 100), "uniform")
        assert uniform.strongest.links_in_sure == pytest.approx(100, abs=30)


@pytest.mark.parametrize("length", [1, 2, 9])
def test_the_diagonal_is_perfect_where_words_stand_in_the_same_order(length: int) -> None:
    map_, pair = long_case(length)
    diagonal = control(board_of([map_], [pair]), "diagonal")
    assert (diagonal.claimed.aer, diagonal.strongest.aer) == (0.0, 0.0)
    assert (diagonal.gold_weight, diagonal.no_word, diagonal.entropy) == pytest.approx((1.0, 0.0, 0.0), abs=1e-6)


def test_the_diagonal_runs_from_the_first_word_to_the_last_for_any_lengths() -> None:
    # Three words over five: places 0, 2 and 4; five over three: 0, 0.5, 1, 1.5 and 2, rounded to even: 0, 0, 1, 2, 2.
    for sources, targets, links in (
        ("a b c d e", "x y z", "0-0 2-1 4-2"),
        ("a b c", "v w x y z", "0-0 0-1 1-2 2-3 2-4"),
    ):
        num_columns = len(sources.split()) + 1
        map_ = attention_map([[1.0 / num_columns] * num_columns] * len(targets.split()))
        assert control(board_of([map_], [Pair(sources, targets, links)]), "diagonal").claimed.aer == 0.0


def test_shuffled_rows_keep_where_the_view_attends_and_lose_which_word_it_is_for() -> None:
    map_, pair = long_case(8)
    board = board_of([map_] * 20, [pair] * 20)
    view, shuffled = board.line(View(1, 1)), control(board, "shuffled")
    assert (shuffled.no_word, shuffled.entropy) == pytest.approx((view.no_word, view.entropy))
    # 8 rows each give what lies on 8 words to one word in turn: on average an eighth of it is on gold.
    assert shuffled.gold_weight == pytest.approx((1 - view.no_word) / 8, abs=0.03)
    eye = attention_map(np.eye(9)[:8].tolist())
    assert control(board_of([eye], [pair]), "shuffled").claimed.recall < 1.0


def test_it_is_the_default_view_s_rows_that_are_shuffled() -> None:
    map_ = attention_map(RIGHT, np.eye(5)[[4, 4, 4, 0]].tolist())
    for default in views(1, 2):
        board = board_of([map_], [PAIR], default=default)
        assert control(board, "shuffled").name == f"shuffled ({default.name})"
        assert control(board, "shuffled").no_word == pytest.approx(board.line(default).no_word)


def test_the_controls_are_the_same_every_time() -> None:
    map_, pair = long_case()
    assert board_of([map_], [pair]) == board_of([map_], [pair])


def test_a_source_without_words_has_controls_that_claim_nothing() -> None:
    board = board_of([attention_map([[1.0], [1.0]])], [Pair("", "le chat", "")])
    for name in ("uniform", "diagonal", "shuffled"):
        assert control(board, name).claimed.links == 0


# As JSON and as text


def test_json_has_an_object_a_line_with_null_for_what_is_not_known() -> None:
    board = make_scoreboard([attention_map(RIGHT)], [PAIR], ("en", "de"), dict.fromkeys(views(1, 1), 0.7), View(1, 1))
    document = json.loads(json.dumps(board.to_json()))
    assert len(document) == 2 * 3 + 3
    assert all(line.keys() == {"name", "kind", "layer", "head", "row", "threshold"} | SCORES for line in document)
    places = [(line["kind"], line["layer"], line["head"], line["row"]) for line in document]
    assert places[1:3] == [("view", 1, None, "predicting"), ("view", 1, 1, "predicting")]
    assert places[-1] == ("control", None, None, "predicting")
    uniform = document[-3]
    assert (uniform["precision"], uniform["recall"], uniform["content_accuracy"]) == (None, 0.0, None)


def test_the_table_s_columns_line_up_and_nothing_trails_or_passes_100_columns() -> None:
    heads = [RIGHT] * 12
    map_ = attention_map(*heads)
    board = make_scoreboard([map_], [PAIR], LANGUAGES, dict.fromkeys(views(1, 12), 0.7), View(1, 12))
    lines = scoreboard_text(board).splitlines()
    assert all(line == line.rstrip() and len(line) <= 100 for line in lines)
    headings = [line for line in lines if "≥" in line and "recall" in line and "gold" in line and "bits" in line]
    assert len(headings) == 3
    for heading in headings:
        assert [heading.index(name) for name in ("≥", "prec.", "bits")] == [35, 39, 96]
    rows = [line for line in lines if line.startswith("  ") and "0.70" in line]
    assert len(rows) == 2 * 14 + 3
    for row in rows:
        assert row[31:36] == " 0.70"
        # Each number, or the dash for none, ends two columns before its heading does: there its mark stands.
        for end in range(42, 100, 8):
            assert row[end - 1] in "0123456789–"
            assert row[end : end + 2].strip() in {"", *"░▒▓█"}


def test_a_better_score_has_a_darker_mark() -> None:
    text = scoreboard_text(board_of([attention_map(RIGHT)], [PAIR])).splitlines()
    diagonal, uniform = (next(line for line in text if line.split()[:1] == [name]) for name in ("diagonal", "uniform"))
    assert "1.000 █ 1.000 █ 0.000 █ 0.000 █" in diagonal  # precision, recall, error rates
    assert "–   0.000   1.000 " in uniform
