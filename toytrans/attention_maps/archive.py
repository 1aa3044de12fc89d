"""Files of arrays (`.npz`): written whole or not at all, read without unpickling anything, refused in one line."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from toytrans.errors import Refused
from toytrans.files import write_whole

Record = TypeVar("Record")


def write_archive(
    path: str | Path, version: int, arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, Any]
) -> None:
    """Writes the arrays, and the rest as JSON in one named `metadata`, with the version of the format."""
    document = json.dumps({"format_version": version, **metadata})
    everything: dict[str, Any] = {**arrays, "metadata": np.array(document)}
    content = io.BytesIO()
    np.savez_compressed(content, **everything)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content.getvalue())


def read_archive(
    path: str | Path, version: int, what: str, build: Callable[[Mapping[str, NDArray[Any]], dict[str, Any]], Record]
) -> Record:
    """What `build` makes of the arrays and the metadata; a damaged file is a one-line `ValueError`."""
    content = Path(path).read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            metadata: dict[str, Any] = json.loads(str(archive["metadata"]))
            if metadata["format_version"] != version:
                found = metadata["format_version"]
                raise Refused(f"its format version is {found!r}, and this program reads version {version}")
            return build(archive, metadata)
    except Exception as error:  # A file from elsewhere can be wrong in any way: they all mean the same here.
        reason = " ".join(str(error).split())
        raise Refused(f"{path} is not a readable {what}: {reason:.200}") from error
