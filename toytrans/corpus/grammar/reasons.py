"""Why somebody does something, and which qualities go together: knowledge that the kinds of nouns do not express."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Cause:
    """Qualities that lead to these actions: somebody who is afraid hides."""

    qualities: str
    verbs: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    """Why an agent does something to a thing, so that only the meaning tells what *it* refers to.

    `of_thing` is never true of an agent, `of_agent` never of a thing, and both are good reasons for the same action.
    """

    verb: str
    deed: Literal["done", "not done"]
    connective: Literal["because", "but"]
    of_thing: str
    of_agent: str


# The tables are laid out to be read.
# fmt: off
CAUSES = (
    Cause("tired sleepy", ("sleep", "rest", "lie down", "stop", "sit")),
    Cause("afraid", ("hide", "run", "cry")),
    Cause("happy", ("sing", "dance")),
    Cause("sad hungry", ("cry",)),
    Cause("hungry thirsty", ("wake up", "get up")),
    Cause("sick", ("rest", "stay", "lie down")),
    Cause("late", ("run",)),
)


QUALITY_PAIRS = (
    ("tired", "and", "sad"), ("tired", "but", "happy"), ("lazy", "but", "kind"),
    ("happy", "and", "proud"), ("sad", "and", "jealous"), ("kind", "and", "curious"),
    ("old", "but", "curious"), ("young", "and", "happy"), ("small", "but", "strong"), ("dirty", "and", "wet"),
    ("old", "but", "clean"), ("small", "but", "heavy"), ("big", "but", "light"), ("beautiful", "and", "light"),
    ("beautiful", "but", "expensive"), ("old", "and", "torn"), ("small", "and", "round"), ("big", "but", "empty"),
    ("old", "and", "precious"), ("big", "and", "strong"),
    ("good", "but", "expensive"),
)


REASONS = (
    Reason("pick up", "done", "because", "light round precious expensive", "curious"),
    Reason("pick up", "not done", "because", "heavy torn empty", "tired lazy afraid sleepy"),
    Reason("pick up", "done", "but", "heavy torn", "tired afraid lazy"),
    Reason("drop", "done", "because", "heavy torn", "tired afraid sleepy"),
    Reason("push", "done", "because", "heavy round light", "angry curious jealous"),
    Reason("push", "not done", "because", "heavy precious expensive", "tired lazy afraid"),
    Reason("push", "done", "but", "heavy", "tired afraid lazy"),
    Reason("carry", "done", "because", "light precious expensive", "kind happy"),
    Reason("carry", "not done", "because", "heavy precious expensive", "tired lazy sleepy sick"),
    Reason("carry", "done", "but", "heavy", "tired sleepy sick"),
    Reason("hide", "done", "because", "precious expensive torn", "jealous afraid angry"),
    Reason("take", "done", "because", "precious light expensive round", "jealous curious angry"),
    Reason("take", "not done", "because", "heavy torn empty broken", "afraid proud lazy"),
)
# fmt: on
