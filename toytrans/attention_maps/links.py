"""Which source word each target word comes from: gold links, the links attention draws, and how well they agree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps.words import WordIds, merge, word_starts
from toytrans.errors import Refused

Link: TypeAlias = tuple[int, int]
"""(source word, target word), both counted from 0."""

_LINK = re.compile(r"([0-9]{1,9})([-p])([0-9]{1,9})")


@dataclass(frozen=True)
class Links:
    """Gold links of a pair. Sure: the words translate each other. Possible: sure, or a defensible claim.

    The distinction is Och and Ney's (2003): a system must find the sure links, and may claim the possible ones.
    """

    sure: frozenset[Link] = frozenset()
    possible: frozenset[Link] = frozenset()

    def __post_init__(self) -> None:
        if not self.sure <= self.possible:
            raise ValueError(f"sure links {sorted(self.sure - self.possible)} are not possible: sure implies possible")


def parse_links(text: str, one_based: bool = False) -> Links:
    """Reads Pharaoh style, source-target: `0-0 1p0` is a sure link from 0 to 0 and a possible one from 1 to 0.

    Words are counted from 0, or from 1 where the text is `one_based`; a `ValueError` names an item that is no link.
    """
    first = 1 if one_based else 0
    sure, possible = set(), set()
    for item in text.split():
        match = _LINK.fullmatch(item)
        if match is None:
            raise Refused(f"link {item!r} is neither i-j (sure) nor ipj (possible), with word numbers from {first}")
        link = int(match[1]) - first, int(match[3]) - first
        if min(link) < 0:
            raise Refused(f"link {item!r} has a word 0, but the links are read as one-based: words count from 1")
        possible.add(link)
        if match[2] == "-":
            sure.add(link)
    return Links(frozenset(sure), frozenset(possible))


def format_links(links: Links, one_based: bool = False) -> str:
    """Writes what `parse_links` reads: target word by target word, sure links first."""
    first = 1 if one_based else 0
    in_order = sorted(links.possible, key=lambda link: (link[1], link not in links.sure, link[0]))
    return " ".join(
        f"{source + first}{'-' if (source, target) in links.sure else 'p'}{target + first}"
        for source, target in in_order
    )


def claimed_links(
    weights_TS: NDArray[np.float32], source_word_ids: WordIds, target_word_ids: WordIds, threshold: float | None = None
) -> frozenset[Link]:
    """The links that attention claims: each target word with every source word whose weight is at least `threshold`.

    Without a threshold, with the source word of its largest weight (the first of equals). Pieces are first merged to
    words. A word whose weight is on `</s>` or on the null position claims nothing; `</s>` never does.
    """
    sources, targets = word_starts(source_word_ids), word_starts(target_word_ids)
    weights_of_words_TS = merge(weights_TS, targets, sources)
    if threshold is None:
        is_claimed_TS = np.zeros(weights_of_words_TS.shape, dtype=bool)
        is_claimed_TS[np.arange(len(targets)), weights_of_words_TS.argmax(axis=-1)] = True
    else:
        is_claimed_TS = weights_of_words_TS >= threshold
    links = set()
    for target, source in np.argwhere(is_claimed_TS).tolist():
        source_word, target_word = source_word_ids[sources[source]], target_word_ids[targets[target]]
        if source_word is not None and target_word is not None:
            links.add((source_word, target_word))
    return frozenset(links)


@dataclass(frozen=True)
class AlignmentCounts:
    """What the scores of an alignment are made of. Add the counts of sentences, then read the scores of the whole.

    A score of nothing is perfect, since no mistake was made: precision without claims, recall without sure links.
    """

    links: int = 0
    """|A|, the links claimed."""
    sure: int = 0
    """|S|"""
    links_in_sure: int = 0
    """|A and S|"""
    links_in_possible: int = 0
    """|A and P|"""
    content_words: int = 0
    """Target words that carry content."""
    content_words_right: int = 0
    """Of these, the ones with a claimed link that is sure."""

    def __add__(self, other: AlignmentCounts) -> AlignmentCounts:
        return AlignmentCounts(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @property
    def aer(self) -> float:
        """Alignment error rate, 1 - (|A and S| + |A and P|) / (|A| + |S|) (Och and Ney, 2003, section 5.1)."""
        return 1.0 - _fraction(self.links_in_sure + self.links_in_possible, self.links + self.sure)

    @property
    def precision(self) -> float:
        """The fraction of the claimed links that is gold, sure or possible."""
        return _fraction(self.links_in_possible, self.links)

    @property
    def recall(self) -> float:
        """The fraction of the sure links that is claimed."""
        return _fraction(self.links_in_sure, self.sure)

    @property
    def content_accuracy(self) -> float:
        """The fraction of the content words with a claimed link that is sure; a possible one does not count."""
        return _fraction(self.content_words_right, self.content_words)

    def scores(self) -> dict[str, float | None]:
        """The four scores, 0 to 1, by their names in JSON; `None` for precision without claims and for no content."""
        return {
            "aer": self.aer,
            "precision": self.precision if self.links else None,
            "recall": self.recall,
            "content_accuracy": self.content_accuracy if self.content_words else None,
        }


def count(links: frozenset[Link], gold: Links, content_words: Iterable[int] = ()) -> AlignmentCounts:
    """Compares one sentence's claimed links with gold; `content_words` are the target words that carry content."""
    content = frozenset(content_words)
    return AlignmentCounts(
        links=len(links),
        sure=len(gold.sure),
        links_in_sure=len(links & gold.sure),
        links_in_possible=len(links & gold.possible),
        content_words=len(content),
        content_words_right=len(content & {target for _, target in links & gold.sure}),
    )


def _fraction(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
