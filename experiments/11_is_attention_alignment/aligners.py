"""The rows of the table: who says which words translate each other, and how often that is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import eflomal_links
import ibm_model_1
from trainings import Plan

from toytrans import (
    AlignmentCounts,
    AttentionMap,
    Corpus,
    Link,
    Links,
    Pair,
    Translator,
    agreed_links,
    claimed_links,
    exact,
    load,
    make_scoreboard,
    reversed_links,
    score_links,
    split_words,
    symmetrize,
    views,
)

ATTENTION, IBM_MODEL_1, EFLOMAL = "attention, as pictures claim it", "IBM Model 1", "eflomal, grow-diag-final"
BY_SIZE = (ATTENTION, IBM_MODEL_1, EFLOMAL)
"""The rows that are compared by size of corpus."""
LANGUAGES = ("en", "fr")
Claims: TypeAlias = Sequence[frozenset[Link]]
"""The links of each pair."""


@dataclass(frozen=True)
class Score:
    """One row, with one seed. Fractions are 0 to 1."""

    precision: float
    """The fraction of the claimed links that is gold, sure or possible."""
    recall: float
    """The fraction of the sure links that is claimed."""
    aer: float
    """Alignment error rate (Och and Ney, 2003)."""
    content_accuracy: float
    """The fraction of the content words with a claimed link that is sure."""
    exact_match: float | None = None
    """The fraction of the sentences translated exactly; `None` for a row without a model of its own."""

    @classmethod
    def of(cls, counts: AlignmentCounts, exact_match: float | None = None) -> Score:
        """The scores of counted links."""
        return cls(counts.precision, counts.recall, counts.aer, counts.content_accuracy, exact_match)


def score(claims: Claims, pairs: Sequence[Pair], exact_match: float | None = None) -> Score:
    """The score of the links claimed of each pair."""
    return Score.of(score_links([Links(possible=links) for links in claims], pairs, LANGUAGES), exact_match)


def rows(plan: Plan, corpus: Corpus, seed: int) -> Iterator[tuple[str, Score]]:
    """Every row but eflomal's where that is not installed, in the order of the table."""
    test = corpus.split("test")[: plan.num_test]
    unguided = Reading.of(load(plan.unguided(seed)), test)
    yield from unguided.controls()
    yield from other_aligners(corpus.split("train"), test)
    yield ATTENTION, unguided.score()
    yield "attention, strongest word", unguided.score(strongest=True)
    yield from two_directions(unguided, load(plan.backward(seed)))
    for name, path in (("itself", plan.guided_by_itself(seed)), ("gold", plan.guided_by_gold(seed))):
        guided = Reading.of(load(path), test)
        yield f"guided by {name}", guided.score()
        yield f"guided by {name}, strongest word", guided.score(strongest=True)


def rows_by_size(plan: Plan, corpus: Corpus, seed: int, size: int) -> Iterator[tuple[str, Score]]:
    """The rows `BY_SIZE`, learnt from so many training pairs."""
    test = corpus.split("test")[: plan.num_test]
    yield ATTENTION, Reading.of(load(plan.unguided(seed, size)), test).score()
    for name, each in other_aligners(corpus.split("train")[:size], test):
        if name in BY_SIZE:
            yield name, each


@dataclass(frozen=True, eq=False)
class Reading:
    """A model made to say the references, and what its attention claims."""

    translator: Translator
    pairs: Sequence[Pair]
    maps: Sequence[AttentionMap]
    exact_match: float

    @classmethod
    def of(cls, translator: Translator, pairs: Sequence[Pair]) -> Reading:
        """Forces the references, and translates freely for the exact matches."""
        sources, targets = [pair.source for pair in pairs], [pair.target for pair in pairs]
        outputs = translator.translate(sources)
        num_exact = sum(exact(output.text, target) for output, target in zip(outputs, targets, strict=True))
        return cls(translator, pairs, translator.attend(sources, targets), num_exact / len(pairs))

    def claims(self, strongest: bool = False) -> list[frozenset[Link]]:
        """The links of the default view: those that reach its threshold, or each word's strongest."""
        view = self.translator.view
        threshold = None if strongest else self.translator.threshold(view)
        return [
            claimed_links(map_.view(view), map_.cross_word_ids, map_.target_word_ids, threshold) for map_ in self.maps
        ]

    def score(self, strongest: bool = False) -> Score:
        """The score of those links."""
        return score(self.claims(strongest), self.pairs, self.exact_match)

    def controls(self) -> Iterator[tuple[str, Score]]:
        """Attention that knows nothing, each word linked to its strongest."""
        view = self.translator.view
        thresholds = {
            each: self.translator.threshold(each) for each in views(self.maps[0].num_layers, self.maps[0].num_heads)
        }
        for line in make_scoreboard(self.maps, self.pairs, LANGUAGES, thresholds, view).lines:
            if line.view is None:
                yield line.name.split(" (")[0], Score.of(line.strongest)


def two_directions(forward: Reading, translator: Translator) -> Iterator[tuple[str, Score]]:
    """A model and one of the other direction, read together in three ways."""
    turned = [Pair(pair.target, pair.source) for pair in forward.pairs]
    backward = Reading.of(translator, turned)
    for strongest, name in ((False, "as pictures claim it"), (True, "strongest word")):
        both = zip(forward.claims(strongest), backward.claims(strongest), strict=True)
        merged = [symmetrize(there, reversed_links(back), "grow-diag-final") for there, back in both]
        yield f"two directions, {name}, grow-diag-final", score(merged, forward.pairs)
    maps = zip(forward.maps, backward.maps, strict=True)
    yield "two directions, product of both", score([agreed_links(there, back) for there, back in maps], forward.pairs)


def other_aligners(train: Sequence[Pair], test: Sequence[Pair]) -> Iterator[tuple[str, Score]]:
    """Aligners that learn from all the pairs, those of the test among them, and are scored on the test."""
    words = [
        (split_words(pair.source.lower(), LANGUAGES[0]), split_words(pair.target.lower(), LANGUAGES[1]))
        for pair in (*train, *test)
    ]
    yield IBM_MODEL_1, score(ibm_model_1.align(words)[len(train) :], test)
    aligned = eflomal_links.align(words)
    if aligned is None:
        return
    forward, backward = (links[len(train) :] for links in aligned)
    yield "eflomal, forward", score(forward, test)
    yield "eflomal, backward", score(backward, test)
    both = zip(forward, backward, strict=True)
    yield EFLOMAL, score([symmetrize(there, back, "grow-diag-final") for there, back in both], test)
