"""`toytrans train`: from a corpus to a model one can look into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from toytrans.cli.choices import DEFAULT_RUN, Device, say
from toytrans.config import PRESETS, Config

if TYPE_CHECKING:
    from toytrans.training import Session

CHANGEABLE = ("max_steps", "max_minutes", "patience")


@dataclass(frozen=True)
class Train:
    """Trains a Transformer, shows how it gets on, and saves what it looks at."""

    config: Config
    run: Path = DEFAULT_RUN
    """Where the run is kept: a new or empty directory."""
    resume: Path | None = None
    """Go on with this run from its last checkpoint; only --max-steps, --max-minutes and --patience may change."""
    preset: Literal["toy", "tiny", "real"] = "toy"
    """Where the defaults of the other settings come from."""
    device: Device = "auto"
    """Where to compute: auto takes a GPU where there is one."""

    @classmethod
    def before(cls, arguments: Sequence[str]) -> Train:
        """The defaults that the arguments choose: those of a preset, or the settings of the run to go on with."""
        if (resumed := _value_of("--resume", arguments)) is not None and Path(resumed, "config.json").is_file():
            from toytrans.run import Run

            return cls(Run.open(Path(resumed)).config)
        return cls(PRESETS.get(_value_of("--preset", arguments) or "toy", Config()))

    def execute(self) -> int:
        """Trains to the end, or until Ctrl-C."""
        from toytrans.cli.finish import finish
        from toytrans.cli.progress import show_progress
        from toytrans.model import choose_device
        from toytrans.training import Session

        device = choose_device(self.device)
        if self.resume is not None:
            session = Session.resume(self.resume, self._changes(self.resume), device, say)
        else:
            session = Session.start(self.config, self.run, device, say)
        if session.is_finished:
            say(f"{session.run.path} is trained already: to go on, give more --max-steps, --max-minutes or --patience")
        _introduce(session)
        show_progress(session)
        if session.was_interrupted:
            say(
                f"stopped after step {session.steps_done}, saved: go on with toytrans train --resume {session.run.path}"
            )
            return 130
        finish(session)
        return 0

    def _changes(self, path: Path) -> dict[str, Any]:
        """What is to change when a run goes on: its limits may, the rest may not."""
        from toytrans.run import Run

        before, now = _flat(Run.open(path).config), _flat(self.config)
        changes = {name: value for name, value in now.items() if value != before[name]}
        for name in changes:
            if name not in CHANGEABLE:
                raise ValueError(f"--{name.replace('_', '-')} cannot change when a run goes on: train a new one")
        return changes


def _introduce(session: Session) -> None:
    config = session.run.config
    splits = ", ".join(f"{len(pairs):,} {name}" for name, pairs in session.corpus.splits.items())
    say(f"corpus  {config.corpus}: {splits}")
    say(
        f"model   {session.num_parameters:,} parameters, {config.model.num_layers}+{config.model.num_layers} layers, "
        f"{config.model.num_heads} heads, {len(session.tokenizer):,} tokens, on {session.device.type}"
    )
    say(f"run     {session.run.path}" + (f", from step {session.steps_done}" if session.steps_done else ""))


def _flat(config: Config) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in asdict(config).items():
        flat |= value if isinstance(value, dict) else {name: value}
    return flat


def _value_of(flag: str, arguments: Sequence[str]) -> str | None:
    for position, argument in enumerate(arguments):
        if argument == flag and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith(f"{flag}="):
            return argument.partition("=")[2]
    return None
