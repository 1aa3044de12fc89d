"""How much is measured, and where it is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toytrans import PRESETS, Config

HERE = Path(__file__).parent
RUNS = HERE / "runs"
PARTS = ("training", "quality", "translating")


@dataclass(frozen=True)
class Plan:
    """The size of each measurement."""

    results: Path
    """Where the answer is written."""
    run: Path
    """The toytrans run whose weights translate; trained if it is not there."""
    preset: Config
    """Shape and recipe of toytrans; its dropout is set to 0.1 where only the speed of a step is measured."""
    flags: tuple[str, ...] = ()
    """For `toytrans train`."""
    rounds: int = 3
    """Turns that every system has; medians are over these."""
    batch_tokens: int = 1500
    """Tokens a side of a training batch, where speed is measured: about 128 pairs of the toy corpus."""
    random_pairs: int = 128
    """Pairs of a batch that is drawn whatever their lengths, as tutorials do."""
    epochs_before: int = 1
    """Epochs that every system makes before the first round: then no shape of a batch is new to it, as in most of a
    training. oneDNN prepares each shape that it meets for the first time."""
    warmup_steps: int = 10
    """Steps of a turn before its clock starts."""
    timed_steps: int = 40
    trial_steps: int = 300
    """Steps that tell which precision makes a peer faster."""
    seeds: tuple[int, ...] = (1, 2, 3)
    """One training to `target` for each seed and system."""
    target: float = 0.98
    """Exact match on validation that ends such a training."""
    own_horizon: int = 650
    """Steps in which toytrans's learning rate falls to zero where it is to reach `target` soon: the default is made for
    the best translations, and takes longer."""
    evaluate_from: int = 200
    """The step after which validation is scored for the first time."""
    evaluate_every: int = 25
    max_steps: int | None = None
    """Trainings to `target` end here at the latest; `None` leaves them the horizon of their recipe."""
    num_sentences: int = 2000
    """Sentences translated in batches, half of them from each of two test splits."""
    num_single: int = 200
    """Sentences translated one at a time."""
    command_runs: int = 5
    """Starts of each timed command."""

    @property
    def is_quick(self) -> bool:
        """Whether this only shows that everything works."""
        return self.results != HERE


FULL = Plan(HERE, RUNS / "model", PRESETS["toy"])
QUICK = Plan(
    RUNS / "quick",
    RUNS / "quick" / "model",
    PRESETS["tiny"],
    flags=("--preset", "tiny"),
    rounds=2,
    batch_tokens=300,
    random_pairs=16,
    epochs_before=0,
    warmup_steps=1,
    timed_steps=2,
    trial_steps=3,
    seeds=(1,),
    target=0.0,
    evaluate_from=20,
    evaluate_every=20,
    max_steps=60,
    num_sentences=100,
    num_single=5,
    command_runs=1,
)
