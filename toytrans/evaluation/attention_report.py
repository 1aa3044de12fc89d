"""What an evaluation says about attention: one view's links against gold, the scoreboard of all views, and warnings.

All of it is measured on passes in which the model is forced to say the references.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from toytrans.attention_maps import AlignmentCounts, Links, View, count, count_map_warnings, parse_links, views
from toytrans.corpus.pairs import Pair
from toytrans.decoding import Translator
from toytrans.errors import Refused
from toytrans.evaluation.alignment import forced_maps
from toytrans.evaluation.gold import as_read, content_words
from toytrans.evaluation.hiding import HidingAgreement, hidden_word_agreement
from toytrans.evaluation.scoreboard import Scoreboard, make_scoreboard

MOST_MAPS_CHECKED = 1000
"""Sentences whose maps are checked for warnings: all of a test set, not all of a training set."""


@dataclass(frozen=True)
class AttentionReport:
    """How well the attention of one view aligns words, over the references of some pairs."""

    view: View
    view_name: str
    """`layer 2 of 2, head 3 of 4`"""
    choice: str
    """Why this view, in words."""
    guidance: str
    """Which head was taught to align words, and by what; empty where none was."""
    threshold: float
    """The least attention weight with which the view claims a link."""
    scoreboard: Scoreboard | None
    """Every view against gold links; `None` where no pair has any."""
    map_warnings: dict[str, int]
    """How many of the first `MOST_MAPS_CHECKED` sentences' maps get each warning."""
    hiding: HidingAgreement | None
    """How often attention and the effect of hiding words agree; `None` if not asked for."""
    given: AlignmentCounts | None
    """The scores of given links, such as another aligner's."""

    def to_json(self) -> dict[str, Any]:
        """Under `alignment` the view's scores and the scoreboard, or null; the other reports beside it."""
        return {
            "alignment": self._alignment() if self.scoreboard else None,
            "guidance": self.guidance,
            "map_warnings": self.map_warnings,
            "hidden_words": self.hiding.to_json() if self.hiding else None,
            "links": self.given.scores() if self.given else None,
        }

    def _alignment(self) -> dict[str, Any]:
        assert self.scoreboard is not None
        place = {**asdict(self.view), "threshold": self.threshold}
        line = self.scoreboard.line(self.view)
        strongest = {"strongest_content_accuracy": line.scores()["strongest_content_accuracy"]}
        return line.claimed.scores() | strongest | place | {"scoreboard": self.scoreboard.to_json()}


def report_attention(
    translator: Translator,
    pairs: Sequence[Pair],
    view: View,
    choice: str,
    hide_words: bool = False,
    links: Sequence[Links] | None = None,
) -> AttentionReport:
    """The report over all references; `links[i]` of another aligner are scored against the gold links of pair i.

    A `ValueError` where links are given and the pairs have no gold ones, or the model lacks the view.
    """
    pairs = as_read(pairs, translator.tokenizer.reader, translator.languages)
    given = None if links is None else score_links(links, pairs, translator.languages)  # refused before all the work
    view_name = view.describe(*translator.shape)  # refuses a view that the model lacks
    board, first_maps = None, list(forced_maps(translator, pairs[:MOST_MAPS_CHECKED]))
    if any(pair.alignment is not None for pair in pairs):
        thresholds = {each: translator.threshold(each) for each in views(*translator.shape)}
        maps = itertools.chain(first_maps, forced_maps(translator, pairs[MOST_MAPS_CHECKED:]))
        board = make_scoreboard(maps, pairs, translator.languages, thresholds, view)
    return AttentionReport(
        view,
        view_name,
        choice,
        translator.guidance,
        translator.threshold(view),
        board,
        count_map_warnings(first_maps, view),
        hidden_word_agreement(translator, pairs, view) if hide_words else None,
        given,
    )


def score_links(links: Sequence[Links], pairs: Sequence[Pair], languages: tuple[str, str]) -> AlignmentCounts:
    """Scores claimed links, those of pair i against its gold links; pairs without gold links do not count.

    Whether a claim is sure or possible makes no difference. A `ValueError` where no pair has gold links.
    """
    if all(pair.alignment is None for pair in pairs):
        raise Refused(
            "links are scored against gold links, and none of these pairs has any: give a --corpus or --split that has"
        )
    counts = AlignmentCounts()
    for claimed, pair in zip(links, pairs, strict=True):
        if pair.alignment is not None:
            content = content_words(pair.target, languages[1])
            counts += count(claimed.possible, parse_links(pair.alignment), content)
    return counts
