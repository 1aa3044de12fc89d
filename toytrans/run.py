"""A run directory: its paths, its settings, and checkpoints that are whole or absent.

Nothing here is pickled: settings are JSON, tensors are safetensors.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save, save_file

from toytrans import __version__
from toytrans.config import Config, SettingRefused
from toytrans.files import flush, write_whole
from toytrans.model.numpy_transformer import weight_shapes
from toytrans.text import Tokenizer, load_tokenizer, save_tokenizer
from toytrans.text.neighbours import Neighbours

FORMAT = 1
MOST_TOKENS = 10_000_000
"""More than any vocabulary has: a number above it in a file is damage."""
CHECKPOINT_FILES = ("model.safetensors", "state.safetensors", "state.json")


@dataclass(frozen=True)
class Checkpoint:
    """A moment of a run: its step, the weights, what the optimizer remembers, and the rest as JSON."""

    step: int
    weights: Mapping[str, NDArray[np.float32]]
    optimizer: Mapping[str, NDArray[np.float32]]
    state: Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """A run directory that exists. `Run.create` makes one, `Run.open` finds one."""

    path: Path
    config: Config
    corpus_fingerprint: str

    @classmethod
    def create(cls, path: Path, config: Config, corpus_fingerprint: str) -> Run:
        """Starts a run in a new or empty directory; `FileExistsError` where anything is there already."""
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise FileExistsError(
                f"{path} is in use: go on with it by --resume {path}, or give a new directory with --run"
            )
        (path / "checkpoints").mkdir(parents=True, exist_ok=True)
        return cls(path, config, corpus_fingerprint)._write_config()

    def with_config(self, config: Config) -> Run:
        """The same run with other settings from now on."""
        return replace(self, config=config)._write_config()

    def _write_config(self) -> Run:
        import torch

        versions = {name: metadata.version(name) for name in ("torch", "numpy", "tokenizers", "safetensors")}
        settings = {
            "format": FORMAT,
            "config": self.config.to_json(),
            "corpus_fingerprint": self.corpus_fingerprint,
            "threads": torch.get_num_threads(),
            "versions": {"toytrans": __version__, "python": platform.python_version()} | versions,
        }
        write_whole(self.path / "config.json", json.dumps(settings, indent=2, ensure_ascii=False) + "\n")
        return self

    @classmethod
    def open(cls, path: Path) -> Run:
        """Finds a run; `FileNotFoundError` or `ValueError` that says what is missing or wrong."""
        if not (path / "config.json").is_file():
            raise FileNotFoundError(f"{path} holds no run (no config.json): train one with toytrans train --run {path}")
        try:
            settings = json.loads((path / "config.json").read_text(encoding="utf-8"))
            if not isinstance(settings, dict) or not isinstance(settings.get("config", {}), dict):
                raise ValueError("not a JSON object with an object 'config'")
            if settings["format"] != FORMAT:
                raise ValueError(f"format {settings['format']} is not {FORMAT}, the one this version reads")
            return cls(path, Config.from_json(settings["config"]), settings["corpus_fingerprint"])
        except (SettingRefused, ValueError, KeyError, TypeError, AttributeError) as error:
            reason = f"no {error}" if isinstance(error, KeyError) else error
            raise ValueError(f"{path / 'config.json'} is not a run's settings: {reason}") from None

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
                raise ValueError("a token's number is out of range")
            return Neighbours(tensors["pairs"], tensors["counts"])
        except (SafetensorError, KeyError, ValueError, IndexError, RuntimeError) as error:
            raise ValueError(
                f"{self.neighbours_path} is damaged: {error}: delete it; the run works without it, with fewer warnings"
            ) from None

    def check_weights(self, checkpoint: Checkpoint, tokenizer: Tokenizer) -> None:
        """`ValueError` where a checkpoint's weights do not fit the run's settings and vocabulary."""
        if {name: array.shape for name, array in checkpoint.weights.items()} != weight_shapes(
            self.config.model, len(tokenizer)
        ):
            raise ValueError(
                f"the weights of step {checkpoint.step} do not fit {self.path / 'config.json'} and tokenizer.json: "
                "one of them was changed after training"
            )

    def checkpoint_name(self, which: str) -> str | None:
        """The folder that `best` or `last` names, or None before the first checkpoint."""
        pointer = self.checkpoints_path / which
        return pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else None

    def load_checkpoint(self, which: str) -> Checkpoint:
        """Reads the `best` or the `last` checkpoint, and checks every file against the manifest's SHA-256."""
        name = self.checkpoint_name(which)
        if name is None:
            raise FileNotFoundError(f"{self.path} has no checkpoint yet: toytrans train --resume {self.path} goes on")
        folder = self.checkpoints_path / Path(name).name
        if not folder.exists() and _aside(folder).exists():  # saving that step again was stopped between two renames
            folder = _aside(folder)
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            if checkpoint_folder_name(manifest["step"]) != Path(name).name:
                raise ValueError(f"its manifest is that of step {manifest['step']}")
            for file in CHECKPOINT_FILES:
                if _sha256(folder / file) != manifest["sha256"][file]:
                    raise ValueError(f"{file} is not the file that was saved")
            state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
            weights, optimizer = load_file(folder / "model.safetensors"), load_file(folder / "state.safetensors")
            return Checkpoint(manifest["step"], weights, optimizer, state)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
            raise ValueError(f"{folder} is damaged: {error}: restore it from a copy, or train again") from None

    def save_checkpoint(self, checkpoint: Checkpoint, best_step: int) -> None:
        """Writes a checkpoint beside its place, renames it, points `last` and `best`, and drops those passed by."""
        self._put_back_what_was_set_aside()
        folder = self.checkpoints_path / checkpoint_folder_name(checkpoint.step)
        beside = self.checkpoints_path / f".{folder.name}.part"
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        save_file(dict(checkpoint.weights), beside / "model.safetensors")
        save_file(dict(checkpoint.optimizer), beside / "state.safetensors")
        write_whole(beside / "state.json", json.dumps(dict(checkpoint.state), indent=2) + "\n")
        checksums = {name: _sha256(beside / name) for name in CHECKPOINT_FILES}
        manifest = {"step": checkpoint.step, "sha256": checksums}
        write_whole(beside / "manifest.json", json.dumps(manifest, indent=2) + "\n")
        for name in (*CHECKPOINT_FILES, "."):
            flush(beside / name)
        if folder.exists():  # `last` may point to it: it stays whole, in reach of `load_checkpoint`, to the last moment
            shutil.rmtree(_aside(folder), ignore_errors=True)
            folder.rename(_aside(folder))
        beside.rename(folder)
        flush(self.checkpoints_path)
        write_whole(self.checkpoints_path / "best", checkpoint_folder_name(best_step) + "\n")
        # `last` comes last: a run stopped before this line makes these steps again, and points both to them.
        write_whole(self.checkpoints_path / "last", folder.name + "\n")
        for old in self.checkpoints_path.glob("*step-*"):
            if old.name not in (folder.name, checkpoint_folder_name(best_step)):
                shutil.rmtree(old, ignore_errors=True)

    def _put_back_what_was_set_aside(self) -> None:
        for aside in self.checkpoints_path.glob(".step-*.old"):
            folder = aside.with_name(aside.stem.removeprefix("."))
            if not folder.exists():
                aside.rename(folder)


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """All lines of `metrics.jsonl`, but one that a kill cut off, or that we did not write."""
    lines = []
    for text in path.read_text(encoding="utf-8").split("\n") if path.is_file() else []:
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            continue
        if isinstance(line, dict) and "step" in line:
            lines.append(line)
    return lines


def checkpoint_folder_name(step: int) -> str:
    """Where under `checkpoints/` a step is kept."""
    return f"step-{step:06d}"


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
