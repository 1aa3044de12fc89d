"""The scoreboard as a picture: its words are read back from the SVG, in which text stays text."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from toytrans.attention_maps import AlignmentCounts, View
from toytrans.evaluation import Line, Scoreboard
from toytrans.evaluation.scoreboard_figure import COLUMNS, _goodness, draw_scoreboard

SOME = AlignmentCounts(links=8, sure=8, links_in_sure=6, links_in_possible=7, content_words=4, content_words_right=3)
NONE = AlignmentCounts(sure=8)
BOARD = Scoreboard(
    (
        Line("mean of all", View(), "predicting", 0.44, SOME, SOME, 0.61, 0.12, 1.5),
        Line("layer 1, head 2", View(1, 2), "reading", 0.38, SOME, NONE, 0.5, 0.25, 12.25),
        Line("uniform", None, "predicting", 0.44, NONE, SOME, 0.125, 0.0, 3.0),
    )
)


def texts(svg: Path) -> list[str]:
    """What the picture says, text by text; a line of text may be cut in several by its style."""
    return [unescape(re.sub(r"<[^>]+>", "", text)) for text in re.findall(r"<text[^>]*>(.*?)</text>", svg.read_text())]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The picture of `BOARD`, as PNG and SVG."""
    return draw_scoreboard(BOARD, tmp_path_factory.mktemp("figure") / "board", "small, step 3; toy, test: 8 sentences")


def test_a_png_and_an_svg_are_written_and_nothing_else(drawn: tuple[Path, Path]) -> None:
    png, svg = drawn
    assert sorted(path.name for path in png.parent.iterdir()) == [png.name, svg.name] == ["board.png", "board.svg"]
    assert png.read_bytes().startswith(b"\x89PNG")


def test_every_line_is_named_with_its_threshold_under_the_row_it_is_of(drawn: tuple[Path, Path]) -> None:
    said = texts(drawn[1])
    in_order = [
        "mean of all  (≥ 0.44)", "uniform  (≥ 0.44)", "the row that predicts the word",
        "layer 1, head 2  (≥ 0.38)", "the row that reads the word",
    ]  # fmt: skip
    assert [text for text in said if text in in_order] == in_order


def test_every_number_stands_in_its_cell_and_a_dash_where_there_is_none(drawn: tuple[Path, Path]) -> None:
    said = texts(drawn[1])
    # precision 7/8, recall 6/8, AER 1 - (6 + 7) / (8 + 8), twice; content 3/4, twice.
    numbers = ["0.875", "0.750", "0.188", "0.188", "0.750", "0.750", "0.610", "0.120", "1.500"]
    start = said.index("0.875")
    assert said[start : start + len(COLUMNS)] == numbers
    assert said[start + len(COLUMNS)] == "–"  # uniform claims nothing
    assert "12.2" in said


def test_only_what_is_good_or_bad_has_a_colour() -> None:
    darkest = {name: max(_goodness(name, score) for score in (0.0, 1.0)) for name in COLUMNS}
    assert {name for name, goodness in darkest.items() if goodness == 0.0} == {"no_word", "entropy"}
    assert {name for name in COLUMNS if _goodness(name, 0.1) > 0.5} == {"aer", "strongest_aer"}
    assert _goodness("precision", None) == 0.0


def test_the_caption_says_of_what_it_is_and_how_to_read_it(drawn: tuple[Path, Path]) -> None:
    words = " ".join(" ".join(texts(drawn[1])).split())
    for phrase in (
        "How well does each view of attention align words?",
        "small, step 3; toy, test: 8 sentences.",
        "on passes forced to say the reference",
        "links with at least the threshold after the name, which was chosen on validation",
        "Och and Ney (2003)",
        "Uniform, diagonal and shuffled attention know nothing of the words",
    ):
        assert phrase in words
    for heading in COLUMNS.values():
        assert " ".join(heading.split()) in words


def test_what_somebody_typed_is_drawn_with_nothing_hidden(tmp_path: Path) -> None:
    _, svg = draw_scoreboard(BOARD, tmp_path / "board", "toy\x1b[31m\u202e, $x_1$")
    words = " ".join(texts(svg))
    assert r"toy\x1b[31m\u202e, $x_1$" in words
    assert "\u202e" not in svg.read_text()
