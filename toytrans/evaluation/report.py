"""One evaluation of a model on one split: what it scores in all, by phenomenon and by length, and where it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from toytrans.attention_maps import Links, View
from toytrans.config import SearchConfig
from toytrans.corpus.pairs import Pair
from toytrans.decoding import Translation, Translator
from toytrans.evaluation.attention_report import AttentionReport, report_attention
from toytrans.evaluation.printing import evaluation_text
from toytrans.evaluation.scores import Scores, exact, score_translations, sentence_chrf

LENGTHS: tuple[tuple[int, int | None], ...] = ((1, 5), (6, 10), (11, 15), (16, 20), (21, None))
"""Source words, first and last, that make a length group."""
NUM_WORST = 10


@dataclass(frozen=True)
class PhenomenonGroup:
    """The sentences that show a phenomenon."""

    count: int
    exact_match: float


@dataclass(frozen=True)
class LengthGroup:
    """The sentences of one range of lengths: source words, punctuation included."""

    first: int
    last: int | None
    """`None`: no upper limit."""
    count: int
    exact_match: float
    bleu: float

    @property
    def name(self) -> str:
        """`6 to 10`, or `21 and more`."""
        return f"{self.first} and more" if self.last is None else f"{self.first} to {self.last}"

    def to_json(self) -> dict[str, Any]:
        """All of it; `to` is null where there is no upper limit."""
        scores = {"count": self.count, "exact_match": self.exact_match, "bleu": self.bleu}
        return {"from": self.first, "to": self.last} | scores


@dataclass(frozen=True)
class WarnedGroup:
    """The translations that are right, or those that are wrong: how many there are, and how many carry a warning."""

    count: int
    warned: int


@dataclass(frozen=True)
class MarkedTranslation:
    """A translation beside what it should have been."""

    source: str
    output: str
    reference: str
    chrf: float
    """Of this sentence alone, 0 to 100."""


@dataclass(frozen=True)
class Evaluation:
    """What a model scored, and all that is needed to score the same again."""

    run: str
    checkpoint: str
    corpus: str
    split: str
    decoding: str
    """`greedy` or `beam 5`."""
    sentences: int
    scores: Scores
    attention: AttentionReport
    phenomena: dict[str, PhenomenonGroup]
    """In the order in which the split first shows them; a sentence counts in each that it shows."""
    lengths: tuple[LengthGroup, ...]
    warnings: dict[str, WarnedGroup]
    """Of the `right` translations, to the letter, and of the `wrong` ones."""
    worst: tuple[MarkedTranslation, ...]
    """The ten translations with the worst score against their reference, the worst first; exact ones are left out."""

    def to_json(self) -> dict[str, Any]:
        """One document for programs: plain values, with fractions from 0 to 1, and BLEU and chrF from 0 to 100."""
        return {
            "run": self.run,
            "checkpoint": self.checkpoint,
            "corpus": self.corpus,
            "split": self.split,
            "sentences": self.sentences,
            "decoding": self.decoding,
            **asdict(self.scores),
            **self.attention.to_json(),
            "phenomena": {name: asdict(group) for name, group in self.phenomena.items()},
            "lengths": [group.to_json() for group in self.lengths],
            "warnings": {name: asdict(group) for name, group in self.warnings.items()},
            "worst": [asdict(translation) for translation in self.worst],
        }

    def to_text(self) -> str:
        """The same for people, as plain text for a terminal."""
        return evaluation_text(self)

    @property
    def num_exact(self) -> int:
        """How many translations are their reference."""
        return round(self.scores.exact_match * self.sentences)


def evaluate(
    translator: Translator,
    pairs: Sequence[Pair],
    corpus: str = "",
    split: str = "",
    search: SearchConfig = SearchConfig(),
    view: View | None = None,
    hide_words: bool = False,
    links: Sequence[Links] | None = None,
) -> Evaluation:
    """Translates the pairs' sources and scores the result; `corpus` and `split` are names for the report.

    Attention is scored in `view`, or else in the translator's best one. `hide_words` also hides each source word in
    turn, to see what depends on it; `links` of another aligner are scored beside it, where pairs have gold links.
    """
    attention = report_attention(translator, pairs, *_choose_view(translator, view), hide_words, links)
    translations = translator.translate([pair.source for pair in pairs], search)
    outputs = [translation.text for translation in translations]
    return Evaluation(
        run=translator.run_name,
        checkpoint=translator.checkpoint_name,
        corpus=corpus,
        split=split,
        decoding=search.name,
        sentences=len(pairs),
        scores=score_translations(outputs, [pair.target for pair in pairs]),
        attention=attention,
        phenomena=_by_phenomenon(pairs, outputs),
        lengths=_by_length(pairs, outputs, translator),
        warnings=_by_warning(pairs, translations),
        worst=_worst(pairs, outputs),
    )


def _choose_view(translator: Translator, asked: View | None) -> tuple[View, str]:
    """The view to score, and why that one; a `ValueError` if the model lacks it."""
    if asked:
        asked.check(*translator.shape)
        return asked, "the one asked for"
    if translator.guided_view:
        return translator.view, "the head that was taught to align"
    if translator.view_scores:
        return translator.view, "chosen on validation, for the precision and recall of its claims"
    return translator.view, "not chosen on validation"


def _by_phenomenon(pairs: Sequence[Pair], outputs: Sequence[str]) -> dict[str, PhenomenonGroup]:
    exact_by_name: dict[str, list[bool]] = {}
    for pair, output in zip(pairs, outputs, strict=True):
        for name in pair.phenomena:
            exact_by_name.setdefault(name, []).append(exact(output, pair.target))
    return {name: PhenomenonGroup(len(found), sum(found) / len(found)) for name, found in exact_by_name.items()}


def _by_warning(pairs: Sequence[Pair], translations: Sequence[Translation]) -> dict[str, WarnedGroup]:
    warned: dict[str, list[bool]] = {"right": [], "wrong": []}
    for pair, translation in zip(pairs, translations, strict=True):
        warned["right" if exact(translation.text, pair.target) else "wrong"].append(bool(translation.warnings))
    return {name: WarnedGroup(len(each), sum(each)) for name, each in warned.items()}


def _by_length(pairs: Sequence[Pair], outputs: Sequence[str], translator: Translator) -> tuple[LengthGroup, ...]:
    reader, language = translator.tokenizer.reader, translator.languages[0]
    lengths = [len(reader.read(pair.source, language).words) for pair in pairs]
    groups = []
    for first, last in LENGTHS:
        inside = [n for n, length in enumerate(lengths) if first <= length and (last is None or length <= last)]
        if inside:
            scores = score_translations([outputs[n] for n in inside], [pairs[n].target for n in inside])
            groups.append(LengthGroup(first, last, len(inside), scores.exact_match, scores.bleu))
    return tuple(groups)


def _worst(pairs: Sequence[Pair], outputs: Sequence[str]) -> tuple[MarkedTranslation, ...]:
    inexact = [
        MarkedTranslation(pair.source, output, pair.target, sentence_chrf(output, pair.target))
        for pair, output in zip(pairs, outputs, strict=True)
        if not exact(output, pair.target)
    ]
    return tuple(sorted(inexact, key=lambda translation: translation.chrf)[:NUM_WORST])
