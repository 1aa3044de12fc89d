"""Maps made by hand or at random, and the text in a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toytrans.attention_maps import AttentionMap, Metadata, ViewScore
from toytrans.attention_maps.record import END

CAT = ["The", "cat", "sat", "on", "the", "mat", "."]
CHAT = ["Le", "chat", "s'", "est", "assis", "sur", "le", "tapis", "."]
HOSTILE = [
    "$x_1$",
    r"$\frac{1}{$",
    "_^{}%#&",
    "two\nlines",
    "tab\there",
    "zero\u200bwidth",
    "\u202eturned",
    "שלום",
    "مرحبا",
    "🤖",
    "猫が座った",
    "x" * 500,
    "<script>alert(1)</script>",
    "&amp;",
    "]]>",
    "",
    "   ",
    "e" + "\u0301" * 30,
    "\ud83d",
    "\x00\x1b[31m",
    "\ufffe",
]


def make_map(
    source: Sequence[str],
    target: Sequence[str],
    cross: ArrayLike | None = None,
    *,
    encoder: ArrayLike | None = None,
    decoder: ArrayLike | None = None,
    source_words: Sequence[int] | None = None,
    target_words: Sequence[int] | None = None,
    layers: int = 1,
    heads: int = 1,
    cut: bool = False,
    **metadata: Any,
) -> AttentionMap:
    """A map of these weights, for every head or one matrix a head; attention that is not given attends straight ahead.

    Both sides get their `</s>`, but not a target that is cut. What is missing of a row is on its last column.
    """
    sources, targets = (*source, END), (*target, *([] if cut else [END]))
    source_ids = (*(range(len(source)) if source_words is None else source_words), None)
    target_ids = (*(range(len(target)) if target_words is None else target_words), *([] if cut else [None]))

    def filled(weights: ArrayLike | None, num_rows: int, num_columns: int) -> NDArray[np.float32]:
        given = np.eye(num_rows, num_columns) if weights is None else np.asarray(weights, dtype=np.float64)
        full = np.zeros((layers, heads, num_rows, max(num_columns, given.shape[-1])))
        full[..., : given.shape[-2], : given.shape[-1]] = given
        full[..., -1] += np.round(1 - full.sum(axis=-1), 6)
        return full.astype(np.float32)

    described = {"decoding": "greedy", "probabilities": (1.0,) * len(targets)} | metadata
    return AttentionMap(
        filled(cross, len(targets), len(sources)),
        filled(encoder, len(sources), len(sources)),
        filled(decoder, len(targets), len(targets)),
        sources,
        targets,
        source_ids,
        target_ids,
        Metadata("runs/toy", "step-000400", **described),
    )


def random_map(
    source: Sequence[str],
    target: Sequence[str],
    *,
    layers: int = 2,
    heads: int = 4,
    seed: int = 0,
    null: bool = False,
    cut: bool = False,
    **more: Any,
) -> AttentionMap:
    """A map of random weights and probabilities, with a null position or without; `more` is as in `make_map`."""
    dice = np.random.default_rng(seed)
    num_sources, num_targets = len(source) + 1, len(target) + (not cut)

    def rows(num_rows: int, num_columns: int, causal: bool = False) -> NDArray[np.float64]:
        weights = dice.random((layers, heads, num_rows, num_columns)) ** 4 + 1e-3
        weights = np.tril(weights) if causal else weights
        normalized: NDArray[np.float64] = weights / weights.sum(axis=-1, keepdims=True)
        return normalized

    cross, encoder = rows(num_targets, num_sources + null), rows(num_sources, num_sources)
    decoder = rows(num_targets, num_targets, causal=True)
    more = {"probabilities": tuple(dice.uniform(0.8, 1.0, num_targets).tolist())} | more
    return make_map(
        source, target, cross, encoder=encoder, decoder=decoder, layers=layers, heads=heads, cut=cut, **more
    )


def with_cross(map_: AttentionMap, rows: Sequence[Sequence[float]], score: ViewScore | None = None) -> AttentionMap:
    """The map with these weights in every head, and a score of its mean of all."""
    cross = np.broadcast_to(np.array(rows, dtype=np.float32), map_.cross_attention.shape)
    scores = (score,) if score else ()
    return replace(map_, cross_attention=cross, metadata=replace(map_.metadata, view_scores=scores))


def texts_of(svg: Path) -> list[str]:
    """All text in a picture, line by line as it was drawn."""
    root = ElementTree.parse(svg).getroot()
    return ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]


def text_of(svg: Path) -> str:
    """All text in a picture, in one line."""
    return " ".join(texts_of(svg))
