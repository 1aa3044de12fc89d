"""The report: what an evaluation counts, and what it says about it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
import torch

from toytrans.attention_maps import View, ViewScore, parse_links
from toytrans.config import ModelConfig, SearchConfig, TextConfig
from toytrans.corpus import Pair
from toytrans.decoding import Translation, Translator
from toytrans.evaluation import Evaluation, evaluate
from toytrans.model.transformer import Transformer
from toytrans.text import build_tokenizer

CAT = Pair(
    "The cat sat on the mat.",
    "Le chat s'est assis sur le tapis.",
    "0-0 1p0 1-1 2-2 2-3 2-4 1p4 3-5 4-6 5p6 5-7 6-8",
    ("reflexive", "agreement"),
)
DOG = Pair("A dog sleeps.", "Un chien dort.", "0-0 1p0 1-1 2-2 3-3", ("agreement",))
PAIRS = [CAT, DOG, Pair("The dog sat.", "Le chien s'est assis.", "0-0 1p0 1-1 2-2 2-3 1p3 3-4", ("reflexive",))]
WITHOUT_LINKS = [Pair(pair.source, pair.target) for pair in PAIRS]
NUMBERS = ("  recall", "  error rate", "  content accuracy", "  BLEU  ")
"""How lines of a name and a number begin."""
EXACT = {pair.source: pair.target for pair in PAIRS}


class Scripted(Translator):
    """An untrained model that attends as it can, and says what it is told to."""

    outputs: Mapping[str, str] = EXACT

    def translate(
        self, texts: Sequence[str], search: SearchConfig = SearchConfig(), with_attention: bool = False
    ) -> list[Translation]:
        return [Translation(text, self.outputs[text], 0.0, (), (), is_finished=True) for text in texts]


def translator(outputs: Mapping[str, str] | None = None, best: View | None = None) -> Scripted:
    torch.manual_seed(1)
    tokenizer = build_tokenizer(TextConfig(reading="verbatim"), [pair.sides for pair in PAIRS])
    model = Transformer(ModelConfig(d_model=16, num_layers=2, num_heads=2, d_ff=16), len(tokenizer))
    scores = (ViewScore(best, 0.4, 0.9, 0.9, 0.1),) if best else ()
    scripted = Scripted(model, tokenizer, ("en", "fr"), "toy", "step 400", scores)
    scripted.outputs = EXACT | dict(outputs or {})
    return scripted


def report(pairs: Sequence[Pair] = PAIRS, outputs: Mapping[str, str] | None = None) -> Evaluation:
    return evaluate(translator(outputs), pairs, "toy", "test")


def sentences(lengths: Sequence[int]) -> list[Pair]:
    return [Pair(" ".join(f"w{n}x{i}" for i in range(length)), f"phrase {n}") for n, length in enumerate(lengths)]


# The document


def test_the_document_has_the_promised_keys_and_is_json() -> None:
    document = json.loads(json.dumps(report(outputs={DOG.source: "Un chat dort."}).to_json()))
    assert list(document) == [
        "run", "checkpoint", "corpus", "split", "sentences", "decoding", "bleu", "chrf", "signature", "exact_match",
        "alignment", "guidance", "map_warnings", "hidden_words", "links", "phenomena", "lengths", "warnings", "worst",
    ]  # fmt: skip
    assert {"aer", "precision", "recall", "content_accuracy", "layer", "head"} < set(document["alignment"])
    assert list(document["lengths"][0]) == ["from", "to", "count", "exact_match", "bleu"]
    assert list(document["worst"][0]) == ["source", "output", "reference", "chrf"]
    assert (document["run"], document["checkpoint"]) == ("toy", "step 400")
    assert (document["corpus"], document["split"], document["sentences"]) == ("toy", "test", 3)
    assert document["decoding"] == "greedy"
    assert document["exact_match"] == pytest.approx(2 / 3)


def test_a_real_search_goes_through_and_is_named() -> None:
    scripted = translator()
    plain = Translator(scripted.model, scripted.tokenizer, scripted.languages)
    found = evaluate(plain, PAIRS, "toy", "test", SearchConfig(beam_size=2))
    assert found.decoding == "beam 2"
    assert found.scores.exact_match == 0.0
    assert len(found.worst) == 3


def test_nothing_to_evaluate_is_refused() -> None:
    with pytest.raises(ValueError, match="no sentences to score"):
        report([])


# Groups


def test_a_sentence_counts_in_every_phenomenon_it_shows() -> None:
    phenomena = report(outputs={DOG.source: "Un chat dort."}).to_json()["phenomena"]
    assert list(phenomena) == ["reflexive", "agreement"]  # as the split first shows them
    assert phenomena == {
        "reflexive": {"count": 2, "exact_match": 1.0},
        "agreement": {"count": 2, "exact_match": 0.5},
    }


def test_lengths_count_source_words_and_leave_no_sentence_out() -> None:
    pairs = sentences([1, 5, 6, 20, 21, 40])
    scripted = translator({pair.source: pair.target for pair in pairs} | {pairs[1].source: "faux"})
    groups = evaluate(scripted, pairs, "toy", "test").to_json()["lengths"]
    assert [(group["from"], group["to"], group["count"]) for group in groups] == [
        (1, 5, 2), (6, 10, 1), (16, 20, 1), (21, None, 2),
    ]  # fmt: skip
    assert [group["exact_match"] for group in groups] == [0.5, 1.0, 1.0, 1.0]


# The worst


def test_the_worst_come_first_and_exact_ones_never() -> None:
    worst = report(outputs={CAT.source: "Le chat s'est assis sur le lit.", DOG.source: "Zut !"}).worst
    assert [translation.source for translation in worst] == [DOG.source, CAT.source]
    assert worst[0].chrf < worst[1].chrf < 100.0
    assert (worst[1].output, worst[1].reference) == ("Le chat s'est assis sur le lit.", CAT.target)


def test_the_worst_are_ten_at_most_and_equals_keep_their_order() -> None:
    pairs = sentences([3] * 12)
    scripted = translator({pair.source: "" for pair in pairs})
    worst = evaluate(scripted, pairs, "toy", "test").worst
    assert [translation.source for translation in worst] == [pair.source for pair in pairs[:10]]


def test_warnings_are_counted_among_the_right_and_among_the_wrong() -> None:
    class Warned(Scripted):
        def translate(
            self, texts: Sequence[str], search: SearchConfig = SearchConfig(), with_attention: bool = False
        ) -> list[Translation]:
            found = super().translate(texts, search, with_attention)
            return [replace(each, warnings=("odd",) * (each.source != CAT.source)) for each in found]

    plain = translator({DOG.source: "Un chat dort."})
    warned = Warned(plain.model, plain.tokenizer, plain.languages)
    warned.outputs = plain.outputs
    found = evaluate(warned, PAIRS, "toy", "test")
    assert found.to_json()["warnings"] == {"right": {"count": 2, "warned": 1}, "wrong": {"count": 1, "warned": 1}}
    lines = [line.split() for line in found.to_text().splitlines()]
    assert ["right", "translations", "2", "1", "0.500"] in lines
    assert ["wrong", "translations", "1", "1", "1.000"] in lines


def test_when_all_is_exact_there_is_no_worst() -> None:
    found = report()
    assert found.worst == ()
    assert "WORST" not in found.to_text()


# Alignment


def test_without_gold_links_there_is_no_alignment() -> None:
    found = report(WITHOUT_LINKS)
    assert found.to_json()["alignment"] is None
    assert "ALIGNMENT" not in found.to_text()


def test_alignment_is_over_the_references_not_over_what_the_model_says() -> None:
    silent = report(outputs=dict.fromkeys(EXACT, ""))
    assert silent.attention == report().attention
    assert silent.attention.scoreboard is not None
    assert silent.attention.scoreboard.line(View()).claimed.sure == 9 + 4 + 5


def test_pairs_without_gold_links_do_not_count_in_alignment() -> None:
    board = report([*WITHOUT_LINKS[:2], PAIRS[2]]).attention.scoreboard
    assert board is not None
    assert board.line(View()).claimed.sure == 5


def test_links_given_are_scored_beside() -> None:
    gold = [parse_links(pair.alignment or "") for pair in PAIRS]
    found = evaluate(translator(), PAIRS, "toy", "test", links=gold)
    assert found.to_json()["links"]["aer"] == pytest.approx(0.0)
    assert "LINKS GIVEN" in found.to_text()
    assert "LINKS GIVEN" not in report().to_text()


@pytest.mark.parametrize(
    ("best", "asked", "layer", "head", "why"),
    [
        (None, None, None, None, "mean of all 4 heads of 2 layers: not chosen on validation"),
        (
            View(1, 2),
            None,
            1,
            2,
            "layer 1 of 2, head 2 of 2: chosen on validation, for the precision and recall of its claims",
        ),
        (View(1, 2), View(), None, None, "mean of all 4 heads of 2 layers: the one asked for"),
        (View(1, 2), View(2, 1), 2, 1, "layer 2 of 2, head 1 of 2: the one asked for"),
    ],
)
def test_the_view_is_the_one_asked_for_or_the_best_on_validation_or_the_mean_of_all(
    best: View | None, asked: View | None, layer: int | None, head: int | None, why: str
) -> None:
    found = evaluate(translator(best=best), PAIRS, "toy", "test", view=asked)
    alignment = found.to_json()["alignment"]
    assert (alignment["layer"], alignment["head"]) == (layer, head)
    assert why in found.to_text()


def test_a_view_the_model_has_not_is_refused_even_where_nothing_is_aligned() -> None:
    with pytest.raises(ValueError, match="layer 3: this model has layers 1 to 2"):
        evaluate(translator(), WITHOUT_LINKS, "toy", "test", view=View(3))


def test_content_accuracy_is_unknown_where_content_is() -> None:
    scripted = translator()
    scripted.languages = ("en", "xx")
    pairs = [Pair(DOG.source, DOG.target, DOG.alignment)]
    found = evaluate(scripted, pairs, "toy", "test")
    alignment = found.to_json()["alignment"]
    assert (alignment["content_accuracy"], alignment["strongest_content_accuracy"]) == (None, None)
    for words in ("  content accuracy ", "Content accuracy of each word's strongest"):
        assert words not in found.to_text()
        assert words in report().to_text()


# The text


def test_the_text_says_what_was_evaluated_and_how() -> None:
    text = report(outputs={DOG.source: "Un chat dort."}).to_text()
    assert text.startswith("run       toy, step 400\ncorpus    toy, test: 3 sentences\ndecoding  greedy\n")
    assert "0.667       2 of 3" in text
    assert "BLEU|nrefs:1" in text
    assert "THE WORST 1 of 1 that are not exact" in text


def test_the_text_fits_a_terminal_and_its_columns_line_up() -> None:
    long = Pair("word " * 60, "mot " * 60)
    text = report([*PAIRS, long], {long.source: "faux " * 60}).to_text()
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    assert all(line == line.rstrip() for line in lines)
    headings = [line for line in lines if line.endswith(("exact match", "BLEU"))]
    assert {line.index("exact match") for line in headings if "sentences" in line} == {39}
    # A label fills 24 columns and a number is at the right end of the 13 after it, in each table.
    assert {len(line) for line in lines if line.startswith(NUMBERS)} == {37}


def test_control_characters_in_a_sentence_do_not_reach_the_terminal() -> None:
    evil = Pair("A \x1b[31mred\x1b[0m cat.", "Un chat.")
    assert "\x1b" not in report([evil], {evil.source: "Un\x07 chat \x1b[2J"}).to_text()


def test_control_characters_in_a_name_do_not_reach_the_terminal() -> None:
    named = replace(CAT, phenomena=("a\x1b[1mb",))
    text = evaluate(translator(), [named], corpus="c\x1b[2J", split="t\x9b1m").to_text()
    assert not {"\x1b", "\x9b"} & set(text)


def test_a_bleu_that_cannot_be_above_zero_says_why() -> None:
    short = Pair("Go.", "Va !")
    note = "0 since no four words are in a row"
    assert note in report([short], {short.source: short.target}).to_text()
    assert note not in report().to_text()
