"""Pictures of attention, the table in the terminal, and the text in both."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest
from matplotlib import rcParams
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from toytrans.attention_maps import (
    AttentionMap,
    Kind,
    View,
    ViewScore,
    claimed_links,
    figures,
)
from toytrans.attention_maps.heatmaps import draw_heads, draw_hidden_words, draw_map
from toytrans.attention_maps.hidden_words import HiddenWords

from .conftest import CAT, CHAT, HOSTILE, random_map, text_of, texts_of, with_cross

WORDS = [f"word{i}{'x' * (i % 9)}" for i in range(40)]


make_map = partial(random_map, decoding="beam 5")


def hide(map_: AttentionMap, losses: Sequence[Sequence[float]] | None = None) -> HiddenWords:
    """Hidden words of a map, losing this, or at random."""
    words = map_.merged_to_words()
    source, target = words.source_tokens[:-1], words.target_tokens[:-1]
    drawn = np.random.default_rng(1).standard_normal((len(target), len(source)))
    metadata = replace(words.metadata, probabilities=words.metadata.probabilities[:-1])
    return HiddenWords(source, target, np.array(drawn if losses is None else losses, dtype=np.float32), metadata)


def frames(figure: Figure, panel: int = 0) -> list[Rectangle]:
    """The frames in a panel."""
    return [patch for patch in figure.axes[panel].patches if isinstance(patch, Rectangle)]


def outlined(figure: Figure, panel: int = 0) -> set[tuple[int, int]]:
    """Row and column of each frame in a panel."""
    return {(int(frame.get_y()), int(frame.get_x())) for frame in frames(figure, panel)}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that a test draws, kept before they are saved."""
    kept: list[Figure] = []
    save = figures.save

    def keep(figure: Figure, stem: str | Path, box: Bbox) -> tuple[Path, Path]:
        kept.append(figure)
        return save(figure, stem, box)

    monkeypatch.setattr(figures, "save", keep)
    return kept


def name_texts(figure: Figure, panel: int = 0) -> tuple[list[Text], list[Text]]:
    """The names of the rows, at the left of the cells, and of the columns, above them."""
    names = [text for text in figure.axes[panel].texts if text.get_color() == figures.INK]
    rows = [text for text in names if text.get_verticalalignment() == "center_baseline"]
    return rows, [text for text in names if text.get_verticalalignment() == "bottom"]


def tick_labels(figure: Figure, panel: int = 0) -> tuple[list[str], list[str]]:
    rows, columns = name_texts(figure, panel)
    return [text.get_text() for text in rows], [text.get_text() for text in columns]


# What a picture shows


@pytest.mark.parametrize("kind", ["cross", "encoder", "decoder"])
def test_rows_and_columns_carry_the_names_of_the_attention_that_is_drawn(
    kind: Kind, drawn: list[Figure], tmp_path: Path
) -> None:
    map_ = make_map(CAT, CHAT)
    rows, columns = map_.labels(kind)
    draw_map(map_, View(2, 3), tmp_path / "map", kind=kind)
    draw_heads(map_, tmp_path / "heads", kind=kind)
    assert tick_labels(drawn[0]) == (list(rows), list(columns))
    assert tick_labels(drawn[1]) == (list(rows), list(columns))
    cells = drawn[0].axes[0].collections[0].get_array()
    assert cells is not None
    np.testing.assert_array_equal(np.asarray(cells).reshape(len(rows), len(columns)), map_.weights(kind)[1, 2])
    assert drawn[0].axes[0].get_ylim() == (len(rows), 0)  # the first row is on top


def test_every_head_has_a_panel_of_its_own_with_its_own_weights(drawn: list[Figure], tmp_path: Path) -> None:
    map_ = make_map(CAT, CHAT)
    draw_heads(map_, tmp_path / "heads")
    for layer in range(2):
        for head in range(4):
            panel = drawn[0].axes[4 * layer + head]
            assert panel.get_title(loc="left") == f"layer {layer + 1}, head {head + 1}"
            cells = panel.collections[0].get_array()
            assert cells is not None
            np.testing.assert_array_equal(np.asarray(cells).ravel(), map_.cross_attention[layer, head].ravel())
            assert panel.collections[0].get_clim() == (0.0, 1.0)


def test_the_caption_says_what_is_shown_and_what_it_means(tmp_path: Path) -> None:
    _, svg = draw_map(make_map(CAT, CHAT), View(2), tmp_path / "map", note="The view that aligns words best.")
    text = text_of(svg)
    for statement in (
        "Cross-attention, layer 2 of 2, mean of 4 heads.",
        "Decoding: beam 5.",
        "what the model attended to while predicting the word at the left; rows sum to 1",
        "Outlined: the links this view claims, those with a weight of at least 0.50 (its threshold).",
        "That alone is not an explanation",
        "From runs/toy, step-000400.",
        "The view that aligns words best.",
        "The cat sat on the mat.",
        "→ Le chat s'est assis sur le tapis.",
    ):
        assert statement in text


def test_the_links_that_a_view_claims_are_outlined_and_nothing_else(drawn: list[Figure], tmp_path: Path) -> None:
    rows = [[0.45, 0.45, 0.1, 0.0], [0.39, 0.0, 0.0, 0.61], [0.0, 0.3, 0.7, 0.0]]  # The, cat, </s>, <null>
    score = ViewScore(View(), 0.4, 0.953, 0.8, 0.1)
    map_ = with_cross(make_map(["The", "cat"], ["Le", "chat"], null=True), rows, score)
    _, svg = draw_map(map_, View(), tmp_path / "map")
    assert tick_labels(drawn[0]) == (["Le", "chat", "</s>"], ["The", "cat", "</s>", "<null>"])
    assert outlined(drawn[0]) == {(0, 0), (0, 1)}
    text = text_of(svg)
    for statement in (
        "Cross-attention, mean of all 8 heads of 2 layers.",
        "Outlined: the links this view claims, those with a weight of at least 0.40 (its threshold).",
        "On validation, 95 % of the links this view claimed were right (precision)",
        "There the model was forced to say the reference. This view and its threshold were chosen there as well.",
        "On average 36 % of a word's attention is on </s> and <null>, not on a word.",
    ):
        assert statement in text
    draw_heads(map_, tmp_path / "heads")  # heads have no score: a majority claims
    assert outlined(drawn[1], 5) == set()


def test_a_claim_on_a_word_of_pieces_is_outlined_around_them_all(drawn: list[Figure], tmp_path: Path) -> None:
    map_ = with_cross(make_map(["▁un", "able"], ["▁in", "capable"]), [[0.3, 0.3, 0.4], [0.4, 0.3, 0.3], [0, 0, 1]])
    pieces = replace(map_, source_word_ids=(0, 0, None), target_word_ids=(0, 0, None))
    draw_map(pieces, View(), tmp_path / "map")
    (frame,) = frames(drawn[0])
    assert (*frame.get_xy(), frame.get_width(), frame.get_height()) == (0, 0, 2, 2)


def test_self_attention_claims_no_links(drawn: list[Figure], tmp_path: Path) -> None:
    map_ = make_map(CAT, CHAT)
    _, svg = draw_map(map_, View(1), tmp_path / "map", kind="encoder")
    assert outlined(drawn[0]) == set(enumerate(map_.view(View(1), "encoder").argmax(axis=-1).tolist()))
    text = text_of(svg)
    assert "Outlined: the strongest of its row." in text
    assert "gold" not in text


def test_where_nothing_was_measured_the_captions_say_so(tmp_path: Path) -> None:
    map_ = make_map(CAT, CHAT)
    for _, svg in (draw_map(map_, View(), tmp_path / "map"), draw_heads(map_, tmp_path / "heads")):
        assert "How many of the claimed links are right was not measured." in text_of(svg)


def test_a_head_is_titled_with_how_many_of_its_links_were_right(drawn: list[Figure], tmp_path: Path) -> None:
    map_ = make_map(CAT, CHAT)
    scores = ViewScore(View(1, 2), 0.3, 0.912, 0.5, 0.3), ViewScore(View(1, 3), 0.5, 0.0, 0.0, 1.0)
    scored = replace(map_, metadata=replace(map_.metadata, view_scores=scores))
    _, svg = draw_heads(scored, tmp_path / "heads")
    assert drawn[0].axes[1].get_title(loc="left") == "layer 1, head 2 (precision 91 %)"
    assert drawn[0].axes[2].get_title(loc="left") == "layer 1, head 3 (claims none)"
    assert "“Claims none”: the head claimed no link there." in text_of(svg)
    links = claimed_links(map_.view(View(1, 2)), map_.source_word_ids, map_.target_word_ids, 0.3)
    assert outlined(drawn[0], 1) == {(target, source) for source, target in links}


def test_what_makes_a_map_doubtful_stands_in_its_caption(tmp_path: Path) -> None:
    even = with_cross(make_map(CAT, CHAT), [[1 / 8] * 8] * 10)
    for _, svg in (draw_map(even, View(), tmp_path / "a"), draw_hidden_words(even, hide(even), View(), tmp_path / "b")):
        assert "Warning: Rows are nearly uniform" in text_of(svg)


# What hiding a word costs


def test_losses_stand_beside_attention_in_the_same_rows_and_columns(drawn: list[Figure], tmp_path: Path) -> None:
    map_ = make_map(CAT, CHAT, null=True)
    hidden = hide(map_)
    _, svg = draw_hidden_words(map_, hidden, View(2), tmp_path / "hidden")
    attention, losses = drawn[0].axes[0], drawn[0].axes[2]  # each has its scale behind it
    assert tick_labels(drawn[0], 0) == tick_labels(drawn[0], 2) == ([*CHAT, "</s>"], [*CAT, "</s>", "<null>"])
    np.testing.assert_allclose(attention.get_position().size, losses.get_position().size)
    assert attention.get_position().y0 == pytest.approx(losses.get_position().y0)
    painted = losses.collections[0].get_array()
    assert painted is not None
    cells = np.ma.getdata(painted).reshape(10, 9)
    np.testing.assert_array_equal(cells[:9, :7], hidden.losses_TS)
    assert np.isnan(cells[9]).all()  # </s> is neither hidden nor measured, nor is <null>
    assert np.isnan(cells[:, 7:]).all()
    assert outlined(drawn[0], 2) == {(row, cause) for row, cause in enumerate(hidden.causes) if cause is not None}
    text = text_of(svg)
    assert "Left: cross-attention, layer 2 of 2, mean of 4 heads." in text
    assert "Right: how much log-probability the word at the left loses when the source word above is hidden" in text
    assert "Below 0, green: the word became more likely." in text
    red_lost, green_lost, blue_lost, _ = losses.collections[0].cmap(1.0)
    red_gained, green_gained, blue_gained, _ = losses.collections[0].cmap(0.0)
    assert red_lost > green_lost > blue_lost  # brown
    assert green_gained > max(red_gained, blue_gained)
    lowest, highest = losses.collections[0].get_clim()
    assert lowest == -highest  # white is neither


def test_the_caption_counts_the_words_with_a_cause_in_which_attention_agrees_with_it(tmp_path: Path) -> None:
    rows = [[0.2, 0.1, 0.7], [0.1, 0.9, 0.0], [0.9, 0.1, 0.0], [0.9, 0.1, 0.0], [0.0, 0.0, 1.0]]  # The, cat, </s>
    map_ = with_cross(make_map(["The", "cat"], ["Le", "chat", "noir", "!"]), rows)
    losses: list[list[float]] = [[1, 0], [2, 3], [0, 0.06], [0.04, 0]]  # nothing causes the last
    _, svg = draw_hidden_words(map_, hide(map_, losses), View(), tmp_path / "hidden")
    text = text_of(svg)
    assert "3 words lose something. For 2 of them, the strongest weight is on the source word whose hiding" in text
    assert "whose hiding costs most. Not for “noir”." in text
    assert "green" not in text


def test_two_maps_too_wide_for_a_page_stand_one_below_the_other(drawn: list[Figure], tmp_path: Path) -> None:
    map_ = make_map(WORDS, ["a", "b"], layers=1, heads=1)
    _, svg = draw_hidden_words(map_, hide(map_), View(), tmp_path / "hidden")
    attention, losses = drawn[0].axes[0], drawn[0].axes[2]
    names = losses.get_tightbbox()
    assert names is not None
    assert names.y1 < attention.get_window_extent().y0
    assert losses.get_position().x0 == attention.get_position().x0
    assert "Lower map: how much log-probability" in text_of(svg)


def test_hidden_words_of_another_sentence_are_refused(tmp_path: Path) -> None:
    map_ = make_map(["a\n"], CHAT)
    with pytest.raises(
        ValueError, match=r"attention is of a\\n → Le chat .*, hiding of The cat .* → Le chat"
    ) as caught:
        draw_hidden_words(map_, hide(make_map(CAT, CHAT)), View(), tmp_path / "hidden")
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_hidden_words_are_refused_where_the_translation_was_cut_within_a_word(tmp_path: Path) -> None:
    whole = replace(make_map(["cat"], ["▁in", "cap"]), target_word_ids=(0, 0, None))
    cut = replace(whole, target_tokens=("▁in", "cap", "able"), target_word_ids=(0, 0, 0))
    read_again = replace(hide(whole), target_words=("incapable",))
    with pytest.raises(ValueError, match="the words are not the same"):
        draw_hidden_words(cut, read_again, View(), tmp_path / "hidden")


# Titles


def test_a_picture_of_a_translation_the_model_did_not_choose_says_so(tmp_path: Path) -> None:
    own = make_map(CAT, CHAT)
    map_ = replace(own, metadata=replace(own.metadata, decoding="forced"))
    for _, svg in (
        draw_map(map_, View(), tmp_path / "map"),
        draw_heads(map_, tmp_path / "heads"),
        draw_hidden_words(map_, hide(map_), View(), tmp_path / "hidden"),
    ):
        assert "→ Le chat s'est assis sur le tapis. (given, not the model's own)" in text_of(svg)


def test_the_title_is_the_sentence_as_typed_where_it_is_given(tmp_path: Path) -> None:
    typed = ("Is it 5 $ or $ 6?", "Est-ce 5 $ ou $ 6 ?")
    _, svg = draw_map(make_map(CAT, CHAT), View(1), tmp_path / "map", sentences=typed)
    assert set(texts_of(svg)) >= {typed[0], f"→ {typed[1]}"}


def test_a_view_the_model_does_not_have_draws_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="layer 3: this model has layers 1 to 2"):
        draw_map(make_map(CAT, CHAT), View(3), tmp_path / "map")
    assert list(tmp_path.iterdir()) == []


# Any text is text


def test_hostile_tokens_neither_break_a_picture_nor_warn(tmp_path: Path) -> None:
    map_ = make_map(HOSTILE, HOSTILE[::-1], layers=1, heads=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pictures = [*draw_map(map_, View(1), tmp_path / "map"), *draw_heads(map_, tmp_path / "heads")]
        pictures += draw_hidden_words(map_, hide(map_), View(1), tmp_path / "hidden")
    for picture in pictures:
        if picture.suffix == ".png":
            with Image.open(picture) as image:
                assert len(image.convert("L").getcolors(256) or []) > 16
        else:
            texts = texts_of(picture)
            assert texts.count("$x_1$") >= 2
            assert "<script>alert(1)</s…" in texts
            assert r"two\nlines" in texts
            assert b"<script" not in picture.read_bytes()


def test_accents_are_drawn_as_they_are(tmp_path: Path) -> None:
    _, svg = draw_map(make_map(["eaten"], ["mangé", "œuf", "où", "Noël", "ça"]), View(1), tmp_path / "map")
    assert set(texts_of(svg)) >= {"mangé", "œuf", "où", "Noël", "ça"}


@pytest.mark.filterwarnings("error")
def test_words_of_any_script_are_drawn_whole(tmp_path: Path) -> None:
    words = ["हिन्दी", "می\u200cخواهم", "👩\u200d🚀", "ọ̀rẹ́", "שַּׁבָּת"]
    _, svg = draw_map(make_map(["cat"], words), View(1), tmp_path / "map")
    assert set(texts_of(svg)) >= set(words)


def test_characters_that_no_font_has_are_named_in_the_caption(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "fontManager", SimpleNamespace(ttflist=[]))
    _, svg = draw_map(make_map(["cat"], ["हि\u200dन्", "chat"]), View(1), tmp_path / "map")
    assert "Boxes: no font on this machine has DEVANAGARI LETTER NA (U+0928) and 3 others." in " ".join(texts_of(svg))
    _, svg = draw_map(make_map(["cat"], ["chat"]), View(1), tmp_path / "map")
    assert "Boxes" not in " ".join(texts_of(svg))


def test_any_installed_font_that_has_a_character_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"sans": frozenset(map(ord, "abc")), "one": frozenset(map(ord, "bх")), "two": frozenset(map(ord, "ह"))}
    fonts = [SimpleNamespace(name=f"Font {name}", fname=name) for name in ("two", "one")]
    monkeypatch.setattr(figures, "fontManager", SimpleNamespace(ttflist=fonts))
    monkeypatch.setattr(figures, "findfont", lambda _: "sans")
    monkeypatch.setattr(figures, "_characters", known.__getitem__)
    with figures.drawing(["aह b", "c"]) as lacking:
        assert rcParams["font.sans-serif"] == ["DejaVu Sans", "Font two"]
        assert lacking == ""
    with figures.drawing(["хहλ"]) as lacking:
        assert rcParams["font.sans-serif"] == ["DejaVu Sans", "Font one", "Font two"]
        assert lacking == "Boxes: no font on this machine has GREEK SMALL LETTER LAMDA (U+03BB)."


def test_nothing_is_cut_off_at_the_edge(tmp_path: Path) -> None:
    long_label = ["x" * 20]
    for name, map_ in {
        "empty": make_map([], []),
        "wide": make_map(long_label * 3, ["a"]),
        "tall": make_map(["a"], long_label * 20, layers=1, heads=1),
    }.items():
        for png, _ in (
            draw_map(map_, View(1), tmp_path / name),
            draw_heads(map_, tmp_path / f"{name}-heads"),
            draw_hidden_words(map_, hide(map_), View(1), tmp_path / f"{name}-hidden"),
        ):
            with Image.open(png) as image:
                pixels = np.asarray(image.convert("L"))
            for edge in (pixels[:9], pixels[-9:], pixels[:, :9], pixels[:, -9:]):
                assert edge.min() == 255


@pytest.mark.parametrize("num_words", [25, 40])
def test_names_do_not_run_into_each_other(num_words: int, drawn: list[Figure], tmp_path: Path) -> None:
    map_ = make_map(WORDS[:num_words], WORDS[:num_words], layers=1, heads=2)
    png, _ = draw_map(map_, View(1), tmp_path / "map")
    draw_heads(map_, tmp_path / "heads")
    for figure in drawn:
        axes = figure.axes[0]
        down = [label.get_window_extent() for label in name_texts(figure)[0]]
        assert all(above.y0 >= below.y1 for above, below in pairwise(down))
        cell_points = 72 * figure.get_figwidth() * axes.get_position().width / (num_words + 1)
        for label in name_texts(figure)[1]:
            assert cell_points * np.sin(np.radians(label.get_rotation())) > float(label.get_fontsize())
    assert png.stat().st_size < 1_000_000


def test_short_names_stand_upright_and_long_ones_lean(drawn: list[Figure], tmp_path: Path) -> None:
    draw_map(make_map(CAT, CHAT), View(1), tmp_path / "short")
    draw_map(make_map(["extraordinary"], CHAT), View(1), tmp_path / "long")
    assert [name_texts(figure)[1][0].get_rotation() for figure in drawn] == [0, 45]


# Files


def test_the_same_map_gives_the_same_pictures_byte_for_byte(tmp_path: Path) -> None:
    once = draw_map(make_map(CAT, CHAT), View(2), tmp_path / "once")
    again = draw_map(make_map(CAT, CHAT), View(2), tmp_path / "again")
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in again]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.png", "again.svg", "once.png", "once.svg"]


def test_a_dot_in_the_name_is_kept(tmp_path: Path) -> None:
    png, svg = draw_map(make_map([], []), View(1), tmp_path / "deep" / "1.5")
    assert (png.name, svg.name) == ("1.5.png", "1.5.svg")
    assert png.exists()
    assert svg.exists()


def test_the_settings_of_the_user_neither_matter_nor_change(tmp_path: Path) -> None:
    draw_map(make_map(CAT, CHAT), View(1), tmp_path / "ours")
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.grid": True, "savefig.dpi": 30}):
        before = dict(matplotlib.rcParams)
        draw_map(make_map(CAT, CHAT), View(1), tmp_path / "theirs")
        assert dict(matplotlib.rcParams) == before
    assert (tmp_path / "ours.svg").read_bytes() == (tmp_path / "theirs.svg").read_bytes()


def test_maps_and_tables_need_no_matplotlib() -> None:
    program = "import sys, toytrans.attention_maps; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
