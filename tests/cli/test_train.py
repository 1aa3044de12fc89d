from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from shlex import quote

import numpy as np
import pytest

from toytrans.cli import main
from toytrans.run import Run
from toytrans.training import Session, Step

from .conftest import SMALL, Outcome, Toytrans

FEW = [*SMALL, "--max-steps", "6", "--validate-every", "3"]


@pytest.mark.usefixtures("real_pictures")
def test_a_run_ends_with_pictures_a_curve_and_what_to_try_next(
    toytrans: Toytrans, corpus: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a run"
    outcome = toytrans("train", "--corpus", corpus, "--run", path, *FEW)
    assert outcome.status == 0
    assert outcome.out.count("→ ") == 2  # both watched sentences
    assert outcome.out.splitlines()[2].strip().startswith("cross-attention, layer ")
    for told in ("corpus  ", "92 train", "6 validation", "model   ", "run     ", "step 3: validation loss", "BLEU"):
        assert told in outcome.err
    for command in ("evaluate", "inspect", "translate"):
        assert f"toytrans {command} {quote(str(path))}" in outcome.err
    for made in ("config.json", "tokenizer.json", "metrics.jsonl", "loss.png", "README.md"):
        assert (path / made).is_file()
    assert len([file for file in (path / "attention").glob("*.npz") if not file.stem.endswith("-hidden")]) == 2


def test_flags_become_settings_over_those_of_the_preset(run: Path, corpus: Path) -> None:
    config = Run.open(run).config
    assert (config.model.d_model, config.training.max_steps, config.training.learning_rate) == (16, 300, 0.01)
    assert config.training.patience == 10  # as the preset has it
    assert config.corpus == str(corpus)


# Going on


def test_a_finished_run_is_drawn_again_and_told_how_to_go_on(toytrans: Toytrans, copy: Path) -> None:
    (copy / "loss.png").unlink()
    outcome = toytrans("train", "--resume", copy)
    assert outcome.status == 0
    assert "trained already; to go on, raise --max-steps" in outcome.err
    assert (copy / "loss.png").is_file()
    assert "guided  " not in outcome.err  # as no head is
    assert "guided alignment" not in (copy / "README.md").read_text(encoding="utf-8")


def test_a_run_goes_on_with_its_own_corpus_named_from_another_folder(
    toytrans: Toytrans, copy: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(corpus.parent)
    assert toytrans("train", "--resume", copy, "--run", copy, "--corpus", corpus.name).status == 0


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ("--seed 3", "RUN was begun with 1, which cannot change: leave --seed out, or train another run"),
        ("--d-model 32", "RUN was begun with 16, which cannot change: leave --d-model out, or train another run"),
        ("--guided-alignment gold", "RUN was begun with none, which cannot change: leave --guided-alignment out, or "),
        ("--preset toy", "with --resume RUN: a run keeps its settings: leave --preset out"),
        ("--run elsewhere", "with --resume RUN: a run goes on where it is: leave --run out"),
    ],
)
def test_what_cannot_change_is_wrong_usage(toytrans: Toytrans, copy: Path, corpus: Path, flags: str, told: str) -> None:
    refused = toytrans("train", "--resume", copy, *flags.split()).failed(2)
    told = told.replace("RUN", str(copy)).replace("CORPUS", str(corpus))
    assert re.match(f"toytrans: {flags}:? {re.escape(told)}", refused)


def test_a_corpus_that_moved_is_named_and_another_one_refused(
    toytrans: Toytrans, copy: Path, corpus: Path, tmp_path: Path
) -> None:
    assert "toy is not the corpus" in toytrans("train", "--resume", copy, "--corpus", "toy").failed()
    shutil.copytree(corpus, tmp_path / "moved")
    assert toytrans("train", "--resume", copy, "--corpus", tmp_path / "moved").status == 0
    assert Run.open(copy).config.corpus == str(tmp_path / "moved")


def test_the_readme_of_a_run_holds_any_name(toytrans: Toytrans, copy: Path) -> None:
    odd = copy.rename(copy.with_name("a `run`\n<b>of\x1b mine"))
    assert toytrans("train", "--resume", odd).status == 0
    lines = (odd / "README.md").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# `a 'run'\\n<b>of\\x1b mine`"


def test_settings_that_cannot_be_read_are_a_failure_of_the_run(toytrans: Toytrans, copy: Path) -> None:
    (copy / "config.json").write_text("{", encoding="utf-8")
    assert f"{copy / 'config.json'} is not a run's settings" in toytrans("train", "--resume", copy).failed()


@pytest.mark.parametrize("flags", [["--max-tokens", "1"], ["--learning-rate", "1e38"]], ids=" ".join)
def test_a_run_that_learned_nothing_leaves_its_directory_free(
    toytrans: Toytrans, corpus: Path, tmp_path: Path, flags: list[str]
) -> None:
    begin = [
        "train",
        "--corpus",
        corpus,
        "--run",
        tmp_path / "run",
        *SMALL,
        "--max-steps",
        "2",
        "--validate-every",
        "2",
    ]
    assert toytrans(*begin, *flags).status == 1
    assert {path.name for path in (tmp_path / "run").iterdir()} <= {".lock"}
    assert toytrans(*begin).status == 0


def test_a_corpus_with_a_typo_makes_no_run(toytrans: Toytrans, tmp_path: Path) -> None:
    assert "nowhere" in toytrans("train", "--corpus", tmp_path / "nowhere", "--run", tmp_path / "run").failed()
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("guide", ["none", "self"])
def test_a_clock_that_leaves_no_step_is_told(toytrans: Toytrans, corpus: Path, tmp_path: Path, guide: str) -> None:
    flags = [*SMALL, "--guided-alignment", guide, "--max-minutes", "1e-9"]
    outcome = toytrans("train", "--corpus", corpus, "--run", tmp_path / "run", *flags)
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.endswith("toytrans: --max-minutes 1e-09 is over before the first step: give more\n")


# Guided


def test_a_guided_run_says_which_head_is_taught_and_how_many_links_are_right(
    toytrans: Toytrans, corpus: Path, tmp_path: Path
) -> None:
    guide = ["--guided-alignment", "gold", "--guided-layer", "1", "--guided-head", "2", "--null-positions", "1"]
    outcome = toytrans("train", "--corpus", corpus, "--run", tmp_path / "run", *FEW, *guide)
    assert outcome.status == 0
    guided = "layer 1, head 2 was taught to align words, by gold links"
    assert f"guided  {guided}\n" in outcome.err
    assert re.search(r"step 3: validation .*, link precision [01]\.\d{3} \(.*; error rate [01]\.\d{3}\)\n", outcome.err)
    assert f"- guided alignment: {guided}\n" in (tmp_path / "run" / "README.md").read_text(encoding="utf-8")
    assert Run.open(tmp_path / "run").config.model.null_positions == 1


def test_a_run_that_guides_itself_says_what_it_is_at_and_goes_on_from_wherever_it_was_stopped(
    toytrans: Toytrans, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toytrans.cli.train._finish", lambda _: None)  # which takes seconds
    train = ["train", "--corpus", corpus, *FEW, "--guided-alignment", "self", "--run"]
    path, whole = tmp_path / "run", tmp_path / "whole"
    stages = [
        f"teacher forward, from en to fr, in {whole / 'teachers' / 'forward'}",
        f"teacher backward, from fr to en, in {whole / 'teachers' / 'backward'}",
        "reading both teachers together over the training pairs ...",
        "guided  layer 2, head 1 was taught to align words, by two models of its own, read together",
    ]
    assert [line for line in toytrans(*train, whole).err.splitlines() if line in stages] == stages

    def stopped_in(stage: str, *arguments: object) -> Outcome:
        def show(session: Session) -> None:
            for event in session.events():
                if session.run.path.name == stage and isinstance(event, Step) and event.number == 4:
                    raise KeyboardInterrupt

        def read(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("toytrans.cli.progress.show_progress", show)
            if stage == "reading":
                patch.setattr("toytrans.training.write_agreed_links", read)
            return toytrans(*arguments)

    go_on = f"go on from the last checkpoint with toytrans train --resume {path}\n"
    outcomes = [stopped_in("forward", *train, path)]
    outcomes += [stopped_in(stage, "train", "--resume", path) for stage in ("backward", "reading", "run")]
    assert [outcome.status for outcome in outcomes] == [130] * 4
    for outcome, end in zip(outcomes, (go_on, go_on, "toytrans: interrupted\n", go_on), strict=True):
        assert outcome.err.endswith(end)
    assert toytrans("train", "--resume", path).status == 0
    ends = [Run.open(run).load_checkpoint("last").weights for run in (path, whole)]
    assert all(np.array_equal(ends[0][name], ends[1][name]) for name in ends[0])


# Stopped


def test_ctrl_c_saves_and_says_how_to_go_on(corpus: Path, tmp_path: Path) -> None:
    path = tmp_path / "a run"
    arguments = [sys.executable, "-m", "toytrans", "train", "--corpus", str(corpus), "--run", str(path), *SMALL]
    arguments += ["--max-steps", "1000000", "--log-every", "1"]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, env=one_thread) as training:
        assert training.stderr is not None
        while not (path / "metrics.jsonl").is_file() and training.poll() is None:
            time.sleep(0.05)
        training.send_signal(signal.SIGINT)
        last = training.stderr.read().splitlines()[-1]
    assert training.returncode == 130
    assert last.startswith("toytrans: stopped after step ")
    assert last.endswith(f", saved: go on with toytrans train --resume {quote(str(path))}")
    assert Run.open(path).checkpoint_name("last")


def test_ctrl_c_while_drawing_says_that_the_model_is_saved(
    toytrans: Toytrans, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("toytrans.cli.train._finish", stop)
    outcome = toytrans("train", "--resume", copy)
    again = f"draw again with toytrans train --resume {quote(str(copy))}\n"
    assert (outcome.status, outcome.out) == (130, "")
    assert outcome.err.endswith(f"\ntoytrans: stopped while drawing; the model is saved: {again}")


# Progress


def test_a_terminal_shows_a_bar_with_loss_speed_and_time_left(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)  # no thread that outlives the test
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    assert main(["train", "--resume", str(copy), "--max-steps", "310"]) == 0
    bar = terminal.getvalue().split("\r")[-1].splitlines()[0]
    assert re.fullmatch(r"100% \|.*\| step 310, loss .* pairs/s, .* gone, .* left.*", bar)
    assert "\r" not in capsys.readouterr().out


def test_elsewhere_progress_is_whole_lines_now_and_then(
    toytrans: Toytrans, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toytrans.cli.progress.SECONDS_BETWEEN_LINES", 0.0)
    err = toytrans("train", "--resume", copy, "--max-steps", "305").err
    assert "\r" not in err
    assert ", from step 300\n" in err
    assert [line.endswith(" left") for line in err.splitlines() if " pairs/s, " in line] == [True] * 5
    assert Run.open(copy).load_checkpoint("last").step == 305
