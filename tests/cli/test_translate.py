from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from functools import partial
from pathlib import Path
from shutil import copytree

import pytest

from toytrans.cli import main
from toytrans.decoding import Translation, Translator

from .conftest import Toytrans

CAT, LE_CHAT = "The cat sees the dog.", "Le chat voit le chien."
BOY, LE_GARÇON = "The boy eats the lion.", "Le garçon mange le lion."


@pytest.fixture
def translate(toytrans: Toytrans, run: Path) -> Toytrans:
    return partial(toytrans, "translate", run)


# N in, N out


@pytest.mark.parametrize("through", ["a pipe", "a terminal"])
def test_lines_that_come_slowly_are_answered_as_they_come(run: Path, through: str) -> None:
    ours, theirs = os.pipe()[::-1] if through == "a pipe" else pty.openpty()
    command = [sys.executable, "-m", "toytrans", "translate", str(run)]
    with subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        os.close(theirs)
        assert process.stdout is not None
        for line, answer in ((CAT, LE_CHAT), (BOY, LE_GARÇON)):
            os.write(ours, f"{line}\n".encode())
            assert process.stdout.readline() == f"{answer}\n".encode()  # while standard input is still open
        os.write(ours, f"{CAT}\n\n{BOY}\n".encode())
        if through == "a terminal":
            os.write(ours, b"\x04")  # Ctrl-D
        else:
            os.close(ours)
        assert process.stdout.read().decode() == f"{LE_CHAT}\n\n{LE_GARÇON}\n"
        assert process.stderr is not None
        assert (b"Type a sentence" in process.stderr.read()) == (through == "a terminal")


def test_a_line_without_end_is_refused_before_it_fills_the_memory(translate: Toytrans) -> None:
    refused = translate(typed=CAT.encode() + b"\n" + b"x" * 1_000_002).failed()
    assert refused == "toytrans: standard input, line 2: longer than 1,000,000 bytes: split it"


def test_a_line_that_is_too_long_for_the_run_is_cut_and_it_is_said(translate: Toytrans) -> None:
    outcome = translate("the cat sees " * 2000)
    assert outcome.status == 0
    assert outcome.out.count("\n") == 1
    assert "only the first 99 of 6001 words of the sentence were read: this run takes 100 tokens at most" in outcome.err


def test_each_argument_is_a_line_with_or_without_words_or_line_breaks(translate: Toytrans) -> None:
    outcome = translate(BOY, "", "  ", "\t", "\n", "The cat\nsees\r\nthe dog.\n", BOY)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == f"{LE_GARÇON}\n\n\n\n\n{LE_CHAT}\n{LE_GARÇON}\n"


@pytest.mark.parametrize(
    ("typed", "out"),
    [
        (b"", ""),
        (b"\n", "\n"),
        (f"{CAT}\n{BOY}\n".encode(), f"{LE_CHAT}\n{LE_GARÇON}\n"),
        (f"{CAT}\n{BOY}".encode(), f"{LE_CHAT}\n{LE_GARÇON}\n"),
        (f"{CAT}\r\n\r\n{BOY}\r\n".encode(), f"{LE_CHAT}\n\n{LE_GARÇON}\n"),
        (f"{CAT}\n   \n\t\n{BOY}\n".encode(), f"{LE_CHAT}\n\n\n{LE_GARÇON}\n"),
        (f"\ufeff{CAT}\n".encode(), f"{LE_CHAT}\n"),
        ("The cat sees\u2028the\x0bdog\x85.\n".encode(), f"{LE_CHAT}\n"),
        (f"{CAT}\n{BOY}\n\n".encode() * 500, f"{LE_CHAT}\n{LE_GARÇON}\n\n" * 500),
    ],
    ids=[
        *("nothing", "an empty line", "two", "no final newline", "CRLF", "blank lines", "BOM", "other separators"),
        "more than are translated at once",
    ],
)
def test_each_line_of_standard_input_is_a_line(translate: Toytrans, typed: bytes, out: str) -> None:
    outcome = translate(typed=typed)
    assert (outcome.status, outcome.out, outcome.err) == (0, out, "")


@pytest.mark.parametrize(
    "text",
    ["😀", "$x_1$", "../../etc/passwd", "<script>", "</s>", "<pad> <s>", "train", "é" * 300, "cat " * 500],
    ids=lambda text: text[:20],
)
def test_anything_typed_gives_one_line(translate: Toytrans, text: str) -> None:
    outcome = translate(text)
    assert (outcome.status, outcome.out.count("\n")) == (0, 1)


# Where texts stand


@pytest.mark.parametrize(
    "arguments",
    [
        "RUN A B --beam 2",
        "RUN --beam 2 A B",
        "--beam 2 RUN A B",
        "RUN A --beam 2 B",
        "RUN --beam=2 -- A B",
        "RUN A --beam 2 -- B",
        "--beam 2 -- RUN A B",
    ],
)
def test_flags_and_texts_mix(toytrans: Toytrans, run: Path, arguments: str) -> None:
    meant = {"RUN": run, "A": CAT, "B": BOY}
    outcome = toytrans("translate", *(meant.get(argument, argument) for argument in arguments.split()))
    assert (outcome.status, outcome.out) == (0, f"{LE_CHAT}\n{LE_GARÇON}\n")


def test_after_two_dashes_everything_is_text(translate: Toytrans) -> None:
    outcome = translate("--", "--json", "-b")
    assert (outcome.status, outcome.out.count("\n")) == (0, 2)
    assert "warning: --json: " in outcome.err


def test_a_sentence_without_a_run_is_for_the_usual_one(
    toytrans: Toytrans, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert toytrans("translate", CAT).failed().startswith("toytrans: runs/toy holds no run")
    copytree(run, "runs/toy")
    assert toytrans("translate", CAT).out == f"{LE_CHAT}\n"
    assert toytrans("translate", typed=CAT.encode()).out == f"{LE_CHAT}\n"


# What is refused


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["", CAT], 2, "the first argument is empty: give a run directory or a sentence"),
        (["  ", CAT], 2, "the first argument is empty: give a run directory or a sentence"),
        (["cat's"], 1, "cat's: no such run: train it with toytrans train --run"),
        (["cat's"], 1, "name a run before it: runs/toy"),
        (["RUN", "caf\udce9"], 2, "is not UTF-8"),
        (["RUN", CAT, "--device", "mps"], 1, "device 'mps' is not available here: use --device auto or --device cpu"),
        (["RUN", CAT, "--beam", "1000"], 1, "beam_size 1000 is more than half the vocabulary"),
    ],
    ids=ascii,
)
def test_what_is_not_possible_is_told(
    toytrans: Toytrans, run: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int, told: str
) -> None:
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    assert told in toytrans("translate", *(run if word == "RUN" else word for word in arguments)).failed(status)


@pytest.mark.parametrize(
    ("typed", "place"), [(b"caf\xe9\n", "line 1, byte 4"), (b"one\r\ntwo \xff\n", "line 2, byte 5")]
)
def test_input_that_is_not_utf_8_is_named_by_line_and_byte(translate: Toytrans, typed: bytes, place: str) -> None:
    assert f"standard input, {place}: not UTF-8" in translate(typed=typed).failed()


def test_a_closed_standard_input_is_told(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["translate", str(run)]) == 1
    assert capsys.readouterr().err == "toytrans: standard input is closed: give sentences as arguments\n"


@pytest.mark.parametrize("content", [None, b"", b"\xff{"], ids=["gone", "empty", "garbage"])
@pytest.mark.parametrize(
    "damaged", ["config.json", "tokenizer.json", "checkpoints/best", "checkpoints/step-*/model.safetensors"]
)
def test_a_damaged_run_is_one_line_that_names_it(
    toytrans: Toytrans, copy: Path, damaged: str, content: bytes | None
) -> None:
    for path in copy.glob(damaged):
        path.unlink() if content is None else path.write_bytes(content)
    told = toytrans("translate", copy, CAT).failed()
    assert str(copy) in told
    assert "bug" not in told


# What is read


def test_how_a_sentence_was_read_is_told_where_it_is_more_than_spacing(translate: Toytrans) -> None:
    outcome = translate("the cat SEES the dog", "the boy  eats the lion .", CAT)
    assert outcome.out == f"{LE_CHAT}\n{LE_GARÇON}\n{LE_CHAT}\n"
    assert outcome.err == "read as: “The cat sees the dog.” (typed: the cat SEES the dog)\n"


def test_several_sentences_on_a_line_are_one_line(translate: Toytrans) -> None:
    outcome = translate(typed=f"{CAT} the boy eats the lion\n{BOY}  {CAT}\n".encode())
    assert outcome.out == f"{LE_CHAT} {LE_GARÇON}\n{LE_GARÇON} {LE_CHAT}\n"
    assert outcome.err == "read as: “The boy eats the lion.” (typed: the boy eats the lion)\n"


def test_json_says_how_a_text_was_read(translate: Toytrans) -> None:
    known, careless, both = json.loads(translate("--json", CAT, "the cat sees the dog", f"{BOY} the cat").out)
    assert [each["read_as"] for each in (known, careless, both)] == [None, CAT, f"{BOY} The cat."]
    assert "sentences" not in known
    assert [each["source"] for each in both["sentences"]] == [BOY, "the cat"]
    assert both["sentences"][0]["translations"][0]["text"] == LE_GARÇON


# What is told beside


def test_unknown_words_are_told_on_standard_error(translate: Toytrans) -> None:
    outcome = translate("The zebra sees the \x1b[31myak.", CAT)
    assert outcome.out.count("\n") == 2
    lines = outcome.err.splitlines()
    assert all(line.startswith("warning: The zebra sees the \\x1b[31myak.: ") for line in lines)
    named = [line for line in lines if ": unknown to this model, " in line]
    assert all(any(word in line for line in named) for word in ("zebra", "yak"))
    assert "\x1b" not in outcome.err


# More than a line


def test_hypotheses_that_read_the_same_are_one(translate: Toytrans, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = translate(CAT, "--beam=3", "--n-best=3").out.splitlines()
    real = Translator.translate_n_best

    def twice(*arguments: object) -> list[list[Translation]]:
        return [[a, a, b, a, c, b] for a, b, c in real(*arguments)]  # type: ignore[arg-type]

    monkeypatch.setattr(Translator, "translate_n_best", twice)
    assert translate(CAT, "--beam=3", "--n-best=3").out.splitlines() == usual
    assert translate(CAT, "--beam=3").out == f"{LE_CHAT}\n"


def test_n_best_are_lines_with_a_score_and_a_tab_the_best_first(translate: Toytrans) -> None:
    lines = translate(CAT, BOY, "--beam=3", "--n-best=2").out.splitlines()
    scores, texts = zip(*(line.split("\t") for line in lines), strict=True)
    assert texts[::2] == (LE_CHAT, LE_GARÇON)
    assert len(scores) == 4
    assert float(scores[0]) > float(scores[1])
    assert float(scores[2]) > float(scores[3])


def test_json_is_one_document_with_everything(translate: Toytrans) -> None:
    outcome = translate("--json", "--beam", "2", "--n-best", "2", CAT, "The zebra sees the boy.")
    known, unknown = json.loads(outcome.out)
    assert (known["source"], known["unknown_words"], unknown["unknown_words"]) == (CAT, [], ["zebra"])
    keys = {"text", "score", "confidence", "is_finished", "copied", "warnings"}
    assert [set(each) for each in known["translations"]] == [keys] * 2
    first = {name: known["translations"][0][name] for name in keys - {"score", "confidence"}}
    assert first == {"text": LE_CHAT, "is_finished": True, "copied": [], "warnings": []}
    assert "garçon" in outcome.out
    assert translate("--json").out == "[]\n"
