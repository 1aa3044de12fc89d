"""What a validation measures, and what makes one better than another."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.nn.functional import cross_entropy

from toytrans.attention_maps import views
from toytrans.corpus import Pair
from toytrans.decoding import Translator
from toytrans.model import Transformer
from toytrans.text import make_batch
from toytrans.training import Validation
from toytrans.training.validation import validate

BACKWARDS = "2-0 1-1 0-2"
PAIRS = [
    Pair("le chat dort", "dort chat le", BACKWARDS),
    Pair("un chien noir", "noir chien un", BACKWARDS),
    Pair("la souris", "souris la"),  # nobody knows its links
]


def test_without_gold_links_no_view_is_scored(translator: Translator) -> None:
    validation = validate(translator, PAIRS[2:], batch_tokens=100)
    assert validation.view_scores == ()
    assert validation.to_json()["alignment"] is None


def test_every_view_is_scored_on_the_pairs_with_gold_links_and_the_best_is_told(translator: Translator) -> None:
    validation = validate(translator, PAIRS, batch_tokens=100)
    assert {score.view for score in validation.view_scores} == set(views(2, 2))
    assert validation.to_json()["alignment"] == validation.view_scores[0].to_json()
    assert validation.view_scores == validate(translator, PAIRS[:2], batch_tokens=100).view_scores
    gold_of_others = [replace(pair, alignment="0-0") for pair in PAIRS[:2]]
    assert validation.view_scores != validate(translator, gold_of_others, batch_tokens=100).view_scores


def test_a_validation_translates_every_pair(translator: Translator) -> None:
    said = [translation.text for translation in translator.translate([pair.source for pair in PAIRS])]
    right = [replace(pair, target=text, alignment=None) for pair, text in zip(PAIRS, said, strict=True)]
    assert validate(translator, right, batch_tokens=100).exact_match == 1.0
    one_wrong = [*right[:2], replace(right[2], target="balle")]
    assert validate(translator, one_wrong, batch_tokens=100).exact_match == pytest.approx(2 / 3)


@pytest.mark.parametrize("batch_tokens", [4, 1000])
def test_the_loss_is_nats_a_target_token_however_the_pairs_are_batched(
    translator: Translator, batch_tokens: int
) -> None:
    model, nats, encode = translator.model, [], translator.tokenizer.encode
    assert isinstance(model, Transformer)
    for pair in PAIRS:
        source, target = encode(pair.source, "en").ids, encode(pair.target, "fr").ids
        batch = make_batch([source], [target], [0])
        logits_BTV = model.next_token_logits(model(batch.source_BS, batch.target_input_BT)[1].states_BTD)
        nats.append(cross_entropy(logits_BTV[0], torch.tensor(target), reduction="none"))
    model.train()  # as it is between two steps
    try:
        assert validate(translator, PAIRS, batch_tokens).loss == pytest.approx(torch.cat(nats).mean().item(), rel=1e-4)
        assert model.training
    finally:
        model.eval()


@pytest.mark.parametrize(
    ("bleu", "loss", "is_better"),
    [
        (39.7, 0.5, True),  # clearly the higher BLEU, whatever the loss
        (40.3, 9.0, False),
        (39.9, 1.1, True),  # as high but for noise: the lower loss decides
        (40.1, 1.1, True),
        (39.9, 0.9, False),
        (40.0, 1.0, False),  # the same is not better
        (-1.0, 0.0, True),  # anything is better than no validation
    ],
)
def test_a_clearly_higher_bleu_is_better_and_of_like_ones_the_lower_loss(
    bleu: float, loss: float, is_better: bool
) -> None:
    found = Validation(loss=1.0, bleu=40.0, chrf=0.0, exact_match=0.0)
    assert found.is_better_than(bleu, loss, highest_bleu=bleu) == is_better


def test_many_small_steps_down_do_not_add_up() -> None:
    best, highest = Validation(loss=1.0, bleu=40.0, chrf=0.0, exact_match=0.0), 40.0
    for number in range(1, 31):
        next_one = replace(best, loss=1.0 - 0.01 * number, bleu=40.0 - 0.19 * number)
        if next_one.is_better_than(best.bleu, best.loss, highest):
            best = next_one
        highest = max(highest, next_one.bleu)
    assert best.bleu == pytest.approx(39.81)


def test_many_small_steps_up_are_taken_even_if_the_loss_rises() -> None:
    best, highest = Validation(loss=1.0, bleu=40.0, chrf=0.0, exact_match=0.0), 40.0
    for number in range(1, 31):
        next_one = replace(best, loss=1.0 + 0.01 * number, bleu=40.0 + 0.15 * number)
        if next_one.is_better_than(best.bleu, best.loss, highest):
            best = next_one
        highest = max(highest, next_one.bleu)
    assert best.bleu >= highest - 0.2
