"""What pictures of attention are made of: panels of cells, their names, a colour scale, words around, files.

Everything is laid out in inches: a cell has a size that can be read, and the picture grows with the sentences.
"""

from __future__ import annotations

import io
import textwrap
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from matplotlib import colormaps, style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, fontManager, get_font
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox, ScaledTranslation, Transform, TransformedBbox
from numpy.typing import NDArray

from toytrans.files import write_whole

INK, FAINT, RULE, NOTHING = "#16222e", "#5b6b7a", "#d5dde5", "#e4e8ec"
NARROWEST_TEXT = 6.5  # Inches that a title or a caption may fill, however small the map.
DOTS_PER_INCH = 150
MOST_DOTS = 8000  # A side; larger pictures get a lower resolution.

# For scripts that DejaVu Sans, which comes with matplotlib, lacks: these are tried first, then all that are installed.
FALLBACK_FONTS = (
    "Noto Sans",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Emoji",
    "PingFang SC",
    "Hiragino Sans",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "Segoe UI Emoji",
    "Arial Unicode MS",
)
STYLE = {
    "text.parse_math": False,  # `$x_1$` is what somebody typed.
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.labelcolor": FAINT,
    "axes.edgecolor": RULE,
    "svg.fonttype": "none",  # Text stays text: it can be searched, copied and read aloud.
    "svg.hashsalt": "toytrans",  # The same map gives the same bytes.
}


@dataclass(frozen=True)
class Scale:
    """What the colours of cells mean."""

    colours: str
    lowest: float
    highest: float
    label: str
    shown_from: float = 0.0
    """Where the legend begins: it leaves out colours that no cell has."""
    digits: int = 2
    """Of the numbers in cells; what rounds to zero is left out."""


# One hue, light to dark: still in order in grey, and for colour-blind eyes.
WEIGHTS = Scale("Blues", 0.0, 1.0, "attention weight")


LEAST_LOSS_SHOWN = 0.05
"""Nats. Smaller changes count as zero."""


def losses_scale(losses: NDArray[np.float32]) -> Scale:
    """Brown is a loss, green a gain; white, in the middle, is no change."""
    farthest = float(np.nanmax(np.abs(losses), initial=0.0)) or 1.0
    lowest = float(np.nanmin(losses, initial=0.0))
    shown_from = lowest if lowest <= -LEAST_LOSS_SHOWN else 0.0
    return Scale("BrBG_r", -farthest, farthest, "nats lost when the word is hidden", shown_from, digits=1)


@contextmanager
def drawing(texts: Iterable[str] = ()) -> Iterator[str]:
    """Inside the `with`, our style replaces the user's, with fonts that have the characters of `texts`.

    Yields a sentence for the caption about characters that no installed font has: they are drawn as boxes.
    """
    fonts, lacking = _fonts_for(texts)
    with warnings.catch_warnings(), style.context(["default", {**STYLE, "font.sans-serif": fonts}]):
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield lacking


def lacking_fonts(texts: Iterable[str]) -> str:
    """A sentence about the characters of these texts that no installed font has; empty if there are none."""
    return _fonts_for(texts)[1]


def _fonts_for(texts: Iterable[str]) -> tuple[list[str], str]:
    """The families to draw with, and what is lacking all the same."""
    fonts, needed = ["DejaVu Sans"], {ord(char) for text in texts for char in text if _takes_ink(char)}
    needed -= _characters(findfont("DejaVu Sans"))
    installed = {entry.name: entry.fname for entry in fontManager.ttflist} if needed else {}
    installed.pop("Last Resort High-Efficiency", None)  # comes with matplotlib, and has a box for every character
    preferred = [name for name in FALLBACK_FONTS if name in installed]
    for name in (*preferred, *sorted(installed.keys() - set(preferred))):
        if found := needed & _characters(installed[name]):
            fonts.append(name)
            needed -= found
        if not needed:
            break
    if not needed:
        return fonts, ""
    first, others = min(needed), len(needed) - 1
    named = f"{unicodedata.name(chr(first), 'a character without a name')} (U+{first:04X})"
    return fonts, f"Boxes: no font on this machine has {named}{f' and {others} others' if others else ''}."


@cache
def _characters(path: str) -> frozenset[int]:
    """The characters that a font has; none if it cannot be read."""
    try:
        return frozenset(get_font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


def _takes_ink(char: str) -> bool:
    """Whether a character needs a shape of its own: joiners, selectors and spaces do not."""
    return not (char.isspace() or unicodedata.category(char) in ("Cf", "Cc", "Cn") or "\ufe00" <= char <= "\ufe0f")


def new_figure(size: tuple[float, float], dots_per_inch: float = DOTS_PER_INCH) -> Figure:
    """An empty figure of a size in inches, which measures texts as the PNG will show them."""
    figure = Figure(figsize=size, dpi=dots_per_inch)
    FigureCanvasAgg(figure)  # keeps one renderer: without it, each measurement makes its own
    return figure


def add_axes(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes at a place in inches from the figure's top left corner."""
    figure_width, figure_height = figure.get_size_inches()
    bottom = figure_height - top - height
    return figure.add_axes((left / figure_width, bottom / figure_height, width / figure_width, height / figure_height))


def paint(axes: Axes, values: NDArray[np.float32], gap: float, scale: Scale = WEIGHTS) -> None:
    """A cell for each value, the first row on top, grey for NaN; without a gap, one small image."""
    num_rows, num_columns = values.shape
    low, high = scale.lowest, scale.highest
    if gap:
        axes.set_facecolor(NOTHING)
        cells = np.ma.masked_invalid(values)
        axes.pcolormesh(cells, cmap=scale.colours, vmin=low, vmax=high, edgecolors="white", linewidth=gap)
    else:
        edges = (0, num_columns, num_rows, 0)
        axes.imshow(values, cmap=scale.colours, vmin=low, vmax=high, extent=edges, aspect="auto", interpolation="none")
    axes.set(xlim=(0, num_columns), ylim=(num_rows, 0))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_visible(False)  # ticks take half of the time to draw: names are plain texts


def print_values(axes: Axes, values: NDArray[np.float32], scale: Scale = WEIGHTS) -> None:
    """The values as numbers in their cells, those that round to zero left out."""
    colour_of, position = colormaps[scale.colours], Normalize(scale.lowest, scale.highest)
    for (row, column), value in np.ndenumerate(values):
        if abs(value) >= 0.5 * 10**-scale.digits:
            brightness = float(np.dot(colour_of(position(value))[:3], (0.3, 0.59, 0.11)))  # as eyes weigh colours
            text, colour = f"{value:.{scale.digits}f}".replace("-", "−"), "white" if brightness < 0.55 else INK
            axes.text(column + 0.5, row + 0.5, text, fontsize=9, color=colour, ha="center", va="center")


Block: TypeAlias = tuple[int, int, int, int]
"""First row and first column of some cells, then how many rows and columns."""


def outline(axes: Axes, blocks: Iterable[Block], linewidth: float = 1.2) -> None:
    """A frame around each of these blocks of cells."""
    for row, column, num_rows, num_columns in blocks:
        axes.add_patch(
            Rectangle(
                (column, row),
                num_columns,
                num_rows,
                fill=False,
                edgecolor=INK,
                linewidth=linewidth,
                clip_on=False,
                zorder=3,
            )
        )


GAP = 4.0
"""Points between cells and names."""


def name_rows(axes: Axes, names: Sequence[str], font_size: float) -> list[Text]:
    """Names at the left of the rows."""
    look: dict[str, Any] = {
        "fontsize": font_size,
        "ha": "right",
        "va": "center_baseline",
        "transform": _moved(axes, -GAP, 0),
    }
    return [axes.text(0, row + 0.5, name, **look) for row, name in enumerate(names)]


def name_columns(axes: Axes, names: Sequence[str], font_size: float, rotation: float) -> list[Text]:
    """Names over the columns, upright (0), leaning (45) or on end (90 degrees)."""
    mode, alignment = ("default", "center") if rotation in (0, 90) else ("anchor", "left")
    look: dict[str, Any] = {"fontsize": font_size, "rotation": rotation, "rotation_mode": mode, "ha": alignment}
    look |= {"va": "bottom", "transform": _moved(axes, 0, GAP)}
    return [axes.text(column + 0.5, 0, name, **look) for column, name in enumerate(names)]


def name_sides(axes: Axes, rows: str, columns: str, beside: Sequence[Text], above: Sequence[Text]) -> None:
    """What rows and columns are, outside of the names that stand `beside` and `above` the cells."""
    dots_a_point = axes.figure.dpi / 72
    corner = axes.transData.transform((0, 0))
    left = min((text.get_window_extent().x0 for text in beside), default=corner[0])
    top = max((text.get_window_extent().y1 for text in above), default=corner[1])
    look: dict[str, Any] = {"fontsize": 10, "color": FAINT, "va": "bottom", "rotation_mode": "anchor"}
    aside = _moved(axes, (left - corner[0]) / dots_a_point - 2 * GAP, 0)
    over = _moved(axes, 0, (top - corner[1]) / dots_a_point + 2 * GAP)
    axes.text(0, 0, rows, rotation=90, ha="right", transform=aside, **look)
    axes.text(0, 0, columns, ha="left", transform=over, **look)


def _moved(axes: Axes, right: float, up: float) -> Transform:
    """Places in cells, moved by so many points."""
    return axes.transData + ScaledTranslation(right / 72, up / 72, axes.figure.dpi_scale_trans)


def longest(names: Sequence[str], font_size: float) -> float:
    """The width in inches of the longest name."""
    figure = new_figure((1, 1), dots_per_inch=72)
    return max(figure.text(0, 0, name, fontsize=font_size).get_window_extent().width for name in names) / 72


def add_scale(figure: Figure, panel: Axes, scale: Scale = WEIGHTS) -> None:
    """The colour scale, to the right of a panel and its names, from the panel's top down."""
    place, height = panel.get_position(), figure.get_figheight()
    names = panel.get_tightbbox()  # in dots
    assert names is not None
    axes = add_axes(
        figure, names.x1 / figure.dpi + 0.2, height * (1 - place.y1), 0.16, min(max(height * place.height, 2.0), 3.0)
    )
    legend = figure.colorbar(ScalarMappable(Normalize(scale.lowest, scale.highest), scale.colours), cax=axes)
    if scale == WEIGHTS:
        legend.set_ticks([0.0, 0.25, 0.5, 0.75, 1.0], labels=["0", "0.25", "0.5", "0.75", "1"])
    axes.set_ylim(scale.shown_from, scale.highest)
    axes.tick_params(length=0, labelsize=9)
    legend.set_label(scale.label, fontsize=9.5)


def add_words(figure: Figure, title: Sequence[str], caption: Sequence[str]) -> Bbox:
    """The title over the picture and the caption under it, paragraph by paragraph, wrapped to its width.

    Returns the box around all of it, in inches: `save` cuts the picture there.
    """
    picture = figure.get_tightbbox()
    left, width = picture.x0 / figure.get_figwidth(), max(picture.width, NARROWEST_TEXT)
    above, below = (picture.y1 + 0.3) / figure.get_figheight(), (picture.y0 - 0.3) / figure.get_figheight()
    title_text = "\n".join(textwrap.fill(line, int(width / 0.125)) for line in title)
    over = figure.text(left, above, title_text, fontsize=14, fontweight="bold", va="bottom", linespacing=1.35)
    caption_text = "\n".join(textwrap.fill(paragraph, int(width / 0.078)) for paragraph in caption)
    under = figure.text(left, below, caption_text, fontsize=10, color=FAINT, va="top", linespacing=1.5)
    texts = [each.get_window_extent() for each in (over, under) if each.get_text()]
    return Bbox.union([picture, *(TransformedBbox(box, figure.dpi_scale_trans.inverted()) for box in texts)])


def save(figure: Figure, stem: str | Path, box: Bbox) -> tuple[Path, Path]:
    """Writes what is in the box as `stem`.png and `stem`.svg, each whole or not at all; returns their paths."""
    everything = box.padded(0.3)
    dots_per_inch = min(DOTS_PER_INCH, MOST_DOTS / max(everything.size))
    png, svg = Path(f"{stem}.png"), Path(f"{stem}.svg")
    for path, metadata in ((png, None), (svg, {"Date": None})):
        content = io.BytesIO()
        figure.savefig(content, format=path.suffix[1:], dpi=dots_per_inch, metadata=metadata, bbox_inches=everything)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content.getvalue())
    return png, svg
