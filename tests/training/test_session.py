from __future__ import annotations

import hashlib
import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from toytrans.config import Config, ModelConfig, TextConfig, TrainingConfig
from toytrans.run import Run
from toytrans.training import Session, Step, Validation
from toytrans.training import metrics as metrics_file

CPU = torch.device("cpu")
PAIRS = [(f"The {a} {b} .", f"{b} {a} le .") for a in "abcdef" for b in "uvwxyz"]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for split, pairs in (("train", PAIRS), ("validation", PAIRS[:6]), ("test", PAIRS[6:9])):
        for side, language in enumerate(("en", "fr")):
            text = "".join(pair[side] + "\n" for pair in pairs)
            (folder / f"{split}.{language}").write_text(text, encoding="utf-8")
    return Config(
        corpus=str(folder),
        text=TextConfig(),
        model=ModelConfig(d_model=8, num_layers=1, num_heads=2, d_ff=16, dropout=0.3),
        training=TrainingConfig(batch_tokens=40, max_steps=24, validate_every=8, log_every=4, warmup_steps=4),
    )


def _quiet(_: str) -> None:
    pass


def _weights(path: Path) -> str:
    run = Run.open(path)
    return hashlib.sha256(
        (run.checkpoints_path / str(run.checkpoint_name("last")) / "model.safetensors").read_bytes()
    ).hexdigest()


def _abandon(session: Session, num_steps: int) -> None:
    """Stops taking steps from the outside, as a SIGKILL does: nothing more is saved."""
    for event in session.events():
        if isinstance(event, Step) and event.number == num_steps:
            return


def _finish(session: Session) -> None:
    for _ in session.events():
        pass


def test_a_run_abandoned_many_times_ends_in_the_very_same_weights(config: Config, tmp_path: Path) -> None:
    _finish(Session.start(config, tmp_path / "whole", CPU, _quiet))
    _abandon(Session.start(config, tmp_path / "broken", CPU, _quiet), 3)  # before the first checkpoint
    for num_steps in (5, 11, 16, 23):
        _abandon(Session.resume(tmp_path / "broken", {}, CPU, _quiet), num_steps)
    _finish(Session.resume(tmp_path / "broken", {}, CPU, _quiet))
    assert _weights(tmp_path / "broken") == _weights(tmp_path / "whole")
    assert Run.open(tmp_path / "broken").checkpoint_name("best") == Run.open(tmp_path / "whole").checkpoint_name("best")


def test_a_resumed_run_logs_each_step_once(config: Config, tmp_path: Path) -> None:
    _abandon(Session.start(config, tmp_path / "run", CPU, _quiet), 15)
    _finish(Session.resume(tmp_path / "run", {}, CPU, _quiet))
    lines = metrics_file.read(tmp_path / "run" / "metrics.jsonl")
    assert [line["step"] for line in lines if "loss" in line] == [4, 8, 12, 16, 20, 24]
    assert [line["step"] for line in lines if "validation" in line] == [8, 16, 24]


def test_a_metrics_line_that_a_kill_cut_off_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"step": 1, "loss": 2.0}\n{"step": 2, "lo', encoding="utf-8")
    metrics_file.drop_after(path, 5)
    assert path.read_text(encoding="utf-8") == '{"step": 1, "loss": 2.0}\n'


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_saves_at_the_end_of_the_step_and_the_run_goes_on_bit_for_bit(
    config: Config, tmp_path: Path, number: signal.Signals
) -> None:
    _finish(Session.start(config, tmp_path / "whole", CPU, _quiet))
    session = Session.start(config, tmp_path / "stopped", CPU, _quiet)
    for event in session.events():
        if isinstance(event, Step) and event.number == 13:
            os.kill(os.getpid(), number)
    assert session.was_interrupted
    assert Run.open(tmp_path / "stopped").load_checkpoint("last").step == 13
    _finish(Session.resume(tmp_path / "stopped", {}, CPU, _quiet))
    assert _weights(tmp_path / "stopped") == _weights(tmp_path / "whole")


def test_a_used_directory_is_refused(config: Config, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="--resume"):
        Session.start(config, tmp_path / "run", CPU, _quiet)
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["notes.txt"]


def test_a_run_does_not_go_on_with_another_corpus(config: Config, tmp_path: Path) -> None:
    _abandon(Session.start(config, tmp_path / "run", CPU, _quiet), 9)
    for language in ("en", "fr"):
        with (Path(config.corpus) / f"train.{language}").open("a", encoding="utf-8") as file:
            file.write("more\n")
    with pytest.raises(ValueError, match="not the corpus"):
        Session.resume(tmp_path / "run", {}, CPU, _quiet)


def test_more_steps_let_a_finished_run_go_on(config: Config, tmp_path: Path) -> None:
    _finish(Session.start(config, tmp_path / "run", CPU, _quiet))
    session = Session.resume(tmp_path / "run", {}, CPU, _quiet)
    assert session.is_finished
    assert list(session.events()) == []
    _finish(Session.resume(tmp_path / "run", {"max_steps": 30}, CPU, _quiet))
    assert Run.open(tmp_path / "run").load_checkpoint("last").step == 30
    assert Run.open(tmp_path / "run").config.training.max_steps == 30


def test_training_stops_early_when_validation_stops_getting_better(config: Config, tmp_path: Path) -> None:
    impatient = replace(config.training, learning_rate=1e-12, patience=1, max_steps=10_000)
    session = Session.start(replace(config, training=impatient), tmp_path / "run", CPU, _quiet)
    _finish(session)
    assert session.steps_done <= 5 * impatient.validate_every
    assert session.is_finished


def test_the_clock_can_end_training(config: Config, tmp_path: Path) -> None:
    hurried = replace(config.training, max_minutes=1e-9)
    session = Session.start(replace(config, training=hurried), tmp_path / "run", CPU, _quiet)
    _finish(session)
    assert session.steps_done == 0


def test_a_validation_is_logged_as_the_design_says(config: Config, tmp_path: Path) -> None:
    validations = [
        e for e in Session.start(config, tmp_path / "run", CPU, _quiet).events() if isinstance(e, Validation)
    ]
    line = json.loads((tmp_path / "run" / "metrics.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert line == {"step": 24, "validation": validations[-1].to_json()}
    assert line["validation"]["aer"] is None  # these files have no gold links


def test_too_long_pairs_are_left_out_and_told(config: Config, tmp_path: Path) -> None:
    told: list[str] = []
    with pytest.raises(ValueError, match="no pair is left to train on"):
        Session.start(replace(config, text=TextConfig(max_tokens=2)), tmp_path / "run", CPU, told.append)
