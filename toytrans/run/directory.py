"""A run directory: its paths, its settings, its tokenizer and its checkpoints. Nothing here is pickled."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from toytrans import __version__
from toytrans.config import Config, SettingRefused
from toytrans.errors import Refused
from toytrans.files import is_leftover, read_json, remove_leftovers, sha256, write_json, write_whole
from toytrans.model.numpy_transformer import weight_shapes
from toytrans.run.checkpoint import Checkpoint, Checkpoints, Origin
from toytrans.run.lock import LOCK, hold
from toytrans.run.metrics import read_metrics
from toytrans.text import Tokenizer, load_tokenizer, save_tokenizer
from toytrans.text.neighbours import Neighbours

FORMAT = 1
MOST_TOKENS = 10_000_000
"""More than any vocabulary has: a number above it in a file is damage."""
LIMITS = ("max_steps", "max_minutes", "patience")
"""The settings that may change when a run goes on."""
PLACES = ("corpus", "guided_alignment")
"""Settings that may name a file, which may move; its content may not change."""


@dataclass(frozen=True)
class Run:
    """A run directory that exists. `Run.create` makes one, `Run.open` finds one."""

    path: Path
    config: Config
    corpus_fingerprint: str

    @classmethod
    def create(cls, path: Path, config: Config, corpus_fingerprint: str) -> Run:
        """Starts a run in a new or empty directory; `FileExistsError` where anything is there already.

        What a run left behind that was stopped before it had settings does not count.
        """
        if path.is_symlink() and not path.exists():
            raise FileExistsError(f"{path} is a link to {path.readlink()}, which is not there: make it a directory")
        if path.exists() and not _is_free(path):
            raise _in_use(path)
        path.mkdir(parents=True, exist_ok=True)
        with hold(path):
            if not _is_free(path):  # another process was faster
                raise _in_use(path)
            return cls(path, config, corpus_fingerprint)._write_config()

    def with_config(self, config: Config) -> Run:
        """The same run with other settings from now on."""
        return replace(self, config=config)._write_config()

    def _write_config(self) -> Run:
        settings = {
            "format": FORMAT,
            "config": self.config.to_json(),
            "corpus_fingerprint": self.corpus_fingerprint,
            **environment(),
        }
        write_json(self.path / "config.json", settings)
        return self

    @classmethod
    def open(cls, path: Path) -> Run:
        """Finds a run; `FileNotFoundError` or `ValueError` that says what is missing or wrong."""
        settings_path = path / "config.json"
        if not settings_path.is_file() or not settings_path.stat().st_size:
            raise FileNotFoundError(_no_settings(path))
        try:
            settings = read_json(settings_path)
            if not isinstance(settings, dict) or not isinstance(settings.get("config", {}), dict):
                raise Refused("not a JSON object with an object 'config'")
            if settings["format"] != FORMAT:
                raise Refused(f"format {settings['format']} is not {FORMAT}, the one this version reads")
            return cls(path, Config.from_json(settings["config"]), settings["corpus_fingerprint"])
        except (SettingRefused, ValueError, KeyError, TypeError, AttributeError) as error:
            reason = f"no {error}" if isinstance(error, KeyError) else error
            raise Refused(f"{settings_path} is not a run's settings: {reason}: restore it from a copy") from None

    @property
    def tokenizer_path(self) -> Path:
        """The vocabulary and the rules that cut text into tokens."""
        return self.path / "tokenizer.json"

    @property
    def neighbours_path(self) -> Path:
        """Which words were neighbours in training; runs of subwords, and older ones, have none."""
        return self.path / "neighbours.safetensors"

    @property
    def guide_path(self) -> Path:
        """The links that guide the run, where it keeps some: a line a training pair, Pharaoh style."""
        return self.path / "guide.pharaoh"

    @property
    def metrics_path(self) -> Path:
        """One JSON line a logged step or validation."""
        return self.path / "metrics.jsonl"

    def losses(self) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
        """Pairs of a step and its loss, in nats a target token: those of training, and those of validation."""
        lines = read_metrics(self.metrics_path)
        training = [(line["step"], line["loss"]) for line in lines if "loss" in line]
        return training, [(line["step"], line["validation"]["loss"]) for line in lines if "validation" in line]

    @property
    def snapshots_path(self) -> Path:
        """Small attention maps of the watched sentences, kept through training."""
        return self.path / "snapshots"

    @property
    def checkpoints_path(self) -> Path:
        """The folder of the checkpoints, with `best` and `last` that name two of them."""
        return self.path / "checkpoints"

    def save_tokenizer(self, tokenizer: Tokenizer) -> None:
        """Keeps the run's tokenizer, whole or not at all."""
        save_tokenizer(tokenizer, self.tokenizer_path)

    def load_tokenizer(self) -> Tokenizer:
        """The run's tokenizer; `FileNotFoundError` where the run was stopped before it had one."""
        if not self.tokenizer_path.is_file():
            raise FileNotFoundError(f"{self.tokenizer_path} is missing: toytrans train --resume {self.path} makes it")
        return load_tokenizer(self.tokenizer_path)

    def save_neighbours(self, neighbours: Neighbours) -> None:
        """Keeps which words were neighbours in training, whole or not at all."""
        arrays = {"pairs": neighbours.pairs_P2, "counts": neighbours.counts_P}
        write_whole(self.neighbours_path, save({name: array.astype(np.int32) for name, array in arrays.items()}))

    def load_neighbours(self) -> Neighbours | None:
        """Which words were neighbours in training; `None` if the run did not note it, `ValueError` if it is damaged."""
        if not self.neighbours_path.is_file():
            return None
        try:
            tensors = load_file(self.neighbours_path)
            if int(tensors["pairs"].min()) < 0 or int(tensors["pairs"].max()) > MOST_TOKENS:
                raise Refused("a token's number is out of range")
            return Neighbours(tensors["pairs"], tensors["counts"])
        except (SafetensorError, KeyError, ValueError, IndexError, RuntimeError) as error:
            raise Refused(
                f"{self.neighbours_path} is damaged: {error}: delete it; the run works without it, with fewer warnings"
            ) from None

    def check_weights(self, checkpoint: Checkpoint, tokenizer: Tokenizer) -> None:
        """`ValueError` where a checkpoint's weights do not fit the run's settings and vocabulary, or are no numbers."""
        if {name: array.shape for name, array in checkpoint.weights.items()} != weight_shapes(
            self.config.model, len(tokenizer)
        ):
            raise Refused(
                f"the weights of step {checkpoint.step} do not fit {self.path / 'config.json'} and tokenizer.json: "
                "one of them was changed after training"
            )
        if not all(np.isfinite(array).all() for array in checkpoint.weights.values()):
            raise Refused(f"the weights of step {checkpoint.step} of {self.path} are not finite: train a new run")

    def checkpoint_name(self, which: str) -> str | None:
        """The folder that `best` or `last` names, or None before the first checkpoint."""
        return Checkpoints(self.checkpoints_path).named(which)

    def load_checkpoint(self, which: str) -> Checkpoint:
        """Reads the `best` or the `last` checkpoint.

        `ValueError` where a file is not the one that was saved, or where the run's settings or its tokenizer are not
        those that the checkpoint was made with.
        """
        if self.checkpoint_name(which) is None and not any(self.checkpoints_path.glob("step-*")):
            raise FileNotFoundError(f"{self.path} has no checkpoint yet: toytrans train --resume {self.path} goes on")
        return self._checked(Checkpoints(self.checkpoints_path).load(which))

    def newest_checkpoint(self) -> Checkpoint | None:
        """The newest checkpoint, whatever `last` names; `None` where there is none, `ValueError` where none is whole.

        Whoever goes on from it should say so where `last` does not name it.
        """
        newest = Checkpoints(self.checkpoints_path).newest()
        return self._checked(newest) if newest else None

    def trained_with(self, path: Path) -> str:
        """The SHA-256 of one of the run's own files when its newest checkpoint was made; empty where none is known."""
        newest = Checkpoints(self.checkpoints_path).newest()
        return newest.origin.sha256.get(path.name, "") if newest and newest.origin else ""

    def save_checkpoint(self, checkpoint: Checkpoint, best_step: int) -> None:
        """Saves a checkpoint, whole or not at all, and what it was made with; drops those passed by."""
        files = {path.name: sha256(path) for path in self._own_files if path.is_file()}
        origin = Origin(self.config, files, environment(checkpoint.device), self.corpus_fingerprint)
        Checkpoints(self.checkpoints_path).save(checkpoint, best_step, origin)

    def abandon(self) -> None:
        """Frees the directory again of a run that learned nothing; a run with a checkpoint stays as it is."""
        if any(self.path.rglob("step-*/manifest.json")):
            return
        for name in ("config.json", "metrics.jsonl", *(path.name for path in self._own_files)):
            (self.path / name).unlink(missing_ok=True)
        for name in ("checkpoints", "snapshots", "teachers"):
            shutil.rmtree(self.path / name, ignore_errors=True)

    def drop_leftovers(self) -> None:
        """Removes half files, and checkpoints that a kill kept from being removed. Nobody else may be training."""
        for folder in (self.path, self.snapshots_path, self.checkpoints_path):
            remove_leftovers(folder)
        Checkpoints(self.checkpoints_path).drop_those_passed_by()

    @property
    def _own_files(self) -> tuple[Path, ...]:
        """What the model depends on beside its weights."""
        return self.tokenizer_path, self.neighbours_path, self.guide_path

    def _checked(self, checkpoint: Checkpoint) -> Checkpoint:
        origin = checkpoint.origin
        if origin is None:  # the run is older than these checks
            return checkpoint
        for path in self._own_files:
            if path.is_file() and origin.sha256.get(path.name, "") not in ("", sha256(path)):
                raise Refused(
                    f"{path} is not the file that step {checkpoint.step} was trained with: restore it from a copy"
                )
        before, now = origin.config.flat(), self.config.flat()
        for name, value in now.items():
            if value != before[name] and name not in LIMITS and not (name in PLACES and is_place(before[name])):
                raise Refused(
                    f"{self.path / 'config.json'} has {name} {value}, but step {checkpoint.step} was trained with "
                    f"{before[name]}: put that back, or train a new run"
                )
        return checkpoint


def environment(device: str = "") -> dict[str, Any]:
    """What decides the bits of a training beside its settings: threads, processor and versions."""
    import torch

    versions = {name: metadata.version(name) for name in ("torch", "numpy", "tokenizers", "safetensors")}
    return {
        "threads": torch.get_num_threads(),
        "processor": torch.backends.cpu.get_cpu_capability(),
        **({"device": device} if device else {}),
        "versions": {"toytrans": __version__, "python": platform.python_version()} | versions,
    }


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """In what one environment differs from another, in words: `threads 2, now 1`."""
    flat_before, flat_now = ({**each, **each.get("versions", {})} for each in (before, now))
    return [
        f"{name} {flat_before[name]}, now {value}"
        for name, value in flat_now.items()
        if name != "versions" and name in flat_before and flat_before[name] != value
    ]


def _in_use(path: Path) -> FileExistsError:
    """What stands in a directory that a new run cannot have, and the way out."""
    if (path / "config.json").exists() or _has_checkpoint(path):
        return FileExistsError(
            f"{path} is in use: go on with it by --resume {path}, or give a new directory with --run"
        )
    return FileExistsError(f"{path} is not an empty folder, and holds no run: give a new directory with --run")


def _no_settings(path: Path) -> str:
    if _has_checkpoint(path):
        return f"{path / 'config.json'} is lost: toytrans train --resume {path} writes it anew from the last checkpoint"
    if not path.exists() or _is_free(path):
        return f"{path} holds no run (no config.json): train one with toytrans train --run {path}"
    return f"{path} holds no run (no config.json): train one with toytrans train --run, in a new directory"


def _has_checkpoint(path: Path) -> bool:
    return any((path / "checkpoints").glob("step-*/manifest.json"))


def _is_free(path: Path) -> bool:
    """Whether a directory holds nothing, or only what a run left that was stopped before it had settings."""
    return path.is_dir() and all(
        each.name in (LOCK, ".DS_Store", "Thumbs.db", "desktop.ini")
        or is_leftover(each)
        or (each.name == "checkpoints" and each.is_dir() and not any(each.iterdir()))
        for each in path.iterdir()
    )


def is_place(value: object) -> bool:
    """Whether a setting of `PLACES` names a file or a folder, rather than what is known by its name."""
    return value not in ("toy", "none", "gold", "self")
