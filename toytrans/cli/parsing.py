"""From arguments to a command: what tyro reads, and how it reads and shows the types of our settings."""

from __future__ import annotations

import contextlib
import difflib
import io
import itertools
import re
from dataclasses import replace
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Protocol, Union, get_args, get_origin

import tyro
from tyro.constructors import ConstructorRegistry, PrimitiveConstructorSpec, PrimitiveTypeInfo

from toytrans.cli.align import Align
from toytrans.cli.choices import Layer, WrongUsage
from toytrans.cli.evaluate import Evaluate
from toytrans.cli.inspect import Inspect
from toytrans.cli.page import Page
from toytrans.cli.probe import Probe
from toytrans.cli.train import Train
from toytrans.cli.translate import Translate

DESCRIPTION = """A tiny Transformer that learns to translate while you watch what it attends to.

Begin with: toytrans train

toytrans --version prints the version."""
COMMANDS = ("train", "translate", "evaluate", "inspect", "page", "align", "probe")
NUMBERS = {int: "a whole number", float: "a number"}
registry = ConstructorRegistry()


class Command(Protocol):
    """What every command is: settings that can be carried out."""

    def execute(self) -> int:
        """Does it, and returns the exit status."""
        ...


def parse(arguments: list[str]) -> Command:
    """The command that the arguments ask for.

    `SettingRefused` where it makes no sense or cannot be read; `SystemExit` after the help.
    """
    if not arguments[0].startswith("-") and arguments[0] not in COMMANDS:
        near = difflib.get_close_matches(arguments[0].lower(), COMMANDS, n=1)
        meant = f"did you mean {near[0]}?" if near else "there are " + ", ".join(COMMANDS)
        raise WrongUsage(f"{arguments[0]}: no such command: {meant}")
    if arguments[0] not in ("translate", "inspect", "page", "probe"):
        command: Command = _tyro(arguments)
        return command
    return _parse_with_texts(arguments)


def _parse_with_texts(arguments: list[str]) -> Command:
    """Takes the texts wherever they stand: tyro takes them on one side of the flags only."""
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    command, left_over = _tyro(before, return_unknown_args=True)
    if any(map(_is_flag, left_over)):
        _tyro(before)  # refuses it, and says which one was meant
    assert isinstance(command, Translate | Inspect | Page | Probe)
    return replace(command, words=(*command.words, *left_over, *arguments[len(before) + 1 :]))


def _tyro(arguments: list[str], **how: Any) -> Any:
    commands: Any = Union[  # noqa: UP007 - a union made of values
        Annotated[Train, tyro.conf.subcommand("train", default=Train.before(arguments))],
        Annotated[Translate, tyro.conf.subcommand("translate")],
        Annotated[Evaluate, tyro.conf.subcommand("evaluate")],
        Annotated[Inspect, tyro.conf.subcommand("inspect")],
        Annotated[Page, tyro.conf.subcommand("page")],
        Annotated[Align, tyro.conf.subcommand("align")],
        Annotated[Probe, tyro.conf.subcommand("probe")],
    ]
    config = (tyro.conf.OmitArgPrefixes, tyro.conf.OmitSubcommandPrefixes, tyro.conf.FlagCreatePairsOff)
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            how |= {"prog": "toytrans", "description": DESCRIPTION, "config": config, "registry": registry}
            return tyro.cli(commands, args=arguments, **how)
    except SystemExit as stop:
        if stop.code:
            raise WrongUsage(_one_line(said.getvalue(), arguments[0])) from None
        raise


def _one_line(box: str, command: str) -> str:
    """What tyro says in a box of several lines: what is wrong, and the option that was perhaps meant."""
    lines = [line.strip("│ ") for line in box.splitlines()]
    is_ruled = not lines[0].startswith("╭")  # where no lines can be drawn, the title stands over a rule of dashes
    lines = lines[2 if is_ruled else 1 :]
    problem = " ".join(itertools.takewhile(lambda line: set(line) - set("─-"), lines))
    problem = problem.removeprefix("Error parsing ").rstrip(".")
    option = re.fullmatch(r"Unrecognized options: (--?[\w-]+).*", problem)
    if option:
        near = next((line.split()[0] for line in lines if re.match(r"--\w", line)), None)
        problem = f"{option[1]}: no such option{f': did you mean {near}?' if near else ''}"
    help_of = f"toytrans {command} --help" if command in COMMANDS else "toytrans --help"
    return f"{problem} ({help_of} says more)"


def _is_flag(argument: str) -> bool:
    return argument.startswith("-") and argument.lstrip("-")[:1].isalpha()


@registry.primitive_rule
def _number(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[Any] | None:
    """A number, refused in words that are not Python's; for `INT | None`, `none` is one too."""
    is_union = get_origin(info.type) in (Union, UnionType)
    kinds: list[Any] = [kind for kind in get_args(info.type) if kind is not NoneType] if is_union else [info.type]
    if len(kinds) != 1 or kinds[0] not in NUMBERS:
        return None
    (kind,) = kinds

    def read(typed: list[str]) -> int | float | None:
        if is_union and typed[0].lower() == "none":
            return None
        try:
            number: int | float = kind(typed[0])
        except ValueError:
            raise ValueError(f"{typed[0]!r} is not {NUMBERS[kind]}") from None
        return number

    return PrimitiveConstructorSpec(
        nargs=1,
        metavar=kind.__name__.upper(),
        instance_from_str=read,
        is_instance=lambda value: (value is None and is_union) or isinstance(value, int | kind),
        str_from_instance=lambda value: ["none" if value is None else str(value)],
    )


@registry.primitive_rule
def _layer(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[Any] | None:
    """A layer: its number, or `all` for the mean of all layers and heads."""
    if info.type != Layer:
        return None

    def read(typed: list[str]) -> Layer:
        if typed[0] == "all":
            return "all"
        try:
            return int(typed[0])
        except ValueError:
            raise ValueError(f"{typed[0]!r} is not a whole number, and not all") from None

    return PrimitiveConstructorSpec(
        nargs=1,
        metavar="INT|all",
        instance_from_str=read,
        is_instance=lambda value: value is None or value == "all" or isinstance(value, int),
        str_from_instance=lambda value: ["none" if value is None else str(value)],
    )


@registry.primitive_rule
def _optional_choice(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[Any] | None:
    """One of some words, or none: the default `None` is not shown as a word to type."""
    choices = [kind for kind in get_args(info.type) if kind is not NoneType]
    if NoneType not in get_args(info.type) or [get_origin(kind) for kind in choices] != [Literal]:
        return None
    return PrimitiveConstructorSpec(
        nargs=1,
        metavar=f"{{{','.join(get_args(choices[0]))}}}",
        instance_from_str=lambda typed: typed[0],
        is_instance=lambda value: value is None or value in get_args(choices[0]),
        str_from_instance=lambda value: [str(value)],
        choices=get_args(choices[0]),
    )


@registry.primitive_rule
def _optional_text(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[Any] | None:
    """Text or a path that may be left out. What is typed is taken literally, even `None`."""
    kind = {str | None: str, Path | None: Path}.get(info.type)
    if kind is None:
        return None
    return PrimitiveConstructorSpec(
        nargs=1,
        metavar="STR" if kind is str else "PATH",
        instance_from_str=lambda typed: kind(typed[0]),
        is_instance=lambda value: value is None or isinstance(value, kind),
        str_from_instance=lambda value: [str(value)],
    )
