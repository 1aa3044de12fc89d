"""The beginning of a run: what is refused before anything is written, and what the run keeps for itself."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from toytrans.config import Config
from toytrans.run import Run
from toytrans.training import begin_run

from .conftest import LINKS, PAIRS, SPLITS, guided, quiet, write_jsonl


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test puts its links."""
    return tmp_path / "links.pharaoh"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{LINKS}\n" * 35, r"links\.pharaoh has 35 lines for 36 pairs: line N must align pair N"),
        (f"{LINKS}\n" * 37, r"links\.pharaoh has 37 lines for 36 pairs"),
        ("", r"links\.pharaoh has 0 lines for 36 pairs"),
        (f"{LINKS}\n" * 5 + "0-4\n" + f"{LINKS}\n" * 30, r"links\.pharaoh, line 6: link 0-4 is past its sentence"),
        ("0:0\n" * 36, r"links\.pharaoh, line 1: link '0:0' is neither i-j \(sure\) nor ipj"),
        (
            "1-1 4-4\n" * 36,
            r"links\.pharaoh, line 1: link 4-4 .* say so \(--one-based; to train, --guided-first-word 1\)",
        ),
    ],
)
def test_links_that_do_not_fit_are_refused_before_there_is_a_directory(
    config: Config, tmp_path: Path, file: Path, text: str, told: str
) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=told) as error:
        begin_run(guided(config, file), tmp_path / "run", quiet)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "run").exists()


def test_links_that_are_not_there_are_refused_before_there_is_a_directory(
    config: Config, tmp_path: Path, file: Path
) -> None:
    for by in (file, tmp_path, "gld"):  # a folder is no file either, and a slip of the pen is taken for one
        told = f"^--guided-alignment {by}: no such file: give gold, self or a Pharaoh file$"
        with pytest.raises(FileNotFoundError, match=told):
            begin_run(guided(config, by), tmp_path / "run", quiet)
    assert not (tmp_path / "run").exists()


def test_gold_is_refused_where_the_corpus_has_none(config: Config, tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"--guided-alignment gold: .*corpus has no gold links: give self, or"
    ) as error:
        begin_run(guided(config, "gold"), tmp_path / "run", quiet)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "run").exists()


def test_a_gold_link_past_its_sentence_is_refused_before_there_is_a_directory(config: Config, tmp_path: Path) -> None:
    past = replace(PAIRS[3], alignment=f"{LINKS} 0-4")
    corpus = write_jsonl(tmp_path / "past", SPLITS | {"train": [*PAIRS[:3], past, *PAIRS[4:]]})
    told = f"{past.source!r} / {past.target!r}: link 0-4 is outside 4 source and 4 target words"
    with pytest.raises(ValueError, match=re.escape(told)):
        begin_run(guided(replace(config, corpus=str(corpus)), "gold"), tmp_path / "run", quiet)
    assert not (tmp_path / "run").exists()


def test_a_used_directory_keeps_its_own_links(config: Config, tmp_path: Path, file: Path) -> None:
    file.write_text(f"{LINKS}\n" * 36, encoding="utf-8")
    run, _ = begin_run(guided(config, file), tmp_path / "run", quiet)
    before = run.guide_path.read_bytes()
    file.write_text("\n" * 36, encoding="utf-8")
    with pytest.raises(FileExistsError, match="in use"):
        begin_run(guided(config, file), tmp_path / "run", quiet)
    assert run.guide_path.read_bytes() == before


@pytest.mark.parametrize(
    ("line", "one_based", "kept"),
    [
        ("3-3 0-2 1p1 2-0", False, "2-0 1p1 0-2 3-3"),
        ("4-4 1-3 2p2 3-1", True, "2-0 1p1 0-2 3-3"),
        ("", True, ""),
    ],
)
def test_the_run_keeps_its_own_copy_counted_from_0(
    config: Config, tmp_path: Path, file: Path, line: str, one_based: bool, kept: str
) -> None:
    file.write_text(f"{line}\n" * 36, encoding="utf-8")
    run, _ = begin_run(guided(config, file, guided_first_word=int(one_based)), tmp_path / "run", quiet)
    assert run.guide_path == tmp_path / "run" / "guide.pharaoh"
    assert run.guide_path.read_text(encoding="utf-8") == f"{kept}\n" * 36


@pytest.mark.parametrize("by", ["none", "gold", "self"])
def test_without_a_file_nothing_is_copied(aligned: Config, tmp_path: Path, by: str) -> None:
    run, corpus = begin_run(guided(aligned, by), tmp_path / "run", quiet)
    assert list(corpus.split("train")) == PAIRS
    assert not run.guide_path.exists()


def test_a_corpus_is_found_again_from_any_folder(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    begin_run(Config(corpus="corpus", training=config.training), tmp_path / "run", quiet)
    assert Run.open(tmp_path / "run").config.corpus == str((tmp_path / "corpus").resolve())
