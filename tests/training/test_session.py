from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from toytrans.config import Config, TextConfig
from toytrans.corpus import Pair
from toytrans.decoding import Translator, load
from toytrans.run import Run, read_metrics
from toytrans.training import Session, Step, TrainingDiverged, Validation, begin_run, find_again
from toytrans.training import metrics as metrics_file
from toytrans.training.validation import validate

from .conftest import (
    CPU,
    LINKS,
    PAIRS,
    SPLITS,
    abandon,
    add_a_pair,
    finish,
    guided,
    quiet,
    resumed,
    started,
    taught,
    trained,
    write_jsonl,
)


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
    assert metrics_file.drop_after(path, 5, 5) == 0
    assert path.read_text(encoding="utf-8") == '{"step": 1, "loss": 2.0}\n'


def test_lines_that_cannot_be_read_stay_and_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(b'{"step": 1}\n{"st\n[1]\n\xff\n{"step": "2"}\n{"step": 2}\n{"step": 6}\n')
    assert metrics_file.drop_after(path, 5, 5) == 4
    assert path.read_bytes() == b'{"step": 1}\n{"st\n[1]\n\xff\n{"step": "2"}\n{"step": 2}\n'
    assert [line["step"] for line in read_metrics(path)] == [1, 2]


def test_half_files_that_a_kill_left_are_removed(config: Config, tmp_path: Path) -> None:
    abandon(started(config, tmp_path / "run"), 9)
    for folder in ("", "snapshots", "checkpoints"):
        (tmp_path / "run" / folder / ".best.123.part").touch()
    finish(resumed(tmp_path / "run"))
    assert not list((tmp_path / "run").rglob("*.part"))
    (tmp_path / "run" / "checkpoints" / "step-000004").mkdir()
    finish(resumed(tmp_path / "run"))
    assert not (tmp_path / "run" / "checkpoints" / "step-000004").exists()


def test_a_resumed_run_logs_what_an_uninterrupted_one_does(config: Config, tmp_path: Path) -> None:
    """A checkpoint every 8 steps and a line every 5: most lines begin before a checkpoint and end after it."""
    config = replace(config, training=replace(config.training, log_every=5))
    trained(config, tmp_path / "whole")
    abandon(started(config, tmp_path / "broken"), 9)
    abandon(resumed(tmp_path / "broken"), 18)
    finish(resumed(tmp_path / "broken"))
    assert without_clock(tmp_path / "broken") == without_clock(tmp_path / "whole")


def without_clock(path: Path) -> list[dict[str, Any]]:
    """The lines of a run's log without what its clock said."""
    lines = read_metrics(path / "metrics.jsonl")
    return [{name: value for name, value in line.items() if "second" not in name} for line in lines]


def test_a_validation_that_was_logged_and_not_saved_is_logged_once(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = started(replace(config, training=replace(config.training, max_steps=10)), tmp_path / "run")
    real, saves = Session._save, iter([True, True, False])

    def save(self: Session) -> None:
        if not next(saves):
            raise KeyboardInterrupt
        real(self)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "_save", save)
        with pytest.raises(KeyboardInterrupt):
            finish(session)
    finish(resumed(tmp_path / "run"))
    validated = [line["step"] for line in read_metrics(tmp_path / "run" / "metrics.jsonl") if "validation" in line]
    assert validated == [8, 10]


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


def test_too_long_validation_pairs_are_left_out_and_told(config: Config, tmp_path: Path) -> None:
    for language in config.languages:
        with (Path(config.corpus) / f"validation.{language}").open("a", encoding="utf-8") as file:
            file.write("more and " * 500 + "\n")
    told: list[str] = []
    session = Session.start(config, tmp_path / "run", CPU, told.append)
    assert told == ["1 validation pairs longer than 100 tokens left out"]
    assert finish(session) == trained(config, tmp_path / "whole")


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


ODD = ("▁", "a ▁ b", "a▁b", "▁▁ x▁", "a.m.- est-ce lets¿ Thomas ￭", "￭ </s>- .AT&T")


@pytest.mark.parametrize("tokenizer", ["words", "subwords"])
def test_pairs_with_links_and_odd_characters_do_not_stop_a_training(
    config: Config, tmp_path: Path, tokenizer: str
) -> None:
    odd = [Pair(f"The {text} .", f"{text} le .", "0-1") for text in ODD]
    splits = {**SPLITS, "validation": [*odd, *PAIRS[:6]], "train": [*odd, *PAIRS]}
    corpus = str(write_jsonl(tmp_path / "odd", splits))
    for reading in ("lenient", "verbatim"):
        text = TextConfig(tokenizer=tokenizer, vocabulary_size=120, reading=reading)  # type: ignore[arg-type]
        finish(started(replace(config, corpus=corpus, text=text), tmp_path / reading))
        lines = read_metrics(tmp_path / reading / "metrics.jsonl")
        assert lines[-1]["validation"]["alignment"] is not None


# Nothing is trained over, and no run goes on as another


@pytest.mark.parametrize("pointer", [None, b"", b"\xff\n", b"step-000012\n"], ids=str)
def test_without_the_name_of_the_last_checkpoint_the_newest_one_goes_on_loudly(
    config: Config, tmp_path: Path, pointer: bytes | None
) -> None:
    abandon(started(config, tmp_path / "run"), 18)
    last = tmp_path / "run" / "checkpoints" / "last"
    told: list[str] = []
    last.unlink() if pointer is None else last.write_bytes(pointer)
    session = Session.resume(tmp_path / "run", {}, CPU, told.append)
    assert told == [f"{last} names no checkpoint: going on from the newest one that is whole, step 16"]
    assert finish(session) == trained(config, tmp_path / "whole")


def test_a_run_whose_checkpoints_are_gone_is_not_begun_again(config: Config, tmp_path: Path) -> None:
    abandon(started(config, tmp_path / "run"), 18)
    shutil.rmtree(tmp_path / "run" / "checkpoints")
    before = (tmp_path / "run" / "metrics.jsonl").read_bytes()
    with pytest.raises(ValueError, match=r"has no checkpoint, but the run was trained, as metrics\.jsonl"):
        resumed(tmp_path / "run")
    assert (tmp_path / "run" / "metrics.jsonl").read_bytes() == before


CHANGES = {"seed": 5, "dropout": 0.1, "num_heads": 4, "learning_rate": 0.1, "label_smoothing": 0.3}


@pytest.mark.parametrize("name", CHANGES)
def test_a_setting_changed_by_hand_is_named(config: Config, tmp_path: Path, name: str) -> None:
    abandon(started(config, tmp_path / "run"), 9)
    path = tmp_path / "run" / "config.json"
    before = json.loads(path.read_text(encoding="utf-8"))
    room = next(room for room in before["config"].values() if isinstance(room, dict) and name in room)
    told = f"config.json has {name} {CHANGES[name]}, but step 8 was trained with {room[name]}: put that back"
    room[name] = CHANGES[name]
    path.write_text(json.dumps(before), encoding="utf-8")
    for attempt in (lambda: resumed(tmp_path / "run"), lambda: load(tmp_path / "run")):
        with pytest.raises(ValueError, match=re.escape(told)):
            attempt()


def test_a_changed_vocabulary_is_named(config: Config, tmp_path: Path) -> None:
    abandon(started(config, tmp_path / "run"), 9)
    path = tmp_path / "run" / "tokenizer.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"u"', '"w̃"', 1), encoding="utf-8")
    for attempt in (lambda: resumed(tmp_path / "run"), lambda: load(tmp_path / "run")):
        with pytest.raises(ValueError, match=r"tokenizer.json is not the file that step 8 was trained with"):
            attempt()


def test_limits_may_change_and_other_threads_are_told(config: Config, tmp_path: Path) -> None:
    abandon(started(config, tmp_path / "run"), 9)
    told: list[str] = []
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(threads + 1)
        Session.resume(tmp_path / "run", {"max_steps": 10}, CPU, told.append)
    finally:
        torch.set_num_threads(threads)
    assert told == [
        f"note: trained so far with threads {threads}, now {threads + 1}: the last bits of what follows may differ"
    ]


def test_ill_typed_state_is_named(config: Config, tmp_path: Path) -> None:
    abandon(started(config, tmp_path / "run"), 9)
    run = Run.open(tmp_path / "run")
    kept = run.load_checkpoint("last")
    run.save_checkpoint(replace(kept, state={**kept.state, "best_bleu": "high"}), best_step=8)
    with pytest.raises(ValueError, match=r"state\.json: best_bleu 'high' has the wrong type"):
        resumed(tmp_path / "run")


def test_one_process_at_a_time_trains_a_run(config: Config, tmp_path: Path) -> None:
    begin_run(config, tmp_path / "run", quiet)
    code = "import sys, toytrans.run as r, pathlib; l = r.hold(pathlib.Path(sys.argv[1])); print(flush=True); input()"
    command = [sys.executable, "-c", code, str(tmp_path / "run")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()  # now it has the lock
        with pytest.raises(BlockingIOError, match="is being trained by another process"):
            resumed(tmp_path / "run")
        other.kill()  # the system releases the lock
    finish(resumed(tmp_path / "run"))


@pytest.mark.parametrize("validate_every", [1, 24])
@pytest.mark.parametrize("snapshots", [0, 16])
def test_weights_that_are_no_numbers_stop_the_training_and_are_not_saved(
    config: Config, tmp_path: Path, validate_every: int, snapshots: int
) -> None:
    recipe = replace(config.training, learning_rate=1e38, validate_every=validate_every, snapshots=snapshots)
    with pytest.raises(TrainingDiverged, match=r"batch \d+ of epoch \d+ \(training pairs \d+.*: lower --learning-rate"):
        trained(replace(config, training=recipe), tmp_path / "run")
    assert not list((tmp_path / "run").glob("checkpoints/step-*"))


def test_a_corpus_that_moved_is_named_anew_and_another_one_is_refused(config: Config, tmp_path: Path) -> None:
    abandon(started(config, tmp_path / "run"), 9)
    place = tmp_path / "elsewhere"
    Path(config.corpus).rename(place)
    run = Run.open(tmp_path / "run")
    with pytest.raises(FileNotFoundError, match="is no longer there: name its new place with --corpus"):
        resumed(tmp_path / "run")
    with pytest.raises(ValueError, match="toy is not the corpus"):
        find_again(run, "toy", None, quiet)
    find_again(run, str(place), None, quiet)
    assert Run.open(tmp_path / "run").config.corpus == str(place)
    finish(resumed(tmp_path / "run"))


def test_guiding_links_that_were_lost_come_back_from_their_file(
    aligned: Config, links_file: Path, tmp_path: Path
) -> None:
    config = guided(aligned, links_file)
    abandon(started(config, tmp_path / "run"), 9)
    run = Run.open(tmp_path / "run")
    run.guide_path.unlink()
    resumed(tmp_path / "run")
    run.guide_path.unlink()
    moved = links_file.rename(tmp_path / "moved.pharaoh")
    with pytest.raises(FileNotFoundError, match="name their file with --guided-alignment"):
        resumed(tmp_path / "run")
    moved.write_text("0-0\n" * len(PAIRS), encoding="utf-8")
    with pytest.raises(ValueError, match=r"moved.pharaoh does not hold the links that .* was trained with"):
        find_again(run, None, str(moved), quiet)
    moved.write_text(f"{LINKS}\n" * len(PAIRS), encoding="utf-8")
    find_again(run, None, str(moved), quiet)
    assert finish(resumed(tmp_path / "run")) == trained(guided(aligned, moved), tmp_path / "whole")


@pytest.mark.parametrize("name", ["run\udcff", "corpus\udcff"])
def test_a_name_that_is_not_utf_8_is_refused_before_anything_is_made(config: Config, tmp_path: Path, name: str) -> None:
    config = replace(config, corpus=str(tmp_path / name)) if "corpus" in name else config
    with pytest.raises(ValueError, match=r"\\udcff': the name is not UTF-8: rename it"):
        started(config, tmp_path / (name if "run" in name else "run"))
    assert not list(tmp_path.glob("run*"))


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


@pytest.mark.parametrize(("by", "remedy"), [("self", "train its teachers first"), ("a file", "name their file")])
def test_a_run_without_the_links_that_guide_it_says_what_to_do(
    aligned: Config, links_file: Path, tmp_path: Path, by: str, remedy: str
) -> None:
    run = taught(guided(aligned, links_file if by == "a file" else by), tmp_path / "run")
    run.guide_path.unlink()
    links_file.unlink()
    with pytest.raises(FileNotFoundError, match=rf"guide\.pharaoh is missing, .*: {remedy}"):
        resumed(run.path)
