"""The beginning of a run: its directory, its settings, and the links that will guide it, if somebody gave a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from toytrans.attention_maps import format_links
from toytrans.config import Config
from toytrans.corpus import Corpus, load_corpus
from toytrans.evaluation import read_links
from toytrans.files import write_whole
from toytrans.run import Run
from toytrans.training.guidance import gold_links

Note: TypeAlias = Callable[[str], None]


def begin_run(config: Config, path: Path, note: Note, corpus: Corpus | None = None) -> tuple[Run, Corpus]:
    """Checks everything that can be refused, then makes the directory of a run and writes its settings.

    `corpus`, if given, stands for the one that the settings name.
    `FileExistsError` where the directory is in use; `ValueError` where the guiding links do not fit the corpus.
    """
    corpus = corpus or load_corpus(config.corpus, config.languages, note)
    if config.corpus != "toy" and Path(config.corpus).exists():
        config = replace(config, corpus=str(Path(config.corpus).resolve()))  # found again from any folder
    pairs, guide = corpus.split("train"), config.training.guided_alignment
    links = None
    if guide == "gold":
        gold_links(config, pairs)  # stay in the corpus, which may not change
    elif guide not in ("none", "self"):
        if not Path(guide).is_file():
            raise FileNotFoundError(f"--guided-alignment {guide}: no such file: give gold, self or a Pharaoh file")
        links = read_links(Path(guide), pairs, config.languages, config.training.guided_first_word == 1)
    # The number itself is written, so that a run goes on with it even if a later version has another default.
    recipe = replace(config.training, learning_rate=config.training.peak_learning_rate)
    config = replace(config, training=recipe)
    run = Run.create(path, config, corpus.fingerprint())
    if links is not None:  # the run keeps its own copy, so that it can resume if the file is lost
        write_whole(run.guide_path, "".join(f"{format_links(each)}\n" for each in links))
    return run, corpus


def check_fingerprint(run: Run, corpus: Corpus) -> None:
    """A `ValueError` where the corpus is not, to the letter, the one that the run began with."""
    if corpus.fingerprint() != run.corpus_fingerprint:
        raise ValueError(f"{run.config.corpus} is not the corpus {run.path} began with: restore it, or train a new run")
