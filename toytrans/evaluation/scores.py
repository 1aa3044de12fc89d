"""How good translations are: BLEU, chrF and exact match, with the signature that says how they were computed."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toytrans.corpus.reading import read_lines
from toytrans.text import normalize


@dataclass(frozen=True)
class Scores:
    """Scores of many sentences against one reference each."""

    bleu: float
    """Corpus BLEU, 0 to 100 (Papineni et al., 2002)."""
    chrf: float
    """Corpus chrF2, 0 to 100 (Popović, 2015)."""
    signature: str
    """How sacreBLEU computed both: `BLEU|nrefs:1|... chrF2|nrefs:1|...` (Post, 2018)."""
    exact_match: float
    """The fraction of sentences that are the reference, 0 to 1."""


def score_translations(outputs: Sequence[str], references: Sequence[str]) -> Scores:
    """Scores output i against reference i; a `ValueError` where there is nothing to compare, or not one for one.

    All three scores compare both sides as a model reads them (`toytrans.text.normalize`): an accent typed as one
    character or as two, a curly apostrophe or a no-break space is no mistake.
    """
    from sacrebleu import BLEU, CHRF  # takes a while to import

    if len(outputs) != len(references):
        raise ValueError(f"{len(outputs)} outputs for {len(references)} references: give one reference an output")
    if not outputs:
        raise ValueError("no sentences to score: give at least one")
    outputs, references = ([normalize(text) for text in texts] for texts in (outputs, references))
    bleu, chrf = BLEU(), CHRF()
    bleu_score, chrf_score = (metric.corpus_score(outputs, [references]) for metric in (bleu, chrf))
    return Scores(
        bleu=min(bleu_score.score, 100.0),  # rounding carries a perfect score past 100
        chrf=chrf_score.score,
        signature=f"{bleu_score.name}|{bleu.get_signature()} {chrf_score.name}|{chrf.get_signature()}",
        exact_match=sum(map(operator.eq, outputs, references)) / len(outputs),
    )


def score_files(output: Path, reference: Path) -> Scores:
    """Scores line N of one UTF-8 file against line N of another, for instance another system's output.

    A `ValueError` where they are not equally long.
    """
    outputs, references = list(read_lines(output)), list(read_lines(reference))
    if len(outputs) != len(references):
        raise ValueError(
            f"{output} has {len(outputs)} lines and {reference} {len(references)}: "
            "line N of one must translate what line N of the other does"
        )
    return score_translations(outputs, references)


def exact(output: str, reference: str) -> bool:
    """Whether both are the same sentence to a model: white space and how a letter is typed make no difference."""
    return normalize(output) == normalize(reference)


def sentence_chrf(output: str, reference: str) -> float:
    """chrF2 of one sentence, 0 to 100: unlike BLEU it says something about a single sentence. Compares as they do."""
    from sacrebleu import CHRF

    score: float = CHRF().sentence_score(normalize(output), [normalize(reference)]).score
    return score
