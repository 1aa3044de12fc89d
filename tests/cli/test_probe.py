from __future__ import annotations

import json
from pathlib import Path

import pytest

from toytrans.cli.choices import DEFAULT_RUN, WrongUsage
from toytrans.cli.probe import run_and_probes
from toytrans.corpus import load_corpus

from .conftest import Toytrans


def test_the_table_has_a_line_a_probe_in_the_order_asked(toytrans: Toytrans, run: Path, corpus: Path) -> None:
    outcome = toytrans("probe", run, "the=le", "sees=voit")
    assert (outcome.status, outcome.err) == (0, "")
    header, *rows = [line.split() for line in outcome.out.splitlines()]
    assert header == ["source", "target", "occurrences", "holds", "weight", "rank"]
    pairs = [pair for split in load_corpus(str(corpus)).splits.values() for pair in split]
    num_seeing = sum("voit" in pair.target for pair in pairs)
    assert len(pairs) == 108
    assert [row[:3] for row in rows] == [["the", "le", str(2 * len(pairs))], ["sees", "voit", str(num_seeing)]]


def test_pairs_that_several_splits_hold_count_once_and_a_split_counts_its_own(
    toytrans: Toytrans, run: Path, tmp_path: Path
) -> None:
    cat, dog = "The cat sees the dog.\tLe chat voit le chien.\n", "The dog eats.\tLe chien mange.\n"
    for name, lines in {"train": cat + dog, "validation": cat, "test_2018": dog}.items():  # which is also `test`
        (tmp_path / f"{name}.tsv").write_text(lines, encoding="utf-8")

    def occurrences(*flags: str) -> int:
        document = json.loads(toytrans("probe", run, "dog=chien", "--corpus", tmp_path, "--json", *flags).out)
        return int(document["probes"][0]["occurrences"])

    assert occurrences() == occurrences("--split", "all") == occurrences("--split", "train") == 2
    assert occurrences("--split", "test") == occurrences("--split", "validation") == 1


def test_json_is_one_document_with_the_numbers_of_the_table(toytrans: Toytrans, run: Path) -> None:
    document = json.loads(toytrans("probe", run, "the=le", "--layer", "2", "--head", "1", "--json").out)
    assert (document["split"], document["layer"], document["head"]) == ("all", 2, 1)
    (found,) = document["probes"]
    assert found.keys() == {"source", "target", "occurrences", "holds", "weight", "rank"}
    row = toytrans("probe", run, "the=le", "--layer", "2", "--head", "1").out.splitlines()[1].split()
    assert row[3:] == [f"{found['holds']:.3f}", f"{found['weight']:.3f}", f"{found['rank']:.2f}"]


def test_under_at_least_the_status_is_1_and_the_table_is_printed_all_the_same(toytrans: Toytrans, run: Path) -> None:
    (found,) = json.loads(toytrans("probe", run, "the=voit", "--json").out)["probes"]
    assert found["holds"] < 1  # le, la and les come from the, a verb does not
    outcome = toytrans("probe", run, "the=voit", "--at-least", "1")
    assert outcome.status == 1
    assert outcome.out.startswith("source")
    holds, occurrences = f"{found['holds']:.3f}", found["occurrences"]
    assert outcome.err == f"the=voit holds in {holds} of {occurrences} occurrences: less than --at-least 1.0\n"
    assert toytrans("probe", run, "the=voit", "--at-least", found["holds"]).status == 0


def test_words_that_occur_in_no_split_are_told(toytrans: Toytrans, run: Path) -> None:
    told = toytrans("probe", run, "the=le", "cat=robot", "mat=tapis").failed()
    assert "all splits: no pair has 'mat' in its source and 'tapis' in its target: look at the spelling" in told


def test_words_that_occur_elsewhere_are_told_where(toytrans: Toytrans, run: Path, tmp_path: Path) -> None:
    (tmp_path / "train.tsv").write_text("A mat.\tUn tapis.\n", encoding="utf-8")
    for name in ("test", "validation"):
        (tmp_path / f"{name}.tsv").write_text("A cat.\tUn chat.\n", encoding="utf-8")
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


def test_a_run_that_is_not_there_is_told(toytrans: Toytrans, tmp_path: Path) -> None:
    assert f"{tmp_path / 'no'} holds no run" in toytrans("probe", tmp_path / "no", "cat=chat").failed()


@pytest.mark.parametrize("share", ["-0.1", "1.1", "nan"])
def test_a_limit_that_is_no_share_is_wrong_usage(share: str, toytrans: Toytrans) -> None:
    assert f"--at-least {share} is not a share" in toytrans("probe", "cat=chat", "--at-least", share).failed(2)
