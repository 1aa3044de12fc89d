"""A run that guides itself: two teachers, one each way, and the links that they agree on."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from toytrans.attention_maps import agreed_links
from toytrans.config import Config, TextConfig
from toytrans.corpus import Pair, load_corpus
from toytrans.decoding import load
from toytrans.evaluation import read_links
from toytrans.run import Run
from toytrans.training import Session, begin_run, needs_teachers, teacher_sessions, write_agreed_links

from .conftest import CPU, PAIRS, SPLITS, abandon, add_a_pair, finish, guided, learn_to_align, quiet, write_jsonl


def begun(config: Config, path: Path) -> Run:
    return begin_run(guided(config, "self"), path, quiet)[0]


def taught(config: Config, path: Path) -> Run:
    return learn_to_align(begun(config, path))


def test_the_teachers_are_kept_in_the_run_one_each_way_and_neither_is_guided(aligned: Config, tmp_path: Path) -> None:
    run = taught(aligned, tmp_path / "run")
    for name, languages in (("forward", ("en", "fr")), ("backward", ("fr", "en"))):
        teacher = Run.open(run.path / "teachers" / name)
        assert teacher.config.languages == languages
        assert not teacher.config.is_guided
        recipe = replace(teacher.config.training, guided_alignment="self", unknown_share=0.1, snapshots=16)
        assert recipe == run.config.training
        assert teacher.config.model == run.config.model
        assert teacher.load_checkpoint("last").step == 24
    assert not needs_teachers(run)


def test_the_links_are_those_that_both_teachers_agree_on_a_line_a_training_pair(
    aligned: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[write_agreed_links.__module__], "PAIRS_AT_ONCE", 10)  # 36 pairs in four goes
    run = taught(aligned, tmp_path / "run")
    forward, backward = (load(run.path / "teachers" / name) for name in ("forward", "backward"))
    sources, targets = [pair.source for pair in PAIRS], [pair.target for pair in PAIRS]
    both = zip(forward.attend(sources, targets), backward.attend(targets, sources), strict=True)
    found = read_links(run.guide_path, PAIRS, ("en", "fr"))
    assert [links.sure for links in found] == [agreed_links(there, back) for there, back in both]
    assert sum(len(links.sure) for links in found) > len(PAIRS)


def test_teachers_abandoned_on_the_way_agree_on_the_very_same_links(aligned: Config, tmp_path: Path) -> None:
    whole, broken = taught(aligned, tmp_path / "whole"), begun(aligned, tmp_path / "broken")
    for num_steps in (3, 13):
        name, teacher = next(teacher_sessions(broken, CPU, quiet))
        assert name == "forward"
        abandon(teacher, num_steps)
    teachers = teacher_sessions(broken, CPU, quiet)
    finish(next(teachers)[1])
    abandon(next(teachers)[1], 17)
    assert [name for name, _ in teacher_sessions(broken, CPU, quiet)] == ["backward"]  # the other has finished
    learn_to_align(broken)
    for name in ("forward", "backward"):
        one, other = (Run.open(run.path / "teachers" / name).load_checkpoint("last") for run in (broken, whole))
        assert all(np.array_equal(one.weights[weight], other.weights[weight]) for weight in one.weights)
    assert broken.guide_path.read_bytes() == whole.guide_path.read_bytes()


def test_a_teacher_stopped_in_its_last_validation_is_validated_before_it_teaches(
    aligned: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    # Its only validation comes after the last step, 24.
    run = begun(replace(aligned, training=replace(aligned.training, validate_every=30)), tmp_path / "run")
    _, teacher = next(teacher_sessions(run, CPU, quiet))
    with monkeypatch.context() as patch:
        patch.setattr("toytrans.training.session.validate", stop)
        with pytest.raises(KeyboardInterrupt):
            finish(teacher)
    path = run.path / "teachers" / "forward"
    assert Run.open(path).load_checkpoint("last").step == 24
    name, teacher = next(teacher_sessions(run, CPU, quiet))
    assert (name, teacher.is_finished, teacher.is_validated) == ("forward", True, False)
    finish(teacher)
    assert Session.resume(path, {}, CPU, quiet).is_validated


# What the teachers read


def test_no_gold_link_is_read(aligned: Config, tmp_path: Path) -> None:
    unlinked = {split: [replace(pair, alignment=None) for pair in pairs] for split, pairs in SPLITS.items()}
    corpus = write_jsonl(tmp_path / "unlinked", unlinked)
    with_links = taught(aligned, tmp_path / "with links")
    without = taught(replace(aligned, corpus=str(corpus)), tmp_path / "without")
    assert with_links.guide_path.read_bytes() == without.guide_path.read_bytes()


def test_both_teachers_read_the_same_pairs_even_from_one_file_of_columns_without_names(
    config: Config, tmp_path: Path
) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in PAIRS), encoding="utf-8")
    sessions = teacher_sessions(begun(replace(config, corpus=str(file)), tmp_path / "run"), CPU, quiet)
    forward, backward = ({name: list(pairs) for name, pairs in each.corpus.splits.items()} for _, each in sessions)
    assert forward == {name: list(pairs) for name, pairs in load_corpus(str(file), note=quiet).splits.items()}
    assert backward == {name: [pair.reversed() for pair in pairs] for name, pairs in forward.items()}


def test_a_corpus_that_changed_is_refused_before_anything_is_trained(config: Config, tmp_path: Path) -> None:
    run = begun(config, tmp_path / "run")
    add_a_pair(config)
    with pytest.raises(ValueError, match=f"is not the corpus {run.path} began with: restore it, or train a new run"):
        next(teacher_sessions(run, CPU, quiet))
    assert not (run.path / "teachers").exists()


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (TextConfig(max_tokens=7), "The a b u v w ."),
        (TextConfig(tokenizer="subwords", vocabulary_size=100), "Isn't he u ."),  # read as: is he not
    ],
    ids=["longer than max_tokens", "words numbered otherwise"],
)
def test_a_pair_that_cannot_be_read_gets_no_links_and_the_others_keep_their_lines(
    aligned: Config, tmp_path: Path, text: TextConfig, source: str
) -> None:
    train = [*PAIRS[:5], Pair(source, "u a le ."), *PAIRS[5:]]
    corpus = write_jsonl(tmp_path / "odd", SPLITS | {"train": train})
    run = taught(replace(aligned, corpus=str(corpus), text=text), tmp_path / "run")
    lines = run.guide_path.read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines) if not line] == [5]
    assert len(read_links(run.guide_path, train, ("en", "fr"))) == 37


def test_a_teacher_that_never_made_a_step_has_nothing_to_agree_on(aligned: Config, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="forward holds no run"):
        write_agreed_links(begun(aligned, tmp_path / "run"), CPU)
    assert not (tmp_path / "run" / "guide.pharaoh").exists()
