from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from shutil import copytree

import pytest

from toytrans.cli import main

from .conftest import Toytrans

CAT, LE_CHAT = "The cat sees the dog.", "Le chat voit le chien."
BOY, LE_GARÇON = "The boy eats the lion.", "Le garçon mange le lion."


# N in, N out


def test_each_argument_is_a_line(toytrans: Toytrans, run: Path) -> None:
    outcome = toytrans("translate", run, CAT, BOY, CAT)
    assert (outcome.status, outcome.out, outcome.err) == (0, f"{LE_CHAT}\n{LE_GARÇON}\n{LE_CHAT}\n", "")


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
    ],
    ids=["nothing", "an empty line", "two", "no final newline", "CRLF", "blank lines", "BOM", "other separators"],
)
def test_each_line_of_standard_input_is_a_line(toytrans: Toytrans, run: Path, typed: bytes, out: str) -> None:
    outcome = toytrans("translate", run, typed=typed)
    assert (outcome.status, outcome.out, outcome.err) == (0, out, "")


def test_many_lines_keep_their_order(toytrans: Toytrans, run: Path) -> None:
    typed = f"{CAT}\n{BOY}\n\n" * 500  # more than are translated at once
    assert toytrans("translate", run, typed=typed.encode()).out == f"{LE_CHAT}\n{LE_GARÇON}\n\n" * 500


def test_an_argument_is_a_line_with_or_without_words_or_line_breaks(toytrans: Toytrans, run: Path) -> None:
    outcome = toytrans("translate", run, "", "  ", "\t", "\n", "The cat\nsees\r\nthe dog.\n")
    assert outcome.out == f"\n\n\n\n{LE_CHAT}\n"


@pytest.mark.parametrize(
    "text",
    ["😀", "$x_1$", "../../etc/passwd", "<script>", "</s>", "<pad> <s>", "train", "é" * 300, "cat " * 500],
    ids=lambda text: text[:20],
)
def test_anything_typed_gives_one_line(toytrans: Toytrans, run: Path, text: str) -> None:
    outcome = toytrans("translate", run, text)
    assert outcome.status == 0
    assert outcome.out.count("\n") == 1


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


def test_after_two_dashes_everything_is_text(toytrans: Toytrans, run: Path) -> None:
    outcome = toytrans("translate", run, "--", "--json", "-b")
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


@pytest.mark.parametrize("word", ["", "  "], ids=repr)
def test_an_empty_run_is_refused(toytrans: Toytrans, word: str) -> None:
    told = toytrans("translate", word, CAT).failed(2)
    assert told == "toytrans: the first argument is empty: give a run directory or a sentence"


def test_one_word_alone_is_told_how_to_be_a_text(toytrans: Toytrans) -> None:
    told = toytrans("translate", "cat's").failed()
    assert told.startswith("toytrans: cat's: no such run: train it with toytrans train --run")
    assert "name a run before it: runs/toy" in told


# What is refused


@pytest.mark.parametrize(
    ("typed", "place"), [(b"caf\xe9\n", "line 1, byte 4"), (b"one\r\ntwo \xff\n", "line 2, byte 5")]
)
def test_input_that_is_not_utf_8_is_named_by_line_and_byte(
    toytrans: Toytrans, run: Path, typed: bytes, place: str
) -> None:
    assert f"standard input, {place}: not UTF-8" in toytrans("translate", run, typed=typed).failed()


def test_an_argument_that_is_not_utf_8_is_refused(toytrans: Toytrans, run: Path) -> None:
    assert "is not UTF-8" in toytrans("translate", run, "caf\udce9").failed(2)


def test_a_closed_standard_input_is_told(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["translate", str(run)]) == 1


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--device", "mps"], "device 'mps' is not available here: use --device auto or --device cpu"),
        (["--beam", "1000"], "beam_size 1000 is more than half the vocabulary"),
    ],
    ids=["device", "beam"],
)
def test_what_is_not_possible_here_is_told(
    toytrans: Toytrans, run: Path, monkeypatch: pytest.MonkeyPatch, flags: list[str], told: str
) -> None:
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    assert told in toytrans("translate", run, CAT, *flags).failed()


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


def test_how_a_sentence_was_read_is_told_where_it_is_more_than_spacing(toytrans: Toytrans, run: Path) -> None:
    outcome = toytrans("translate", run, "the cat SEES the dog", "the boy  eats the lion .", CAT)
    assert outcome.out == f"{LE_CHAT}\n{LE_GARÇON}\n{LE_CHAT}\n"
    assert outcome.err == "read as: “The cat sees the dog.” (typed: the cat SEES the dog)\n"


def test_several_sentences_on_a_line_are_one_line(toytrans: Toytrans, run: Path) -> None:
    outcome = toytrans("translate", run, typed=f"{CAT} the boy eats the lion\n{BOY}  {CAT}\n".encode())
    assert outcome.out == f"{LE_CHAT} {LE_GARÇON}\n{LE_GARÇON} {LE_CHAT}\n"
    assert outcome.err == "read as: “The boy eats the lion.” (typed: the boy eats the lion)\n"


def test_json_says_how_a_text_was_read(toytrans: Toytrans, run: Path) -> None:
    outcome = toytrans("translate", run, "--json", CAT, "the cat sees the dog", f"{BOY} the cat sees the dog")
    known, careless, both = json.loads(outcome.out)
    assert [each["read_as"] for each in (known, careless, both)] == [None, CAT, f"{BOY} {CAT}"]
    assert "sentences" not in known
    assert [each["source"] for each in both["sentences"]] == [BOY, "the cat sees the dog"]
    assert [each["translations"][0]["text"] for each in both["sentences"]] == [LE_GARÇON, LE_CHAT]


# What is told beside


def test_unknown_words_are_told_on_standard_error(toytrans: Toytrans, run: Path) -> None:
    outcome = toytrans("translate", run, "The zebra sees the \x1b[31myak.", CAT)
    assert outcome.out.count("\n") == 2
    lines = outcome.err.splitlines()
    assert all(line.startswith("warning: The zebra sees the \\x1b[31myak.: ") for line in lines)
    named = [line for line in lines if ": unknown to this model, " in line]
    assert all(any(word in line for line in named) for word in ("zebra", "yak"))
    assert "\x1b" not in outcome.err


def test_a_person_at_a_terminal_gets_each_translation_at_once(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Keyboard(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            heard.append(capsys.readouterr().out)
            return super().readline(size)

        def __next__(self) -> bytes:
            if line := self.readline():
                return line
            raise StopIteration

    class Terminal:
        buffer = Keyboard(f"{CAT}\n{BOY}\n".encode())

        def isatty(self) -> bool:
            return True

    heard: list[str] = []
    monkeypatch.setattr(sys, "stdin", Terminal())
    assert main(["translate", str(run)]) == 0
    assert heard == ["", f"{LE_CHAT}\n", f"{LE_GARÇON}\n"]


# More than a line


def test_n_best_are_lines_with_a_score_and_a_tab_the_best_first(toytrans: Toytrans, run: Path) -> None:
    lines = toytrans("translate", run, CAT, BOY, "--beam=3", "--n-best=2").out.splitlines()
    scores, texts = zip(*(line.split("\t") for line in lines), strict=True)
    assert texts[::2] == (LE_CHAT, LE_GARÇON)
    assert len(scores) == 4
    assert float(scores[0]) > float(scores[1])
    assert float(scores[2]) > float(scores[3])


def test_json_is_one_document_with_everything(toytrans: Toytrans, run: Path) -> None:
    outcome = toytrans("translate", run, "--json", "--beam", "2", "--n-best", "2", CAT, "The zebra sees the boy.")
    known, unknown = json.loads(outcome.out)
    assert (known["source"], known["unknown_words"], unknown["unknown_words"]) == (CAT, [], ["zebra"])
    keys = {"text", "score", "confidence", "is_finished", "copied", "warnings"}
    assert [set(each) for each in known["translations"]] == [keys] * 2
    first = {name: known["translations"][0][name] for name in keys - {"score", "confidence"}}
    assert first == {"text": LE_CHAT, "is_finished": True, "copied": [], "warnings": []}
    assert "garçon" in outcome.out
    assert toytrans("translate", run, "--json").out == "[]\n"
