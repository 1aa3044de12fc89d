"""How good a model is: scores of its translations, and of the links its attention draws."""

from __future__ import annotations

from toytrans.evaluation.alignment import claims_over, forced_maps, tally_views, view_scores
from toytrans.evaluation.attention_report import AttentionReport, score_links
from toytrans.evaluation.gold import as_read, as_typed, checked_links, content_words, num_words
from toytrans.evaluation.hiding import HidingAgreement, hidden_word_agreement
from toytrans.evaluation.pharaoh import links_lines, read_links, write_links
from toytrans.evaluation.probe import Probe, probe
from toytrans.evaluation.report import Evaluation, LengthGroup, MarkedTranslation, PhenomenonGroup, evaluate
from toytrans.evaluation.scoreboard import Line, Scoreboard, make_scoreboard
from toytrans.evaluation.scores import Scores, exact, score_files, score_translations, sentence_chrf

__all__ = [
    "AttentionReport",
    "Evaluation",
    "HidingAgreement",
    "LengthGroup",
    "Line",
    "MarkedTranslation",
    "PhenomenonGroup",
    "Probe",
    "Scoreboard",
    "Scores",
    "as_read",
    "as_typed",
    "checked_links",
    "claims_over",
    "content_words",
    "evaluate",
    "exact",
    "forced_maps",
    "hidden_word_agreement",
    "links_lines",
    "make_scoreboard",
    "num_words",
    "probe",
    "read_links",
    "score_files",
    "score_links",
    "score_translations",
    "sentence_chrf",
    "tally_views",
    "view_scores",
    "write_links",
]
