"""Finds the command, runs it, and turns its failures into one line and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any, Protocol, Union

import tyro

from toytrans.cli.evaluate import Evaluate
from toytrans.cli.inspect import Inspect
from toytrans.cli.train import Train
from toytrans.cli.translate import Translate

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


class Command(Protocol):
    """What every command is: settings that can be carried out."""

    def execute(self) -> int:
        """Does it, and returns the exit status."""
        ...


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line. 0: done; 1: failed; 2: wrong usage; 130: stopped by Ctrl-C."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        command = _parse(list(arguments) or ["--help"])
    except ValueError as error:  # a setting that refused its value
        return _complain(error, WRONG_USAGE)
    try:
        return command.execute()
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (ValueError, OSError, ArithmeticError) as error:
        return _complain(error, FAILED)
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)


def _parse(arguments: list[str]) -> Command:
    commands: Any = Union[  # noqa: UP007 - a union made of values
        Annotated[Train, tyro.conf.subcommand("train", default=Train.before(arguments))],
        Annotated[Translate, tyro.conf.subcommand("translate")],
        Annotated[Evaluate, tyro.conf.subcommand("evaluate")],
        Annotated[Inspect, tyro.conf.subcommand("inspect")],
    ]
    command: Command = tyro.cli(
        commands,
        args=arguments,
        prog="toytrans",
        description="A tiny Transformer that learns to translate while you watch what it looks at. "
        "Begin with: toytrans train",
        config=(tyro.conf.OmitArgPrefixes, tyro.conf.OmitSubcommandPrefixes, tyro.conf.FlagCreatePairsOff),
    )
    return command


def _complain(problem: object, status: int) -> int:
    print(f"toytrans: {' '.join(str(problem).split())}", file=sys.stderr)
    return status
