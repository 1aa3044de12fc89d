from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import copytree, ignore_patterns, move

import pytest

from toytrans.attention_maps import View

from .conftest import Toytrans

GOLD = "0-0 1-1 2-2 3-3 4-4 5-5"
"""The links of every pair of the corpus."""


def test_the_table_is_the_result_and_where_it_is_kept_is_said_beside(
    toytrans: Toytrans, run: Path, corpus: Path
) -> None:
    outcome = toytrans("evaluate", run)
    kept = run / "evaluation" / "test"
    assert (outcome.status, outcome.err) == (0, f"saved as {kept}.json and {kept}-scoreboard.png\n")
    assert f"corpus    {corpus}, test: 8 sentences" in outcome.out
    assert "exact match 1.000 8 of 8" in " ".join(outcome.out.split())
    assert "THE ROW THAT READS THE WORD" in outcome.out


def test_json_holds_what_the_design_promises(toytrans: Toytrans, run: Path, corpus: Path) -> None:
    outcome = toytrans("evaluate", "--json", run)
    assert outcome.status == 0
    document = json.loads(outcome.out)
    promised = {"corpus", "split", "sentences", "bleu", "chrf", "signature", "exact_match", "alignment", "phenomena"}
    assert promised | {"lengths"} <= document.keys()
    assert (document["corpus"], document["split"], document["sentences"]) == (str(corpus), "test", 8)
    assert document["run"] == run.name
    assert document["checkpoint"].startswith("step ")
    assert document["exact_match"] == 1.0
    assert {"aer", "precision", "recall", "content_accuracy", "layer", "head"} < document["alignment"].keys()
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


@pytest.mark.usefixtures("real_pictures")
def test_the_document_and_the_scoreboard_are_kept_in_the_run(toytrans: Toytrans, run: Path, tmp_path: Path) -> None:
    copytree(run, tmp_path / "run")
    printed = toytrans("evaluate", tmp_path / "run", "--split", "watched", "--json").out
    kept = tmp_path / "run" / "evaluation"
    names = {"watched.json", "watched-scoreboard.png", "watched-scoreboard.svg"}
    assert {path.name for path in kept.iterdir() if path.name.startswith("watched")} == names
    assert (kept / "watched.json").read_text(encoding="utf-8") == printed
    assert "run, step" in (kept / "watched-scoreboard.svg").read_text(encoding="utf-8")


def test_another_corpus_s_scores_are_kept_under_its_name_and_without_gold_links_unpictured(
    toytrans: Toytrans, run: Path, tmp_path: Path
) -> None:
    copytree(run, tmp_path / "run", ignore=ignore_patterns("evaluation"))
    corpus = tmp_path / "more pairs"
    corpus.mkdir()
    (corpus / "test.tsv").write_text("The cat sees the dog.\tLe chat voit le chien.\n", encoding="utf-8")
    outcome = toytrans("evaluate", tmp_path / "run", "--corpus", corpus)
    (kept,) = (tmp_path / "run" / "evaluation").iterdir()
    assert outcome.err == f"saved as {kept}\n"
    assert kept.name.endswith("more-pairs-test.json")


@pytest.fixture
def kept_for(toytrans: Toytrans, run: Path, tmp_path: Path) -> Callable[..., set[str]]:
    """Evaluates with each set of flags, and lists what is kept."""
    copytree(run, tmp_path / "run", ignore=ignore_patterns("evaluation"))

    def evaluate(*questions: Sequence[object]) -> set[str]:
        for flags in questions:
            assert toytrans("evaluate", tmp_path / "run", *flags).status == 0
        return {path.name for path in (tmp_path / "run" / "evaluation").iterdir()}

    return evaluate


def test_the_answer_to_another_question_is_kept_under_another_name(kept_for: Callable[..., set[str]]) -> None:
    assert kept_for(
        [],
        ["--layer", "2"],
        ["--layer", "1", "--head", "2"],
        ["--layer", "all", "--split", "watched"],
        ["--beam", "2"],
        ["--beam", "2", "--length-penalty", "0.5"],
        ["--hide-words", "--layer", "2", "--split", "watched"],
    ) == {
        "test.json",
        "test-layer-2.json",
        "test-layer-1-head-2.json",
        "watched-layer-all.json",
        "test-beam-2-1.json",
        "test-beam-2-0-5.json",
        "watched-layer-2-hidden-words.json",
    }


def test_long_names_that_differ_at_their_end_alone_are_kept_apart(
    kept_for: Callable[..., set[str]], tmp_path: Path
) -> None:
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    for name in ("one.txt", "other.txt"):
        (folder / name).write_text(f"{GOLD}\n" * 8, encoding="utf-8")
    kept = kept_for(["--links", folder / "one.txt"], ["--links", folder / "other.txt"])
    assert len(kept) == 2
    assert max(map(len, kept)) < 140


def test_the_head_that_was_taught_is_named_above_the_scoreboard(
    toytrans: Toytrans, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(
        "toytrans.evaluation.scoreboard_figure.draw_scoreboard", lambda _board, _stem, what: drawn.append(what)
    )
    copytree(run, tmp_path / "run")
    taught = "layer 2, head 1 was taught to align words, by gold links"
    assert "Guided: " not in toytrans("evaluate", tmp_path / "run").out
    settings = (tmp_path / "run" / "config.json").read_text(encoding="utf-8")
    assert settings.count('"guided_alignment": "none"') == 1
    guided = settings.replace('"guided_alignment": "none"', '"guided_alignment": "gold"')
    (tmp_path / "run" / "config.json").write_text(guided, encoding="utf-8")
    assert f"Guided: {taught}." in toytrans("evaluate", tmp_path / "run").out
    assert [what.partition("test: 8 sentences")[2] for what in drawn] == ["", f". In this run {taught}"]


def test_a_run_that_nothing_can_be_kept_in_is_scored_all_the_same(
    toytrans: Toytrans, run: Path, tmp_path: Path
) -> None:
    copytree(run, tmp_path / "run", ignore=ignore_patterns("evaluation"))
    (tmp_path / "run" / "evaluation").write_text("in the way", encoding="utf-8")
    outcome = toytrans("evaluate", tmp_path / "run", "--json")
    assert (outcome.status, json.loads(outcome.out)["exact_match"]) == (0, 1.0)
    assert outcome.err.startswith(f"not saved in {tmp_path / 'run' / 'evaluation'}: ")
    assert outcome.err.count("\n") == 1


def test_another_aligner_s_links_are_scored_beside(toytrans: Toytrans, run: Path, tmp_path: Path) -> None:
    links = tmp_path / "links.txt"
    links.write_text(f"{GOLD}\n" * 4 + "1-0 0-1 2-2 3-3 4-4 5-5\n" * 4, encoding="utf-8")
    # 6 links and 6 sure ones in each of 8 pairs; in 4 pairs 2 are wrong: AER = 1 - (40 + 40) / (48 + 48).
    scores = json.loads(toytrans("evaluate", run, "--links", links, "--json").out)["links"]
    assert scores["aer"] == pytest.approx(1 / 6)
    assert (scores["precision"], scores["recall"]) == (pytest.approx(5 / 6), pytest.approx(5 / 6))
    assert "LINKS GIVEN" in toytrans("evaluate", run, "--links", links).out


def test_links_counted_from_one_are_read_as_such(toytrans: Toytrans, run: Path, tmp_path: Path) -> None:
    links = tmp_path / "links.txt"
    links.write_text("1-1 2-2 3-3 4-4 5-5 6-6\n" * 8, encoding="utf-8")
    document = json.loads(toytrans("evaluate", run, "--links", links, "--one-based", "--json").out)
    assert document["links"]["aer"] == pytest.approx(0.0)
    told = toytrans("evaluate", run, "--links", links).failed()
    assert f"{links}, line 1: link 6-6 is past its sentence" in told
    assert "--one-based" in toytrans("evaluate", run, "--one-based").failed(2)


@pytest.mark.parametrize("num_lines", [7, 9])
def test_a_file_of_links_has_a_line_a_pair(toytrans: Toytrans, run: Path, tmp_path: Path, num_lines: int) -> None:
    links = tmp_path / "links.txt"
    links.write_text(f"{GOLD}\n" * num_lines, encoding="utf-8")
    told = toytrans("evaluate", run, "--links", links).failed()
    assert told.startswith(f"toytrans: {links} has {num_lines} lines for 8 pairs: line N must align pair N, and ")
    assert "elsewhere.txt" in toytrans("evaluate", run, "--links", tmp_path / "elsewhere.txt").failed()


def test_links_of_a_corpus_without_gold_ones_cannot_be_scored(toytrans: Toytrans, run: Path, tmp_path: Path) -> None:
    (tmp_path / "test.tsv").write_text("The cat sees the dog.\tLe chat voit le chien.\n", encoding="utf-8")
    (tmp_path / "links.txt").write_text(f"{GOLD}\n", encoding="utf-8")
    told = toytrans("evaluate", run, "--corpus", tmp_path, "--links", tmp_path / "links.txt").failed()
    assert told == (
        "toytrans: links are scored against gold links, and none of these pairs has any: "
        "give a --corpus or --split that has"
    )


def test_words_are_hidden_where_that_is_asked_for(toytrans: Toytrans, run: Path) -> None:
    hidden = json.loads(toytrans("evaluate", run, "--hide-words", "--json").out)["hidden_words"]
    assert (hidden["all"]["words"], hidden["content"]["words"]) == (8 * 6, 8 * 3)
    assert json.loads(toytrans("evaluate", run, "--json").out)["hidden_words"] is None


def test_beam_search_is_named(toytrans: Toytrans, run: Path) -> None:
    assert json.loads(toytrans("evaluate", run, "--beam", "2", "--json").out)["decoding"] == "beam 2"


@pytest.mark.parametrize("view", [View(), View(1), View(2, 1)], ids=lambda view: view.name)
def test_the_view_asked_for_is_scored(toytrans: Toytrans, run: Path, view: View) -> None:
    head = ["--head", view.head] if view.head else []
    alignment = json.loads(toytrans("evaluate", run, "--json", "--layer", view.layer or "all", *head).out)["alignment"]
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
        for command, instead in (("evaluate", "give a --corpus"), ("inspect", "give the sentences to inspect")):
            told = toytrans(command, tmp_path / "run").failed()
            assert told == f"toytrans: {corpus}: the corpus of {tmp_path / 'run'} is no longer there: {instead}"
    finally:
        move(aside, corpus)
