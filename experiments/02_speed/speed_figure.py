"""The figure: bars of training, of time to quality and of translating, and curves of growth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isinf
from pathlib import Path
from statistics import median
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from speed_tables import CHANGES, number, to_target, training_to

Section = Mapping[str, Any]
COLOURS = {
    "toytrans": "tab:blue",
    "torch.nn.Transformer": "tab:orange",
    "MarianMTModel": "tab:green",
    "Hugging Face generate": "tab:green",
    "CTranslate2 float32": "tab:purple",
}
"""By the first words of a row's name."""


def draw(sections: Mapping[str, Section], stem: Path) -> None:
    """All panels for which there are numbers, as `stem`.png and `stem`.svg."""
    figure = Figure(figsize=(15, 9.5), layout="constrained")
    grid = figure.add_gridspec(2, 1, height_ratios=(1.2, 1))
    top, bottom = figure.add_subfigure(grid[0]), figure.add_subfigure(grid[1])
    panels = {"training": _draw_training, "quality": _draw_quality, "translating": _draw_translating}
    for axes, (name, panel) in zip(top.subplots(1, 3), panels.items(), strict=True):
        if name in sections:
            panel(axes, sections[name])
        else:
            axes.set_axis_off()
    if "growth" in sections:
        _draw_growth(bottom.subplots(1, 5), sections["growth"])
    figure.suptitle(_title([section["setting"] for section in sections.values()]), fontsize=13)
    for suffix, metadata in ((".png", {"Software": None}), (".svg", {"Date": None})):
        figure.savefig(stem.with_suffix(suffix), dpi=150, metadata=metadata)


def _title(settings: Sequence[Section]) -> str:
    """What all the numbers are, and on what they were measured."""
    first = settings[0]
    threads = "1 thread" if first["threads"] == 1 else f"{first['threads']} threads"
    title = f"How fast is toytrans? Median of {first['rounds']} interleaved rounds, {threads}, {first['cpu']}"
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
        axes.barh(place, length, height=0.7, color=colour(name), alpha=1.0 if name == "toytrans" else 0.75)
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
    _plain(axes, "x")


def _draw_translating(axes: Axes, section: Section) -> None:
    """A group of bars a task, on a logarithmic axis: the tasks are a hundred times apart."""
    rows, tasks = section["rows"], list(section["checks"])
    height = 0.8 / len(rows)
    for rank, (name, row) in enumerate(rows.items()):
        for place, task in enumerate(tasks):
            middle, where = median(row[task]), place + (rank - (len(rows) - 1) / 2) * height
            label = name if place == 0 else None
            alpha = 0.5 if "text to text" in name else 1.0
            axes.barh(where, middle, height=0.9 * height, color=colour(name), alpha=alpha, label=label)
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
    _plain(axes, "x")


def _draw_growth(panels: Sequence[Axes], section: Section) -> None:
    """Target tokens a second as each thing changes; sentences a second by batch."""
    for axes, (name, label) in zip(panels, CHANGES.items(), strict=False):
        _curves(axes, section[name], "target_tokens_per_second", label)
        axes.set_title("training: target tokens a second", fontsize=10)
    _curves(panels[-1], section["sentences_at_once"], "sentences_per_second", "sentences at once")
    panels[-1].set_title("greedy: sentences a second", fontsize=10)
    for axes in (panels[0], panels[-1]):
        axes.legend(frameon=False, fontsize=8)


def _curves(axes: Axes, curves: Section, measure: str, label: str) -> None:
    for name, curve in curves.items():
        values = [int(value) for value in curve]
        rounds = [point[measure] for point in curve.values()]
        axes.plot(values, [median(each) for each in rounds], color=colour(name), marker="o", markersize=4, label=name)
        lowest, highest = [min(each) for each in rounds], [max(each) for each in rounds]
        axes.fill_between(values, lowest, highest, color=colour(name), alpha=0.2, linewidth=0)
    axes.set_xscale("log")
    axes.set_xticks(values, labels=[f"{value:,}" for value in values])
    axes.minorticks_off()
    axes.set_ylim(0, None)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.tick_params(labelsize=8)
    axes.set_xlabel(label, fontsize=9)
    _plain(axes, "both")


def _plain(axes: Axes, grid: Literal["x", "both"]) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis=grid, alpha=0.3)


def colour(name: str) -> str:
    """The colour of a system; all its rows have the same."""
    return next((shade for first, shade in COLOURS.items() if name.startswith(first)), "tab:gray")
