from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from toytrans.config import Config, TextConfig
from toytrans.corpus import Pair
from toytrans.decoding import Translator, load
from toytrans.run import Run, read_metrics
from toytrans.training import Session, Step, Validation
from toytrans.training import metrics as metrics_file
from toytrans.training.validation import validate

from .conftest import CPU, PAIRS, abandon, add_a_pair, finish, guided, resumed, started, taught, trained


def test_a_run_abandoned_many_times_ends_in_the_very_same_weights(config: Config, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    abandon(started(config, broken), 3)  # before the first checkpoint
    for num_steps in (5, 11, 16, 23):
        abandon(resumed(broken), num_steps)
    assert finish(resumed(broken)) == trained(config, whole)
    assert Run.open(broken).checkpoint_name("best") == Run.open(whole).checkpoint_name("best")


def test_a_resumed_run_logs_each_step_and_validation_once(config: Config, tmp_path: Path) -> None:
    abandon(started(config, tmp_path / "run"), 15)
    validations = [event for event in resumed(tmp_path / "run").events() if isinstance(event, Validation)]
    lines = read_metrics(tmp_path / "run" / "metrics.jsonl")
    assert [line["step"] for line in lines if "loss" in line] == [4, 8, 12, 16, 20, 24]
    assert [line["step"] for line in lines if "validation" in line] == [8, 16, 24]
    assert lines[-1]["validation"] == validations[-1].to_json()
    assert lines[-1]["validation"]["alignment"] is None  # these files have no gold links


def test_a_metrics_line_that_a_kill_cut_off_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"step": 1, "loss": 2.0}\n{"step": 2, "lo', encoding="utf-8")
    metrics_file.drop_after(path, 5)
    assert path.read_text(encoding="utf-8") == '{"step": 1, "loss": 2.0}\n'


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_saves_at_the_end_of_the_step_and_the_run_goes_on_bit_for_bit(
    config: Config, tmp_path: Path, number: signal.Signals
) -> None:
    session = started(config, tmp_path / "stopped")
    for event in session.events():
        if isinstance(event, Step) and event.number == 13:
            os.kill(os.getpid(), number)
    assert session.was_interrupted
    assert Run.open(tmp_path / "stopped").load_checkpoint("last").step == 13
    assert finish(resumed(tmp_path / "stopped")) == trained(config, tmp_path / "whole")


def test_a_run_does_not_go_on_with_another_corpus(config: Config, tmp_path: Path) -> None:
    abandon(started(config, tmp_path / "run"), 9)
    add_a_pair(config)
    with pytest.raises(ValueError, match="not the corpus"):
        resumed(tmp_path / "run")


def test_more_steps_let_a_finished_run_go_on(config: Config, tmp_path: Path) -> None:
    trained(config, tmp_path / "run")
    assert resumed(tmp_path / "run").is_finished
    assert list(resumed(tmp_path / "run").events()) == []
    finish(resumed(tmp_path / "run", max_steps=30))
    assert Run.open(tmp_path / "run").load_checkpoint("last").step == 30
    assert Run.open(tmp_path / "run").config.training.max_steps == 30


@pytest.mark.parametrize(
    ("limits", "most_steps"),
    [({"learning_rate": 1e-12, "patience": 1, "max_steps": 10_000}, 40), ({"max_minutes": 1e-9}, 0)],
    ids=["validation stops getting better", "the clock"],
)
def test_training_ends_early(config: Config, tmp_path: Path, limits: dict[str, Any], most_steps: int) -> None:
    limited = replace(config, training=replace(config.training, **limits))
    session = started(limited, tmp_path / "run")
    assert len([event for event in session.events() if isinstance(event, Step)]) <= most_steps
    assert session.is_finished


def test_too_long_pairs_are_left_out_and_told(config: Config, tmp_path: Path) -> None:
    add_a_pair(config)
    told: list[str] = []
    short = replace(config, text=TextConfig(max_tokens=5))
    Session.start(short, tmp_path / "run", CPU, told.append)
    assert told == ["1 training pairs longer than 5 tokens left out"]
    with pytest.raises(ValueError, match="no pair is left to train on"):
        started(replace(config, text=TextConfig(max_tokens=2)), tmp_path / "none")


def test_a_run_goes_on_from_an_older_checkpoint_that_kept_other_scores(config: Config, tmp_path: Path) -> None:
    abandon(started(config, tmp_path / "old"), 12)
    run = Run.open(tmp_path / "old")
    kept = run.load_checkpoint("last")
    state = {name: value for name, value in kept.state.items() if name != "view_scores"}
    state["view_errors"] = [{"layer": 1, "head": 2, "aer": 0.25}]
    run.save_checkpoint(replace(kept, state=state), best_step=kept.step)
    assert finish(resumed(run.path)) == trained(config, tmp_path / "whole")


@pytest.mark.parametrize(("most", "numbers"), [(100, [0, 1, 2, 3, 4, 5]), (3, [0, 2, 4]), (4, [0, 1, 3, 4]), (1, [0])])
def test_the_validated_pairs_are_spread_evenly_over_their_split(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, numbers: list[int]
) -> None:
    seen: list[Sequence[Pair]] = []

    def watched(translator: Translator, pairs: Sequence[Pair], batch_tokens: int) -> Validation:
        seen.append(pairs)
        return validate(translator, pairs, batch_tokens)

    monkeypatch.setattr("toytrans.training.session.validate", watched)
    trained(replace(config, training=replace(config.training, validation_pairs=most, max_steps=1)), tmp_path / "run")
    assert [pair.source for pair in seen[0]] == [PAIRS[number].source for number in numbers]


# Guided


@pytest.fixture(params=["gold", "a file", "self"])
def guide(request: pytest.FixtureRequest, aligned: Config, links_file: Path) -> Config:
    """A guided run, by each of the three teachers there are; one has a null position, one is trained with AdamW."""
    if request.param == "gold":
        return guided(replace(aligned, model=replace(aligned.model, null_positions=1)), "gold")
    if request.param == "self":
        return guided(aligned, "self")
    return guided(aligned, links_file, optimizer="adamw")


def test_a_guided_run_abandoned_many_times_ends_in_the_very_same_weights(
    guide: Config, links_file: Path, tmp_path: Path
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for path in (whole, broken):
        taught(guide, path)
    links_file.unlink()  # the run has a copy
    for num_steps in (3, 11, 23):
        abandon(resumed(broken), num_steps)
    assert finish(resumed(broken)) == finish(resumed(whole))
    (map_,) = load(whole).attend(["The a u ."], ["u a le ."])
    assert map_.has_null == bool(guide.model.null_positions)


def test_links_from_a_file_teach_what_the_same_links_of_the_corpus_do(aligned: Config, tmp_path: Path) -> None:
    file = tmp_path / "links.pharaoh"
    file.write_text("3-1 2-2 1-3 4-4\n" * len(PAIRS), encoding="utf-8")
    from_file = trained(guided(aligned, file, guided_first_word=1), tmp_path / "file")
    assert from_file == trained(guided(aligned, "gold"), tmp_path / "gold")
    assert from_file != trained(aligned, tmp_path / "none")


@pytest.mark.parametrize(("by", "remedy"), [("self", "train its teachers first"), ("a file", "train a new run")])
def test_a_run_without_the_links_that_guide_it_says_what_to_do(
    aligned: Config, links_file: Path, tmp_path: Path, by: str, remedy: str
) -> None:
    run = taught(guided(aligned, links_file if by == "a file" else by), tmp_path / "run")
    run.guide_path.unlink()
    with pytest.raises(FileNotFoundError, match=rf"guide\.pharaoh is missing, .*: {remedy}"):
        resumed(run.path)
