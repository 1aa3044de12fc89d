"""Attention as pictures: one large labelled map, or every head side by side. PNG to project, SVG to print."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from toytrans.attention_maps import figures
from toytrans.attention_maps.labels import labels, sentence, visible
from toytrans.attention_maps.record import WORD_START, AttentionMap, Kind
from toytrans.attention_maps.views import View

MOST_WORDS_WITH_VALUES = 14
NARROWEST_PANEL = 1.2  # Inches: its title must fit.

NAMES: dict[Kind, str] = {
    "cross": "Cross-attention",
    "encoder": "Encoder self-attention",
    "decoder": "Decoder self-attention",
}
AXIS_NAMES: dict[Kind, tuple[str, str]] = {
    "cross": ("predicting …", "looking at … (source)"),
    "encoder": ("from … (source)", "looking at … (source)"),
    "decoder": ("predicting …", "looking at … (what the decoder has read)"),
}
ROW_MEANS: dict[Kind, str] = {
    "cross": "Row: where the model looked while predicting the word at the left; rows sum to 1.",
    "encoder": "Row: where the word at the left looked within its sentence; rows sum to 1.",
    "decoder": "Row: where the model looked while predicting the word at the left; rows sum to 1. "
    "Columns: what it had read by then, one word behind the rows; <s> starts the sentence.",
}


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
    weights = map_.view(view, kind)
    rows, columns = (labels(tokens) for tokens in map_.labels(kind))
    few = max(weights.shape) <= MOST_WORDS_WITH_VALUES
    cell, font_size = (0.56, 12.0) if few else (0.36, 11.0)
    width, height = cell * len(columns), cell * len(rows)
    with figures.drawing():
        figure = Figure(figsize=(width, height))
        axes = figures.add_axes(figure, 0, 0, width, height)
        figures.paint(axes, weights, gap=1.0)
        figures.outline_strongest(axes, weights)
        figures.name_rows(axes, rows, font_size)
        fits = figures.longest(columns, font_size) < cell - 0.06
        figures.name_columns(axes, columns, font_size, rotation=0 if fits else 45)
        row_name, column_name = AXIS_NAMES[kind]
        axes.set_ylabel(row_name, fontsize=10, loc="top", labelpad=8)
        axes.set_xlabel(column_name, fontsize=10, loc="left", labelpad=8)
        if few:
            figures.print_values(axes, weights)
        figures.add_scale(figure, height)
        reading = "Outlined: the strongest of its row." + (" Blank: less than 0.005." if few else "")
        which = view.describe(map_.num_layers, map_.num_heads)
        belief = _how_far_to_believe(map_, view, kind)
        figures.add_words(figure, _title(map_, sentences), _caption(map_, kind, which, reading, belief, note))
        return figures.save(figure, stem)


def draw_heads(
    map_: AttentionMap,
    stem: str | Path,
    *,
    kind: Kind = "cross",
    sentences: tuple[str, str] | None = None,
    note: str = "",
) -> tuple[Path, Path]:
    """Draws every head of every layer on one scale, a row of panels a layer, as `stem`.png and `stem`.svg."""
    rows, columns = (labels(tokens) for tokens in map_.labels(kind))
    few = max(len(rows), len(columns)) <= MOST_WORDS_WITH_VALUES
    cell, font_size = (0.26, 10.0) if few else (0.15, 7.5)
    width, height = cell * len(columns), cell * len(rows)
    with figures.drawing():
        names = figures.longest(columns, font_size) + 0.15
        right = max(width, NARROWEST_PANEL) + 0.35
        down = names + height + 0.45  # The panel's title stands between its columns' names and the panel above.
        figure = Figure(figsize=(right * (map_.num_heads - 1) + width, down * (map_.num_layers - 1) + height))
        for layer in range(map_.num_layers):
            for head in range(map_.num_heads):
                axes = figures.add_axes(figure, right * head, down * layer, width, height)
                figures.paint(axes, map_.weights(kind)[layer, head], gap=0.5 if few else 0.0)
                figures.name_rows(axes, rows if head == 0 else [], font_size)
                figures.name_columns(axes, columns, font_size, rotation=90)
                title = _panel_title(map_, View(layer + 1, head + 1), kind)
                axes.set_title(title, fontsize=11, loc="left", pad=0, y=1 + names / height)
        figures.add_scale(figure, height)
        which = f"layers 1 to {map_.num_layers} (downwards), heads 1 to {map_.num_heads} (to the right)"
        reading = "All panels share one scale."
        has_errors = kind == "cross" and map_.metadata.view_errors
        belief = "AER: the head's alignment error rate on validation; 0 is perfect." if has_errors else ""
        figures.add_words(figure, _title(map_, sentences), _caption(map_, kind, which, reading, belief, note))
        return figures.save(figure, stem)


def _panel_title(map_: AttentionMap, view: View, kind: Kind) -> str:
    aer = map_.metadata.aer(view) if kind == "cross" else None
    return f"layer {view.layer}, head {view.head}" + ("" if aer is None else f" (AER {aer:.2f})")


def _how_far_to_believe(map_: AttentionMap, view: View, kind: Kind) -> str:
    aer = map_.metadata.aer(view) if kind == "cross" else None
    if aer is None:
        return ""
    return (
        "How far to believe it: links from each word to the outlined one had an alignment error rate of "
        f"{aer:.2f} on validation (0 is perfect)."
    )


def _title(map_: AttentionMap, sentences: tuple[str, str] | None) -> tuple[str, str]:
    # Two lines, so that a sentence written from right to left cannot turn the arrow around.
    if sentences is None:
        sentences = sentence(map_.source_tokens), sentence(map_.target_tokens)
    source, target = sentences
    return visible(source, 400), f"→ {visible(target, 400)}"


def _caption(map_: AttentionMap, kind: Kind, which: str, reading: str, belief: str, note: str) -> list[str]:
    metadata = map_.metadata
    least, token = min(zip(metadata.probabilities, map_.target_tokens, strict=True))
    rows, columns = map_.labels(kind)
    if any(name.startswith(WORD_START) for name in (*rows, *columns)):
        reading += f" {WORD_START} begins a word."
    if metadata.merged_to_words:
        reading += " Pieces of words are merged: columns added, rows averaged."
    paragraphs = [
        f"{NAMES[kind]}, {which}. Decoding: {metadata.decoding}.",
        ROW_MEANS[kind],
        reading,
        belief,
        "Attention tells where information was read; it is not by itself an explanation.",
        f"Least certain word: {visible(token, 20)}, probability {least:.2f}. "
        f"From {metadata.run}, {metadata.checkpoint}.",
        note,
    ]
    return [visible(paragraph, 600) for paragraph in paragraphs if paragraph]
