"""The figure: bars of training, of time to quality and of translating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isinf
from pathlib import Path
from statistics import median
from typing import Any

from machine import processor
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

Section = Mapping[str, Any]
COLOURS = {
    "toytrans": "tab:blue",
    "torch.nn.Transformer": "tab:orange",
    "MarianMTModel": "tab:green",
    "Hugging Face generate": "tab:green",
    "CTranslate2 float32": "tab:purple",
}
"""By the first words of a row's name."""


def number(value: float, digits: int = 0) -> str:
    """`1,234`, or `never` for what was not reached."""
    return "never" if isinf(value) else f"{value:,.{digits}f}"


def training_to(section: Section) -> str:
    """What the trainings aim at, in words."""
    return f"training to {100 * section['target']:g} % exact match"


def to_target(row: Section, measure: str) -> list[float]:
    """Seconds or steps of each seed; infinity where the target was not reached."""
    return [float(outcome[measure]) if outcome["reached"] else inf for outcome in row["outcomes"]]


def draw(sections: Mapping[str, Section], stem: Path) -> None:
    """A panel for each part that has numbers, as `stem`.png and `stem`.svg."""
    panels = {"training": _draw_training, "quality": _draw_quality, "translating": _draw_translating}
    measured = [name for name in panels if name in sections]
    figure = Figure(figsize=(max(10, 5 * len(measured)), 5.5), layout="constrained")
    for axes, name in zip(figure.subplots(1, len(measured), squeeze=False).flat, measured, strict=True):
        panels[name](axes, sections[name])
    figure.suptitle(_title([section["setting"] for section in sections.values()]), fontsize=13)
    with rc_context({"svg.hashsalt": "toytrans"}):  # the same numbers give the same bytes
        for suffix, metadata in ((".png", {"Software": None}), (".svg", {"Date": None})):
            figure.savefig(stem.with_suffix(suffix), dpi=150, metadata=metadata)


def _title(settings: Sequence[Section]) -> str:
    """What all the numbers are, and on what they were measured."""
    first = settings[0]
    threads = "1 thread" if first["threads"] == 1 else f"{first['threads']} threads"
    title = f"How fast is toytrans? Median of {first['rounds']} interleaved rounds, {threads}\n{processor(first)}"
    return f"QUICK PASS, NUMBERS MEAN NOTHING. {title}" if any(each["quick"] for each in settings) else title


def _draw_training(axes: Axes, section: Section) -> None:
    rates = {name: row["pairs_per_second"] for name, row in section["rows"].items()}
    _bars(axes, rates, "training: pairs a second (more is better)")


def _draw_quality(axes: Axes, section: Section) -> None:
    seconds = {name: to_target(row, "seconds") for name, row in section["rows"].items()}
    _bars(axes, seconds, f"{training_to(section)}: seconds (less is better)", digits=1)


def _bars(axes: Axes, values: Mapping[str, Sequence[float]], label: str, digits: int = 0) -> None:
    """Medians, with a line from the least to the most; no bar where a median is infinite."""
    for place, (name, each) in enumerate(values.items()):
        middle, known = median(each), [one for one in each if not isinf(one)]
        length = 0.0 if isinf(middle) else middle
        axes.barh(place, length, height=0.7, color=_colour(name), alpha=1.0 if name == "toytrans" else 0.75)
        if known:
            axes.plot([min(known), max(known)], [place, place], color="black", linewidth=1)
        axes.annotate(
            number(middle, digits),
            (max([length, *known]), place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    axes.set_yticks(range(len(values)), labels=[name.replace(", ", ",\n") for name in values], fontsize=9)
    axes.invert_yaxis()
    axes.set_title(label, fontsize=10)
    axes.set_xlim(0, 1.2 * axes.get_xlim()[1])
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    _plain(axes)


def _draw_translating(axes: Axes, section: Section) -> None:
    """A group of bars a task, on a logarithmic axis: the tasks are a hundred times apart."""
    rows, tasks = section["rows"], list(section["checks"])
    height = 0.8 / len(rows)
    for rank, (name, row) in enumerate(rows.items()):
        for place, task in enumerate(tasks):
            middle, where = median(row[task]), place + (rank - (len(rows) - 1) / 2) * height
            label = name if place == 0 else None
            alpha = 0.5 if "text to text" in name else 1.0
            axes.barh(where, middle, height=0.9 * height, color=_colour(name), alpha=alpha, label=label)
            axes.annotate(
                number(middle), (middle, where), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
            )
    axes.set_xscale("log")
    axes.set_yticks(range(len(tasks)), labels=tasks)
    axes.invert_yaxis()
    low, high = axes.get_xlim()
    axes.set_xlim(low / 2, high * 2.5)
    axes.set_title("translating: sentences a second (more is better)", fontsize=10)
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.4, -0.07), ncols=2)
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis="x", alpha=0.3)


def _colour(name: str) -> str:
    """The colour of a system; all its rows have the same."""
    return next((shade for first, shade in COLOURS.items() if name.startswith(first)), "tab:gray")
