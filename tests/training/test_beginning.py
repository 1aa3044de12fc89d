"""The beginning of a run: what is refused before anything is written, and what the run keeps for itself."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from toytrans.config import Config
from toytrans.run import Checkpoint, Run
from toytrans.training import begin_run, find_again, needs_teachers

from .conftest import LINKS, PAIRS, SPLITS, guided, quiet, write_jsonl


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("links.pharaoh", "links.pharaoh has 35 lines for 36 pairs: line N must align pair N"),
        ("lost", "--guided-alignment lost: no such file: give gold, self or a Pharaoh file"),
        ("corpus", "--guided-alignment corpus: no such file: "),  # a folder
        ("gold", "corpus has no gold links: give self, or a Pharaoh file with a line a training pair"),
    ],
)
def test_what_cannot_guide_is_refused_in_one_line_before_there_is_a_directory(
    config: Config, tmp_path: Path, links_file: Path, monkeypatch: pytest.MonkeyPatch, by: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    links_file.write_text(f"{LINKS}\n" * 35, encoding="utf-8")
    with pytest.raises((ValueError, FileNotFoundError), match=re.escape(told)) as error:
        begin_run(guided(config, by), tmp_path / "run", quiet)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "run").exists()


def test_a_gold_link_past_its_sentence_is_refused_before_there_is_a_directory(config: Config, tmp_path: Path) -> None:
    past = replace(PAIRS[3], alignment=f"{LINKS} 0-4")
    corpus = write_jsonl(tmp_path / "past", SPLITS | {"train": [*PAIRS[:3], past, *PAIRS[4:]]})
    told = f"{past.source!r} / {past.target!r}: link 0-4 is outside 4 source and 4 target words"
    with pytest.raises(ValueError, match=re.escape(told)):
        begin_run(guided(replace(config, corpus=str(corpus)), "gold"), tmp_path / "run", quiet)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("line", "first_word", "kept"),
    [("3-3 0-2 1p1 2-0", 0, "2-0 1p1 0-2 3-3"), ("4-4 1-3 2p2 3-1", 1, "2-0 1p1 0-2 3-3"), ("", 1, "")],
)
def test_the_run_keeps_its_own_copy_counted_from_0(
    config: Config, tmp_path: Path, links_file: Path, line: str, first_word: int, kept: str
) -> None:
    links_file.write_text(f"{line}\n" * 36, encoding="utf-8")
    begin_run(guided(config, links_file, guided_first_word=first_word), tmp_path / "run", quiet)
    links_file.write_text("0-0\n" * 36, encoding="utf-8")
    with pytest.raises(FileExistsError, match="in use"):
        begin_run(guided(config, links_file), tmp_path / "run", quiet)
    assert (tmp_path / "run" / "guide.pharaoh").read_text(encoding="utf-8") == f"{kept}\n" * 36


@pytest.mark.parametrize("by", ["none", "gold", "self"])
def test_without_a_file_nothing_is_copied_and_only_a_run_that_guides_itself_needs_teachers(
    aligned: Config, tmp_path: Path, by: str
) -> None:
    run, corpus = begin_run(guided(aligned, by), tmp_path / "run", quiet)
    assert list(corpus.split("train")) == PAIRS
    assert not run.guide_path.exists()
    assert needs_teachers(run) == (by == "self")


def test_a_corpus_is_found_again_from_any_folder(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    begin_run(Config(corpus="corpus", training=config.training), tmp_path / "run", quiet)
    assert Run.open(tmp_path / "run").config.corpus == str((tmp_path / "corpus").resolve())


def test_a_wrong_file_of_links_does_not_lock_a_run_out_of_its_own(
    config: Config, tmp_path: Path, links_file: Path
) -> None:
    run, _ = begin_run(guided(config, links_file), tmp_path / "run", quiet)
    tensors = {"a": np.zeros(2, dtype=np.float32)}
    run.save_checkpoint(Checkpoint(1, tensors, tensors, {}), best_step=1)
    run.guide_path.unlink()
    settings = (run.path / "config.json").read_bytes()
    wrong = tmp_path / "wrong.pharaoh"
    wrong.write_text("0-1\n" * len(PAIRS), encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.pharaoh does not hold the links that .* was trained with"):
        find_again(run, None, str(wrong), quiet)
    assert not run.guide_path.exists()
    assert (run.path / "config.json").read_bytes() == settings
    find_again(run, None, str(links_file), quiet)
    assert run.load_checkpoint("last").step == 1
