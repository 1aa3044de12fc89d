"""The words around a picture: whose translation it is, what a head was taught, how far to believe a view."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from toytrans.attention_maps import AttentionMap, Kind, Metadata, View, ViewScore, captions
from toytrans.attention_maps.heatmaps import draw_heads, draw_hidden_words, draw_map
from toytrans.attention_maps.hidden_words import HiddenWords
from toytrans.config import Config, ModelConfig, TrainingConfig

GUIDANCE = "layer 2, head 1 was taught to align words, by gold links"
SCORE = ViewScore(View(2, 1), 0.4, 0.97, 0.8, 0.1)
TAUGHT = "Layer 2, head 1 was taught to align words, by gold links: it shows what it was taught."


def attention_map(guidance: str = GUIDANCE, score: ViewScore | None = None) -> AttentionMap:
    """Two layers of two heads, each of which attends to the word in its place."""
    rows = np.broadcast_to(np.eye(3, dtype=np.float32), (2, 2, 3, 3))
    metadata = Metadata(
        "runs/toy", "step-000400", "greedy", (0.9, 0.4, 1.0), view_scores=(score,) if score else (), guidance=guidance
    )
    words = 0, 1, None
    return AttentionMap(rows, rows, rows, ("The", "cat", "</s>"), ("Le", "chat", "</s>"), words, words, metadata)


def text_of(svg: Path) -> str:
    """All text in a picture."""
    root = ElementTree.parse(svg).getroot()
    return " ".join("".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text"))


@pytest.mark.parametrize("guidance", [GUIDANCE, ""], ids=["taught", "untaught"])
def test_every_picture_of_cross_attention_says_which_head_was_taught(guidance: str, tmp_path: Path) -> None:
    map_ = attention_map(guidance)
    of_words = replace(map_.metadata, probabilities=(0.9, 0.4))
    hidden = HiddenWords(("The", "cat"), ("Le", "chat"), np.eye(2, dtype=np.float32), of_words)
    for _, svg in (
        draw_map(map_, View(1, 2), tmp_path / "map"),
        draw_heads(map_, tmp_path / "heads"),
        draw_heads(attention_map(guidance, SCORE), tmp_path / "scored-heads"),
        draw_hidden_words(map_, hidden, View(), tmp_path / "hidden"),
    ):
        assert (TAUGHT in text_of(svg)) == bool(guidance)


def test_self_attention_was_taught_nothing() -> None:
    for kind in captions.NAMES:
        assert (TAUGHT in captions.how_far_to_believe(attention_map(), View(), kind)) == (kind == "cross")


def test_a_caption_has_no_empty_paragraphs() -> None:
    map_ = attention_map(guidance="")
    assert captions.taught(map_) == ""
    belief = captions.how_far_to_believe(map_, View())
    assert all(captions.map_caption(map_, "cross", "layer 1 of 2", "Outlined: claims.", belief, note=""))


def test_the_settings_of_a_run_say_what_its_captions_do() -> None:
    config = Config(model=ModelConfig(num_layers=2), training=TrainingConfig(guided_alignment="gold"))
    assert captions.taught(attention_map(config.guidance)) == TAUGHT


@pytest.mark.parametrize(
    ("precision", "told"),
    [(0.953, "95 %"), (0.988, "98.8 %"), (0.9996, "more than 99.9 %"), (1.0, "100 %"), (0.0, "0 %")],
    ids=str,
)
def test_a_percentage_is_100_only_where_all_are_right(precision: float, told: str) -> None:
    map_ = attention_map(score=ViewScore(View(2, 1), 0.4, precision, 0.8, 0.1))
    belief, *_ = captions.how_far_to_believe(map_, View(2, 1))
    assert belief.startswith(
        f"On validation, {told} of the links this view claimed were right (precision), and it claimed "
    )
    assert belief.endswith(
        "of the sure gold links (recall); alignment error rate 0.100. There the model was forced to say the reference. "
        "This view and its threshold were chosen there as well."
    )


@pytest.mark.parametrize("kind", captions.NAMES)
def test_a_picture_of_cross_attention_carries_the_warnings_of_the_translation_once_each(kind: Kind) -> None:
    map_ = replace(attention_map(), metadata=replace(attention_map().metadata, warnings=("unknown: cat", "unsure")))
    warned = [line for line in captions.how_far_to_believe(map_, View(), kind) if line.startswith("Warning")]
    assert warned == (["Warning: unknown: cat.", "Warning: unsure."] if kind == "cross" else [])


def test_marks_of_unknown_words_are_explained_where_they_are(tmp_path: Path) -> None:
    map_ = attention_map()
    assert captions.unknown_words(map_) == ""
    metadata = replace(map_.metadata, typed={1: "zebra"}, copied={1: 1})
    tokens = {"source_tokens": ("The", "<unk>", "</s>"), "target_tokens": ("Le", "<unk>", "</s>")}
    copied = replace(map_, metadata=metadata, **tokens)  # type: ignore[arg-type]
    for kind, marks in (("cross", {"unknown", "copied"}), ("encoder", {"unknown"}), ("decoder", {"unknown", "copied"})):
        said = captions.unknown_words(copied, kind)  # type: ignore[arg-type]
        assert {mark for mark in ("unknown", "copied") if f"({mark}):" in said} == marks
    _, svg = draw_map(copied, View(), tmp_path / "map")
    shown = text_of(svg)
    assert "zebra (unknown)" in shown
    assert "zebra (copied)" in shown
    assert "(copied): the model wrote <unk> there" in shown


def test_only_a_translation_the_model_was_made_to_say_is_called_given() -> None:
    own = attention_map()
    forced = replace(own, metadata=replace(own.metadata, decoding="forced"))
    for sentences in (None, ("The cat", "Le chat")):
        assert captions.title(own, sentences) == ("The cat", "→ Le chat")
        assert captions.title(forced, sentences) == ("The cat", "→ Le chat (given, not the model's own)")
    _, long = captions.title(forced, ("The cat", "x" * 500))
    assert long.endswith("… (given, not the model's own)")  # is not cut off with the rest


def test_only_the_best_view_is_said_to_have_been_chosen() -> None:
    second = ViewScore(View(1, 1), 0.5, 0.7, 0.5, 0.3)
    map_ = replace(attention_map(), metadata=replace(attention_map().metadata, view_scores=(SCORE, second)))
    best, other = (captions.how_far_to_believe(map_, View(layer, 1))[0] for layer in (2, 1))
    assert best.startswith("On validation, 97 % of the links")
    assert best.endswith("This view and its threshold were chosen there as well.")
    assert other.startswith("On validation, 70 % of the links")
    assert other.endswith("This view's threshold was chosen there as well.")


def test_a_view_that_claimed_nothing_on_validation_or_was_not_measured_has_no_percentage() -> None:
    map_ = attention_map(score=ViewScore(View(2, 1), 0.5, 0.0, 0.0, 1.0))
    assert captions.how_far_to_believe(map_, View(2, 1))[0] == "On validation this view claimed no link."
    assert captions.how_far_to_believe(map_, View(1))[0] == "How many of the claimed links are right was not measured."


def test_a_caption_ends_with_the_run_its_checkpoint_and_the_word_it_was_least_sure_of() -> None:
    caption = captions.map_caption(attention_map(), "cross", "layer 1 of 2", "", [], note="")
    assert caption[-1] == "Least certain word: chat, probability 0.40. From runs/toy, step-000400."
    named = replace(attention_map(), metadata=replace(attention_map().metadata, run="runs/\u202etoy\n"))
    caption = captions.map_caption(named, "cross", "layer 1 of 2", "", [], note="")
    assert caption[-1].endswith(r"From runs/\u202etoy\n, step-000400.")


def test_the_end_mark_is_no_word_that_could_be_uncertain() -> None:
    map_ = attention_map()
    unsure_of_the_end = replace(map_, metadata=replace(map_.metadata, probabilities=(0.9, 0.8, 0.1)))
    caption = captions.map_caption(unsure_of_the_end, "cross", "a view", "", [], "")
    assert caption[-1] == "Least certain word: chat, probability 0.80. From runs/toy, step-000400."


def test_an_unknown_word_of_a_given_translation_is_named(tmp_path: Path) -> None:
    map_ = attention_map()
    given = replace(map_, metadata=replace(map_.metadata, decoding="forced", typed_target={1: "minou"}))
    text = text_of(draw_map(given, View(1, 1), tmp_path / "map")[1])
    assert "minou (unknown)" in text
    assert "(unknown): the model read <unk> in place of this word." in text
