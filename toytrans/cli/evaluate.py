"""`toytrans evaluate`: how good a run is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import tyro

from toytrans.cli.choices import DEFAULT_RUN, Device, say
from toytrans.config import SearchConfig


@dataclass(frozen=True)
class Evaluate:
    """Scores a run's translations and alignments on a split of its corpus, or of another one."""

    run: tyro.conf.Positional[Path] = DEFAULT_RUN
    """A run directory."""
    corpus: str | None = None
    """Another corpus than the run's: a folder, a .tsv or .jsonl file, or a Hugging Face dataset."""
    split: str = "test"
    """The split to score."""
    beam: int = 1
    """Hypotheses kept side by side; 1 is greedy search."""
    length_penalty: float = SearchConfig.length_penalty
    """Above 0 favours longer translations (Wu et al., 2016); for --beam."""
    layer: int | None = None
    """Score the alignments of this layer, not of the view that validation chose; layers count from 1."""
    head: int | None = None
    """Score this head, not the mean of the layer's heads; goes with --layer."""
    json: bool = False
    """Print one JSON document instead of a table."""
    device: Device = "auto"
    """Where to compute."""

    def __post_init__(self) -> None:
        if self.head is not None and self.layer is None:
            raise ValueError(f"--head {self.head} needs a --layer: heads are counted within their layer")

    def execute(self) -> int:
        """Prints the scores."""
        from toytrans.attention_maps import View
        from toytrans.corpus import load_corpus
        from toytrans.decoding import Translator
        from toytrans.evaluation import evaluate
        from toytrans.model import choose_device
        from toytrans.run import Run

        run = Run.open(self.run)
        where = self.corpus or run.config.corpus
        corpus = load_corpus(where, run.config.languages, say)
        if self.corpus is None and corpus.fingerprint() != run.corpus_fingerprint:
            say(f"note: {where} has changed since the run was trained; parts of {self.split} may have been trained on")
        translator = Translator.load(self.run, device=choose_device(self.device).type)
        evaluation = evaluate(
            translator,
            corpus.split(self.split),
            where,
            self.split,
            SearchConfig(beam_size=self.beam, length_penalty=self.length_penalty),
            View(self.layer, self.head) if self.layer is not None else None,
        )
        if self.json:
            print(json.dumps(evaluation.to_json(), indent=2, ensure_ascii=False))
        else:
            print(evaluation.to_text())
        return 0
