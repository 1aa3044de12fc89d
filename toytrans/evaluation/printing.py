"""An evaluation as plain text for a terminal; everything is computed elsewhere."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from toytrans.attention_maps import AlignmentCounts
from toytrans.attention_maps.hidden_words import LEAST_LOSS
from toytrans.attention_maps.labels import in_columns, padded, visible, width

if TYPE_CHECKING:
    from toytrans.evaluation.attention_report import AttentionReport
    from toytrans.evaluation.hiding import HidingAgreement
    from toytrans.evaluation.report import Evaluation
    from toytrans.evaluation.scoreboard import Line, Scoreboard

LINE_COLUMNS = 96
SHADES = " ░▒▓█"
SCORES = {"precision": "precision", "recall": "recall", "aer": "error rate", "content_accuracy": "content accuracy"}
SCOREBOARD = {
    "precision": "prec.",
    "recall": "recall",
    "aer": "AER",
    "strongest_aer": "AER max",
    "content_accuracy": "content",
    "gold_weight": "on gold",
    "no_word": "no word",
    "entropy": "bits",
}
SCOREBOARD_LEGEND = """\
  ≥: the threshold, the least weight that claims a link. prec.: precision, the fraction of the
  claimed links that is gold. recall: the fraction of the sure gold links that is claimed. AER:
  alignment error rate of the claims; AER max: of each word's strongest weight. content: content
  words with a claimed link that is sure. on gold: weight on gold links. no word: weight on </s>
  or the null position. bits: entropy of a row. A darker mark is better; in the last two, more."""
HIDING = {
    "same": "same word",
    "claimed_same": "if claimed",
    "with_cause": "has a cause",
    "cause_is_gold": "cause right",
    "strongest_is_gold": "weight right",
}
HIDING_LEGEND = f"""\
  In parentheses: how many target words. same word: the strongest weight is on the source word whose
  hiding costs most. if claimed: the same, for words with a claimed link. has a cause: hiding some
  word costs more than {LEAST_LOSS} nats. cause right, weight right: the word whose hiding costs most, or
  the one with the strongest weight, is a gold link, sure or possible (of words with a cause and a
  gold link). </s> and the null position do not count as words."""


def evaluation_text(found: Evaluation) -> str:
    """All sections, with a blank line between."""
    summary, *details = attention_sections(found.attention)
    sections = [_heading(found), _translation(found), _warnings(found), summary, _phenomena(found), _lengths(found)]
    return "\n\n".join(section for section in [*sections, *details, _worst(found)] if section)


def attention_sections(found: AttentionReport) -> list[str]:
    """What is said of attention, section by section; a section may be empty."""
    given = _alignment_table("LINKS GIVEN", found.given) if found.given else ""
    rows = [(name, str(number)) for name, number in found.map_warnings.items() if number]
    warnings = f"{_table(('MAPS WITH A WARNING', 'sentences'), rows)}\n  {found.view_name}" if rows else ""
    hiding = hiding_text(found.hiding) if found.hiding else ""
    return [_alignment(found), given, hiding, warnings, scoreboard_text(found.scoreboard) if found.scoreboard else ""]


def scoreboard_text(board: Scoreboard) -> str:
    """A table of all views for either row, and of the controls; each number with a mark as dark as it is good."""
    groups = {
        "THE ROW THAT PREDICTS THE WORD": [each for each in board.lines if each.view and each.row == "predicting"],
        "THE ROW THAT READS THE WORD": [each for each in board.lines if each.view and each.row == "reading"],
        "CONTROLS": [each for each in board.lines if not each.view],
    }
    tables = []
    for title, lines in groups.items():
        header = (title, "≥", *SCOREBOARD.values())
        rows = [(f"  {line.name}", f"{line.threshold:.2f}", *_marked_scores(line)) for line in lines]
        tables.append(in_columns([header, *rows], num_left=1, gap="", least=(31, 5, *(8 for _ in SCOREBOARD))))
    return "\n\n".join(tables) + f"\n{SCOREBOARD_LEGEND}"


def hiding_text(found: HidingAgreement) -> str:
    """A table of how often attention and cause name the same word, and what its columns mean."""
    groups = [("all words", found.all)]
    if found.content:
        groups += [("content words", found.content), ("other words", found.others)]
    rows = [(f"{name} ({counts.words})", *map(_fraction, counts.fractions().values())) for name, counts in groups]
    return f"{_table(('HIDDEN WORDS', *HIDING.values()), rows)}\n  {found.view_name}\n{HIDING_LEGEND}"


def _heading(found: Evaluation) -> str:
    name = ", ".join(filter(None, (found.corpus, found.split))) or "given pairs"
    return (
        f"run       {visible(found.run)}, {found.checkpoint}\n"
        f"corpus    {visible(name)}: {found.sentences} sentences\n"
        f"decoding  {found.decoding}"
    )


def _translation(found: Evaluation) -> str:
    scores = found.scores
    rows = [
        ("exact match", f"{scores.exact_match:.3f}", f"{found.num_exact} of {found.sentences}"),
        (
            "BLEU",
            f"{scores.bleu:.1f}",
            "0 since no four words are in a row" if scores.bleu == 0 and found.num_exact else "",
        ),
        ("chrF", f"{scores.chrf:.1f}", ""),
    ]
    return "\n".join([_table(("TRANSLATION", "", ""), rows), *(f"  {each}" for each in scores.signature.split())])


def _warnings(found: Evaluation) -> str:
    rows = [
        (f"{name} translations", str(group.count), str(group.warned), f"{group.warned / group.count:.3f}")
        for name, group in found.warnings.items()
        if group.count
    ]
    return _table(("WARNINGS", "sentences", "with one", "fraction"), rows)


def _phenomena(found: Evaluation) -> str:
    rows = [
        (visible(name, 60), str(group.count), f"{group.exact_match:.3f}") for name, group in found.phenomena.items()
    ]
    return _table(("PHENOMENON", "sentences", "exact match"), rows) if rows else ""


def _lengths(found: Evaluation) -> str:
    rows = [(each.name, str(each.count), f"{each.exact_match:.3f}", f"{each.bleu:.1f}") for each in found.lengths]
    return _table(("SOURCE WORDS", "sentences", "exact match", "BLEU"), rows)


def _worst(found: Evaluation) -> str:
    """The worst translations beside their references, one under the other so that the eye finds where they part."""
    if not found.worst:
        return ""
    lines = [f"THE WORST {len(found.worst)} of {found.sentences - found.num_exact} that are not exact, by chrF"]
    for each in found.worst:
        texts = {f"{each.chrf:5.1f}": each.source, "output": each.output, "reference": each.reference}
        lines += [_wrapped(name, text) for name, text in texts.items()]
    return "\n".join(lines)


def _alignment(found: AttentionReport) -> str:
    if found.scoreboard is None:
        return ""
    line = found.scoreboard.line(found.view)
    strongest = line.scores()["strongest_content_accuracy"]
    notes = [
        f"{found.view_name}: {found.choice}",
        f"A link is claimed from a weight of {found.threshold:.2f} (the threshold).",
        "Precision: the fraction of the claimed links that is gold. Recall: the fraction of the sure",
        "gold links that is claimed. Content accuracy: content words with a sure claimed link, of all that",
        "are not in a list of French function words.",
        ""
        if strongest is None
        else f"Content accuracy of each word's strongest source word, claimed or not: {strongest:.3f}.",
        f"Guided: {found.guidance}." if found.guidance else "",
        "Measured while the model was forced to say the reference.",
    ]
    return "\n  ".join([_alignment_table("ALIGNMENT", line.claimed), *filter(None, notes)])


def _alignment_table(title: str, counts: AlignmentCounts) -> str:
    scores: Mapping[str, float | None] = counts.scores()
    rows = [(name, f"{score:.3f}") for key, name in SCORES.items() if (score := scores[key]) is not None]
    return _table((title, ""), rows)


def _marked_scores(line: Line) -> list[str]:
    cells = []
    scores = line.scores()
    for name in SCOREBOARD:
        score = scores[name]
        if score is None:
            cells.append("–  ")
        else:
            goodness = 1 - score if name.endswith("aer") else score / 4 if name == "entropy" else score
            cells.append(f"{score:.3f} {SHADES[round(min(max(goodness, 0.0), 1.0) * (len(SHADES) - 1))]}")
    return cells


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A line for each row, its label under the heading; columns stand where those of the other sections do."""
    labelled = [(f"  {visible(label)}", *cells) for label, *cells in rows]
    return in_columns([header, *labelled], num_left=1, gap="", least=(24, *(13 for _ in header[1:])))


def _wrapped(name: str, text: str) -> str:
    indent = " " * (2 + width("reference") + 2)
    filled = textwrap.fill(
        visible(text), LINE_COLUMNS, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
    return f"  {padded(name, width('reference'))}" + filled[len(indent) - 2 :]


def _fraction(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
