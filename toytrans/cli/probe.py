"""`toytrans probe`: how often words attend to the words they come from, for teachers and for test suites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from toytrans.cli.choices import (
    DEFAULT_RUN,
    HeadFlag,
    LayerFlag,
    Switch,
    WrongUsage,
    as_json,
    check_view,
    corpus_for,
    is_there,
    load_translator,
    pairs_taken,
    say,
    view_for,
)
from toytrans.config import Device
from toytrans.errors import Refused

if TYPE_CHECKING:
    from toytrans.attention_maps import View
    from toytrans.corpus import Corpus, Pair
    from toytrans.decoding import Translator
    from toytrans.evaluation import Probe as ProbeResult

RunAndProbes = Annotated[
    tuple[str, ...],
    tyro.conf.Positional,
    tyro.conf.arg(metavar="[RUN] SOURCE=TARGET ...", help_behavior_hint=""),
]
HEADER = ("source", "target", "occurrences", "holds", "weight", "rank")
DONE, HELD_TOO_RARELY = 0, 1
ALL = "all"


@dataclass(frozen=True)
class Probe:
    """Measures how often words attend to the words they come from: `probe cat=chat`."""

    words: RunAndProbes = ()
    """A run directory (runs/toy, if left out), then one or more pairs SOURCE=TARGET."""
    corpus: Annotated[str | None, tyro.conf.arg(help_behavior_hint="(default: the run's)")] = None
    """`toy`, a folder, a .tsv or .jsonl file, or a Hugging Face dataset."""
    split: str = ALL
    """The split to search, or all of them. The model is forced to say the translations."""
    layer: LayerFlag = None
    """The layer to measure, from 1; all is the mean of all layers and heads."""
    head: HeadFlag = None
    """The head, from 1; goes with --layer."""
    at_least: Annotated[float | None, tyro.conf.arg(help_behavior_hint="(default: no limit)")] = None
    """Exit with status 1 if a link holds in less than this fraction of its occurrences (0 to 1)."""
    json: Switch = False
    """Print one JSON document instead of a table."""
    device: Device = "auto"
    """Where to compute; auto takes a GPU where there is one."""

    def __post_init__(self) -> None:
        check_view(self.layer, self.head)
        if self.at_least is not None and not 0 <= self.at_least <= 1:
            raise WrongUsage(f"--at-least {self.at_least} is not a fraction from 0 to 1")

    def execute(self) -> int:
        """Prints the table; status 1 where a link holds too rarely."""
        from toytrans.evaluation import as_read, probe
        from toytrans.run import Run

        path, asked = run_and_probes(self.words)
        translator = load_translator(path, self.device)
        view = view_for(translator, self.layer, self.head) or translator.view
        corpus = corpus_for(Run.open(path), self.corpus, self.split)
        asked_for = _pairs(corpus, self.split)
        taken = [asked_for[number] for number in pairs_taken(translator, asked_for)]
        pairs = as_read(taken, translator.tokenizer.reader, translator.languages)
        _check_occurs(corpus, pairs, self.split, asked)
        if not self.json:
            say(_what_is_measured(translator, view, _where(corpus, self.split)))
        found = probe(translator, pairs, asked, view)
        if self.json:
            model = {"run": translator.run_name, "checkpoint": translator.checkpoint_name}
            place = {"split": self.split, "layer": view.layer, "head": view.head}
            probes = [each.to_json() for each in found]
            print(as_json({**model, **place, "probes": probes}))
        else:
            print(_table(found))
        return self._judge(found)

    def _judge(self, found: Sequence[ProbeResult]) -> int:
        from toytrans.attention_maps.labels import visible

        too_rare = [each for each in found if self.at_least is not None and each.holds < self.at_least]
        for each in too_rare:
            say(
                f"{visible(each.source)}={visible(each.target)} holds in {each.holds:.3f} of {each.occurrences} "
                f"occurrences: less than --at-least {self.at_least}"
            )
        return HELD_TOO_RARELY if too_rare else DONE


def run_and_probes(words: Sequence[str]) -> tuple[Path, list[tuple[str, str]]]:
    """Splits `[RUN] SOURCE=TARGET ...`: the first is a run if it exists or has no `=` in it."""
    path, rest = DEFAULT_RUN, list(words)
    if rest and (is_there(rest[0]) or ("=" not in rest[0] and len(rest) > 1)):
        path = Path(rest.pop(0))
    if not rest:
        raise WrongUsage("no words to probe: give a source and a target word, like cat=chat")
    return path, [_asked(word) for word in rest]


def _asked(word: str) -> tuple[str, str]:
    source, equals, target = (part.strip() for part in word.partition("="))
    if not (source and equals and target) or "=" in target:
        raise WrongUsage(f"{word!r} is not a probe: give a source word, =, and a target word, like cat=chat")
    return source, target


def _pairs(corpus: Corpus, split: str) -> Sequence[Pair]:
    if split != ALL or ALL in corpus.splits:
        return corpus.split(split)
    # A split may have two names, `test_2018` and `test`; equal pairs, in different splits or in one, are occurrences.
    distinct = {id(pairs): pairs for pairs in corpus.splits.values()}
    return [pair for pairs in distinct.values() for pair in pairs]


def _where(corpus: Corpus, split: str) -> str:
    return "all splits" if split == ALL and ALL not in corpus.splits else split


def _what_is_measured(translator: Translator, view: View, where: str) -> str:
    """`cross-attention, mean of all 8 heads of 2 layers, step 1400; over all splits`."""
    from toytrans.attention_maps.labels import visible

    return f"cross-attention, {view.describe(*translator.shape)}, {translator.checkpoint_name}; over {visible(where)}"


def _check_occurs(corpus: Corpus, pairs: Sequence[Pair], split: str, asked: Sequence[tuple[str, str]]) -> None:
    """A `ValueError` where no pair of the split holds both words, with the splits that have such pairs."""
    from toytrans.evaluation.probe import occurs

    for words in asked:
        if not occurs(words, pairs, corpus.languages):
            holding = [name for name, held in corpus.splits.items() if occurs(words, held, corpus.languages)]
            instead = (
                f"give --split {' or '.join(holding)}" if holding else "check the spelling: no split has such a pair"
            )
            raise Refused(
                f"{_where(corpus, split)}: no pair has {words[0]!r} in its source and {words[1]!r} in its target: "
                f"{instead}"
            )


def _table(found: Sequence[ProbeResult]) -> str:
    """A line for each probe, words to the left and numbers to the right."""
    from toytrans.attention_maps.labels import in_columns, visible

    rows = [
        (
            visible(each.source, 30),
            visible(each.target, 30),
            str(each.occurrences),
            f"{each.holds:.3f}",
            f"{each.weight:.3f}",
            f"{each.rank:.2f}",
        )
        for each in found
    ]
    return in_columns([HEADER, *rows], num_left=2)
