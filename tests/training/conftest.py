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
from toytrans.training import Session, Step, needs_teachers, teacher_sessions, write_agreed_links

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


def weights(path: Path) -> str:
    """The SHA-256 of a run's last weights."""
    run = Run.open(path)
    return hashlib.sha256(
        (run.checkpoints_path / str(run.checkpoint_name("last")) / "model.safetensors").read_bytes()
    ).hexdigest()


def abandon(session: Session, num_steps: int) -> None:
    """Stops taking steps from the outside, as a SIGKILL does: nothing more is saved."""
    for event in session.events():
        if isinstance(event, Step) and event.number == num_steps:
            return


def finish(session: Session) -> None:
    """Trains to the end."""
    for _ in session.events():
        pass


def learn_to_align(run: Run) -> None:
    """What a run that guides itself needs before its own first step."""
    if needs_teachers(run):
        for _, teacher in teacher_sessions(run, CPU, quiet):
            finish(teacher)
        write_agreed_links(run, CPU)
