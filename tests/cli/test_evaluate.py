from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any, TypeAlias

import pytest

from toytrans.attention_maps import View
from toytrans.config import TrainingConfig
from toytrans.corpus import Pair
from toytrans.run import Run

from .conftest import Toytrans

GOLD = "0-0 1-1 2-2 3-3 4-4 5-5"
"""The links of every pair of the corpus."""
Evaluate: TypeAlias = Callable[..., dict[str, Any]]


@pytest.fixture
def evaluate(toytrans: Toytrans, run: Path) -> Evaluate:
    """Evaluates the run with some flags, and returns the document."""
    return lambda *flags: dict(json.loads(toytrans("evaluate", run, "--json", *flags).out))


def test_the_table_is_the_result_and_where_it_is_kept_is_said_beside(
    toytrans: Toytrans, run: Path, corpus: Path
) -> None:
    outcome = toytrans("evaluate", run)
    kept = run / "evaluation" / "test"
    assert (outcome.status, outcome.err) == (0, f"saved as {kept}.json and {kept}-scoreboard.png\n")
    assert f"corpus    {corpus}, test: 8 sentences" in outcome.out
    assert "exact match 1.000 8 of 8" in " ".join(outcome.out.split())
    assert "THE ROW THAT READS THE WORD" in outcome.out


def test_json_is_one_document(evaluate: Evaluate, run: Path, corpus: Path) -> None:
    document = evaluate()
    assert (document["corpus"], document["split"], document["sentences"]) == (str(corpus), "test", 8)
    assert (document["run"], document["exact_match"]) == (run.name, 1.0)
    assert document["checkpoint"].startswith("step ")
    assert {"aer", "precision", "recall", "content_accuracy", "layer", "head"} < document["alignment"].keys()
    assert sum(group["count"] for group in document["phenomena"].values()) == 8


def test_another_split_can_be_scored(toytrans: Toytrans, evaluate: Evaluate, run: Path) -> None:
    assert evaluate("--split", "watched")["sentences"] == 2
    assert "has no split 'tests': it has " in toytrans("evaluate", run, "--split", "tests").failed()


def test_another_corpus_is_scored_and_kept_under_its_name_and_unpictured_without_gold_links(
    toytrans: Toytrans, copy: Path, tmp_path: Path
) -> None:
    corpus = tmp_path / "more pairs"
    corpus.mkdir()
    pair = Pair("The cat sees the dog.", "Le chat mange le lion.")
    (corpus / "test.jsonl").write_text(pair.to_json() + "\n", encoding="utf-8")
    outcome = toytrans("evaluate", copy, "--corpus", corpus, "--json")
    document = json.loads(outcome.out)
    assert (document["corpus"], document["sentences"], document["exact_match"]) == (str(corpus), 1, 0.0)
    assert document["alignment"] is None
    assert document["worst"][0]["output"] == "Le chat voit le chien."
    (kept,) = (copy / "evaluation").iterdir()
    assert outcome.err == f"saved as {kept}\n"
    assert kept.name.endswith("more-pairs-test.json")
    assert "elsewhere" in toytrans("evaluate", copy, "--corpus", tmp_path / "elsewhere").failed()


def test_pairs_that_are_too_long_for_the_run_are_left_out_and_it_is_said(
    toytrans: Toytrans, copy: Path, tmp_path: Path
) -> None:
    pairs = [Pair("The cat sees the dog.", "Le chat voit le chien."), Pair("The cat " * 2000, "Le chat.", "0-0")]
    (tmp_path / "test.jsonl").write_text("".join(f"{pair.to_json()}\n" for pair in pairs), encoding="utf-8")
    outcome = toytrans("evaluate", copy, "--corpus", tmp_path, "--json")
    assert json.loads(outcome.out)["sentences"] == 1
    assert "note: 1 pairs longer than the 100 tokens that this run takes left out" in outcome.err


@pytest.mark.usefixtures("real_pictures")
def test_the_document_and_the_scoreboard_are_kept_in_the_run(toytrans: Toytrans, copy: Path) -> None:
    printed = toytrans("evaluate", copy, "--split", "watched", "--json").out
    kept = copy / "evaluation"
    names = {"watched.json", "watched-scoreboard.png", "watched-scoreboard.svg"}
    assert {path.name for path in kept.iterdir()} == names
    assert (kept / "watched.json").read_text(encoding="utf-8") == printed
    assert "a run, step" in (kept / "watched-scoreboard.svg").read_text(encoding="utf-8")


def test_the_answer_to_another_question_is_kept_under_another_name(
    toytrans: Toytrans, copy: Path, tmp_path: Path
) -> None:
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    for name in ("one.txt", "other.txt"):
        (folder / name).write_text(f"{GOLD}\n" * 8, encoding="utf-8")
    questions = {
        "": "test",
        "--layer 2": "test-layer-2",
        "--layer 1 --head 2": "test-layer-1-head-2",
        "--layer all --split watched": "watched-layer-all",
        "--beam 2": "test-beam-2-1",
        "--beam 2 --length-penalty 0.5": "test-beam-2-0-5",
        "--hide-words --layer 2 --split watched": "watched-layer-2-hidden-words",
    }
    asked: list[list[object]] = [[*question.split()] for question in questions]
    for flags in (*asked, ["--links", folder / "one.txt"], ["--links", folder / "other.txt"]):
        assert toytrans("evaluate", copy, *flags).status == 0
    kept = {path.stem for path in (copy / "evaluation").iterdir()}
    assert kept > set(questions.values())
    assert len(kept) == len(questions) + 2  # names too long to be kept whole are told apart
    assert max(map(len, kept)) < 140


def test_the_head_that_was_taught_is_named_above_the_scoreboard(
    toytrans: Toytrans,
    copy: Path,
    monkeypatch: pytest.MonkeyPatch,
    as_if_trained: Callable[[Run, TrainingConfig], Run],
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(
        "toytrans.evaluation.scoreboard_figure.draw_scoreboard", lambda _board, _stem, what: drawn.append(what)
    )
    assert "Guided: " not in toytrans("evaluate", copy).out
    opened = Run.open(copy)
    as_if_trained(opened, replace(opened.config.training, guided_alignment="gold"))
    taught = "layer 2, head 1 was taught to align words, by gold links"
    assert f"Guided: {taught}." in toytrans("evaluate", copy).out
    assert [what.partition("test: 8 sentences")[2] for what in drawn] == ["", f". In this run {taught}"]


def test_a_run_that_nothing_can_be_kept_in_is_scored_all_the_same(toytrans: Toytrans, copy: Path) -> None:
    (copy / "evaluation").write_text("in the way", encoding="utf-8")
    outcome = toytrans("evaluate", copy, "--json")
    assert (outcome.status, json.loads(outcome.out)["exact_match"]) == (0, 1.0)
    assert outcome.err.startswith(f"not saved in {copy / 'evaluation'}: ")
    assert outcome.err.count("\n") == 1


def test_another_aligner_s_links_are_scored_beside(
    toytrans: Toytrans, evaluate: Evaluate, run: Path, tmp_path: Path
) -> None:
    links = tmp_path / "links.txt"
    links.write_text(f"{GOLD}\n" * 4 + "1-0 0-1 2-2 3-3 4-4 5-5\n" * 4, encoding="utf-8")
    # 6 links and 6 sure ones in each of 8 pairs; in 4 pairs 2 are wrong: AER = 1 - (40 + 40) / (48 + 48).
    scores = evaluate("--links", links)["links"]
    assert scores["aer"] == pytest.approx(1 / 6)
    assert (scores["precision"], scores["recall"]) == (pytest.approx(5 / 6), pytest.approx(5 / 6))
    assert "LINKS GIVEN" in toytrans("evaluate", run, "--links", links).out
    links.write_text("1-1 2-2 3-3 4-4 5-5 6-6\n" * 8, encoding="utf-8")
    assert evaluate("--links", links, "--one-based")["links"]["aer"] == pytest.approx(0.0)
    told = toytrans("evaluate", run, "--links", links).failed()
    assert f"{links}, line 1: link 6-6 is past its sentence" in told


def test_words_are_hidden_and_beams_searched_where_that_is_asked_for(evaluate: Evaluate) -> None:
    plain, asked = evaluate(), evaluate("--hide-words", "--beam", "2")
    assert (plain["decoding"], plain["hidden_words"]) == ("greedy", None)
    assert asked["decoding"] == "beam 2"
    assert [asked["hidden_words"][which]["words"] for which in ("all", "content")] == [8 * 6, 8 * 3]


@pytest.mark.parametrize("view", [View(), View(1), View(2, 1)], ids=lambda view: view.name)
def test_the_view_asked_for_is_scored(evaluate: Evaluate, view: View) -> None:
    head = ["--head", view.head] if view.head else []
    alignment = evaluate("--layer", view.layer or "all", *head)["alignment"]
    assert (alignment["layer"], alignment["head"]) == (view.layer, view.head)


@pytest.mark.parametrize("command", ["evaluate", "inspect", "align"])
def test_a_view_the_model_has_not_is_told(toytrans: Toytrans, run: Path, command: str) -> None:
    layers, heads = "layer {}: this model has layers 1 to 2", "head {}: this model has heads 1 to 2"
    for flags, told in (((0,), layers), ((9,), layers), ((1, "--head", 3), heads)):
        assert toytrans(command, run, "--layer", *flags).failed() == f"toytrans: {told.format(flags[-1])}"


def test_a_corpus_that_changed_since_training_or_is_gone_is_told(
    toytrans: Toytrans, copy: Path, tmp_path: Path
) -> None:
    opened = Run.open(copy)
    own = Path(copytree(opened.config.corpus, tmp_path / "corpus"))
    opened.with_config(replace(opened.config, corpus=str(own)))
    with (own / "test.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{Pair('The cat sees.', 'Le chat voit.').to_json()}\n")
    assert f"note: {own} has changed since training" in toytrans("evaluate", copy).err
    rmtree(own)
    for command, instead in (("evaluate", "give a --corpus"), ("inspect", "give the sentences to inspect")):
        told = toytrans(command, copy).failed()
        assert told == f"toytrans: {own}: the corpus of {copy} is no longer there: {instead}"
