"""What a validation measures: the loss, the translations, and which view of attention aligns words best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from toytrans.attention_maps import ViewError
from toytrans.corpus import Pair
from toytrans.decoding import Translator
from toytrans.evaluation import alignment_by_view, score_translations, view_errors
from toytrans.text import BucketedBatches
from toytrans.training.loop import sum_of_losses


@dataclass(frozen=True)
class Validation:
    """The scores of one validation. `loss` is nats a target token, without label smoothing."""

    loss: float
    bleu: float
    chrf: float
    exact_match: float
    view_errors: tuple[ViewError, ...] = ()
    """Alignment error rates, the best view first; none where the pairs have no gold links."""

    @property
    def aer(self) -> float | None:
        """The lowest alignment error rate: that of the view worth showing."""
        return self.view_errors[0].aer if self.view_errors else None

    def to_json(self) -> dict[str, Any]:
        """The scores, with the best view's alignment error rate, layer and head (null for the mean of heads)."""
        best = self.view_errors[0].to_json() if self.view_errors else {"aer": None, "layer": None, "head": None}
        return {"loss": self.loss, "bleu": self.bleu, "chrf": self.chrf, "exact_match": self.exact_match} | best

    def is_better_than(self, bleu: float, loss: float) -> bool:
        """Higher BLEU, or the same and a lower loss."""
        return (self.bleu, -self.loss) > (bleu, -loss)


def validate(translator: Translator, pairs: Sequence[Pair], batch_tokens: int) -> Validation:
    """Translates the pairs greedily and scores the result; aligns them, forced, where they have gold links."""
    sources, targets = [pair.source for pair in pairs], [pair.target for pair in pairs]
    scores = score_translations([translation.text for translation in translator.translate(sources)], targets)
    aligned = [pair for pair in pairs if pair.alignment is not None]
    errors: tuple[ViewError, ...] = ()
    if aligned:
        maps = translator.attend([pair.source for pair in aligned], [pair.target for pair in aligned])
        errors = view_errors(alignment_by_view(maps, aligned, translator.languages))
    loss = _loss_a_token(translator, sources, targets, batch_tokens)
    return Validation(loss, scores.bleu, scores.chrf, scores.exact_match, errors)


@torch.inference_mode()
def _loss_a_token(translator: Translator, sources: Sequence[str], targets: Sequence[str], batch_tokens: int) -> float:
    encode = translator.tokenizer.encode_all
    source_ids, target_ids = (
        [encoded.ids for encoded in encode(texts, language)]
        for texts, language in zip((sources, targets), translator.languages, strict=True)
    )
    batches = BucketedBatches(source_ids, target_ids, batch_tokens, seed=0)
    device = translator.model.embedding.weight.device
    with translator.evaluating():
        losses = [
            sum_of_losses(translator.model, batches.batch(number).to(device)).item() for number in range(len(batches))
        ]
    return sum(losses) / sum(len(ids) for ids in target_ids)
