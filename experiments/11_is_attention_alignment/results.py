"""The answer as files: every number (`results.json`), the table (`table.md`), and the figure (`figure.png`, `.svg`)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from typing import Any, TypeAlias

from aligners import Score
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Rows: TypeAlias = Mapping[str, Sequence[Score]]
"""The scores of each row, one a seed."""
HEADINGS = {
    "precision": "precision",
    "recall": "recall",
    "aer": "AER",
    "content_accuracy": "content words right",
    "exact_match": "exact match",
}
COLOURS = {
    "attention": "tab:blue",
    "two": "tab:blue",
    "guided": "tab:blue",
    "IBM": "tab:orange",
    "eflomal": "tab:green",
}
MARKS = {"attention": "o", "IBM": "s", "eflomal": "^"}
"""By the first word of a row's name; what is not here knows nothing, and is grey."""


@dataclass(frozen=True)
class Results:
    """All that was measured."""

    setting: Mapping[str, Any]
    """What it depends on: corpus, seeds, versions."""
    rows: Rows
    by_size: Mapping[int, Rows]
    """By number of training pairs."""
    notes: Sequence[str]
    """What was left out."""

    def write(self, folder: Path) -> None:
        """Writes all the files."""
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.to_json(), indent=2, ensure_ascii=False)
        (folder / "results.json").write_text(f"{text}\n", encoding="utf-8")
        (folder / "table.md").write_text(self.to_markdown(), encoding="utf-8")
        draw(self, folder / "figure")

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "setting": dict(self.setting),
            "rows": _plain(self.rows),
            "by_size": {str(size): _plain(rows) for size, rows in self.by_size.items()},
            "notes": list(self.notes),
        }

    def to_markdown(self) -> str:
        """Both tables: every score of every row, and the error rate by size of corpus."""
        lines = _table(["", *HEADINGS.values()], [[name, *_cells(scores)] for name, scores in self.rows.items()])
        names = dict.fromkeys(name for rows in self.by_size.values() for name in rows)
        by_size = [
            [name, *(_cell([each.aer for each in rows.get(name, [])]) for rows in self.by_size.values())]
            for name in names
        ]
        lines += ["", *_table(["AER by training pairs", *(f"{size:,}" for size in self.by_size)], by_size)]
        lines += ["", "A mean over seeds, with the least and the most in brackets where they differ.", *self.notes]
        return "\n".join(lines) + "\n"


def _plain(rows: Rows) -> dict[str, Any]:
    return {name: [asdict(score) for score in scores] for name, scores in rows.items()}


def _cells(scores: Sequence[Score]) -> list[str]:
    return [_cell([getattr(score, name) for score in scores]) for name in HEADINGS]


def _cell(values: Sequence[float | None]) -> str:
    """`0.101 (0.095 to 0.110)`, or the mean alone where all are the same."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    least, most = f"{min(known):.3f}", f"{max(known):.3f}"
    return least if least == most else f"{mean(known):.3f} ({least} to {most})"


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---", *("---:" for _ in heading[1:])]
    return [f"| {' | '.join(cells)} |" for cells in (heading, rule, *rows)]


def draw(results: Results, stem: Path) -> None:
    """Error rates of all rows, and how they fall with the corpus, as `stem`.png and `stem`.svg."""
    figure = Figure(figsize=(12, 0.34 * len(results.rows) + 1.4), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    _draw_rows(left, results.rows)
    _draw_by_size(right, results.by_size)
    num_seeds = len(results.setting["seeds"])
    seeds = "one seed" if num_seeds == 1 else f"{num_seeds} seeds: mean, least and most"
    figure.suptitle(f"Is attention alignment? Toy corpus, {results.setting['test_pairs']} test pairs; {seeds}")
    for suffix, metadata in ((".png", {"Software": None}), (".svg", {"Date": None})):
        figure.savefig(stem.with_suffix(suffix), dpi=150, metadata=metadata)


def _draw_rows(axes: Axes, rows: Rows) -> None:
    for place, (name, scores) in enumerate(rows.items()):
        rates = [score.aer for score in scores]
        axes.plot([min(rates), max(rates)], [place, place], color=_colour(name), linewidth=3, alpha=0.4)
        axes.plot(mean(rates), place, "o", color=_colour(name))
        axes.annotate(f"{mean(rates):.3f}", (max(rates), place), xytext=(8, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(rows)), labels=list(rows))
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.08), xlabel="alignment error rate (0 is perfect)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", alpha=0.3)


def _draw_by_size(axes: Axes, by_size: Mapping[int, Rows]) -> None:
    names = dict.fromkeys(name for rows in by_size.values() for name in rows)
    for name in names:
        rates = {size: [score.aer for score in rows[name]] for size, rows in by_size.items() if name in rows}
        colour, mark = _colour(name), MARKS[_first_word(name)]
        axes.plot(list(rates), [mean(each) for each in rates.values()], color=colour, marker=mark, label=name)
        lowest, highest = [min(each) for each in rates.values()], [max(each) for each in rates.values()]
        axes.fill_between(list(rates), lowest, highest, color=colour, alpha=0.2, linewidth=0)
    axes.set_xscale("log")
    axes.set_xticks(list(by_size), labels=[f"{size:,}" for size in by_size])
    axes.minorticks_off()
    axes.set(ylim=(0, None), xlabel="training pairs", ylabel="alignment error rate")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)


def _colour(name: str) -> str:
    return COLOURS.get(_first_word(name), "tab:gray")


def _first_word(name: str) -> str:
    return name.replace(",", " ").split()[0]
