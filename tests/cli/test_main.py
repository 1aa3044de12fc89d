from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import NoReturn

import pytest

from toytrans import __version__
from toytrans.cli import main
from toytrans.cli.choices import say
from toytrans.cli.inspect import Inspect
from toytrans.cli.parsing import parse
from toytrans.cli.train import Train
from toytrans.cli.translate import Translate
from toytrans.config import PRESETS, Config, ModelConfig, TextConfig, TrainingConfig
from toytrans.errors import Refused

from .conftest import Toytrans

COMMANDS = ("train", "translate", "evaluate", "inspect", "page", "align", "probe")


def test_starting_loads_nothing_heavy() -> None:
    program = "import sys, toytrans.cli.main; print({'torch', 'numpy', 'matplotlib', 'datasets'} & sys.modules.keys())"
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (finished.stdout, finished.stderr) == ("set()\n", "")


def test_a_few_sentences_need_no_pytorch(run: Path, tmp_path: Path) -> None:
    text = [str(run), "The cat sees the dog."]
    commands = [["translate", *text], ["translate", *text, "--beam", "3"], ["inspect", *text, "--out", str(tmp_path)]]
    program = f"import sys, toytrans.cli as cli; print(*map(cli.main, {commands}), 'torch' in sys.modules)"
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert finished.stdout.count("Le chat voit le chien.") == 3
    assert finished.stdout.splitlines()[-1] == "0 0 0 False"


# Help


@pytest.mark.parametrize("arguments", [(), ("--help",)], ids=["nothing", "--help"])
def test_the_help_is_a_result_that_names_every_command(toytrans: Toytrans, arguments: tuple[str, ...]) -> None:
    outcome = toytrans(*arguments)
    assert (outcome.status, outcome.err) == (0, "")
    assert all(command in outcome.out for command in COMMANDS)
    assert "Begin with: toytrans train" in outcome.out


@pytest.mark.parametrize("command", COMMANDS)
def test_a_commands_help_fits_a_terminal_and_speaks_no_python(
    toytrans: Toytrans, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    outcome = toytrans(command, "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert max(map(len, outcome.out.splitlines())) <= 80
    for ugly in ("None", "False", "{None}", "tyro", "config.", "STR ...", "(default: )"):
        assert ugly not in outcome.out


def test_every_setting_of_a_run_has_a_flag(toytrans: Toytrans) -> None:
    names = [field.name for kind in (TextConfig, ModelConfig, TrainingConfig) for field in fields(kind)]
    names += [field.name for field in fields(Config) if field.name not in ("text", "model", "training")]
    out = toytrans("train", "--help").out
    assert [name for name in names if f"--{name.replace('_', '-')} " not in out] == []


def test_a_preset_shows_its_own_defaults(toytrans: Toytrans) -> None:
    assert "(default: 32)" in toytrans("train", "--preset=tiny", "--help").out
    assert "(default: 32)" not in toytrans("train", "--preset", "tiny", "--preset", "toy", "--help").out


def test_the_version_is_a_result(toytrans: Toytrans) -> None:
    outcome = toytrans("--version")
    assert (outcome.status, outcome.out) == (0, f"toytrans {__version__}\n")


# Wrong usage

UNREADABLE = {
    "trian": ["trian: no such command: did you mean train?"],
    "frobnicate": [f"frobnicate: no such command: there are {', '.join(COMMANDS)}"],
    "train --max-step 3": ["--max-step: no such option: did you mean --max-steps?"],
    "train words": ["words"],
    "evaluate runs/toy words": ["words"],
    "translate runs/toy words --jso": ["--jso: no such option: did you mean --json?"],
    "translate runs/toy -b": ["-b"],
    "train --preset": ["Missing value", "--preset"],
    "train --preset huge": ["'huge'", "'toy', 'tiny', 'real'"],
    "train --device gpu": ["'gpu'", "'auto', 'cpu', 'cuda', 'mps'"],
    "train --d-model wide": ["--d-model", "'wide' is not a whole number"],
    "train --max-steps 1e3": ["--max-steps", "'1e3' is not a whole number"],
    "train --max-minutes ten": ["--max-minutes", "'ten' is not a number"],
    "evaluate --layer last": ["--layer", "'last' is not a whole number, and not all"],
}


@pytest.mark.parametrize("line", UNREADABLE)
def test_what_cannot_be_read_is_wrong_usage_and_named(toytrans: Toytrans, line: str) -> None:
    refused = toytrans(*line.split()).failed(2)
    assert all(words in refused for words in UNREADABLE[line])


HEAD = "--head 2 needs the number of a --layer: heads are counted within their layer"
AGREEMENT = "--threshold 0.5: agreement weighs both directions and claims by no threshold"
REFUSED = {
    "train --d-model 10 --num-heads 4": "d_model 10 cannot be split into 4 equal heads",
    "train --dropout 1": "dropout 1.0 is not in [0, 1)",
    "train --max-minutes -1": "max_minutes -1.0 is not above 0",
    "translate --beam 0": "--beam 0 is not at least 1",
    "inspect --beam -1": "--beam -1 is not at least 1",
    "translate --n-best 0": "--n-best 0 is not at least 1",
    "translate --n-best 3": "--n-best 3 is more than --beam 1: raise --beam",
    "translate run text --n-best 3 more --beam 2": "--n-best 3 is more than --beam 2: raise --beam",
    "evaluate --head 2": HEAD,
    "evaluate --one-based": "--one-based says how the words of --links FILE are counted",
    "inspect --head 2": HEAD,
    "inspect --target un": "--target goes with one TEXT, not 0: give the sentence it translates",
    "inspect run one two --target un": "--target goes with one TEXT, not 2: give the sentence it translates",
    "align --head 2": HEAD,
    "align --layer all --head 2": HEAD,
    "align --threshold 0": "--threshold 0.0 is not above 0 and at most 1",
    "align --threshold 1.1": "--threshold 1.1 is not above 0 and at most 1",
    "align --threshold nan": "--threshold nan is not above 0 and at most 1",
    "align --threshold 0.5 --method strongest": "--threshold 0.5 is for --method threshold: strongest takes one word ",
    "align --threshold 0.5 --backward runs/back": AGREEMENT,
    "align --threshold 0.5 --backward runs/back --symmetrize agreement": AGREEMENT,
    "align --method strongest --backward runs/back": "--method strongest: agreement takes the strongest anyway: leave ",
    "align --symmetrize union": "--symmetrize union needs a run of the other direction: give --backward RUN",
    "probe --head 2": HEAD,
    **{
        f"probe cat=chat --at-least {limit}": f"--at-least {limit} is not a fraction"
        for limit in ("-0.1", "1.1", "nan")
    },
}


@pytest.mark.parametrize("line", REFUSED)
def test_settings_that_refuse_each_other_are_wrong_usage_in_one_line(toytrans: Toytrans, line: str) -> None:
    assert toytrans(*line.split()).failed(2).startswith(f"toytrans: {REFUSED[line]}")


def test_a_limit_that_a_preset_sets_can_be_taken_away() -> None:
    command = parse(["train", "--preset", "real", "--max-minutes", "none"])
    assert isinstance(command, Train)
    assert PRESETS["real"].training.max_minutes is not None
    assert command.config.training.max_minutes is None


def test_text_that_reads_none_is_text() -> None:
    command = parse(["inspect", "--target", "None", "--out", "none", "RUN", "None"])
    assert isinstance(command, Inspect)
    assert (command.target, command.out, command.words) == ("None", Path("none"), ("RUN", "None"))


# Failures


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (Refused("one\n  thing: and another"), 1, "one thing: and another$"),
        (ValueError("one\n  thing"), 1, r"ValueError: one thing \(in test_main.py, line .*: a bug in toytrans; please"),
        (OSError(28, "No space left on device"), 1, "no space left on device$"),
        (OSError(28, "No space left on device", "runs/toy/x"), 1, "runs/toy/x: no space left on device"),
        (OSError("the disk is full"), 1, "the disk is full"),
        (ZeroDivisionError("division by zero"), 1, "ZeroDivisionError: division by zero .*: a bug in toytrans"),
        (RuntimeError("CUDA out of memory"), 1, "out of memory: CUDA out of memory: take smaller --batch-tokens"),
        (MemoryError("buffer"), 1, "out of memory: buffer: take smaller --batch-tokens"),
        (
            KeyError("zebra"),
            1,
            r"KeyError: 'zebra' \(in test_main.py, line .* python -X dev -m toytrans shows, with the same",
        ),
        (KeyboardInterrupt(), 130, "interrupted$"),
    ],
    ids=repr,
)
def test_every_failure_is_one_line(
    toytrans: Toytrans, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, told: str
) -> None:
    def execute(_: Translate) -> NoReturn:
        raise error

    monkeypatch.setattr(Translate, "execute", execute)
    assert re.match(f"toytrans: {told}", toytrans("translate").failed(status))


@pytest.mark.parametrize(
    "command", ["translate RUN", "evaluate RUN", "inspect RUN", "align RUN", "probe RUN cat=chat", "train --resume RUN"]
)
def test_a_folder_without_a_run_says_what_to_do(toytrans: Toytrans, tmp_path: Path, command: str) -> None:
    told = toytrans(*(tmp_path if word == "RUN" else word for word in command.split())).failed()
    assert told == f"toytrans: {tmp_path} holds no run (no config.json): train one with toytrans train --run {tmp_path}"


def test_ctrl_c_is_one_line_from_the_first_moment_on() -> None:
    slow = "import builtins, os, signal, sys; real = builtins.__import__\n"
    slow += "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a process in the background ignores it
    slow += "def stop(name, *rest, **more):\n if name == 'toytrans.cli': os.kill(os.getpid(), signal.SIGINT)\n"
    slow += " return real(name, *rest, **more)\n"
    slow += "from toytrans.__main__ import main; builtins.__import__ = stop; sys.exit(main())"
    finished = subprocess.run([sys.executable, "-c", slow], capture_output=True, text=True)
    assert (finished.returncode, finished.stdout, finished.stderr) == (130, "", "toytrans: interrupted\n")


def test_no_message_can_move_the_cursor_or_turn_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[2Jb\x9b1m\x07\u202ec\r\nd\te")
    assert capsys.readouterr().err == "a\\x1b[2Jb\\x9b1m\\x07\\u202ec\\r\nd\te\n"


@pytest.mark.skipif(os.name == "nt", reason="no pipe signals there")
def test_a_reader_who_leaves_ends_the_command_in_peace(run: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    arguments = [sys.executable, "-m", "toytrans", "translate", str(run), "--json", "The cat sees the dog."]
    finished = subprocess.run(arguments, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (finished.returncode, finished.stderr) == (0, "")


def test_messages_that_nobody_reads_stop_nothing(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> NoReturn:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Gone())
    assert main(["translate", str(run), "The zebra sees the dog."]) == 0
    assert capsys.readouterr().out.endswith(".\n")


def test_output_is_utf_8_wherever_one_is(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="latin-1"))
    assert main(["translate", str(run), "The boy sees the dog."]) == 0
    assert written.getvalue().decode("utf-8") == "Le garçon voit le chien.\n"
