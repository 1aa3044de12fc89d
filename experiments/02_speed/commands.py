"""toytrans from the command line: training the run that translates, and how soon a command answers."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

from plan import Plan
from rounds import say

TEXT = "The cat sat on the mat."


def train_model(plan: Plan) -> None:
    """Trains the run unless it is there; what was begun goes on."""
    if (plan.run / "README.md").is_file():  # written once training is done
        return
    is_begun = (plan.run / "config.json").is_file()
    where = ["--resume", str(plan.run)] if is_begun else ["--run", str(plan.run), *plan.flags]
    say(f"== training {plan.run.name}")
    _toytrans(["train", *where])


def seconds_of_commands(plan: Plan) -> dict[str, list[float]]:
    """From the start of the process to its end, once a run."""
    commands = {"toytrans --help": ["--help"], f'toytrans translate RUN "{TEXT}"': ["translate", str(plan.run), TEXT]}
    found: dict[str, Any] = {name: [] for name in commands}
    for _ in range(plan.command_runs):
        for name, arguments in commands.items():
            started = time.perf_counter()
            _toytrans(arguments)
            found[name].append(time.perf_counter() - started)
    say(f"commands: {found}")
    return found


def _toytrans(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "toytrans", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program, our own arguments
