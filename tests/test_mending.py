"""What a run lost, a whole checkpoint gives back; and what stands in the place of something else is refused."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from toytrans.config import Config
from toytrans.run import Checkpoint, Run, mend, refuse_wrong_kinds


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Steps 4 and 8 are saved; step 4 is the best."""
    run = Run.create(tmp_path / "run", Config(), "abc")
    for step in (4, 8):
        tensors = {"a": np.full(2, step, dtype=np.float32)}
        run.save_checkpoint(Checkpoint(step, tensors, tensors, {"best_step": 4}), best_step=4)
    return run


@pytest.mark.parametrize("content", [None, b""], ids=["gone", "empty"])
def test_lost_settings_are_written_anew(run: Run, content: bytes | None) -> None:
    settings, notes = run.path / "config.json", list[str]()
    before = settings.read_text(encoding="utf-8")
    settings.unlink() if content is None else settings.write_bytes(content)
    with pytest.raises(FileNotFoundError, match=f"is lost: toytrans train --resume {re.escape(str(run.path))} writes"):
        Run.open(run.path)
    mend(run.path, notes.append)
    assert settings.read_text(encoding="utf-8") == before
    assert notes == [f"{settings} was lost: written anew, as step 8 knows it"]


def test_settings_that_can_be_read_are_left_alone(run: Run) -> None:
    (run.path / "config.json").write_text("{}", encoding="utf-8")
    mend(run.path, pytest.fail)
    assert (run.path / "config.json").read_text(encoding="utf-8") == "{}"


@pytest.mark.parametrize("content", [None, b"", b"step-000099"], ids=["gone", "empty", "another"])
def test_a_lost_best_is_found_by_what_the_last_knows(run: Run, content: bytes | None) -> None:
    pointer, notes = run.checkpoints_path / "best", list[str]()
    pointer.unlink() if content is None else pointer.write_bytes(content)
    mend(run.path, notes.append)
    assert run.checkpoint_name("best") == "step-000004"
    (told,) = notes
    assert told.endswith("from now on step-000004 counts as the best")


def test_a_damaged_best_is_replaced_by_the_last(run: Run) -> None:
    notes = list[str]()
    (run.checkpoints_path / "step-000004" / "model.safetensors").write_bytes(b"")
    mend(run.path, notes.append)
    assert run.load_checkpoint("best").step == 8
    assert notes == [f"{run.checkpoints_path}/step-000004 is damaged; from now on step-000008 counts as the best"]


@pytest.mark.parametrize("name", ["checkpoints/last", "checkpoints/best", ".lock", "metrics.jsonl"])
def test_a_folder_in_the_place_of_a_file_is_refused(run: Run, name: str) -> None:
    (run.path / name).unlink(missing_ok=True)
    (run.path / name).mkdir()
    with pytest.raises(ValueError, match=re.escape(f"{run.path / name} is a folder, where a run has a file: remove")):
        refuse_wrong_kinds(run.path)


@pytest.mark.parametrize("name", ["snapshots", "attention"])
def test_a_file_in_the_place_of_a_folder_is_refused(run: Run, name: str) -> None:
    (run.path / name).touch()
    with pytest.raises(ValueError, match=re.escape(f"{run.path / name} is a file, where a run has a folder: remove")):
        refuse_wrong_kinds(run.path)
