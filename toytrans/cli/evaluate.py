"""`toytrans evaluate`: how good a run is."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from toytrans.cli.choices import (
    DEFAULT_RUN,
    HeadFlag,
    LayerFlag,
    Searching,
    Switch,
    WrongUsage,
    as_json,
    check_view,
    load_translator,
    pairs_of,
    pairs_taken,
    say,
    view_for,
)

if TYPE_CHECKING:
    from toytrans.evaluation import Evaluation

LONGEST_NAME = 120


@dataclass(frozen=True)
class Evaluate(Searching):
    """Scores a run's translations and alignments."""

    run: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="[RUN]")] = DEFAULT_RUN
    """A run directory."""
    corpus: Annotated[str | None, tyro.conf.arg(help_behavior_hint="(default: the run's)")] = None
    """`toy`, a folder, a .tsv or .jsonl file, or a Hugging Face dataset."""
    split: str = "test"
    """The split to score."""
    layer: LayerFlag = None
    """The layer whose attention is scored as alignment, from 1; all is the mean of all layers and heads."""
    head: HeadFlag = None
    """The head, from 1; goes with --layer."""
    hide_words: Switch = False
    """Also hide each source word in turn, and report how often attention and this effect name the same word (slow)."""
    links: Annotated[Path | None, tyro.conf.arg(metavar="FILE", help_behavior_hint="")] = None
    """A Pharaoh file with another aligner's links for the same sentences, a line each, to score as well."""
    one_based: Switch = False
    """The file counts words from 1."""
    json: Switch = False
    """Print one JSON document instead of a table."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_view(self.layer, self.head)
        if self.one_based and self.links is None:
            raise WrongUsage("--one-based says how the words of --links FILE are counted: give --links FILE too")

    def execute(self) -> int:
        """Prints the scores."""
        from toytrans.evaluation import evaluate, read_links
        from toytrans.run import Run

        run = Run.open(self.run)
        translator = load_translator(self.run, self.device)
        view = view_for(translator, self.layer, self.head)
        pairs, where = pairs_of(run, self.corpus, self.split), self.corpus or run.config.corpus
        links = read_links(self.links, pairs, run.config.languages, self.one_based) if self.links else None
        taken = pairs_taken(translator, pairs)
        pairs, links = [pairs[number] for number in taken], links and [links[number] for number in taken]
        evaluation = evaluate(translator, pairs, where, self.split, self.search, view, self.hide_words, links)
        self._save(evaluation)
        if self.json:
            print(as_json(evaluation.to_json()))
        else:
            print(evaluation.to_text())
        return 0

    def _save(self, evaluation: Evaluation) -> None:
        """Keeps the scores in the run, and the scoreboard as a picture, if the run's folder can be written to."""
        from toytrans.evaluation.scoreboard_figure import draw_scoreboard
        from toytrans.files import write_whole

        stem = self.run / "evaluation" / self._name()
        document = json.dumps(evaluation.to_json(), indent=2, ensure_ascii=False)
        try:
            stem.parent.mkdir(exist_ok=True)
            write_whole(stem.with_suffix(".json"), f"{document}\n")
            if board := evaluation.attention.scoreboard:
                what = f"{evaluation.run}, {evaluation.checkpoint}; {evaluation.corpus}, {evaluation.split}"
                what += f": {evaluation.sentences} sentences"
                if taught := evaluation.attention.guidance:
                    what += f". In this run {taught}"
                draw_scoreboard(board, f"{stem}-scoreboard", what)
        except OSError as error:
            say(f"not saved in {stem.parent}: {error.strerror or error}")
        else:
            say(f"saved as {stem}.json" + (f" and {stem}-scoreboard.png" if evaluation.attention.scoreboard else ""))

    def _name(self) -> str:
        """`test`, or `test-beam-5-1-layer-2-hidden-words`: another question does not overwrite this one's answer."""
        asked = [
            (self.corpus, f"{self.corpus}"),
            (True, self.split),
            (self.beam != 1, f"beam-{self.beam}-{self.length_penalty:g}"),
            (self.layer, f"layer-{self.layer}"),
            (self.head, f"head-{self.head}"),
            (self.hide_words, "hidden-words"),
            (self.links, f"{self.links}"),
        ]
        name = re.sub(r"[^\w-]+", "-", "-".join(text for is_asked, text in asked if is_asked)).strip("-")
        if len(name) > LONGEST_NAME:
            name = f"{name[:LONGEST_NAME]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
        return name
