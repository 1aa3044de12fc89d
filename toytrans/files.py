"""Files that are whole or absent: a reader finds the old file or the whole new one, even after a power cut."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from toytrans.errors import Refused


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes beside the place, flushes, and renames. Text becomes UTF-8 with plain line ends.

    A link stays, and what it points to is replaced. `ValueError` where something else than a file is there; an
    `OSError` names the place.
    """
    refuse_what_is_no_file(path)
    path = path.resolve() if path.is_symlink() else path
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content.encode() if isinstance(content, str) else content)
        flush(part)
        part.replace(path)
    except OSError as error:  # a full disk names no file, and the half one says little
        raise type(error)(error.errno, error.strerror, str(path)) from None
    finally:
        part.unlink(missing_ok=True)
    flush(path.parent)


def refuse_what_is_no_file(path: Path) -> None:
    """A `ValueError` where a folder or a device stands in the place of a file: a rename would replace it."""
    if path.exists() and not path.is_file():
        raise Refused(f"{path} is {'a folder' if path.is_dir() else 'no plain file'}: give another place for the file")


def flush(path: Path) -> None:
    """Waits until a file, or a folder's list of files, is on the disk."""
    with contextlib.suppress(PermissionError):  # Windows cannot open a folder
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_leftover(path: Path) -> bool:
    """Whether it is a file that `write_whole` left because the process was killed."""
    return path.name.startswith(".") and path.name.endswith(".part") and path.is_file()


def remove_leftovers(folder: Path) -> None:
    """Removes what `write_whole` left in a folder. Nobody else may be writing there."""
    for path in folder.glob(".*.part"):
        if is_leftover(path):
            path.unlink()


def write_json(path: Path, document: object) -> None:
    """Writes a JSON document as `write_whole` does."""
    write_whole(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Any:
    """The JSON document in a file; a one-line `ValueError` where it holds none."""
    try:
        return json.loads(path.read_bytes().decode("utf-8"))
    except RecursionError:
        raise Refused(f"{path.name} is nested too deeply") from None


def sha256(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
