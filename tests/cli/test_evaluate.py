from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree, move

import pytest

from toytrans.attention_maps import View

from .conftest import Toytrans


def test_the_table_is_the_result_and_stands_alone(toytrans: Toytrans, run: Path, corpus: Path) -> None:
    outcome = toytrans("evaluate", run)
    assert (outcome.status, outcome.err) == (0, "")
    assert f"corpus    {corpus}, test: 8 sentences" in outcome.out
    assert "exact match 1.000 8 of 8" in " ".join(outcome.out.split())


def test_json_holds_what_the_design_promises(toytrans: Toytrans, run: Path, corpus: Path) -> None:
    outcome = toytrans("evaluate", "--json", run)
    assert (outcome.status, outcome.err) == (0, "")
    document = json.loads(outcome.out)
    promised = {"corpus", "split", "sentences", "bleu", "chrf", "signature", "exact_match", "alignment", "phenomena"}
    assert promised | {"lengths"} <= document.keys()
    assert (document["corpus"], document["split"], document["sentences"]) == (str(corpus), "test", 8)
    assert document["exact_match"] == 1.0
    assert {"aer", "precision", "recall", "content_accuracy", "layer", "head"} == document["alignment"].keys()
    assert document["phenomena"].keys() <= {"sees", "eats", "likes"}
    assert sum(group["count"] for group in document["phenomena"].values()) == 8


def test_another_split_can_be_scored(toytrans: Toytrans, run: Path) -> None:
    assert json.loads(toytrans("evaluate", run, "--split", "watched", "--json").out)["sentences"] == 2
    told = toytrans("evaluate", run, "--split", "tests").failed()
    assert "has no split 'tests': it has " in told


def test_another_corpus_can_be_scored(toytrans: Toytrans, run: Path, tmp_path: Path) -> None:
    (tmp_path / "test.tsv").write_text("The cat sees the dog.\tLe chat mange le lion.\n", encoding="utf-8")
    document = json.loads(toytrans("evaluate", run, "--corpus", tmp_path, "--json").out)
    assert (document["corpus"], document["sentences"]) == (str(tmp_path), 1)
    assert document["exact_match"] == 0.0
    assert document["alignment"] is None
    assert document["worst"][0]["output"] == "Le chat voit le chien."
    assert "elsewhere" in toytrans("evaluate", run, "--corpus", tmp_path / "elsewhere").failed()


def test_beam_search_is_named(toytrans: Toytrans, run: Path) -> None:
    assert json.loads(toytrans("evaluate", run, "--beam", "2", "--json").out)["decoding"] == "beam 2"


@pytest.mark.parametrize("view", [View(1), View(2, 1)], ids=str)
def test_the_view_asked_for_is_scored(toytrans: Toytrans, run: Path, view: View) -> None:
    head = ["--head", view.head] if view.head else []
    alignment = json.loads(toytrans("evaluate", run, "--json", "--layer", view.layer, *head).out)["alignment"]
    assert (alignment["layer"], alignment["head"]) == (view.layer, view.head)


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--layer", "0"], "layer 0: this model has layers 1 to 2"),
        (["--layer", "9"], "layer 9: this model has layers 1 to 2"),
        (["--layer", "1", "--head", "3"], "head 3: this model has heads 1 to 2"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_view_the_model_has_not_is_told(toytrans: Toytrans, run: Path, flags: list[str], told: str) -> None:
    for command in ("evaluate", "inspect"):
        assert toytrans(command, run, *flags).failed() == f"toytrans: {told}"


def test_a_corpus_that_changed_since_training_is_told(toytrans: Toytrans, run: Path, corpus: Path) -> None:
    test = corpus / "test.jsonl"
    before = test.read_text(encoding="utf-8")
    try:
        test.write_text(before + before.splitlines()[0] + "\n", encoding="utf-8")
        outcome = toytrans("evaluate", run)
    finally:
        test.write_text(before, encoding="utf-8")
    assert outcome.status == 0
    assert f"note: {corpus} has changed since training" in outcome.err


def test_a_corpus_that_is_gone_is_told(toytrans: Toytrans, run: Path, corpus: Path, tmp_path: Path) -> None:
    copytree(run, tmp_path / "run")
    aside = corpus.with_name("aside")
    move(corpus, aside)
    try:
        for command, instead in (("evaluate", "give a --corpus"), ("inspect", "give the sentences to look at")):
            told = toytrans(command, tmp_path / "run").failed()
            assert told == f"toytrans: {corpus}: the corpus of {tmp_path / 'run'} is no longer there: {instead}"
    finally:
        move(aside, corpus)
