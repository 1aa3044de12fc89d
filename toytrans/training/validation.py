"""What a validation measures: the loss, the translations, and which view of attention aligns words best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

import torch

from toytrans.attention_maps import ViewScore, views
from toytrans.corpus import Pair
from toytrans.decoding import Limits, Translator
from toytrans.decoding.torch_backend import evaluating
from toytrans.evaluation import as_read, num_words, score_translations, tally_views, view_scores
from toytrans.evaluation.scores import exact
from toytrans.model import Transformer
from toytrans.text import Batch, BucketedBatches
from toytrans.training.loop import sum_of_losses

SAME_BLEU = 0.2
"""BLEU points that count as noise: 99.75 and 99.73 on 500 sentences do not tell which of two models is better."""


@dataclass(frozen=True)
class Validation:
    """The scores of one validation. `loss` is nats a target token, without label smoothing."""

    loss: float
    bleu: float
    chrf: float
    exact_match: float
    view_scores: tuple[ViewScore, ...] = ()
    """How well each view's claims agree with gold links, the best view first; none where the pairs have no links."""
    limits: Limits = field(default_factory=Limits)
    """The limits of the warnings, measured on the right translations."""

    def to_json(self) -> dict[str, Any]:
        """The scores, and under `alignment` those of the best view (null without gold links)."""
        best = self.view_scores[0].to_json() if self.view_scores else None
        scores = {"loss": self.loss, "bleu": self.bleu, "chrf": self.chrf, "exact_match": self.exact_match}
        return {**scores, "alignment": best}

    def is_better_than(self, bleu: float, loss: float, highest_bleu: float) -> bool:
        """Higher BLEU than the best checkpoint; or a lower loss, with a BLEU that is within `SAME_BLEU` of the highest.

        The highest BLEU so far counts, not the best checkpoint's alone: else many small steps could lead far down.
        """
        if self.bleu > bleu + SAME_BLEU:
            return True
        return self.loss < loss and self.bleu >= highest_bleu - SAME_BLEU


def validate(translator: Translator, pairs: Sequence[Pair], batch_tokens: int) -> Validation:
    """Translates the pairs greedily and scores the result; aligns them, forced, where they have gold links."""
    sources, targets = [pair.source for pair in pairs], [pair.target for pair in pairs]
    translations = translator.translate(sources)
    scores = score_translations([translation.text for translation in translations], targets)
    right_ones = [each for each, target in zip(translations, targets, strict=True) if exact(each.text, target)]
    limits = Limits.of(
        [each.confidence for each in right_ones],
        [each.surprise for each in right_ones],
        translator.limits.longest_source,
        translator.limits.max_tokens,
    )
    read_pairs = as_read(pairs, translator.tokenizer.reader, translator.languages)
    aligned = [pair for pair in read_pairs if pair.alignment is not None]
    found: tuple[ViewScore, ...] = ()
    if aligned:
        maps = translator.attend([pair.source for pair in aligned], [pair.target for pair in aligned])
        all_views = views(maps[0].num_layers, maps[0].num_heads)
        # In a few odd strings the tokenizer numbers other words than the links do: they say nothing of a view.
        fits = [
            map_.num_words == num_words(pair, translator.languages) for map_, pair in zip(maps, aligned, strict=True)
        ]
        tally = tally_views(list(compress(maps, fits)), list(compress(aligned, fits)), translator.languages)
        found = view_scores(tally, all_views)
    loss = _loss_a_token(translator, sources, targets, batch_tokens)
    return Validation(loss, scores.bleu, scores.chrf, scores.exact_match, found, limits)


@torch.inference_mode()
def _loss_a_token(translator: Translator, sources: Sequence[str], targets: Sequence[str], batch_tokens: int) -> float:
    encode = translator.tokenizer.encode_all
    source_ids, target_ids = (
        [encoded.ids for encoded in encode(texts, language)]
        for texts, language in zip((sources, targets), translator.languages, strict=True)
    )
    batches = BucketedBatches(source_ids, target_ids, batch_tokens, seed=0)
    model = translator.model
    assert isinstance(model, Transformer)  # training is in PyTorch
    device = model.embedding.weight.device
    with evaluating(model):
        losses = [_loss(model, batches.batch(number).to(device)) for number in range(len(batches))]
    return sum(losses) / sum(len(ids) for ids in target_ids)


def _loss(model: Transformer, batch: Batch) -> float:
    _, decoded = model(batch.source_BS, batch.target_input_BT)
    return sum_of_losses(model, decoded, batch).item()
