"""Checkpoints that are whole or absent: JSON and safetensors, and a manifest with the SHA-256 of each file."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from toytrans.config import Config, SettingRefused
from toytrans.errors import Refused
from toytrans.files import flush, read_json, sha256, write_json, write_whole

FILES = ("model.safetensors", "state.safetensors", "state.json")


@dataclass(frozen=True)
class Origin:
    """What a checkpoint was made with."""

    config: Config
    """The run's settings."""
    sha256: Mapping[str, str]
    """Of each file of the run that the model depends on."""
    environment: Mapping[str, Any]
    """Threads, processor and versions."""
    corpus_fingerprint: str = ""
    """Of the corpus; empty in runs of older versions."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        files = {"sha256": dict(self.sha256), "corpus_fingerprint": self.corpus_fingerprint}
        return {"config": self.config.to_json(), **files, "environment": dict(self.environment)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Origin:
        """The inverse of `to_json`."""
        fingerprint = document.get("corpus_fingerprint", "")
        files, environment = dict(document["sha256"]), dict(document["environment"])
        return cls(Config.from_json(document["config"]), files, environment, fingerprint)


@dataclass(frozen=True)
class Checkpoint:
    """A moment of a run: its step, the weights, what the optimizer remembers, and the rest as JSON."""

    step: int
    weights: Mapping[str, NDArray[np.float32]]
    optimizer: Mapping[str, NDArray[np.float32]]
    state: Mapping[str, Any]
    device: str = ""
    """Where it was computed."""
    origin: Origin | None = None
    """What it was made with; `None` in runs of older versions, and before it is saved."""


class Checkpoints:
    """The folder of a run's checkpoints, with `best` and `last`, which name two of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def named(self, which: str) -> str | None:
        """What `best` or `last` names, or None where there is no such file."""
        pointer = self.folder / which
        return pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else None

    def load(self, which: str) -> Checkpoint:
        """The `best` or the `last` checkpoint; `ValueError` where it is damaged, or named by nothing."""
        name = Path(self.named(which) or "").name
        if not name:
            raise Refused(
                f"{self.folder / which} names no checkpoint: toytrans train --resume {self.folder.parent} mends it"
            )
        return self._read(name)

    def is_whole(self, name: str) -> bool:
        """Whether the checkpoint of that name can be read."""
        try:
            self._read(name)
            return True
        except ValueError:
            return False

    def newest(self) -> Checkpoint | None:
        """The one that `last` names; where it names none, the newest whole one. `ValueError` where none is whole."""
        names = {each.name.removeprefix(".").removesuffix(".old") for each in self.folder.glob("*step-*[0-9]*")}
        found = [name for name in sorted(names, key=_step_of, reverse=True) if _step_of(name) >= 0]
        last = Path(self.named("last") or "").name
        if last in found:
            return self._read(last)
        for name in found:
            try:
                return self._read(name)
            except ValueError as error:
                damage = error
        if found:
            raise damage
        return None

    def _read(self, name: str) -> Checkpoint:
        folder = self.folder / name
        if not folder.exists() and _aside(folder).exists():  # saving that step again was stopped between two renames
            folder = _aside(folder)
        try:
            manifest = read_json(folder / "manifest.json")
            if checkpoint_folder_name(manifest["step"]) != name:
                raise Refused(f"its manifest is that of step {manifest['step']}")
            for file in FILES:
                if sha256(folder / file) != manifest["sha256"][file]:
                    raise Refused(f"{file} is not the file that was saved")
            state = read_json(folder / "state.json")
            if not isinstance(state, dict):
                raise Refused("state.json is not an object")
            weights, optimizer = load_file(folder / "model.safetensors"), load_file(folder / "state.safetensors")
            origin = Origin.from_json(manifest["origin"]) if "origin" in manifest else None
            return Checkpoint(manifest["step"], weights, optimizer, state, origin=origin)
        except PermissionError:
            raise
        except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError, SettingRefused) as error:
            raise Refused(f"{folder} is damaged: {error}: restore it from a copy, or train again") from None

    def save(self, checkpoint: Checkpoint, best_step: int, origin: Origin) -> None:
        """Writes a checkpoint beside its place, renames it, points `last` and `best`, and drops those passed by."""
        self.folder.mkdir(exist_ok=True)
        self._put_back_what_was_set_aside()
        folder = self.folder / checkpoint_folder_name(checkpoint.step)
        beside = self.folder / f".{folder.name}.part"
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        write_json(beside / "state.json", dict(checkpoint.state))
        _write_tensors(beside / "model.safetensors", checkpoint.weights, mode_of=beside / "state.json")
        _write_tensors(beside / "state.safetensors", checkpoint.optimizer, mode_of=beside / "state.json")
        checksums = {name: sha256(beside / name) for name in FILES}
        manifest = {"step": checkpoint.step, "sha256": checksums, "origin": origin.to_json()}
        write_json(beside / "manifest.json", manifest)
        for name in (*FILES, "."):
            flush(beside / name)
        if folder.exists():  # `last` may point to it: it stays whole, in reach of `load`, to the last moment
            shutil.rmtree(_aside(folder), ignore_errors=True)
            folder.rename(_aside(folder))
        beside.rename(folder)
        flush(self.folder)
        write_whole(self.folder / "best", checkpoint_folder_name(best_step) + "\n")
        # `last` comes last: a run stopped before this line makes these steps again, and points both to them.
        write_whole(self.folder / "last", folder.name + "\n")
        self.drop_those_passed_by()

    def drop_those_passed_by(self) -> None:
        """Removes every checkpoint but the `best` and the `last`, if both are there."""
        kept = [Path(self.named(which) or "").name for which in ("best", "last")]
        if all(name and (self.folder / name).is_dir() for name in kept):
            for old in self.folder.glob("*step-*"):
                if old.name not in kept:
                    shutil.rmtree(old, ignore_errors=True)

    def _put_back_what_was_set_aside(self) -> None:
        for aside in self.folder.glob(".step-*.old"):
            folder = aside.with_name(aside.stem.removeprefix("."))
            if not folder.exists():
                aside.rename(folder)


def checkpoint_folder_name(step: int) -> str:
    """Where under `checkpoints/` a step is kept."""
    return f"step-{step:06d}"


def _step_of(folder_name: str) -> int:
    number = folder_name.removeprefix("step-")
    return int(number) if number.isdecimal() and checkpoint_folder_name(int(number)) == folder_name else -1


def _write_tensors(path: Path, tensors: Mapping[str, NDArray[np.float32]], mode_of: Path) -> None:
    try:
        save_file(dict(tensors), path)
    except SafetensorError as error:
        raise OSError(f"{path} cannot be written: {error}: is the disk full?") from None
    shutil.copymode(mode_of, path)  # the library lets the owner alone read it


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")
