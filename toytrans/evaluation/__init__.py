"""How good a model is: scores of its translations, and of the links its attention draws."""

from __future__ import annotations

from toytrans.evaluation.alignment import alignment_by_view, content_words, view_errors, views
from toytrans.evaluation.report import Alignment, Evaluation, LengthGroup, MarkedTranslation, PhenomenonGroup, evaluate
from toytrans.evaluation.scores import Scores, exact, score_files, score_translations, sentence_chrf

__all__ = [
    "Alignment",
    "Evaluation",
    "LengthGroup",
    "MarkedTranslation",
    "PhenomenonGroup",
    "Scores",
    "alignment_by_view",
    "content_words",
    "evaluate",
    "exact",
    "score_files",
    "score_translations",
    "sentence_chrf",
    "view_errors",
    "views",
]
