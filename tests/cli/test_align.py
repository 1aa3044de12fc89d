from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from toytrans.attention_maps import Link, Symmetrization, View, agreed_links, parse_links, reversed_links, symmetrize
from toytrans.cli.align import Heuristic
from toytrans.cli.main import main
from toytrans.corpus import Pair, load_corpus
from toytrans.decoding import load
from toytrans.evaluation import forced_maps, read_links

from .conftest import SMALL, Toytrans

GOLD = "0-0 1-1 2-2 3-3 4-4 5-5"


@pytest.fixture(scope="module")
def backward(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that translates the same corpus the other way."""
    path = tmp_path_factory.mktemp("runs") / "backward"
    languages = ["--source-language", "fr", "--target-language", "en"]
    steps = ["--max-steps", "20", "--validate-every", "20"]
    assert main(["train", "--corpus", str(corpus), "--run", str(path), *languages, *SMALL, *steps]) == 0
    return path


def test_a_line_of_links_a_pair_is_printed_and_the_error_rate_told_apart(toytrans: Toytrans, run: Path) -> None:
    outcome = toytrans("align", run, "--method", "strongest")
    claimed = [parse_links(line).sure for line in outcome.out.splitlines()]
    assert (outcome.status, len(claimed)) == (0, 8)
    for links in claimed:  # each of six words claims at most one, and only what is there
        assert len({target for _, target in links}) == len(links) <= 6
        assert {word for link in links for word in link} <= set(range(6))
    right = sum(len(links & parse_links(GOLD).sure) for links in claimed)
    num_claimed = sum(map(len, claimed))
    assert outcome.err == (
        f"alignment error rate {1 - 2 * right / (num_claimed + 48):.3f}, precision {right / num_claimed:.3f}, "
        f"recall {right / 48:.3f}, over 8 pairs\n"
    )


def test_a_pair_that_is_too_long_for_the_run_is_named(toytrans: Toytrans, run: Path, tmp_path: Path) -> None:
    pairs = [Pair("The cat sees the dog.", "Le chat voit le chien."), Pair("The cat.", "Le chat " * 2000)]
    (tmp_path / "test.jsonl").write_text("".join(f"{pair.to_json()}\n" for pair in pairs), encoding="utf-8")
    refused = toytrans("align", run, "--corpus", tmp_path).failed()
    assert "pair 2 of test is longer than the 100 tokens that the run takes: split it, or leave it out" in refused


def test_a_corpus_without_gold_links_is_aligned_and_not_scored(toytrans: Toytrans, run: Path, tmp_path: Path) -> None:
    pair = Pair("The cat sees the dog.", "Le chat voit le chien.")
    (tmp_path / "test.jsonl").write_text(pair.to_json() + "\n", encoding="utf-8")
    outcome = toytrans("align", run, "--corpus", tmp_path)
    assert (outcome.status, outcome.out.count("\n"), outcome.err) == (0, 1, "")


def test_a_threshold_that_nothing_reaches_claims_nothing_and_a_small_one_everything(
    toytrans: Toytrans, run: Path
) -> None:
    nothing = toytrans("align", run, "--layer", "all", "--threshold", "1")
    assert nothing.out == "\n" * 8
    assert nothing.err == "alignment error rate 1.000, precision of nothing, recall 0.000, over 8 pairs\n"
    everything = [len(line.split()) for line in toytrans("align", run, "--threshold", "1e-9").out.splitlines()]
    assert everything == [36] * 8


def test_the_view_asked_for_claims_the_links(toytrans: Toytrans, run: Path) -> None:
    views = (["--layer", "all"], ["--layer", "1"], ["--layer", "1", "--head", "2"], ["--layer", "2", "--head", "1"])
    links = {toytrans("align", run, "--method", "strongest", *view).out for view in views}
    assert len(links) > 1


def test_a_file_holds_what_would_be_printed_and_is_never_overwritten(
    toytrans: Toytrans, run: Path, corpus: Path, tmp_path: Path
) -> None:
    out = tmp_path / "links.txt"
    outcome = toytrans("align", run, "--one-based", "--out", out)
    assert (outcome.status, outcome.out) == (0, "")
    assert f"saved in {out}: the links of 8 pairs" in outcome.err
    links = read_links(out, load_corpus(str(corpus)).split("test"), ("en", "fr"), one_based=True)
    printed = toytrans("align", run).out.splitlines()
    assert links == [parse_links(line) for line in printed]
    told = toytrans("align", run, "--out", out).failed()
    assert told == f"toytrans: {out} is there already: give another file, or move it away"


def test_the_links_of_both_directions_are_joined_as_asked(toytrans: Toytrans, run: Path, backward: Path) -> None:
    def claims(*arguments: object) -> list[frozenset[Link]]:
        lines = toytrans("align", *arguments, "--method", "strongest").out.splitlines()
        return [parse_links(line).sure for line in lines]

    there, back = claims(run), [reversed_links(links) for links in claims(backward)]
    found = {name: claims(run, "--backward", backward, "--symmetrize", name) for name in get_args(Symmetrization)}
    for name, joined in found.items():
        assert joined == [symmetrize(*both, name) for both in zip(there, back, strict=True)]
    assert found["intersection"] != found["union"]


def test_with_a_backward_run_links_are_those_where_the_product_of_both_attentions_is_largest(
    toytrans: Toytrans, run: Path, backward: Path, corpus: Path
) -> None:
    pairs = load_corpus(str(corpus)).split("test")
    there, back = load(run, device="cpu"), load(backward, device="cpu")
    turned = [pair.reversed() for pair in pairs]
    maps = list(zip(forced_maps(there, pairs), forced_maps(back, turned), strict=True))
    # The mean of all both ways, which no gold link has chosen, unless a view is asked for.
    by_means = [agreed_links(*both) for both in maps]
    by_view = [agreed_links(*both, View(1), back.view) for both in maps]
    assert by_means != by_view
    assert by_means != [agreed_links(*both, there.view, back.view) for both in maps]
    agreement = ("--symmetrize", "agreement")  # which is the default
    for asked, expected in (((), by_means), (agreement, by_means), (("--layer", "1"), by_view)):
        lines = toytrans("align", run, "--backward", backward, *asked).out.splitlines()
        assert [parse_links(line).sure for line in lines] == expected


def test_a_threshold_is_for_the_heuristics_that_join_links(toytrans: Toytrans, run: Path, backward: Path) -> None:
    union = ("--backward", backward, "--symmetrize", "union")
    everything = toytrans("align", run, *union, "--threshold", "1e-9").out.splitlines()
    assert [len(line.split()) for line in everything] == [36] * 8


def test_a_backward_run_of_the_same_direction_is_wrong_usage(toytrans: Toytrans, run: Path, copy: Path) -> None:
    told = toytrans("align", run, "--backward", copy).failed(2)
    assert f"{copy} goes from en to fr, and {run} from en to fr: give a run of the other way" in told


def test_the_heuristics_offered_are_those_there_are() -> None:
    assert get_args(Heuristic) == ("agreement", *get_args(Symmetrization))
