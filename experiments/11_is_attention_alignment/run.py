"""Is attention alignment? Attention, guided and not, beside aligners, on the same sentences with gold links.

Run from anywhere: `python experiments/11_is_attention_alignment/run.py`. Models that are under `runs/` already are not
trained again. `--quick` makes a small pass in a few minutes, to see that everything works; its answer means nothing.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Iterable
from importlib.metadata import version

import eflomal_links
from aligners import BY_SIZE, LANGUAGES, Score, rows, rows_by_size
from results import Results
from trainings import FULL, QUICK, Plan, train_all

from toytrans import Corpus, load_corpus


def measure(plan: Plan, corpus: Corpus) -> Results:
    """Scores every row with every seed, and three of them with each size of corpus."""
    num_all = len(corpus.split("train"))
    by_name = _gather(rows(plan, corpus, seed) for seed in plan.seeds)
    by_size = {size: _gather(rows_by_size(plan, corpus, seed, size) for seed in plan.seeds) for size in plan.sizes}
    names = [name for name in by_name if name in BY_SIZE]
    versions = {"python": platform.python_version(), **{each: version(each) for each in ("toytrans", "torch")}}
    return Results(
        setting={
            "corpus": corpus.name,
            "fingerprint": corpus.fingerprint(),
            "train_pairs": num_all,
            "test_pairs": min(plan.num_test, len(corpus.split("test"))),
            "seeds": list(plan.seeds),
            "flags": list(plan.flags),
            "versions": versions,
        },
        rows=by_name,
        by_size={**by_size, num_all: {name: by_name[name] for name in names}},
        notes=[]
        if eflomal_links.find_command()
        else ["eflomal is not installed (extra `bench`): its rows are missing."],
    )


def _gather(seeds: Iterable[Iterable[tuple[str, Score]]]) -> dict[str, list[Score]]:
    """The scores of each row, one a seed."""
    by_name: dict[str, list[Score]] = {}
    for named_scores in seeds:
        for name, score in named_scores:
            by_name.setdefault(name, []).append(score)
    return by_name


def main() -> None:
    """Trains what is missing, measures, and writes the answer beside this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one seed, a tiny model, 100 test pairs")
    plan = QUICK if parser.parse_args().quick else FULL
    corpus = load_corpus("toy", LANGUAGES)
    train_all(plan, corpus)
    results = measure(plan, corpus)
    results.write(plan.results)
    print(results.to_markdown(), end="")


if __name__ == "__main__":
    main()
