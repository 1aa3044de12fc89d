"""A file is written whole or not at all, and never in the place of something that is no file."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

from toytrans.files import write_whole


def test_what_is_no_plain_file_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name, what in (("pipe", "no plain file"), ("folder", "a folder")):
        with pytest.raises(ValueError, match=re.escape(f"{tmp_path / name} is {what}: give another place")):
            write_whole(tmp_path / name, "text")
    assert (tmp_path / "pipe").is_fifo()


def test_a_link_stays_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text(encoding="utf-8") == "new"


def test_a_full_disk_is_told_with_the_place_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="No space left") as told:
        write_whole(tmp_path / "page.html", "text")
    assert told.value.filename == str(tmp_path / "page.html")
    assert not list(tmp_path.iterdir())
