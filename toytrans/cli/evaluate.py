"""`toytrans evaluate`: how good a run is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from toytrans.cli.choices import DEFAULT_RUN, Searching, Switch, check_view, corpus_of, say, view_for


@dataclass(frozen=True)
class Evaluate(Searching):
    """Scores a run's translations and alignments."""

    run: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="[RUN]")] = DEFAULT_RUN
    """A run directory."""
    corpus: Annotated[str | None, tyro.conf.arg(help_behavior_hint="(default: the run's)")] = None
    """`toy`, a folder, a .tsv or .jsonl file, or a Hugging Face dataset."""
    split: str = "test"
    """The split to score."""
    layer: Annotated[int | None, tyro.conf.arg(help_behavior_hint="(default: the best on validation)")] = None
    """The layer whose attention is scored as alignment, from 1."""
    head: Annotated[int | None, tyro.conf.arg(help_behavior_hint="(default: the mean of the layer's heads)")] = None
    """The head, from 1; goes with --layer."""
    json: Switch = False
    """Print one JSON document instead of a table."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_view(self.layer, self.head)

    def execute(self) -> int:
        """Prints the scores."""
        from toytrans.corpus import load_corpus
        from toytrans.evaluation import evaluate
        from toytrans.run import Run

        run = Run.open(self.run)
        translator = self.load(self.run)
        view = view_for(translator, self.layer, self.head)
        if self.corpus is not None:
            corpus = load_corpus(self.corpus, run.config.languages, say)
        else:
            corpus = corpus_of(run, "give a --corpus", say)
            if corpus.fingerprint() != run.corpus_fingerprint:
                say(f"note: {corpus.name} has changed since training; parts of {self.split} may have been trained on")
        where = self.corpus or run.config.corpus
        evaluation = evaluate(translator, corpus.split(self.split), where, self.split, self.search, view)
        if self.json:
            print(json.dumps(evaluation.to_json(), indent=2, ensure_ascii=False))
        else:
            print(evaluation.to_text())
        return 0
