"""What an evaluation says of attention: links given, links claimed, warnings, and what is said where nobody knows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from toytrans.attention_maps import (
    AlignmentCounts,
    AttentionMap,
    Links,
    View,
    ViewScore,
    count_map_warnings,
    parse_links,
    views,
)
from toytrans.corpus import Pair
from toytrans.decoding import Translator
from toytrans.evaluation import AttentionReport, score_links, tally_views
from toytrans.evaluation.attention_report import report_attention
from toytrans.evaluation.printing import attention_sections

LANGUAGES = ("en", "fr")
PAIRS = [
    Pair("le chat dort", "dort chat le", "2-0 1-1 0-2"),
    Pair("petit chien", "chien petit", "1-0 0p0 0-1"),
    Pair("une souris", "souris une"),
]
WITHOUT_GOLD = [Pair(pair.source, pair.target) for pair in PAIRS]
GOLD = [parse_links(pair.alignment or "") for pair in PAIRS]


def report(translator: Translator, pairs: Sequence[Pair] = PAIRS, view: View = View(2, 1)) -> AttentionReport:
    return report_attention(translator, pairs, view, "the one asked for")


def with_shares(translator: Translator, scores: tuple[ViewScore, ...]) -> Translator:
    return Translator(translator.model, translator.tokenizer, translator.languages, view_scores=scores)


# Links that somebody gave


def test_gold_links_given_back_make_no_error() -> None:
    counts = score_links(GOLD, PAIRS, LANGUAGES)
    assert counts.aer == pytest.approx(0.0)
    assert (counts.sure, counts.content_words, counts.content_words_right) == (5, 4, 4)


def test_a_claim_counts_alike_whether_it_is_sure_or_possible_and_pairs_without_gold_do_not_count() -> None:
    given = [parse_links("0p0 1p1"), parse_links("0-0"), parse_links("0-0 0-1 1-1")]
    # Of 3 claims 1-1 is sure and 0-0 of the second pair possible; 5 sure links: AER = 1 - (1 + 2) / (3 + 5).
    counts = score_links(given, PAIRS, LANGUAGES)
    assert (counts.links, counts.links_in_sure, counts.links_in_possible) == (3, 1, 2)
    assert counts.aer == pytest.approx(5 / 8)


def test_links_given_for_pairs_without_gold_are_refused(translator: Translator) -> None:
    with pytest.raises(ValueError, match="scored against gold links, and none of these pairs has any"):
        score_links(GOLD, WITHOUT_GOLD, LANGUAGES)
    with pytest.raises(ValueError, match="none of these pairs has any"):
        report_attention(translator, WITHOUT_GOLD, View(), "", links=GOLD)


# Links that a view claims


def test_the_scores_are_the_view_s_by_its_threshold_over_the_references(translator: Translator) -> None:
    shared = with_shares(translator, (ViewScore(View(2, 1), 0.3, 0.9, 0.9, 0.1),))
    document = report(shared).to_json()["alignment"]
    maps = shared.attend([pair.source for pair in PAIRS], [pair.target for pair in PAIRS])
    tally, number = tally_views(maps, PAIRS, LANGUAGES), views(2, 2).index(View(2, 1))
    expected = tally.counts(number, 0.3)
    assert (document["layer"], document["head"], document["threshold"]) == (2, 1, 0.3)
    assert document["aer"] == expected.aer
    assert document["recall"] == expected.recall
    assert document["content_accuracy"] == expected.content_accuracy
    assert document["strongest_content_accuracy"] == tally.counts(number, None).content_accuracy


def test_the_document_is_json_with_the_scoreboard_in_it(translator: Translator) -> None:
    document = json.loads(json.dumps(report(translator).to_json()))
    assert list(document) == ["alignment", "guidance", "map_warnings", "hidden_words", "links"]
    assert list(document["alignment"]) == [
        "aer", "precision", "recall", "content_accuracy", "strongest_content_accuracy", "layer", "head", "threshold",
        "scoreboard",
    ]  # fmt: skip
    assert len(document["alignment"]["scoreboard"]) == 2 * 7 + 3
    assert (document["hidden_words"], document["links"]) == (None, None)


def test_without_gold_links_there_are_no_scores_but_warnings_still(translator: Translator) -> None:
    found = report(translator, WITHOUT_GOLD, View())
    assert found.to_json()["alignment"] is None
    maps = translator.attend([pair.source for pair in PAIRS], [pair.target for pair in PAIRS])
    assert found.to_json()["map_warnings"] == count_map_warnings(maps, View())


def test_warnings_are_counted_over_the_first_sentences_and_scores_over_all(
    translator: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell_sentences(maps: Sequence[AttentionMap], _: View) -> dict[str, int]:
        return {" ".join(map_.source_tokens): 1 for map_ in maps}

    monkeypatch.setattr("toytrans.evaluation.attention_report.MOST_MAPS_CHECKED", 1)
    monkeypatch.setattr("toytrans.evaluation.attention_report.count_map_warnings", tell_sentences)
    found = report(translator)
    assert found.map_warnings == {"le chat dort </s>": 1}
    assert found.scoreboard is not None
    assert found.scoreboard.line(View(2, 1)).claimed.sure == 3 + 2


def test_a_view_that_claims_nothing_has_no_precision(translator: Translator) -> None:
    silent = report(with_shares(translator, (ViewScore(View(), 1.0, 0.0, 0.0, 1.0),)), view=View())
    scores = silent.to_json()["alignment"]
    assert (scores["precision"], scores["recall"], scores["aer"]) == (None, 0.0, 1.0)
    assert "  precision  " not in attention_sections(silent)[0]
    assert "  recall  " in attention_sections(silent)[0]


def test_hidden_words_are_measured_on_request(translator: Translator) -> None:
    found = report_attention(translator, PAIRS, View(1), "", hide_words=True)
    assert found.hiding is not None
    assert found.to_json()["hidden_words"]["all"]["words"] == 3 + 2 + 2
    assert any(section.startswith("HIDDEN WORDS") for section in attention_sections(found))


def test_a_view_the_model_has_not_is_refused(translator: Translator) -> None:
    for pairs in (PAIRS, WITHOUT_GOLD):
        with pytest.raises(ValueError, match="layer 3: this model has layers 1 to 2"):
            report(translator, pairs, View(3))


# For people


def test_people_are_told_the_view_why_it_was_chosen_and_its_threshold(translator: Translator) -> None:
    (summary, *_) = attention_sections(report(translator))
    lines = [line.strip() for line in summary.splitlines()]
    assert lines[0] == "ALIGNMENT"
    assert "layer 2 of 2, head 1 of 2: the one asked for" in lines
    assert "A link is claimed from a weight of 0.50 (the threshold)." in lines
    assert lines[-1] == "Measured while the model was forced to say the reference."
    assert not any(line.startswith("Guided") for line in lines)


def test_people_are_told_of_content_words_by_claims_and_by_the_strongest(translator: Translator) -> None:
    found = report(with_shares(translator, (ViewScore(View(2, 1), 0.9, 0.9, 0.9, 0.1),)))
    summary = attention_sections(found)[0]
    claimed, strongest = (found.to_json()["alignment"][f"{rule}content_accuracy"] for rule in ("", "strongest_"))
    assert claimed < strongest  # few words get nine tenths of a row
    assert f"content accuracy {claimed:.3f}" in " ".join(summary.split())
    assert f"Content accuracy of each word's strongest source word, claimed or not: {strongest:.3f}." in summary


def test_a_head_that_was_taught_to_align_words_is_named(translator: Translator) -> None:
    taught = "layer 2, head 1 was taught to align words, by gold links"
    guided = Translator(translator.model, translator.tokenizer, translator.languages, guidance=taught)
    found = report(guided)
    assert f"Guided: {taught}." in attention_sections(found)[0]
    assert found.to_json()["guidance"] == taught


def test_sections_without_anything_to_say_are_empty() -> None:
    quiet = AttentionReport(View(), "mean of all", "", "", 0.5, None, {"sink": 0}, None, None)
    assert [section for section in attention_sections(quiet) if section] == []


def test_warnings_name_what_was_seen_and_in_how_many_sentences() -> None:
    warned = AttentionReport(View(), "mean of all", "", "", 0.5, None, {"uniform": 0, "sink": 3}, None, None)
    (section,) = (section for section in attention_sections(warned) if section)
    assert [line.split() for line in section.splitlines()] == [
        ["MAPS", "WITH", "A", "WARNING", "sentences"], ["sink", "3"], ["mean", "of", "all"],
    ]  # fmt: skip


def test_given_links_stand_under_their_own_heading_and_content_only_where_it_is_known() -> None:
    given = AlignmentCounts(links=4, sure=4, links_in_sure=3, links_in_possible=4, content_words=2)
    shown = AttentionReport(View(), "mean of all", "", "", 0.5, None, {}, None, given)
    (section,) = (section for section in attention_sections(shown) if section)
    assert [line.split()[-1] for line in section.splitlines()] == ["GIVEN", "1.000", "0.750", "0.125", "0.000"]
    assert shown.to_json()["links"] == {"aer": 0.125, "precision": 1.0, "recall": 0.75, "content_accuracy": 0.0}
    unknown = replace(shown, given=replace(given, content_words=0))
    assert unknown.to_json()["links"]["content_accuracy"] is None
    assert "content" not in "".join(attention_sections(unknown))


def test_nothing_given_but_empty_lines_is_a_score_too() -> None:
    assert score_links([Links()] * 3, PAIRS, LANGUAGES).recall == 0.0
