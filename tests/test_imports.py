"""The direction of imports: each room of `toytrans` imports only the rooms in its row of `MAY_IMPORT`.

Imports are not the flow of data. Data flows from `corpus` to `text`, but `corpus` imports `text`. Data flows from
`decoding` to `attention_maps`, but `decoding` imports the record that it fills.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import toytrans

ROOT = Path(toytrans.__file__).parent
EXPERIMENTS = ROOT.parent / "experiments"

MAY_IMPORT: Mapping[str, set[str]] = {
    "special_tokens": set(),
    "files": set(),
    "errors": set(),
    "config": set(),
    "text": {"config"},
    "corpus": {"text", "config"},
    "model": {"config"},
    "run": {"config", "text", "model"},
    "page": set(),
    "attention_maps": {"config", "page"},
    "decoding": {"text", "model", "run", "attention_maps", "page", "config"},
    "evaluation": {"corpus", "decoding", "attention_maps", "config", "text"},
    "training": {"text", "model", "run", "evaluation", "corpus", "decoding", "attention_maps", "config"},
    "cli": {"config", "corpus", "text", "model", "run", "attention_maps", "decoding", "evaluation", "training"},
}
"""A room is a folder or a file of `toytrans`. Files of the same room may always import each other."""

FRONT_DOORS = {"__init__", "__main__"}
"""What a user imports or starts. They may import every room, and no room may import them."""

EVERYWHERE = {"toytrans.__version__", "toytrans.special_tokens", "toytrans.files", "toytrans.errors"}
"""What every room may import: the version, the special tokens, how a whole file is written, and the error of us all."""


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_modules(path: Path, root: Path = ROOT) -> Iterator[tuple[int, str]]:
    """Line and full name of every import, also those inside functions and those for type checkers only."""
    package = [root.name, *path.relative_to(root).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def forbidden(path: Path, room: str, root: Path = ROOT) -> list[str]:
    """The imports of a file that its room may not make."""
    allowed = {room} | MAY_IMPORT[room]
    return [
        f"{path.relative_to(root.parent)}:{line} imports {name}, but {room} may import {sorted(MAY_IMPORT[room])}"
        for line, name in imported_modules(path, root)
        if name.startswith(f"{root.name}.")
        and not name.startswith(tuple(EVERYWHERE))
        and name.split(".")[1] not in allowed
    ]


FILES = sorted(path for path in ROOT.rglob("*.py") if room_of(path) not in FRONT_DOORS)


def test_every_room_has_its_row() -> None:
    assert {room_of(path) for path in FILES} <= MAY_IMPORT.keys()


@pytest.mark.parametrize("room", sorted({room_of(path) for path in FILES} & MAY_IMPORT.keys()))
def test_a_room_imports_only_its_row(room: str) -> None:
    assert [line for path in FILES if room_of(path) == room for line in forbidden(path, room)] == []


def test_the_rows_contain_no_cycle() -> None:
    order = list(TopologicalSorter(MAY_IMPORT).static_order())
    assert set(order[:4]) == {"special_tokens", "files", "errors", "config"}
    assert order[-1] == "cli"


@pytest.mark.parametrize(
    ("line", "is_forbidden"),
    [
        ("from toytrans.decoding import Translator", True),
        ("import toytrans.training.loop", True),
        ("from toytrans import cli", True),
        ("from ..run import Run", True),
        ("from .. import decoding", True),
        ("def later():\n    from toytrans.evaluation import report", True),
        ("from toytrans.config import ModelConfig", False),
        ("from toytrans import __version__", False),
        ("from .attention import attend", False),
        ("import torch.nn", False),
        ("from toytransport import decoding", False),
    ],
)
def test_an_import_is_found_however_it_is_written(tmp_path: Path, line: str, is_forbidden: bool) -> None:
    root = tmp_path / "toytrans"
    (root / "model").mkdir(parents=True)
    (root / "model" / "layers.py").write_text(line, encoding="utf-8")
    assert bool(forbidden(root / "model" / "layers.py", "model", root)) == is_forbidden


HEAVY = {"torch", "matplotlib", "datasets", "tokenizers", "sacrebleu"}


@pytest.mark.parametrize(
    "modules",
    [
        ["toytrans.config"],
        [
            ".".join(["toytrans", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")
            for path in FILES
            if room_of(path) == "corpus" and path.stem != "huggingface"
        ],
        ["toytrans.attention_maps.record"],
        ["toytrans.run", "toytrans.decoding.loading", "toytrans.model.numpy_transformer"],
        ["toytrans.cli"],
    ],
    ids=["config", "corpus", "attention_maps.record", "numpy", "cli"],
)
def test_what_needs_no_tensors_loads_no_heavy_library(modules: list[str]) -> None:
    program = f"import sys, {', '.join(modules)}; print(*sorted({HEAVY} & sys.modules.keys()))"
    finished = subprocess.run([sys.executable, "-c", program], cwd=ROOT.parent, capture_output=True, text=True)
    assert (finished.returncode, finished.stdout.strip(), finished.stderr.strip()) == (0, "", "")


def test_experiments_use_only_public_names() -> None:
    public = {"toytrans", *(f"toytrans.{name}" for name in toytrans.__all__)}
    assert [
        f"{path.relative_to(EXPERIMENTS)}:{line} imports {name}"
        for path in sorted(EXPERIMENTS.rglob("*.py"))
        for line, name in imported_modules(path, path.parent)
        if name.split(".")[0] == "toytrans" and name not in public
    ] == []
