"""What a run directory lost, and a whole checkpoint still knows: the settings, and which checkpoint is the best."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from toytrans.errors import Refused
from toytrans.files import write_whole
from toytrans.run.checkpoint import Checkpoint, Checkpoints, checkpoint_folder_name
from toytrans.run.directory import Run
from toytrans.run.lock import LOCK

FILES = ("config.json", "tokenizer.json", "metrics.jsonl", "page.html", LOCK, "checkpoints/best", "checkpoints/last")
FOLDERS = ("checkpoints", "snapshots", "attention")


def refuse_wrong_kinds(path: Path) -> None:
    """A `ValueError` where a folder stands in the place of one of a run's files, or a file in that of a folder."""
    for name in FILES:
        if (path / name).is_dir():
            raise Refused(f"{path / name} is a folder, where a run has a file: remove or rename it")
    for name in FOLDERS:
        if (path / name).exists() and not (path / name).is_dir():
            raise Refused(f"{path / name} is a file, where a run has a folder: remove or rename it")


def mend(path: Path, note: Callable[[str], None]) -> None:
    """Writes the settings and `checkpoints/best` anew where they are lost or empty; says so. The caller holds the run.

    `ValueError` where no checkpoint is whole, or the newest one does not know the settings.
    """
    newest = Checkpoints(path / "checkpoints").newest()
    if newest is not None:
        _restore_settings(path, newest, note)
        _point_to_a_best(Checkpoints(path / "checkpoints"), newest, note)


def _restore_settings(path: Path, newest: Checkpoint, note: Callable[[str], None]) -> None:
    settings = path / "config.json"
    if settings.is_file() and settings.stat().st_size:
        return
    if newest.origin is None or not newest.origin.corpus_fingerprint:
        raise Refused(f"{settings} is lost, and step {newest.step} does not tell all of it: restore it from a copy")
    Run(path, newest.origin.config, newest.origin.corpus_fingerprint).with_config(newest.origin.config)
    note(f"{settings} was lost: written anew, as step {newest.step} knows it")


def _point_to_a_best(checkpoints: Checkpoints, newest: Checkpoint, note: Callable[[str], None]) -> None:
    try:
        checkpoints.load("best")
    except ValueError as error:
        damage = str(error).split(": ")[0]
    else:
        return
    best = checkpoint_folder_name(int(newest.state.get("best_step", 0)))
    name = best if best != Path(checkpoints.named("best") or "").name and checkpoints.is_whole(best) else ""
    name = name or checkpoint_folder_name(newest.step)
    write_whole(checkpoints.folder / "best", f"{name}\n")
    note(f"{damage}; from now on {name} counts as the best")
