"""A run directory: never shared by two runs, and its checkpoints whole or absent."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import SafetensorError

from toytrans.config import PRESETS, Config
from toytrans.files import write_whole
from toytrans.model.transformer import Transformer
from toytrans.run import Checkpoint, Run
from toytrans.text import Tokenizer

FILES = ["manifest.json", "model.safetensors", "state.safetensors", "state.json"]


def checkpoint(step: int) -> Checkpoint:
    random = np.random.default_rng(step)
    weights = {name: random.random(shape, dtype=np.float32) for name, shape in (("a", (5, 4)), ("b", (4,)))}
    optimizer = {f"{name}.exp_avg": weight + np.float32(1) for name, weight in weights.items()}
    return Checkpoint(step, weights, optimizer, {"best_score": 0.1 + step, "words": ["été", None], "bad": 0})


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run.create(tmp_path / "run", PRESETS["tiny"], corpus_fingerprint="abc")


def folders(run: Run) -> set[str]:
    return {path.name for path in run.checkpoints_path.iterdir() if path.is_dir()}


def contents(checkpoint: Checkpoint) -> tuple[Any, ...]:
    """All that a checkpoint holds, to the bit."""
    tensors = (checkpoint.weights, checkpoint.optimizer)
    plain = ({name: (array.dtype, array.tolist()) for name, array in each.items()} for each in tensors)
    return checkpoint.step, checkpoint.state, *plain


# The directory


def test_a_run_in_a_new_or_an_empty_directory_is_found_as_it_was_made(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "deep" / "new"):
        run = Run.create(path, Config(corpus="données/été", source_language="de"), "abc")
        assert Run.open(path) == run


def test_a_used_directory_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text("mine", encoding="utf-8")
    for path in (tmp_path, tmp_path / ".hidden"):  # a file is in use, too
        told = f"{path} is not an empty folder, and holds no run: give a new directory with --run"
        with pytest.raises(FileExistsError, match=re.escape(told)):
            Run.create(path, Config(), "abc")
    assert [path.name for path in tmp_path.iterdir()] == [".hidden"]


def test_the_directory_of_a_run_is_refused_too(run: Run) -> None:
    told = f"{run.path} is in use: go on with it by --resume {run.path}, or give a new directory with --run"
    with pytest.raises(FileExistsError, match=re.escape(told)):
        Run.create(run.path, Config(), "abc")


@pytest.mark.parametrize("left", [[], [".config.json.7.part"], ["checkpoints/"], [".lock", "checkpoints/"]], ids=str)
def test_what_a_run_left_that_never_had_settings_is_not_in_the_way(tmp_path: Path, left: list[str]) -> None:
    for name in left:
        (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    assert Run.open(Run.create(tmp_path, Config(), "abc").path).corpus_fingerprint == "abc"


def test_a_link_to_nothing_says_so(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    with pytest.raises(FileExistsError, match=r"is a link to .*gone, which is not there: make it a directory"):
        Run.create(tmp_path / "link", Config(), "abc")


def test_the_versions_that_trained_it_are_written_down(run: Run) -> None:
    versions = json.loads((run.path / "config.json").read_text(encoding="utf-8"))["versions"]
    assert versions["torch"] == torch.__version__
    assert versions.keys() >= {"python", "toytrans", "numpy"}


BROKEN_SETTINGS: dict[str, tuple[str | dict[str, Any], str]] = {
    "deep": ("[" * 100_000, "nested too deeply"),
    "blank": (" ", "Expecting value"),
    "half": ('{"format": 1, "config"', "Expecting"),
    "bytes": ("\udcff", "decode"),
    "list": ("[1, 2]", "not a JSON object"),
    "no format": ("{}", "no 'format'"),
    "later format": ({"format": 2}, "format 2 is not 1, the one this version reads"),
    "no config": ('{"format": 1, "corpus_fingerprint": "abc"}', "no 'config'"),
    "no fingerprint": ('{"format": 1, "config": {}}', "no 'corpus_fingerprint'"),
    "unknown setting": ({"config": {"model": {"heads": 8}}}, "model: unknown setting heads"),
    "nonsense": ({"config": {"model": {"dropout": 2.0}}}, "dropout 2.0"),
    "no settings": ({"config": None}, "not a JSON object"),
}


@pytest.mark.parametrize("broken", BROKEN_SETTINGS)
def test_settings_that_are_none_are_one_line_that_names_the_file(run: Run, broken: str) -> None:
    content, message = BROKEN_SETTINGS[broken]
    path = run.path / "config.json"
    if isinstance(content, dict):  # of settings to change
        content = json.dumps(json.loads(path.read_text(encoding="utf-8")) | content)
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError, match=message) as error:
        Run.open(run.path)
    assert str(error.value).startswith(f"{path} is not a run's settings: ")
    assert "\n" not in str(error.value)


# Checkpoints


def test_a_checkpoint_comes_back_to_the_bit_and_saving_its_step_again_replaces_it(run: Run) -> None:
    for saved in (checkpoint(7), replace(checkpoint(8), step=7)):
        run.save_checkpoint(saved, best_step=7)
        for which in ("best", "last"):
            assert contents(run.load_checkpoint(which)) == contents(saved)
    assert folders(run) == {"step-000007"}


def test_best_and_last_are_kept_and_the_rest_dropped(run: Run) -> None:
    for step, best in ((10, 10), (20, 10), (30, 30), (999_999, 30), (1_000_000, 30), (12_345_678, 12_345_678)):
        run.save_checkpoint(checkpoint(step), best_step=best)
        assert folders(run) == {f"step-{best:06d}", f"step-{step:06d}"}
        assert [run.load_checkpoint(which).step for which in ("last", "best")] == [step, best]


@pytest.mark.parametrize("name", [".step-000007.part", ".step-000009.part"])
def test_what_a_stopped_save_left_behind_is_harmless(run: Run, name: str) -> None:
    run.save_checkpoint(checkpoint(5), best_step=5)
    (run.checkpoints_path / name).mkdir()
    (run.checkpoints_path / name / "model.safetensors").write_bytes(b"half a file")
    (run.checkpoints_path / ".last.part").write_text("step-0000", encoding="utf-8")
    assert run.load_checkpoint("last").step == 5
    run.save_checkpoint(checkpoint(7), best_step=7)
    assert contents(run.load_checkpoint("last")) == contents(checkpoint(7))
    assert folders(run) == {"step-000007"}


class Stopped(Exception):
    """The machine goes down here."""


FILE_OPERATIONS = [(Path, "mkdir"), (Path, "rename"), (Path, "replace"), (os, "fsync"), (shutil, "rmtree")]


@pytest.mark.parametrize("step", [5, 7], ids=["the same step again", "a later step"])
@pytest.mark.parametrize(("owner", "operation"), FILE_OPERATIONS, ids=str)
@pytest.mark.parametrize("calls", [1, 2, 3, 4, 5, 8])
def test_a_save_that_is_stopped_anywhere_leaves_a_whole_checkpoint(
    run: Run, monkeypatch: pytest.MonkeyPatch, owner: object, operation: str, calls: int, step: int
) -> None:
    before, after = checkpoint(5), replace(checkpoint(8), step=step)
    run.save_checkpoint(before, best_step=5)
    real, calls_left = getattr(owner, operation), iter(range(calls - 1, -1, -1))

    def stops(*arguments: Any, **options: Any) -> Any:
        if next(calls_left, None) == 0:
            raise Stopped
        return real(*arguments, **options)

    with monkeypatch.context() as patch, contextlib.suppress(Stopped):
        patch.setattr(owner, operation, stops)
        run.save_checkpoint(after, best_step=step)
    for which in ("last", "best"):
        assert contents(run.load_checkpoint(which)) in (contents(before), contents(after))
    best = run.load_checkpoint("best")
    run.save_checkpoint(checkpoint(9), best_step=best.step)
    assert contents(run.load_checkpoint("best")) == contents(best)
    assert contents(run.load_checkpoint("last")) == contents(checkpoint(9))
    assert folders(run) == {f"step-{best.step:06d}", "step-000009"}


# Damage


def flip(path: Path, place: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(place * (len(content) - 1))] ^= 0x01
    path.write_bytes(content)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "first byte flipped": lambda path: flip(path, 0),
    "a byte in the middle flipped": lambda path: flip(path, 0.5),
    "half of it": lambda path: os.truncate(path, path.stat().st_size // 2),
    "empty": lambda path: os.truncate(path, 0),
    "missing": Path.unlink,
}


@pytest.fixture
def saved(run: Run) -> Path:
    """The folder of the run's checkpoint at step 7."""
    run.save_checkpoint(checkpoint(7), best_step=7)
    return run.checkpoints_path / "step-000007"


def assert_damage_is_told(run: Run) -> None:
    told = r"step-000007 is damaged: .*: restore it from a copy, or train again"
    with pytest.raises(ValueError, match=told) as error:
        run.load_checkpoint("last")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_one_line_that_names_the_checkpoint(run: Run, saved: Path, file: str, damage: str) -> None:
    DAMAGE[damage](saved / file)
    assert_damage_is_told(run)


def test_others_may_read_a_checkpoint_as_far_as_the_umask_lets_them(run: Run) -> None:
    before = os.umask(0o027)
    try:
        run.save_checkpoint(checkpoint(7), best_step=7)
    finally:
        os.umask(before)
    assert {oct(path.stat().st_mode & 0o777) for path in run.checkpoints_path.glob("step-*/*")} == {"0o640"}


def test_a_checkpoint_that_may_not_be_read_is_not_called_damaged(
    run: Run, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(PermissionError):
        run.load_checkpoint("last")
    assert saved.exists()


def test_a_full_disk_is_said_to_be_full(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("toytrans.run.checkpoint.save_file", full)
    with pytest.raises(OSError, match=r"model.safetensors cannot be written: .*No space left.*: is the disk full\?"):
        run.save_checkpoint(checkpoint(7), best_step=7)


def test_the_newest_whole_checkpoint_is_found_whatever_the_names_say(run: Run, saved: Path) -> None:
    run.save_checkpoint(checkpoint(9), best_step=7)
    (run.checkpoints_path / "last").unlink()
    (run.checkpoints_path / "step-99x").mkdir()
    newest = run.newest_checkpoint()
    assert newest is not None
    assert newest.step == 9
    (run.checkpoints_path / "step-000009" / "state.json").unlink()
    newest = run.newest_checkpoint()
    assert newest is not None
    assert newest.step == 7
    (saved / "state.json").unlink()
    with pytest.raises(ValueError, match="step-000007 is damaged"):
        run.newest_checkpoint()


def test_weights_that_are_not_finite_are_refused(run: Run, model: Transformer, tokenizer: Tokenizer) -> None:
    weights = {name: array.copy() for name, array in model.weights().items()}
    next(iter(weights.values())).flat[0] = np.nan
    fitting = replace(run, config=Config(model=model.config))
    with pytest.raises(ValueError, match=r"the weights of step 1 of .* are not finite"):
        fitting.check_weights(Checkpoint(1, weights, {}, {}), tokenizer)


def test_a_missing_folder_is_told_too(run: Run, saved: Path) -> None:
    shutil.rmtree(saved)
    assert_damage_is_told(run)


def test_no_flipped_bit_of_a_manifest_changes_what_is_loaded(run: Run, saved: Path) -> None:
    path = saved / "manifest.json"
    whole = path.read_bytes()
    for place in range(len(whole)):
        for bit in (0x01, 0x10, 0x80):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
            try:
                loaded = run.load_checkpoint("last")
            except ValueError as error:
                assert "\n" not in str(error)  # noqa: PT017 - most bits raise, and those of white space may not
            else:
                assert contents(loaded) == contents(checkpoint(7))


@pytest.mark.parametrize(
    "manifest", ["null", "[]", "{}", '{"step": 7}', '{"step": 7, "sha256": {}}', '{"step": 7, "sha256": []}']
)
def test_a_manifest_that_lists_not_every_file_is_damage(run: Run, saved: Path, manifest: str) -> None:
    (saved / "manifest.json").write_text(manifest, encoding="utf-8")
    assert_damage_is_told(run)


@pytest.mark.parametrize(
    "pointer", [b"", b"\n", b"step-000008\n", b"../../elsewhere\n", b"\xff\xfe", b"\x00"], ids=repr
)
@pytest.mark.usefixtures("saved")
def test_a_damaged_name_of_the_last_checkpoint_is_one_line_that_says_where(run: Run, pointer: bytes) -> None:
    (run.checkpoints_path / "last").write_bytes(pointer)
    with pytest.raises(ValueError, match="damaged") as error:
        run.load_checkpoint("last")
    assert str(run.checkpoints_path) in str(error.value)
    assert "\n" not in str(error.value)


# The files themselves


@pytest.mark.usefixtures("saved")
def test_nothing_is_pickled(run: Run, tokenizer: Tokenizer) -> None:
    run.save_tokenizer(tokenizer)
    files = [path for path in run.path.rglob("*") if path.is_file()]
    assert len(files) == 1 + 2 + 2 + 4
    for path in files:
        assert path.suffix in {".json", ".safetensors", ""}  # .lock is empty
        assert not re.match(rb"\x80[\x02-\x05]|PK", path.read_bytes())  # pickle, torch.save
        if path.suffix == ".json":
            json.loads(path.read_bytes())


def test_weights_fit_the_run_they_were_saved_in_and_no_other(
    run: Run, model: Transformer, tokenizer: Tokenizer
) -> None:
    saved = Checkpoint(1, model.weights(), {}, {})
    replace(run, config=Config(model=model.config)).check_weights(saved, tokenizer)
    wider = replace(run, config=Config(model=replace(model.config, d_ff=64)))
    with pytest.raises(ValueError, match=r"the weights of step 1 do not fit .*config.json and tokenizer.json"):
        wider.check_weights(saved, tokenizer)


def test_a_file_is_written_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    for text in ("one", "été\n", ""):
        write_whole(tmp_path / "file.txt", text)
        assert (tmp_path / "file.txt").read_bytes() == text.encode("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["file.txt"]
