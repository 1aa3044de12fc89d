"""The beginning of a run: its directory, its settings, and the links that will guide it, if somebody gave a file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import torch

from toytrans.attention_maps import Links, format_links
from toytrans.config import Config
from toytrans.corpus import Corpus, load_corpus
from toytrans.errors import Refused
from toytrans.evaluation import read_links
from toytrans.files import write_whole
from toytrans.model.device import device_name
from toytrans.run import Checkpoint, Run, checkpoint_folder_name, differences, environment, read_metrics
from toytrans.training.guidance import gold_links

Note: TypeAlias = Callable[[str], None]


def begin_run(config: Config, path: Path, note: Note, corpus: Corpus | None = None) -> tuple[Run, Corpus]:
    """Checks everything that can be refused, then makes the directory of a run and writes its settings.

    `corpus`, if given, stands for the one that the settings name.
    `FileExistsError` where the directory is in use; `ValueError` where the guiding links do not fit the corpus.
    """
    for name in (str(path), config.corpus, config.training.guided_alignment):
        if any("\ud800" <= character <= "\udfff" for character in name):  # how bytes arrive that are not UTF-8
            raise Refused(f"{name!a}: the name is not UTF-8: rename it")
    corpus = corpus or load_corpus(config.corpus, config.languages, note)
    if config.corpus != "toy" and Path(config.corpus).exists():
        config = replace(config, corpus=str(Path(config.corpus).resolve()))  # found again from any folder
    pairs, guide = corpus.split("train"), config.training.guided_alignment
    links = None
    if guide == "gold":
        gold_links(config, pairs)  # stay in the corpus, which may not change
    elif guide not in ("none", "self"):
        links = _links_of_file(config, corpus)
    # The number itself is written, so that a run goes on with it even if a later version has another default.
    recipe = replace(config.training, learning_rate=config.training.peak_learning_rate)
    if links is not None:
        recipe = replace(recipe, guided_alignment=str(Path(guide).resolve()))
    config = replace(config, training=recipe)
    run = Run.create(path, config, corpus.fingerprint())
    if links is not None:
        _keep_links(run, links)
    return run, corpus


def _links_of_file(config: Config, corpus: Corpus) -> list[Links]:
    guide = config.training.guided_alignment
    if not Path(guide).is_file():
        raise FileNotFoundError(f"--guided-alignment {guide}: no such file: give gold, self or a Pharaoh file")
    one_based = config.training.guided_first_word == 1
    return read_links(Path(guide), corpus.split("train"), config.languages, one_based)


def _keep_links(run: Run, links: Sequence[Links]) -> None:
    """The run keeps its own copy, so that it can go on if the file is lost.

    `ValueError` where the run was trained with others: they would lock it out of its own.
    """
    content = "".join(f"{format_links(each)}\n" for each in links).encode()
    if run.trained_with(run.guide_path) not in ("", hashlib.sha256(content).hexdigest()):
        raise Refused(
            f"{run.config.training.guided_alignment} does not hold the links that {run.path} was trained with: "
            "name the right file with --guided-alignment"
        )
    write_whole(run.guide_path, content)


def restore_links(run: Run, corpus: Corpus) -> None:
    """Makes the run's copy of the guiding links again, if it was lost, from the file that they came from."""
    guide = run.config.training.guided_alignment
    if guide not in ("none", "gold", "self") and not run.guide_path.is_file() and Path(guide).is_file():
        _keep_links(run, _links_of_file(run.config, corpus))


def find_again(run: Run, corpus: str | None, guide: str | None, note: Note) -> Run:
    """The run with the corpus or the guiding links in another place than it was begun with; `None` if not moved.

    `ValueError` where the content is another one. A run whose own copy of the links is missing gets it again.
    """
    place = run.config.corpus if corpus is None else corpus
    if corpus is not None and Path(corpus).exists():
        place = str(Path(corpus).resolve())
    training = run.config.training
    if guide is not None:
        training = replace(training, guided_alignment=str(Path(guide).resolve()))
    moved = replace(run.config, corpus=place, training=training)
    found = replace(run, config=moved)
    if corpus is not None:
        check_fingerprint(found, load_corpus(place, moved.languages, note))
    if guide is not None:
        pairs = corpus_of(found, note)
        links = _links_of_file(moved, pairs)
        if run.guide_path.is_file() and links != read_links(run.guide_path, pairs.split("train"), moved.languages):
            raise Refused(f"{guide} does not hold the links that {run.path} began with: leave --guided-alignment out")
        _keep_links(found, links)
    return found.with_config(moved)


def corpus_of(run: Run, note: Note) -> Corpus:
    """The corpus of a run, from where it was; `FileNotFoundError` if it has moved."""
    try:
        return load_corpus(run.config.corpus, run.config.languages, note)
    except FileNotFoundError:
        where = run.config.corpus
        raise FileNotFoundError(
            f"{where}: the corpus of {run.path} is no longer there: name its new place with --corpus"
        ) from None


def last_checkpoint(run: Run, device: torch.device, note: Note) -> Checkpoint | None:
    """Where a run goes on: its last checkpoint; `None` before the first. What is unusual about it is noted.

    `ValueError` where the run was trained and has no whole checkpoint: nothing of it is to be trained over.
    """
    checkpoint = run.newest_checkpoint()
    if checkpoint is None:
        # A checkpoint follows a validation; a kill between the two leaves one validation alone.
        num_validated = sum("validation" in line for line in read_metrics(run.metrics_path))
        if num_validated > 1 or (run.path / "page.html").exists():
            raise Refused(
                f"{run.checkpoints_path} has no checkpoint, but the run was trained, as {run.metrics_path.name} or "
                "page.html says: "
                "restore the folder from a copy, or train a new run"
            )
        return None
    if checkpoint.state.get("validated_step") and not run.metrics_path.is_file():
        note(f"{run.metrics_path} is lost: the loss curve begins anew at step {checkpoint.step}")
    if Path(run.checkpoint_name("last") or "").name != checkpoint_folder_name(checkpoint.step):
        note(
            f"{run.checkpoints_path / 'last'} names no checkpoint: going on from the newest one that is whole, "
            f"step {checkpoint.step}"
        )
    if checkpoint.origin and (other := differences(checkpoint.origin.environment, environment(device_name(device)))):
        note(f"note: trained so far with {'; '.join(other)}: the last bits of what follows may differ")
    return checkpoint


def check_fingerprint(run: Run, corpus: Corpus) -> None:
    """A `ValueError` where the corpus is not, to the letter, the one that the run began with."""
    if corpus.fingerprint() != run.corpus_fingerprint:
        raise Refused(f"{run.config.corpus} is not the corpus {run.path} began with: restore it, or train a new run")
