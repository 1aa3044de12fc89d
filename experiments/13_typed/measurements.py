"""What becomes of what people type? Variants of test sentences, unknown words, and whether wrong ones carry a warning.

Run from anywhere: `python experiments/13_typed/run.py`. Models that are under `runs/` already are not trained again.
`--run RUN` measures a run that is there, and writes nothing; `--quick` trains a small one; its answer means nothing.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from statistics import mean
from typing import TypeAlias

from made_up_words import LANGUAGES, cases_of
from made_up_words import score as score_made_up
from variants import VARIANTS

from toytrans import Corpus, Translator, TypedSentence, exact, load, load_corpus
from toytrans import typed_sentences as read_typed

HERE = Path(__file__).parent
SEEDS = (1, 2, 3)
MOST = 300
"""Test sentences of each variant, and with a made-up word."""
SPLITS = ("test", "test_recombined", "test_long")

Table: TypeAlias = dict[str, float]
"""A fraction for each name, which also says of how many cases."""


def measure(path: Path, corpus: Corpus, typed: Sequence[TypedSentence]) -> dict[str, Table]:
    """All tables of one run."""
    translator = load(path)
    made_up = score_made_up(translator, cases_of(corpus.split("test"), MOST))
    return {
        "variants": variants(translator, corpus),
        "made-up words": {name: float(value) for name, value in asdict(made_up).items()},
        "warnings": warnings(translator, corpus),
        "typed sentences": typed_sentences(translator, typed),
    }


def variants(translator: Translator, corpus: Corpus) -> Table:
    """Exact match of each variant, over the first test sentences that it changes; in brackets, as they stand."""
    table: Table = {}
    for name, change in VARIANTS.items():
        pairs = [pair for pair in corpus.split("test") if name == "as it stands" or change(pair.source) != pair.source]
        pairs = pairs[:MOST]
        texts_of = {name: [change(pair.source) for pair in pairs]}
        if change is not str:
            texts_of[f"{name} (the same {len(pairs)} as they stand)"] = [pair.source for pair in pairs]
        for told, texts in texts_of.items():
            if texts:
                outputs = [translation.text for translation in translator.translate(texts)]
                table[told] = mean(map(exact, outputs, [pair.target for pair in pairs]))
    return table


def warnings(translator: Translator, corpus: Corpus) -> Table:
    """Of each split, the fraction of right and of wrong translations that carry a warning."""
    table: Table = {}
    for split in (name for name in SPLITS if name in corpus.splits):
        pairs = corpus.split(split)
        translations = translator.translate([pair.source for pair in pairs])
        for name, is_wanted in (("right", True), ("wrong", False)):
            warned = [
                bool(translation.warnings)
                for translation, pair in zip(translations, pairs, strict=True)
                if exact(translation.text, pair.target) is is_wanted
            ]
            if warned:
                table[f"{split}, {len(warned)} {name}"] = mean(warned)
    return table


def typed_sentences(translator: Translator, typed: Sequence[TypedSentence]) -> Table:
    """Inside the grammar: exactly right. Outside: carries a warning. Of right and wrong ones, how many carry one."""
    translations = translator.translate([sentence.source for sentence in typed])
    right_inside: list[bool] = []
    warned_outside: list[bool] = []
    warned_right: list[bool] = []
    warned_wrong: list[bool] = []
    for sentence, translation in zip(typed, translations, strict=True):
        is_right = sentence.target is not None and exact(translation.text, sentence.target)
        has_warning = bool(translation.warnings)
        if sentence.is_inside:
            right_inside.append(is_right)
        else:
            warned_outside.append(has_warning)
        (warned_right if is_right else warned_wrong).append(has_warning)
    named = {
        "inside, exactly right": right_inside,
        "outside, with a warning": warned_outside,
        "right, with a warning": warned_right,
        "wrong, with a warning": warned_wrong,
    }
    return {f"{name} (of {len(found)})": mean(found) for name, found in named.items() if found}


def to_markdown(by_seed: Mapping[int | str, Mapping[str, Table]]) -> str:
    """A table for each of the questions, a column a seed."""
    lines = []
    tables = next(iter(by_seed.values()))
    for title in tables:
        names = list(dict.fromkeys(name for each in by_seed.values() for name in each[title]))
        if names:
            lines += [f"| {title} | {' | '.join(map(str, by_seed))} |", f"|---|{'---:|' * len(by_seed)}"]
        for name in names:
            cells = (each[title].get(name) for each in by_seed.values())
            lines.append(f"| {name} | {' | '.join('' if cell is None else f'{cell:.3f}' for cell in cells)} |")
        lines.append("")
    return "\n".join(lines)


def _train(path: Path, flags: Sequence[str]) -> Path:
    if not (path / "README.md").is_file():  # written once training is done
        where = ["--resume", str(path)] if (path / "config.json").is_file() else ["--run", str(path), *flags]
        command = [sys.executable, "-m", "toytrans", "train", *where]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program and arguments
    return path


def main() -> None:
    """Trains what is missing, measures, and writes the answer beside this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one seed, a tiny model")
    parser.add_argument("--run", type=Path, help="measure this run alone")
    arguments = parser.parse_args()
    corpus, typed = load_corpus("toy", LANGUAGES), read_typed()
    runs: dict[int | str, Path] = {}
    if arguments.run:
        runs = {arguments.run.name: arguments.run}
    elif arguments.quick:
        runs = {1: _train(HERE / "runs" / "quick" / "1", ["--preset", "tiny"])}
    else:
        runs = {seed: _train(HERE / "runs" / "full" / str(seed), ["--seed", str(seed)]) for seed in SEEDS}
    found = {name: measure(path, corpus, typed) for name, path in runs.items()}
    if not arguments.run and not arguments.quick:
        versions = {"python": platform.python_version(), **{each: version(each) for each in ("toytrans", "torch")}}
        document = {"fingerprint": corpus.fingerprint(), "versions": versions, "seeds": found}
        (HERE / "results.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        (HERE / "table.md").write_text(to_markdown(found), encoding="utf-8")
    print(to_markdown(found), end="")
