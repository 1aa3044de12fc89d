"""How the command line reads and names values that may be left out."""

from __future__ import annotations

from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from tyro.constructors import ConstructorRegistry, PrimitiveConstructorSpec, PrimitiveTypeInfo

NUMBERS = {int: "a whole number", float: "a number"}

registry = ConstructorRegistry()


@registry.primitive_rule
def _number(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[Any] | None:
    """A number, refused in words that are not Python's."""
    kind = info.type
    if kind not in NUMBERS:
        return None
    return PrimitiveConstructorSpec(
        nargs=1,
        metavar=kind.__name__.upper(),
        instance_from_str=lambda typed: _read_number(kind, typed[0]),
        is_instance=lambda value: isinstance(value, int | kind) and not isinstance(value, bool),
        str_from_instance=lambda value: [str(value)],
    )


@registry.primitive_rule
def _optional(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[Any] | None:
    """`INT | None` shows as INT with the default `none`; numbers can be set back by typing that."""
    if get_origin(info.type) not in (Union, UnionType):
        return None
    kind, *others = (kind for kind in get_args(info.type) if kind is not NoneType)
    if others or kind not in (*NUMBERS, str, Path):
        return None

    def read(typed: list[str]) -> Any:
        if kind not in NUMBERS:
            return kind(typed[0])
        return None if typed[0].lower() == "none" else _read_number(kind, typed[0])

    return PrimitiveConstructorSpec(
        nargs=1,
        metavar=kind.__name__.upper(),
        instance_from_str=read,
        is_instance=lambda value: value is None or isinstance(value, kind),
        str_from_instance=lambda value: ["none" if value is None else str(value)],
    )


def _read_number(kind: type[int] | type[float], typed: str) -> int | float:
    try:
        return kind(typed)
    except ValueError:
        raise ValueError(f"{typed!r} is not {NUMBERS[kind]}") from None
