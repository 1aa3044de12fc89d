"""Attention as pictures: one large labelled map, every head side by side, or beside it what hiding words costs.

PNG to project, SVG to print.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from toytrans.attention_maps import captions, figures
from toytrans.attention_maps.hidden_words import HiddenWords
from toytrans.attention_maps.labels import map_labels, percent, sentence, visible
from toytrans.attention_maps.links import claimed_links
from toytrans.attention_maps.record import AttentionMap, Kind
from toytrans.attention_maps.views import View

MOST_WORDS_WITH_VALUES = 14
NARROWEST_PANEL = 2.1  # Inches: its title must fit.
WIDEST_PAIR = 22.0  # Inches: two maps wider than that stand one below the other.

AXIS_NAMES: dict[Kind, tuple[str, str]] = {
    "cross": ("predicting …", "attending to … (source)"),
    "encoder": ("from … (source)", "attending to … (source)"),
    "decoder": ("predicting …", "attending to … (what the decoder has read)"),
}


@dataclass(frozen=True)
class Sheet:
    """The names of rows and columns, and how large cells and letters are for their number."""

    rows: list[str]
    columns: list[str]

    @classmethod
    def of(cls, map_: AttentionMap, kind: Kind = "cross") -> Sheet:
        """The rows and columns of one attention."""
        return cls(*map_labels(map_, kind))

    @property
    def few(self) -> bool:
        """Whether cells are large enough for a number."""
        return max(len(self.rows), len(self.columns)) <= MOST_WORDS_WITH_VALUES

    @property
    def cell(self) -> float:
        """The width and height of a cell in inches."""
        return 0.56 if self.few else 0.36

    @property
    def font_size(self) -> float:
        """Of the names, in points."""
        return 12.0 if self.few else 11.0

    @property
    def size(self) -> tuple[float, float]:
        """The width and height of all cells in inches."""
        return self.cell * len(self.columns), self.cell * len(self.rows)

    def panel(
        self,
        figure: Figure,
        place: tuple[float, float],
        values: NDArray[np.float32],
        scale: figures.Scale,
        axis_names: tuple[str, str],
    ) -> Axes:
        """One large map with names all around, `place` inches to the right of and below the figure's corner."""
        axes = figures.add_axes(figure, *place, *self.size)
        figures.paint(axes, values, gap=1.0, scale=scale)
        beside = figures.name_rows(axes, self.rows, self.font_size)
        fits = figures.longest(self.columns, self.font_size) < self.cell - 0.06
        above = figures.name_columns(axes, self.columns, self.font_size, rotation=0 if fits else 45)
        figures.name_sides(axes, *axis_names, beside, above)
        if self.few:
            figures.print_values(axes, values, scale)
        return axes


def draw_map(
    map_: AttentionMap,
    view: View,
    stem: str | Path,
    *,
    kind: Kind = "cross",
    sentences: tuple[str, str] | None = None,
    note: str = "",
) -> tuple[Path, Path]:
    """Draws one view large, with a caption that says what it is, as `stem`.png and `stem`.svg; returns both paths.

    `sentences` are source and target as typed, for the title; without them, the tokens are put together again.
    """
    weights, sheet = map_.view(view, kind), Sheet.of(map_, kind)
    with figures.drawing([*sheet.rows, *sheet.columns, *(sentences or ())]) as lacking:
        figure = figures.new_figure(sheet.size)
        axes = sheet.panel(figure, (0, 0), weights, figures.WEIGHTS, AXIS_NAMES[kind])
        figures.outline(axes, _claims(map_, view) if kind == "cross" else _strongest(weights))
        figures.add_scale(figure, axes)
        reading = captions.claims(map_, view) if kind == "cross" else "Outlined: the strongest of its row."
        reading += " Blank: less than 0.005." if sheet.few else ""
        which = view.describe(map_.num_layers, map_.num_heads)
        belief = captions.how_far_to_believe(map_, view, kind)
        caption = captions.map_caption(map_, kind, which, reading, belief, f"{note} {lacking}".strip())
        box = figures.add_words(figure, captions.title(map_, sentences), caption)
        return figures.save(figure, stem, box)


def draw_heads(
    map_: AttentionMap,
    stem: str | Path,
    *,
    kind: Kind = "cross",
    sentences: tuple[str, str] | None = None,
    note: str = "",
) -> tuple[Path, Path]:
    """Draws every head of every layer on one scale, a row of panels for each layer, as `stem`.png and `stem`.svg."""
    rows, columns = map_labels(map_, kind)
    few = max(len(rows), len(columns)) <= MOST_WORDS_WITH_VALUES
    cell, font_size = (0.26, 10.0) if few else (0.15, 7.5)
    width, height = cell * len(columns), cell * len(rows)
    with figures.drawing([*rows, *columns, *(sentences or ())]) as lacking:
        names = figures.longest(columns, font_size) + 0.15
        right = max(width, NARROWEST_PANEL) + 0.35
        down = names + height + 0.45  # The panel's title stands between its columns' names and the panel above.
        figure = figures.new_figure((right * (map_.num_heads - 1) + width, down * (map_.num_layers - 1) + height))
        for layer in range(map_.num_layers):
            for head in range(map_.num_heads):
                view = View(layer + 1, head + 1)
                axes = figures.add_axes(figure, right * head, down * layer, width, height)
                figures.paint(axes, map_.weights(kind)[layer, head], gap=0.5 if few else 0.0)
                if kind == "cross":
                    figures.outline(axes, _claims(map_, view), linewidth=0.8)
                figures.name_rows(axes, rows if head == 0 else [], font_size)
                figures.name_columns(axes, columns, font_size, rotation=90)
                axes.set_title(_panel_title(map_, view, kind), fontsize=11, loc="left", pad=0, y=1 + names / height)
        figures.add_scale(figure, figure.axes[map_.num_heads - 1])
        which = f"layers 1 to {map_.num_layers} (downwards), heads 1 to {map_.num_heads} (to the right)"
        reading, *belief = _heads_reading(map_, kind)
        caption = captions.map_caption(map_, kind, which, reading, belief, f"{note} {lacking}".strip())
        box = figures.add_words(figure, captions.title(map_, sentences), caption)
        return figures.save(figure, stem, box)


def draw_hidden_words(
    map_: AttentionMap,
    hidden: HiddenWords,
    view: View,
    stem: str | Path,
    *,
    sentences: tuple[str, str] | None = None,
    note: str = "",
) -> tuple[Path, Path]:
    """Draws what hiding each source word costs beside cross-attention, as `stem`.png and `stem`.svg.

    Both have the same words as rows and columns. They stand one below the other where they would be too wide. A
    `ValueError` if the two are not of the same words.
    """
    map_ = map_.merged_to_words()
    losses, sheet = _losses(map_, hidden), Sheet.of(map_)
    scale = figures.losses_scale(hidden.losses_TS)
    with figures.drawing([*sheet.rows, *sheet.columns, *(sentences or ())]) as lacking:
        figure = figures.new_figure(sheet.size)
        axes = sheet.panel(figure, (0, 0), map_.view(view), figures.WEIGHTS, AXIS_NAMES["cross"])
        figures.outline(axes, _claims(map_, view))
        panel = figure.get_tightbbox()
        figures.add_scale(figure, axes)
        right = figure.get_tightbbox().x1 + 0.5 - panel.x0  # room for the rows' names
        beside = right + sheet.size[0] < WIDEST_PAIR
        place = (right, 0.0) if beside else (0.0, panel.height + 0.5)
        axes = sheet.panel(figure, place, losses, scale, ("predicting …", "hiding … (source)"))
        figures.outline(axes, _causes(map_, hidden))
        figures.add_scale(figure, axes, scale)
        places = ("left", "right") if beside else ("upper map", "lower map")
        picture = captions.PairOfMaps(places, sheet.few, scale.shown_from < 0, f"{note} {lacking}".strip())
        caption = captions.hidden_words_caption(map_, hidden, view, picture)
        box = figures.add_words(figure, captions.title(map_, sentences), caption)
        return figures.save(figure, stem, box)


def _claims(map_: AttentionMap, view: View) -> list[figures.Block]:
    """The cells of the links that a view claims; a word in several pieces has several."""
    threshold, rows, columns = map_.metadata.threshold(view), map_.target_word_ids, map_.cross_word_ids
    links = sorted(claimed_links(map_.view(view), columns, rows, threshold))
    return [
        (rows.index(target), columns.index(source), rows.count(target), columns.count(source))
        for source, target in links
    ]


def _strongest(weights: NDArray[np.float32]) -> list[figures.Block]:
    """The strongest cell of each row (the first of equals)."""
    return [(row, int(column), 1, 1) for row, column in enumerate(weights.argmax(axis=-1))]


def _causes(map_: AttentionMap, hidden: HiddenWords) -> list[figures.Block]:
    """The cell of each word's cause, if it has one."""
    rows, columns = captions.word_places(map_)
    return [(row, columns[cause], 1, 1) for row, cause in zip(rows, hidden.causes, strict=True) if cause is not None]


def _losses(map_: AttentionMap, hidden: HiddenWords) -> NDArray[np.float32]:
    """The losses in the rows and columns of cross-attention; NaN in those that are not words."""
    if not hidden.fits(map_):
        seen, lost = (
            " ".join([visible(sentence(source), 60), "→", visible(sentence(target), 60)])
            for source, target in (
                (map_.source_tokens, map_.target_tokens),
                (hidden.source_words, hidden.target_words),
            )
        )
        raise ValueError(f"the words are not the same: attention is of {seen}, hiding of {lost}")
    losses = np.full(map_.cross_attention.shape[-2:], np.nan, dtype=np.float32)
    losses[np.ix_(*captions.word_places(map_))] = hidden.losses_TS
    return losses


def _panel_title(map_: AttentionMap, view: View, kind: Kind) -> str:
    score = map_.metadata.score(view) if kind == "cross" else None
    right = (
        "" if score is None else " (claims none)" if score.claimed_none else f" (precision {percent(score.precision)})"
    )
    return f"layer {view.layer}, head {view.head}{right}"


def _heads_reading(map_: AttentionMap, kind: Kind) -> tuple[str, ...]:
    """How to read the panels, how far to believe them, and which was taught."""
    reading = "All panels share one scale."
    if kind != "cross":
        return (reading,)
    if not map_.metadata.view_scores:
        threshold = map_.metadata.threshold(View())
        reading += (
            f" Outlined: the links each head claims, those with a weight of at least {threshold:.2f} (its threshold)."
        )
        return reading, captions.NOT_MEASURED, captions.taught(map_)
    reading += " Outlined: the links each head claims, those with a weight of at least that head's threshold."
    belief = "Precision: the fraction of the links claimed on validation that were right."
    if any(score.claimed_none and score.view.head for score in map_.metadata.view_scores):
        belief += " “Claims none”: the head claimed no link there."
    return reading, belief, captions.taught(map_)
