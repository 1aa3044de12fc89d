"""`learning.gif`: how attention was learned, one frame for each snapshot, beside the loss curve."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from toytrans.attention_maps import figures
from toytrans.attention_maps.labels import visible
from toytrans.attention_maps.snapshots import WHOLE, Snapshot
from toytrans.attention_maps.views import View
from toytrans.files import write_whole

MILLISECONDS_A_FRAME, MILLISECONDS_AT_THE_END = 350, 2500
CELL = 0.42
"""Inches."""


def draw_learning(snapshots: Sequence[Snapshot], losses: Sequence[tuple[int, float]], view: View, path: Path) -> None:
    """Draws the first watched sentence in one view of cross-attention, from the first snapshot to the last."""
    frames = [_frame(snapshot, losses, view) for snapshot in snapshots]
    durations = [MILLISECONDS_A_FRAME] * (len(frames) - 1) + [MILLISECONDS_AT_THE_END]
    content = io.BytesIO()
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content.getvalue())


def _frame(snapshot: Snapshot, losses: Sequence[tuple[int, float]], view: View) -> Image.Image:
    map_ = snapshot.maps[0]
    weights_TS = _of_view((map_.weights_LHTS / WHOLE).astype(np.float32), view)
    with figures.drawing([*map_.rows, *map_.columns, map_.reference]):
        left, top = figures.longest(map_.rows, 11) + 0.3, figures.longest(map_.columns, 11) + 0.95
        size = CELL * len(map_.columns), CELL * len(map_.rows)
        width, height = max(left + size[0] + 0.3, 6.0), top + size[1] + 2.4
        figure = Figure(figsize=(width, height), dpi=90)
        axes = figure.add_axes((left / width, 1 - (top + size[1]) / height, size[0] / width, size[1] / height))
        figures.paint(axes, weights_TS, gap=1.0)
        figures.name_rows(axes, map_.rows, 11)
        figures.name_columns(axes, map_.columns, 11, rotation=90)
        layers, heads = map_.weights_LHTS.shape[:2]
        title = f"step {snapshot.step}: cross-attention, {view.describe(layers, heads)}"
        figure.text(0.03, 1 - 0.2 / height, title, va="top", fontsize=11)
        said = f"forced to say: {visible(map_.reference, 60)}"
        figure.text(0.03, 1 - 0.45 / height, said, va="top", fontsize=9, color=figures.FAINT)
        _draw_losses(figure, snapshot.step, losses, width, height)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="png")
        return Image.open(drawn).convert("P", palette=Image.Palette.ADAPTIVE)


def _draw_losses(figure: Figure, step: int, losses: Sequence[tuple[int, float]], width: float, height: float) -> None:
    axes = figure.add_axes((0.8 / width, 0.75 / height, 1 - 1.2 / width, 1.2 / height))
    axes.plot([each for each, _ in losses], [loss for _, loss in losses], color=figures.INK, linewidth=1)
    axes.axvline(step, color="tab:orange", linewidth=2)
    axes.set(ylim=(0, None), xlabel="step", ylabel="training loss")
    axes.spines[["top", "right"]].set_visible(False)


def _of_view(weights_LHTS: NDArray[np.float32], view: View) -> NDArray[np.float32]:
    layers = slice(None) if view.layer is None else slice(view.layer - 1, view.layer)
    heads = slice(None) if view.head is None else slice(view.head - 1, view.head)
    weights_TS: NDArray[np.float32] = weights_LHTS[layers, heads].mean(axis=(0, 1))
    return weights_TS
