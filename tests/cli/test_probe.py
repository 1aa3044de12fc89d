from __future__ import annotations

import json
from pathlib import Path

import pytest

from toytrans.cli.choices import DEFAULT_RUN, WrongUsage
from toytrans.cli.probe import run_and_probes
from toytrans.corpus import Pair, load_corpus
from toytrans.run import Run

from .conftest import Toytrans


def test_the_table_has_a_line_a_probe_in_the_order_asked(toytrans: Toytrans, run: Path, corpus: Path) -> None:
    outcome = toytrans("probe", run, "the=le", "sees=voit")
    assert outcome.status == 0
    header, *rows = [line.split() for line in outcome.out.splitlines()]
    assert header == ["source", "target", "occurrences", "holds", "weight", "rank"]
    pairs = [pair for split in load_corpus(str(corpus)).splits.values() for pair in split]
    num_seeing = sum("voit" in pair.target for pair in pairs)
    assert len(pairs) == 108
    assert [row[:3] for row in rows] == [["the", "le", str(2 * len(pairs))], ["sees", "voit", str(num_seeing)]]


@pytest.mark.parametrize(("flags", "where"), [([], "all splits"), (["--split", "test"], "test")], ids=str)
def test_people_are_told_first_what_is_measured(toytrans: Toytrans, run: Path, flags: list[str], where: str) -> None:
    step = Run.open(run).load_checkpoint("best").step
    outcome = toytrans("probe", run, "the=le", "--layer", "all", *flags)
    assert outcome.err == f"cross-attention, mean of all 4 heads of 2 layers, step {step}; over {where}\n"


def test_a_split_with_two_names_counts_once_and_equal_pairs_count_each(
    toytrans: Toytrans, run: Path, tmp_path: Path
) -> None:
    cat, dog = "The cat sees the dog.\tLe chat voit le chien.\n", "The dog eats.\tLe chien mange.\n"
    for name, lines in {"train": cat + dog + dog, "validation": cat, "test_2018": dog}.items():  # which is also `test`
        (tmp_path / f"{name}.tsv").write_text(lines, encoding="utf-8")

    def occurrences(*flags: str) -> int:
        document = json.loads(toytrans("probe", run, "dog=chien", "--corpus", tmp_path, "--json", *flags).out)
        return int(document["probes"][0]["occurrences"])

    assert occurrences() == occurrences("--split", "all") == 5
    assert occurrences("--split", "train") == 3
    assert occurrences("--split", "test") == occurrences("--split", "validation") == 1


def test_json_is_one_document_with_the_numbers_of_the_table(toytrans: Toytrans, run: Path) -> None:
    asked = ("probe", run, "the=le", "--layer", "2", "--head", "1")
    document = json.loads(toytrans(*asked, "--json").out)
    assert (document["run"], document["split"], document["layer"], document["head"]) == ("small", "all", 2, 1)
    assert document["checkpoint"].startswith("step ")
    (found,) = document["probes"]
    assert found.keys() == {"source", "target", "occurrences", "holds", "weight", "rank"}
    row = toytrans(*asked).out.splitlines()[1].split()
    assert row[3:] == [f"{found['holds']:.3f}", f"{found['weight']:.3f}", f"{found['rank']:.2f}"]


def test_under_at_least_the_status_is_1_and_the_table_is_printed_all_the_same(toytrans: Toytrans, run: Path) -> None:
    (found,) = json.loads(toytrans("probe", run, "lion=chat", "--json").out)["probes"]
    assert found["holds"] < 1  # a lion is no cat
    outcome = toytrans("probe", run, "lion=chat", "--at-least", "1")
    assert outcome.status == 1
    assert outcome.out.startswith("source")
    how_often = f"{found['holds']:.3f} of {found['occurrences']} occurrences"
    assert outcome.err.endswith(f"\nlion=chat holds in {how_often}: less than --at-least 1.0\n")
    assert toytrans("probe", run, "lion=chat", "--at-least", found["holds"]).status == 0


def test_words_that_do_not_occur_are_told_and_where_they_do(toytrans: Toytrans, run: Path, tmp_path: Path) -> None:
    told = toytrans("probe", run, "the=le", "cat=robot", "mat=tapis").failed()
    assert "all splits: no pair has 'mat' in its source and 'tapis' in its target: check the spelling" in told
    for name, pair in (
        ("train", Pair("A mat.", "Un tapis.")),
        ("test", Pair("A cat.", "Un chat.")),
        ("validation", Pair("A cat.", "Un chat.")),
    ):
        (tmp_path / f"{name}.jsonl").write_text(f"{pair.to_json()}\n", encoding="utf-8")
    told = toytrans("probe", run, "mat=tapis", "--corpus", tmp_path, "--split", "test").failed()
    assert "test: no pair has 'mat'" in told
    assert told.endswith("give --split train")


@pytest.mark.parametrize("words", [["cat"], ["cat="], ["=chat"], ["cat=chat=chien"], ["the=le", "cat"], []], ids=str)
def test_what_is_no_probe_is_wrong_usage(words: list[str], toytrans: Toytrans) -> None:
    assert "like cat=chat" in toytrans("probe", *words).failed(2)


def test_the_first_word_is_a_run_where_it_exists_or_has_no_equals_sign(tmp_path: Path) -> None:
    assert run_and_probes(["cat=chat"]) == (DEFAULT_RUN, [("cat", "chat")])
    assert run_and_probes(["runs/other", "cat=chat"]) == (Path("runs/other"), [("cat", "chat")])
    (odd := tmp_path / "d=64").mkdir()
    assert run_and_probes([str(odd), "cat=chat"]) == (odd, [("cat", "chat")])
    with pytest.raises(WrongUsage, match="no words to probe"):
        run_and_probes([str(odd)])
