"""What goes to eflomal and what comes back; the command itself is a stand-in."""

from __future__ import annotations

import sys
from pathlib import Path

import eflomal_links
import pytest
from eflomal_links import align, format_text, read_output

PAIRS = [(["the", "cat"], ["le", "chat"]), (["yes"], ["mais", "oui"])]


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Installs a command of that name, in Python, that has its options as a dictionary `given`."""
    command = folder / eflomal_links.COMMAND
    parse = "import sys\ngiven = dict(zip(sys.argv[1::2], sys.argv[2::2]))\n"
    command.write_text(f"#!{sys.executable}\n{parse}{program}", encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_text_is_a_pair_a_line_with_bars_between_the_sentences() -> None:
    assert format_text(PAIRS) == "the cat ||| le chat\nyes ||| mais oui\n"


@pytest.mark.parametrize("word", ["|||", "two words", "", "line\nbreak", "no\u00a0break"])
def test_a_word_that_would_move_the_words_behind_it_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match=r"pair 2: word .* has white space or is \|\|\|"):
        format_text([*PAIRS[:1], (["a", word], ["b"])])


def test_a_sentence_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="pair 1 has a sentence without words"):
        format_text([([], ["b"])])


def test_output_is_read_a_pair_a_line_and_an_empty_line_has_no_links(tmp_path: Path) -> None:
    (tmp_path / "forward").write_text("0-0 2-1 1-2\n\n0-1\n", encoding="utf-8")
    assert read_output(tmp_path / "forward", 3) == [{(0, 0), (2, 1), (1, 2)}, set(), {(0, 1)}]


def test_a_missing_line_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "forward").write_text("0-0\n", encoding="utf-8")
    with pytest.raises(ValueError, match="forward has 1 lines for 2 pairs"):
        read_output(tmp_path / "forward", 2)


def test_both_directions_come_back_as_source_and_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = """
assert open(given["-i"]).read() == "the cat ||| le chat\\nyes ||| mais oui\\n"
open(given["-f"], "w").write("0-0 1-1\\n0-0 0-1\\n")
open(given["-r"], "w").write("0-0 1-1\\n0-1\\n")
"""
    stand_in(tmp_path, monkeypatch, program)
    both = [frozenset({(0, 0), (1, 1)})]
    assert align(PAIRS) == ([*both, {(0, 0), (0, 1)}], [*both, {(0, 1)}])


def test_a_failure_is_one_line_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, 'sys.exit("first\\nno memory left")')
    with pytest.raises(RuntimeError, match="failed with exit status 1: no memory left"):
        align(PAIRS)


def test_without_eflomal_there_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert align(PAIRS) is None


def test_the_command_is_found_beside_the_python_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, "")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert eflomal_links.find_command() == str(tmp_path / eflomal_links.COMMAND)
