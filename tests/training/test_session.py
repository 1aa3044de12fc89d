from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from toytrans.attention_maps import View
from toytrans.config import Config, TextConfig
from toytrans.corpus import Pair
from toytrans.decoding import Translator, load
from toytrans.run import Checkpoint, Run
from toytrans.training import Session, Step, Validation, begin_run
from toytrans.training import metrics as metrics_file
from toytrans.training.validation import validate

from .conftest import CPU, LINKS, PAIRS, abandon, finish, guided, learn_to_align, quiet, weights, write_jsonl


def test_a_run_abandoned_many_times_ends_in_the_very_same_weights(config: Config, tmp_path: Path) -> None:
    finish(Session.start(config, tmp_path / "whole", CPU, quiet))
    abandon(Session.start(config, tmp_path / "broken", CPU, quiet), 3)  # before the first checkpoint
    for num_steps in (5, 11, 16, 23):
        abandon(Session.resume(tmp_path / "broken", {}, CPU, quiet), num_steps)
    finish(Session.resume(tmp_path / "broken", {}, CPU, quiet))
    assert weights(tmp_path / "broken") == weights(tmp_path / "whole")
    assert Run.open(tmp_path / "broken").checkpoint_name("best") == Run.open(tmp_path / "whole").checkpoint_name("best")


def test_a_resumed_run_logs_each_step_once(config: Config, tmp_path: Path) -> None:
    abandon(Session.start(config, tmp_path / "run", CPU, quiet), 15)
    finish(Session.resume(tmp_path / "run", {}, CPU, quiet))
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
    finish(Session.start(config, tmp_path / "whole", CPU, quiet))
    session = Session.start(config, tmp_path / "stopped", CPU, quiet)
    for event in session.events():
        if isinstance(event, Step) and event.number == 13:
            os.kill(os.getpid(), number)
    assert session.was_interrupted
    assert Run.open(tmp_path / "stopped").load_checkpoint("last").step == 13
    finish(Session.resume(tmp_path / "stopped", {}, CPU, quiet))
    assert weights(tmp_path / "stopped") == weights(tmp_path / "whole")


def test_a_used_directory_is_refused(config: Config, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="--resume"):
        Session.start(config, tmp_path / "run", CPU, quiet)
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["notes.txt"]


def test_a_run_does_not_go_on_with_another_corpus(config: Config, tmp_path: Path) -> None:
    abandon(Session.start(config, tmp_path / "run", CPU, quiet), 9)
    for language in ("en", "fr"):
        with (Path(config.corpus) / f"train.{language}").open("a", encoding="utf-8") as file:
            file.write("more\n")
    with pytest.raises(ValueError, match="not the corpus"):
        Session.resume(tmp_path / "run", {}, CPU, quiet)


def test_more_steps_let_a_finished_run_go_on(config: Config, tmp_path: Path) -> None:
    finish(Session.start(config, tmp_path / "run", CPU, quiet))
    session = Session.resume(tmp_path / "run", {}, CPU, quiet)
    assert session.is_finished
    assert list(session.events()) == []
    finish(Session.resume(tmp_path / "run", {"max_steps": 30}, CPU, quiet))
    assert Run.open(tmp_path / "run").load_checkpoint("last").step == 30
    assert Run.open(tmp_path / "run").config.training.max_steps == 30


def test_training_stops_early_when_validation_stops_getting_better(config: Config, tmp_path: Path) -> None:
    impatient = replace(config.training, learning_rate=1e-12, patience=1, max_steps=10_000)
    session = Session.start(replace(config, training=impatient), tmp_path / "run", CPU, quiet)
    finish(session)
    assert session.steps_done <= 5 * impatient.validate_every
    assert session.is_finished


def test_the_clock_can_end_training(config: Config, tmp_path: Path) -> None:
    hurried = replace(config.training, max_minutes=1e-9)
    session = Session.start(replace(config, training=hurried), tmp_path / "run", CPU, quiet)
    finish(session)
    assert session.steps_done == 0


def test_a_validation_is_logged_as_the_design_says(config: Config, tmp_path: Path) -> None:
    validations = [e for e in Session.start(config, tmp_path / "run", CPU, quiet).events() if isinstance(e, Validation)]
    line = json.loads((tmp_path / "run" / "metrics.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert line == {"step": 24, "validation": validations[-1].to_json()}
    assert line["validation"]["alignment"] is None  # these files have no gold links


def test_too_long_pairs_are_left_out_and_told(config: Config, tmp_path: Path) -> None:
    told: list[str] = []
    with pytest.raises(ValueError, match="no pair is left to train on"):
        Session.start(replace(config, text=TextConfig(max_tokens=2)), tmp_path / "run", CPU, told.append)


def test_old_checkpoints_that_kept_scores_of_another_kind_are_gone_on_with(config: Config, tmp_path: Path) -> None:
    finish(Session.start(config, tmp_path / "whole", CPU, quiet))
    abandon(Session.start(config, tmp_path / "old", CPU, quiet), 12)
    run = Run.open(tmp_path / "old")
    kept = run.load_checkpoint("last")
    state = {name: value for name, value in kept.state.items() if name != "view_scores"}
    state["view_errors"] = [{"layer": 1, "head": 2, "aer": 0.25}]
    run.save_checkpoint(Checkpoint(kept.step, kept.weights, kept.optimizer, state), best_step=kept.step)
    assert load(run.path).view == View()
    finish(Session.resume(run.path, {}, CPU, quiet))
    assert weights(run.path) == weights(tmp_path / "whole")


@pytest.mark.parametrize(("most", "numbers"), [(100, [0, 1, 2, 3, 4, 5]), (3, [0, 2, 4]), (4, [0, 1, 3, 4]), (1, [0])])
def test_the_validated_pairs_are_spread_evenly_over_their_split(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, numbers: list[int]
) -> None:
    seen: list[Sequence[Pair]] = []

    def watched(translator: Translator, pairs: Sequence[Pair], batch_tokens: int) -> Validation:
        seen.append(pairs)
        return validate(translator, pairs, batch_tokens)

    monkeypatch.setattr("toytrans.training.session.validate", watched)
    few = replace(config, training=replace(config.training, validation_pairs=most, max_steps=1))
    finish(Session.start(few, tmp_path / "run", CPU, quiet))
    assert [pair.source for pair in seen[0]] == [PAIRS[number].source for number in numbers]


# Guided


@pytest.fixture(params=["gold", "a file", "self"])
def guide(request: pytest.FixtureRequest, aligned: Config, tmp_path: Path) -> Config:
    """A guided run, by each of the three teachers there are."""
    if request.param != "a file":
        return guided(aligned, request.param)
    file = tmp_path / "links.pharaoh"
    file.write_text(f"{LINKS}\n" * len(PAIRS), encoding="utf-8")
    return guided(aligned, file)


def _begin(config: Config, path: Path) -> Session:
    begin_run(config, path, quiet)
    learn_to_align(Run.open(path))
    return Session.resume(path, {}, CPU, quiet)


def test_a_guided_run_abandoned_many_times_ends_in_the_very_same_weights(guide: Config, tmp_path: Path) -> None:
    finish(_begin(guide, tmp_path / "whole"))
    abandon(_begin(guide, tmp_path / "broken"), 3)
    (tmp_path / "links.pharaoh").unlink(missing_ok=True)  # the run has a copy
    for num_steps in (11, 23):
        abandon(Session.resume(tmp_path / "broken", {}, CPU, quiet), num_steps)
    finish(Session.resume(tmp_path / "broken", {}, CPU, quiet))
    assert weights(tmp_path / "broken") == weights(tmp_path / "whole")


def test_links_from_a_file_teach_what_the_same_links_of_the_corpus_do(aligned: Config, tmp_path: Path) -> None:
    file = tmp_path / "links.pharaoh"
    file.write_text("3-1 2-2 1-3 4-4\n" * len(PAIRS), encoding="utf-8")
    for name, config in [
        ("gold", guided(aligned, "gold")),
        ("file", guided(aligned, file, guided_first_word=1)),
        ("none", aligned),
    ]:
        finish(Session.start(config, tmp_path / name, CPU, quiet))
    assert weights(tmp_path / "gold") == weights(tmp_path / "file") != weights(tmp_path / "none")


def test_a_guided_run_shows_the_guided_head_whether_or_not_gold_links_can_tell_which_aligns_best(
    aligned: Config, tmp_path: Path
) -> None:
    unlinked = [replace(pair, alignment=None) for pair in PAIRS]
    no_gold_to_tell = write_jsonl(
        tmp_path / "unlinked", {"train": PAIRS, "validation": unlinked[:6], "test": unlinked[6:]}
    )
    config = guided(aligned, "gold", guided_head=2)
    finish(Session.start(config, tmp_path / "told", CPU, quiet))
    finish(Session.start(replace(config, corpus=str(no_gold_to_tell)), tmp_path / "untold", CPU, quiet))
    told, untold = load(tmp_path / "told"), load(tmp_path / "untold")
    assert (untold.view, untold.view_scores) == (View(1, 2), ())
    assert (told.view, len(told.view_scores)) == (View(1, 2), 4)  # two heads, their layer's mean, and the mean of all
    (map_,) = untold.attend(["The a u ."], ["u a le ."])
    assert map_.metadata.guidance == "layer 1, head 2 was taught to align words, by gold links"


def test_a_run_that_is_to_guide_itself_cannot_begin_before_its_teachers(aligned: Config, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"guide.pharaoh is missing, .*: train its teachers first"):
        Session.start(guided(aligned, "self"), tmp_path / "run", CPU, quiet)


def test_a_run_that_lost_its_links_says_so(aligned: Config, tmp_path: Path) -> None:
    file = tmp_path / "links.pharaoh"
    file.write_text(f"{LINKS}\n" * len(PAIRS), encoding="utf-8")
    abandon(Session.start(guided(aligned, file), tmp_path / "run", CPU, quiet), 9)
    Run.open(tmp_path / "run").guide_path.unlink()
    with pytest.raises(FileNotFoundError, match=r"guide.pharaoh is missing, .*: train a new run"):
        Session.resume(tmp_path / "run", {}, CPU, quiet)


def test_a_run_with_a_null_position_goes_on_bit_for_bit_and_its_maps_have_one(aligned: Config, tmp_path: Path) -> None:
    config = guided(replace(aligned, model=replace(aligned.model, null_positions=1)), "gold")
    finish(Session.start(config, tmp_path / "whole", CPU, quiet))
    abandon(Session.start(config, tmp_path / "broken", CPU, quiet), 11)
    finish(Session.resume(tmp_path / "broken", {}, CPU, quiet))
    assert weights(tmp_path / "broken") == weights(tmp_path / "whole")
    (map_,) = load(tmp_path / "whole").attend(["The a u ."], ["u a le ."])
    assert map_.has_null
