"""The models of the experiment: what is trained, where it is kept, and that nothing is trained twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toytrans import Corpus

HERE = Path(__file__).parent
RUNS = HERE / "runs"


@dataclass(frozen=True)
class Plan:
    """How much is done."""

    folder: Path
    """Where runs are kept."""
    results: Path
    """Where the answer is written."""
    seeds: tuple[int, ...]
    sizes: tuple[int, ...]
    """Numbers of training pairs, fewer than all, that models are trained on as well."""
    num_test: int
    """Pairs of the test split that are scored, from its beginning."""
    flags: tuple[str, ...] = ()
    """For every `toytrans train`."""

    def guided_by_itself(self, seed: int) -> Path:
        """A run one of whose heads is taught by two models of its own, one each way."""
        return self.folder / f"self-{seed}"

    def unguided(self, seed: int, size: int | None = None) -> Path:
        """A run as `toytrans train` makes it, on so many training pairs, or all."""
        return self.folder / f"{size or 'all'}-{seed}"

    def backward(self, seed: int) -> Path:
        """The unguided run of the other direction."""
        return self.guided_by_itself(seed) / "teachers" / "backward"

    def guided_by_gold(self, seed: int) -> Path:
        """A run one of whose heads is taught by the gold links of the training split."""
        return self.folder / f"gold-{seed}"


FULL = Plan(RUNS / "full", HERE, seeds=(1, 2, 3), sizes=(1_250, 5_000), num_test=1_000)
QUICK = Plan(RUNS / "quick", RUNS / "quick", seeds=(1,), sizes=(1_250,), num_test=100, flags=("--preset", "tiny"))


def train_all(plan: Plan, corpus: Corpus) -> None:
    """Trains what is not there yet; what was begun goes on."""
    for seed in plan.seeds:
        _train(plan.unguided(seed), [*plan.flags, "--seed", str(seed)])
        _train(plan.guided_by_itself(seed), [*plan.flags, "--seed", str(seed), "--guided-alignment", "self"])
        _train(plan.guided_by_gold(seed), [*plan.flags, "--seed", str(seed), "--guided-alignment", "gold"])
        for size in plan.sizes:
            folder = _write_part(plan.folder / f"corpus-{size}", corpus, size)
            _train(plan.unguided(seed, size), [*plan.flags, "--seed", str(seed), "--corpus", str(folder)])


def _train(run: Path, flags: Sequence[str]) -> None:
    if (run / "README.md").is_file():  # written once training is done
        return
    is_begun = (run / "config.json").is_file()
    where = ["--resume", str(run)] if is_begun else ["--run", str(run), *flags]
    print(f"== training {run.name}", file=sys.stderr)
    command = [sys.executable, "-m", "toytrans", "train", *where]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program, our own arguments


def _write_part(folder: Path, corpus: Corpus, size: int) -> Path:
    """A corpus that has the first so many training pairs, and the same validation and test."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("train", "validation", "test"):
        pairs = corpus.split(name)[: size if name == "train" else None]
        lines = "".join(f"{pair.to_json(corpus.languages)}\n" for pair in pairs)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder
