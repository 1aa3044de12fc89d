"""A corpus of 36 pairs, told apart by two words, and how a run on it is begun, left and ended."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from toytrans.config import Config, ModelConfig, TextConfig, TrainingConfig
from toytrans.corpus import Pair
from toytrans.run import Run
from toytrans.training import Session, Step, begin_run, needs_teachers, teacher_sessions, write_agreed_links

CPU = torch.device("cpu")
LINKS = "2-0 1-1 0-2 3-3"
PAIRS = [Pair(f"The {a} {b} .", f"{b} {a} le .", LINKS) for a in "abcdef" for b in "uvwxyz"]
SPLITS = {"train": PAIRS, "validation": PAIRS[:6], "test": PAIRS[6:9]}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A small model to train for 24 steps on text files, which hold no links."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for split, pairs in SPLITS.items():
        for language, texts in (("en", [pair.source for pair in pairs]), ("fr", [pair.target for pair in pairs])):
            (folder / f"{split}.{language}").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return Config(
        corpus=str(folder),
        text=TextConfig(),
        model=ModelConfig(d_model=8, num_layers=1, num_heads=2, d_ff=16, dropout=0.3),
        training=TrainingConfig(batch_tokens=40, max_steps=24, validate_every=8, log_every=4, warmup_steps=4),
    )


@pytest.fixture
def aligned(config: Config, tmp_path: Path) -> Config:
    """The same on the same pairs with gold links."""
    return replace(config, corpus=str(write_jsonl(tmp_path / "aligned", SPLITS)))


@pytest.fixture
def links_file(tmp_path: Path) -> Path:
    """The links of the training pairs in a file."""
    path = tmp_path / "links.pharaoh"
    path.write_text(f"{LINKS}\n" * len(PAIRS), encoding="utf-8")
    return path


def write_jsonl(folder: Path, splits: dict[str, list[Pair]]) -> Path:
    """A corpus in a folder of its own."""
    folder.mkdir()
    for split, pairs in splits.items():
        (folder / f"{split}.jsonl").write_text("".join(f"{pair.to_json()}\n" for pair in pairs), encoding="utf-8")
    return folder


def guided(config: Config, by: str | Path, **settings: object) -> Config:
    """The same run, one of its heads guided."""
    return replace(config, training=replace(config.training, guided_alignment=str(by), **settings))  # type: ignore[arg-type]


def quiet(_: str) -> None:
    """Takes a note, and says nothing."""


def started(config: Config, path: Path) -> Session:
    """The first sitting of a run."""
    return Session.start(config, path, CPU, quiet)


def resumed(path: Path, **changes: object) -> Session:
    """The next sitting of a run."""
    return Session.resume(path, changes, CPU, quiet)


def abandon(session: Session, num_steps: int) -> None:
    """Stops taking steps from the outside, as a SIGKILL does: nothing more is saved."""
    for event in session.events():
        if isinstance(event, Step) and event.number == num_steps:
            return


def finish(session: Session) -> str:
    """Trains to the end; returns the SHA-256 of the last weights."""
    for _ in session.events():
        pass
    run = session.run
    file = run.checkpoints_path / str(run.checkpoint_name("last")) / "model.safetensors"
    return hashlib.sha256(file.read_bytes()).hexdigest()


def trained(config: Config, path: Path) -> str:
    """The weights of a run that was trained in one go."""
    return finish(started(config, path))


def learn_to_align(run: Run) -> Run:
    """Trains the teachers of a run that guides itself, which come before its own first step."""
    if needs_teachers(run):
        for _, teacher in teacher_sessions(run, CPU, quiet):
            finish(teacher)
        write_agreed_links(run, CPU)
    return run


def taught(config: Config, path: Path) -> Run:
    """A run that is ready for its first step."""
    return learn_to_align(begin_run(config, path, quiet)[0])


def add_a_pair(config: Config) -> None:
    """Changes the corpus under a run."""
    for language in config.languages:
        with (Path(config.corpus) / f"train.{language}").open("a", encoding="utf-8") as file:
            file.write("more and more and more\n")
