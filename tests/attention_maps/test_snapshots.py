"""Snapshots of training as files and as what the page reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from toytrans.attention_maps.snapshots import Snapshot, WatchedMap, learning_to_json, load_snapshots

MAP = WatchedMap("the cat", "le chat", ("le", "chat"), ("the", "cat"), np.array([[[[100, 0], [20, 80]]]], np.uint8))


def test_snapshots_come_back_in_the_order_of_their_steps(tmp_path: Path) -> None:
    for step in (100, 9, 0):
        Snapshot(step, (MAP, MAP)).save(tmp_path)
    loaded = load_snapshots(tmp_path)
    assert [snapshot.step for snapshot in loaded] == [0, 9, 100]
    assert (loaded[1].maps[1].rows, loaded[1].maps[1].source) == (MAP.rows, MAP.source)
    assert (loaded[1].maps[1].weights_LHTS == MAP.weights_LHTS).all()


@pytest.mark.parametrize(
    "map_",
    [
        WatchedMap("a", "b", ("le",), MAP.columns, MAP.weights_LHTS),
        WatchedMap("a", "b", MAP.rows, MAP.columns, MAP.weights_LHTS.astype(np.float32)),
    ],
    ids=["too few rows", "not bytes"],
)
def test_a_snapshot_that_does_not_fit_its_words_is_refused_in_one_line(map_: WatchedMap, tmp_path: Path) -> None:
    Snapshot(3, (map_,)).save(tmp_path)
    with pytest.raises(ValueError, match=r"step-000003\.npz is not a readable snapshot of training: .* do not fit"):
        load_snapshots(tmp_path)


def test_without_snapshots_a_page_shows_no_learning() -> None:
    assert learning_to_json([], [], []) is None
