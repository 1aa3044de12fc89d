"""One small run that all commands are tried on, and the command line in this process."""

from __future__ import annotations

import io
import itertools
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import TypeAlias

import pytest

from toytrans.attention_maps import heatmaps, side_by_side
from toytrans.attention_maps.side_by_side import Drawing
from toytrans.cli import main
from toytrans.corpus import Pair

NOUNS = {"cat": "chat", "dog": "chien", "robot": "robot", "horse": "cheval", "lion": "lion", "boy": "garçon"}
VERBS = {"sees": "voit", "eats": "mange", "likes": "aime"}
SHAPE = ["--preset", "tiny", "--d-model", "16", "--num-layers", "2", "--num-heads", "2", "--d-ff", "32"]
SMALL = [*SHAPE, "--warmup-steps", "20", "--learning-rate", "0.01", "--dropout", "0", "--joined-share", "0"]


@dataclass(frozen=True)
class Outcome:
    """What a command line left behind."""

    status: int
    out: str
    err: str

    def failed(self, status: int = 1) -> str:
        """The one line of a failure, once it is sure that it is one: no result, no traceback."""
        assert (self.status, self.out) == (status, "")
        assert self.err.startswith("toytrans: ")
        assert self.err.count("\n") == 1
        return self.err.strip()


Toytrans: TypeAlias = Callable[..., Outcome]


def _one_after_the_other(drawings: Sequence[Drawing], meanwhile: Callable[[], object] = lambda: None) -> None:
    for task in (*drawings, meanwhile):
        task()


def _list_pictures(patch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Lists the name and the note of each picture of attention in place of drawing it."""
    pictures: list[tuple[str, str]] = []
    for draw in ("draw_map", "draw_heads", "draw_hidden_words"):
        patch.setattr(heatmaps, draw, lambda *sent, note="", **_: pictures.append((Path(sent[-1]).name, note)))
    patch.setattr(side_by_side, "draw_side_by_side", _one_after_the_other)
    patch.setattr("toytrans.evaluation.scoreboard_figure.draw_scoreboard", lambda *_: None)
    return pictures


@pytest.fixture
def real_pictures() -> None:
    """Asks for pictures, in a test that is about them."""


@pytest.fixture(autouse=True)
def pictures(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The names and notes of the pictures that a test without `real_pictures` would draw: each takes half a second."""
    return [] if "real_pictures" in request.fixturenames else _list_pictures(monkeypatch)


@pytest.fixture
def toytrans(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Toytrans:
    """Runs a command line, `typed` on its standard input, beside a terminal of 120 columns."""
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments: object, typed: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
        capsys.readouterr()
        status = main(list(map(str, arguments)))
        return Outcome(status, *capsys.readouterr())

    return call


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred pairs like `The cat sees the dog.`, with gold links; two of them to watch."""
    pairs = [
        Pair(
            f"The {subject} {verb} the {thing}.",
            f"Le {NOUNS[subject]} {VERBS[verb]} le {NOUNS[thing]}.",
            "0-0 1-1 2-2 3-3 4-4 5-5",
            (verb,),
        )
        for subject, verb, thing in itertools.product(NOUNS, VERBS, NOUNS)
    ]
    random.Random(1).shuffle(pairs)
    folder = tmp_path_factory.mktemp("corpus")
    splits = {"watched": pairs[:2], "test": pairs[2:10], "validation": pairs[10:16], "train": pairs[16:]}
    for name, members in splits.items():
        (folder / f"{name}.jsonl").write_text("".join(f"{pair.to_json()}\n" for pair in members), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def run(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run that translates that corpus without a mistake."""
    path = tmp_path_factory.mktemp("runs") / "small"
    steps = ["--max-steps", "300", "--validate-every", "100", "--label-smoothing", "0"]
    with pytest.MonkeyPatch.context() as patch:
        _list_pictures(patch)
        assert main(["train", "--corpus", str(corpus), "--run", str(path), *SMALL, *steps]) == 0
    return path


@pytest.fixture
def copy(run: Path, tmp_path: Path) -> Path:
    """The finished run, to do with as one likes."""
    return Path(copytree(run, tmp_path / "a run", ignore=ignore_patterns("evaluation")))
