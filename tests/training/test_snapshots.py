"""Attention kept through training: when, what, and that it changes nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from toytrans.attention_maps import View
from toytrans.attention_maps.learning_figure import draw_learning
from toytrans.attention_maps.snapshots import load_snapshots
from toytrans.config import Config
from toytrans.decoding import load
from toytrans.run import Run
from toytrans.training import Session

from .conftest import abandon, finish, resumed, started, trained


def kept(config: Config, number: int) -> Config:
    """The same run with so many snapshots."""
    return replace(config, training=replace(config.training, snapshots=number))


def test_snapshots_are_early_and_the_last_one_is_of_the_trained_model(config: Config, tmp_path: Path) -> None:
    trained(kept(config, 4), tmp_path / "run")
    run = Run.open(tmp_path / "run")
    snapshots = load_snapshots(run.snapshots_path)
    assert [snapshot.step for snapshot in snapshots] == [0, 2, 6, 14, 24]  # of 24: a sixteenth, a quarter, ...
    map_ = snapshots[-1].maps[0]
    (expected,) = load(run.path, "last").attend([map_.source], [map_.reference])
    assert (map_.rows, map_.columns) == (expected.target_tokens, expected.source_tokens)
    assert np.abs(map_.weights_LHTS / 100 - expected.cross_attention).max() < 0.0051


def test_snapshots_change_no_bit_of_the_training(config: Config, tmp_path: Path) -> None:
    assert trained(kept(config, 5), tmp_path / "with") == trained(kept(config, 0), tmp_path / "without")
    assert not (tmp_path / "without" / "snapshots").exists()


def test_a_run_that_was_killed_keeps_the_same_snapshots(config: Config, tmp_path: Path) -> None:
    """Those after the last checkpoint are made again, not twice."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    trained(kept(config, 6), whole)
    abandon(started(kept(config, 6), broken), 15)
    session: Session = resumed(broken)
    finish(session)
    one, other = (load_snapshots(path / "snapshots") for path in (whole, broken))
    assert [each.step for each in one] == [each.step for each in other]
    for mine, theirs in zip(one, other, strict=True):
        assert all((a.weights_LHTS == b.weights_LHTS).all() for a, b in zip(mine.maps, theirs.maps, strict=True))


def test_how_it_was_learned_is_drawn_as_an_animation(config: Config, tmp_path: Path) -> None:
    trained(kept(config, 2), tmp_path / "run")
    run, gif = Run.open(tmp_path / "run"), tmp_path / "new" / "learning.gif"
    for view in (View(), View(1), View(1, 2)):
        draw_learning(load_snapshots(run.snapshots_path), run.losses()[0], view, gif)
        assert gif.read_bytes().startswith(b"GIF89a")
