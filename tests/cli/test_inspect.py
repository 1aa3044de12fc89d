from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from toytrans import attention_maps
from toytrans.attention_maps import AttentionMap, Metadata, View, ViewScore
from toytrans.attention_maps.hidden_words import HiddenWords
from toytrans.cli.inspect import Inspected, print_table

from .conftest import Toytrans

CAT = "The cat sees the dog."


@pytest.fixture
def inspect(toytrans: Toytrans, run: Path, tmp_path: Path) -> Toytrans:
    return partial(toytrans, "inspect", run, "--out", tmp_path)


def test_the_table_names_each_target_word_and_what_it_attends_to(inspect: Toytrans) -> None:
    lines = inspect(CAT, "--layer", "2").out.splitlines()
    assert lines[:2] == [CAT, "→ Le chat voit le chien."]
    header = r"  cross-attention, layer 2 of 2, mean of 2 heads, greedy; links claimed from a weight of 0\.\d\d; "
    assert re.fullmatch(header + r"precision \d+ % on validation", lines[2])
    assert [line.split()[0] for line in lines[4:10]] == ["le", "chat", "voit", "le", "chien", "."]


@pytest.mark.parametrize(
    ("flags", "drawn"),
    [
        (["--attention", "cross"], {"", "-heads", "-hidden"}),
        (["--attention", "decoder"], {"-decoder"}),
        (["--attention", "encoder", "--layer", "1"], {"-encoder", "-encoder-view"}),
    ],
)
def test_the_attention_asked_for_is_drawn(
    inspect: Toytrans, pictures: list[tuple[str, str]], flags: list[str], drawn: set[str]
) -> None:
    assert inspect(CAT, *flags).status == 0
    assert {name.removeprefix("01-the-cat-sees-the-dog") for name, _ in pictures} == drawn


def table(capsys: pytest.CaptureFixture[str], **metadata: Any) -> list[str]:
    """The lines printed of a map of one word and `</s>`."""
    rows, words = np.broadcast_to(np.eye(2, dtype=np.float32), (1, 1, 2, 2)), (0, None)
    about = Metadata("small", "step 3", "forced", (0.2, 1.0), **metadata)
    map_ = AttentionMap(rows, rows, rows, ("cat", "</s>"), ("chat", "</s>"), words, words, about)
    print_table(Inspected("cat", "chat", map_, None), View())
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("scores", "told"),
    [
        ((), "precision not measured"),
        ((ViewScore(View(), 0.5, 0.0, 0.0, 1.0),), "none claimed on validation"),
        ((ViewScore(View(), 0.5, 0.9996, 0.8, 0.1),), "precision more than 99.9 % on validation"),
    ],
    ids=["not measured", "claimed none", "nearly all right"],
)
def test_the_table_says_how_many_claims_were_right_or_that_none_was_judged(
    scores: tuple[ViewScore, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert table(capsys, view_scores=scores)[2].endswith(f"; {told}")


def test_what_the_head_was_taught_stands_between_header_and_table(capsys: pytest.CaptureFixture[str]) -> None:
    header, taught, columns = table(capsys, guidance="layer 1, head 1 was taught")[2:5]
    assert header.startswith("  cross-attention,")
    assert taught == "  Layer 1, head 1 was taught: it shows what it was taught."
    assert columns.split() == ["target", "attends", "to", "weight", "probability"]


def test_without_a_sentence_the_watched_ones_are_inspected(inspect: Toytrans, tmp_path: Path) -> None:
    assert inspect().out.count("→ ") == 2
    assert len(list(tmp_path.glob("*-hidden.npz"))) == 2


def test_a_run_keeps_its_own_attention(toytrans: Toytrans, copy: Path) -> None:
    assert toytrans("inspect", copy, "The lion").status == 0
    assert (copy / "attention" / "01-the-lion.npz").is_file()


def test_the_saved_attention_is_that_of_the_translation(inspect: Toytrans, tmp_path: Path) -> None:
    inspect(CAT, "--beam", "2")
    map_ = AttentionMap.load(tmp_path / "01-the-cat-sees-the-dog.npz")
    assert map_.target_tokens == ("le", "chat", "voit", "le", "chien", ".", "</s>")
    assert (map_.metadata.run, map_.metadata.decoding) == ("small", "beam 2")


def test_a_target_is_inspected_in_place_of_the_models_own(inspect: Toytrans, tmp_path: Path) -> None:
    outcome = inspect(CAT, "--target", "Le zèbre voit.")
    assert (outcome.status, "→ Le zèbre voit." in outcome.out) == (0, True)
    assert "warning: Le zèbre voit.: unknown to this model, read as <unk>: zèbre" in outcome.err
    map_ = AttentionMap.load(tmp_path / "01-the-cat-sees-the-dog.npz")
    assert (map_.target_tokens[1], map_.metadata.decoding) == ("<unk>", "forced")
    hidden = HiddenWords.load(tmp_path / "01-the-cat-sees-the-dog-hidden.npz")
    assert hidden.source_words == ("the", "cat", "sees", "the", "dog", ".")
    assert hidden.target_words == ("le", "<unk>", "voit", ".")
    assert hidden.metadata.run == "small"


@pytest.mark.usefixtures("real_pictures")
def test_each_sentence_of_a_text_has_a_map_a_table_and_pictures_as_it_was_typed(
    inspect: Toytrans, tmp_path: Path
) -> None:
    out = tmp_path / "a" / "b"
    outcome = inspect("the cat SEES the dog. The boy eats the lion.", "--out", out)
    assert outcome.status == 0
    assert f"saved in {out}" in outcome.err
    shown = [line for line in outcome.out.splitlines() if line and not line.startswith(" ")]
    assert shown[:2] == ["the cat SEES the dog.", "→ Le chat voit le chien."]
    assert shown[2:] == ["The boy eats the lion.", "→ Le garçon mange le lion."]
    first = "read as: “The cat sees the dog.” (typed: the cat SEES the dog.)\n"
    assert (outcome.err.count("read as"), outcome.err.startswith(first)) == (1, True)
    stems = ("01-the-cat-sees-the-dog", "02-the-boy-eats-the-lion")
    endings = [".npz", "-hidden.npz"]
    endings += [f"{part}.{kind}" for part in ("", "-heads", "-hidden", "-encoder") for kind in ("png", "svg")]
    everything = {stem + ending for stem in stems for ending in endings} | {"page.html"}
    assert {path.name for path in out.iterdir()} == everything
    assert AttentionMap.load(out / f"{stems[1]}.npz").source_tokens[:2] == ("the", "boy")
    assert "the cat SEES the dog." in (out / f"{stems[0]}.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "target", "pairs"),
    [
        (
            "the cat sees the dog. the boy eats the lion.",
            "le chat voit le chien. LE GARÇON MANGE LE LION.",
            ["the cat sees the dog.", "le chat voit le chien.", "the boy eats the lion.", "LE GARÇON MANGE LE LION."],
        ),
        (CAT, "le chat voit. le chien voit.", [CAT, "le chat voit. le chien voit."]),
    ],
    ids=["as many sentences", "other sentences"],
)
def test_a_target_is_read_as_its_text_is(inspect: Toytrans, text: str, target: str, pairs: list[str]) -> None:
    outcome = inspect(text, "--target", target)
    assert outcome.status == 0
    shown = [line.removeprefix("→ ") for line in outcome.out.splitlines() if line and not line.startswith(" ")]
    assert shown == pairs
    assert ("read as: “Le garçon mange le lion.”" in outcome.err) == ("GARÇON" in target)


def test_a_translation_that_reads_back_as_other_words_has_no_picture_of_hiding(
    inspect: Toytrans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspect("The cat")  # earlier, when the words were the same
    for ending in ("txt", "png", "svg"):
        (tmp_path / f"01-the-cat-hidden.{ending}").touch()
    monkeypatch.setattr(HiddenWords, "fits", lambda *_: False)
    outcome = inspect("The cat")
    assert (outcome.status, [path.name for path in tmp_path.glob("*-hidden*")]) == (0, ["01-the-cat-hidden.txt"])
    assert "01-the-cat-hidden is left out: the tokenizer splits this translation differently" in outcome.err


def test_warnings_are_told_and_stand_in_the_pictures(
    inspect: Toytrans, monkeypatch: pytest.MonkeyPatch, pictures: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr(attention_maps, "map_warnings", lambda *_: ["Rows are odd."])
    monkeypatch.setattr(attention_maps, "warnings_of_many_maps", lambda *_: ["All are odd."])
    told = inspect("The cat", "The lion").err.splitlines()
    assert [line for line in told if "odd" in line] == [
        "warning: All are odd.",
        "warning: The cat: Rows are odd.",
        "warning: The lion: Rows are odd.",
    ]
    for stem in ("01-the-cat", "01-the-cat-hidden", "02-the-lion"):
        assert (stem, "Warning: All are odd.") in pictures


def test_every_head_can_have_a_picture_of_its_own(inspect: Toytrans, pictures: list[tuple[str, str]]) -> None:
    inspect("The cat", "--all-heads")
    views = {name for name, _ in pictures if "-layer" in name}
    assert views == {f"01-the-cat-layer{layer}-head{head}" for layer in (1, 2) for head in (1, 2)}


def test_text_is_shown_as_text_and_stays_in_its_folder(inspect: Toytrans, tmp_path: Path) -> None:
    texts = ["../../etc/passwd", "<script>alert(1)</script>", "a\nb\x1b[31m", ""]
    outcome = inspect(*texts, "--out", tmp_path / "out")
    assert outcome.status == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert sorted(path.name[:2] for path in (tmp_path / "out").glob("*.npz") if "-hidden" not in path.name) == [
        "01",
        "02",
        "03",
        "04",
    ]
    assert "\x1b" not in outcome.out + outcome.err
    assert "\na\\nb\\x1b[31m\n→ " in outcome.out


def test_a_place_that_cannot_be_written_is_told_before_anything_is_computed(
    inspect: Toytrans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.touch()
    for out in (file, file / "folder"):
        told = inspect(CAT, "--out", out).failed()
        assert told == f"toytrans: {out} is, or lies in, a file: give another folder with --out"
    monkeypatch.setattr(os, "access", lambda *_: False)
    told = inspect(CAT).failed()
    assert told == f"toytrans: {tmp_path}: no right to write there: give another folder with --out"
