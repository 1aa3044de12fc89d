"""The scoreboard as a picture: a row an attention, a column a score, the darker the better."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from toytrans.attention_maps import figures
from toytrans.attention_maps.labels import visible
from toytrans.evaluation.scoreboard import Line, Scoreboard

COLUMNS = {
    "precision": "precision",
    "recall": "recall",
    "aer": "error rate\n(claims)",
    "strongest_aer": "error rate\n(strongest)",
    "content_accuracy": "content\n(claims)",
    "strongest_content_accuracy": "content\n(strongest)",
    "gold_weight": "weight on\ngold",
    "no_word": "weight on\nno word",
    "entropy": "entropy\n(bits)",
}
WHERE_LESS_IS_BETTER = {"aer", "strongest_aer"}
NEITHER_GOOD_NOR_BAD = {"no_word", "entropy"}
"""Without colour: uniform and diagonal attention, which know nothing, put no weight on no word at all."""
CELL_WIDTH, CELL_HEIGHT = 0.86, 0.3
"""Inches."""


def draw_scoreboard(scoreboard: Scoreboard, stem: str | Path, what: str) -> tuple[Path, Path]:
    """Draws it as `stem`.png and `stem`.svg, and returns both paths; `what` says which run and sentences it is of."""
    predicting = [line for line in scoreboard.lines if line.row == "predicting"]
    reading = [line for line in scoreboard.lines if line.row == "reading"]
    width = CELL_WIDTH * len(COLUMNS)
    with figures.drawing():
        figure = Figure(figsize=(width, CELL_HEIGHT * (len(predicting) + len(reading)) + 1.6))
        top = 0.0
        for title, lines in (("the row that predicts the word", predicting), ("the row that reads the word", reading)):
            _panel(figure, lines, top, title)
            top += CELL_HEIGHT * len(lines) + 1.1
        box = figures.add_words(
            figure,
            ["How well does each view of attention align words?"],
            [
                f"{visible(what, 500)}. Each number is a score of one attention against gold links, on passes forced "
                "to say the reference. Dark: good; weight on no word, and entropy, are neither good nor bad.",
                "Claims: links with at least the threshold after the name, which was chosen on validation for the row "
                "that predicts, or is one half. Precision: of the claims, the fraction that is gold, sure or possible. "
                "Recall: of the sure gold links, the fraction that is claimed. Error rate: Och and Ney (2003).",
                "Strongest: each word's strongest source word instead of the claims. Content: content words that are "
                "linked to a sure translation. No word: </s> and the null position. "
                "Uniform, diagonal and shuffled attention know nothing of the words.",
            ],
        )
        return figures.save(figure, stem, box)


def _panel(figure: Figure, lines: list[Line], top: float, title: str) -> None:
    scores = [line.scores() for line in lines]
    values = np.array([[_number(each[name]) for name in COLUMNS] for each in scores])
    colours = np.array([[_goodness(name, each[name]) for name in COLUMNS] for each in scores], dtype=np.float32)
    axes = figures.add_axes(figure, 0, top, CELL_WIDTH * len(COLUMNS), CELL_HEIGHT * len(lines))
    figures.paint(axes, colours, gap=1.0)
    for (row, column), value in np.ndenumerate(values):
        colour = "white" if colours[row, column] > 0.55 else figures.INK
        text = "–" if np.isnan(value) else f"{value:.3f}" if value < 10 else f"{value:.1f}"
        axes.text(column + 0.5, row + 0.5, text, fontsize=9, color=colour, ha="center", va="center")
    figures.name_rows(axes, [f"{line.name}  (≥ {line.threshold:.2f})" for line in lines], 9.5)
    figures.name_columns(axes, list(COLUMNS.values()), 8.5, rotation=0)
    axes.set_title(title, fontsize=11, fontweight="bold", loc="left", pad=12)


def _number(score: float | None) -> float:
    return float("nan") if score is None else score


def _goodness(name: str, score: float | None) -> float:
    if score is None or name in NEITHER_GOOD_NOR_BAD:
        return 0.0
    return 1.0 - score if name in WHERE_LESS_IS_BETTER else score
