"""Guided alignment: one head of cross-attention is taught which source words each target word comes from.

The translation is learned as usual; a second loss teaches that head to attend to the linked words (Garg et al., 2019).

Axes: B sentences, T target positions, S source positions, L layers, H heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from toytrans.attention_maps import Links
from toytrans.config import Config
from toytrans.corpus import Pair
from toytrans.errors import Refused
from toytrans.evaluation import checked_links, read_links
from toytrans.model.layers import DecoderLayer
from toytrans.model.transformer import Decoded, EncodedSource, Transformer
from toytrans.run import Run
from toytrans.text import Batch, Encoded

SMALLEST = 1e-9
"""Added to a weight before its logarithm: a head without weight on any linked word has a large loss, not infinity."""


Entries: TypeAlias = NDArray[np.int64]
"""(entries, 2): target token and source token of each link of a pair."""


def token_links(links: Links, source: Encoded, target: Encoded) -> Entries:
    """Links between words as links between tokens: each target word's sure links; without any, its possible ones.

    A pair has none if its words are not read at the places where they were typed.
    """
    if not (source.keeps_places and target.keeps_places):
        links = Links()
    tokens_of_word: dict[int, list[int]] = {}
    for position, word in enumerate(source.word_ids):
        if word is not None:
            tokens_of_word.setdefault(word, []).append(position)
    entries = []
    for position, word in enumerate(target.word_ids):
        sure = [link_source for link_source, link_target in links.sure if link_target == word]
        linked = sure or [link_source for link_source, link_target in links.possible if link_target == word]
        entries += [(position, token) for each in sorted(linked) for token in tokens_of_word.get(each, [])]
    return np.array(entries, dtype=np.int64).reshape(-1, 2)


class Guide:
    """Teaches one head, by the links of every training pair."""

    def __init__(self, layer: int, head: int, weight: float, links: Sequence[Entries]) -> None:
        """`layer` and `head` count from 1; `links[i]` belongs to training pair i."""
        self.layer, self.head, self.weight, self._links = layer, head, weight, links

    def loss(self, weights_BTS: Tensor, batch: Batch) -> Tensor:
        """Cross-entropy between the links and the head's weights, a mean over the guided tokens, times `weight`."""
        wanted_BTS = self.wanted(batch)
        weights_BTS = weights_BTS[..., -wanted_BTS.shape[-1] :]  # without the null position
        num_guided = wanted_BTS.sum().clamp(min=1.0)
        return -self.weight * (wanted_BTS * (weights_BTS + SMALLEST).log()).sum() / num_guided

    def wanted(self, batch: Batch) -> Tensor:
        """The weights the head should have (B, T, S): even over the linked tokens; zeros in a row without a link."""
        entries = [self._links[pair] for pair in batch.pairs]
        row = np.repeat(np.arange(len(entries)), [len(each) for each in entries])
        token, source = np.concatenate(entries).T
        table_BTS = torch.zeros(*batch.target_output_BT.shape, batch.source_BS.shape[1])
        table_BTS[row, token, source] = 1.0
        return (table_BTS / table_BTS.sum(dim=-1, keepdim=True).clamp(min=1.0)).to(batch.source_BS.device)

    def weights(self, model: Transformer, encoded: EncodedSource, decoded: Decoded) -> Tensor:
        """The head's weights (B, T, S), after a null position, if there is one.

        Only the head's own queries and keys learn from them; what these are computed from learns to translate. When the
        gradient went all the way down, some models never learned what a pronoun refers to.
        """
        layer = cast("DecoderLayer", model.decoder_layers[self.layer - 1])
        seen = layer.cross_attention.keys_values(encoded.memory_BSD.detach())
        cross_input_BTD = decoded.cross_inputs_L[self.layer - 1].detach()
        _, weights_BHTS = layer.cross_attention(cross_input_BTD, seen, encoded.visible_B11S)
        weights_BTS: Tensor = weights_BHTS[:, self.head - 1]
        return weights_BTS


def load_guide(
    config: Config, links: Sequence[Links] | None, sources: Sequence[Encoded], targets: Sequence[Encoded]
) -> Guide | None:
    """The guide of a run over its training pairs, by these links; `None` where no head is guided."""
    view = config.guided_view
    if view is None or links is None:
        return None
    tokens = [token_links(*three) for three in zip(links, sources, targets, strict=True)]
    return Guide(*view, config.training.guided_weight, tokens)


def guiding_links(run: Run, pairs: Sequence[Pair]) -> list[Links]:
    """The links that teach: the corpus's own, or those that the run keeps in `guide.pharaoh`.

    `ValueError` where the corpus has no gold links to guide by, or the links do not fit the pairs; `FileNotFoundError`
    where the run has no links yet.
    """
    if run.config.training.guided_alignment == "gold":
        return gold_links(run.config, pairs)
    if not run.guide_path.is_file():
        is_self = run.config.training.guided_alignment == "self"
        remedy = "train its teachers first" if is_self else "name their file with --guided-alignment"
        raise FileNotFoundError(f"{run.guide_path} is missing, the links that guide the run: {remedy}")
    return read_links(run.guide_path, pairs, run.config.languages)


def gold_links(config: Config, pairs: Sequence[Pair]) -> list[Links]:
    """The corpus's own links; a `ValueError` where no training pair has any, or a link leads past its sentence."""
    if not any(pair.alignment for pair in pairs):
        raise Refused(
            f"--guided-alignment gold: {config.corpus} has no gold links: give self, or a Pharaoh file with a line a "
            "training pair"
        )
    return [checked_links(pair, config.languages) for pair in pairs]
