"""The attention of one translation, with the words it belongs to: the record every picture and score comes from.

Axes: layers and heads, then the position that attends (row), then the position attended to (column).
T counts target tokens, S source tokens, the end of sentence `</s>` included in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps.archive import read_archive, write_archive
from toytrans.attention_maps.views import View, ViewScore, threshold_of
from toytrans.attention_maps.words import WordIds, merge, spell, word_starts
from toytrans.special_tokens import BOS, EOS, SPECIAL_TOKENS

FORMAT_VERSION = 2
FORCED = "forced"
"""How the target of a map was chosen (`Metadata.decoding`), if it was given."""
START, END, NULL = SPECIAL_TOKENS[BOS], SPECIAL_TOKENS[EOS], "<null>"
ROW_SUM_TOLERANCE = 1e-3

Kind: TypeAlias = Literal["cross", "encoder", "decoder"]
KINDS: tuple[Kind, ...] = ("cross", "encoder", "decoder")
FIELDS: dict[Kind, str] = {
    "cross": "cross_attention",
    "encoder": "encoder_self_attention",
    "decoder": "decoder_self_attention",
}


@dataclass(frozen=True)
class Metadata:
    """Where a map comes from: the run and its checkpoint, how the target was chosen, how sure the model was."""

    run: str
    checkpoint: str
    decoding: str
    """`greedy`, `beam 5`, or `forced` (a given translation)."""
    probabilities: tuple[float, ...]
    """Of each target token, given the source and the target tokens before it."""
    merged_to_words: bool = False
    """Whether pieces of words were merged, which averages rows."""
    view_scores: tuple[ViewScore, ...] = ()
    """How well each view aligned words on validation, the best first; empty without gold links."""
    guidance: str = ""
    """Which head was taught to align words, and by what; empty where none was."""
    typed: Mapping[int, str] = field(default_factory=dict)
    """The source words, by number, that the model does not know and read as `<unk>`: as they were typed."""
    typed_target: Mapping[int, str] = field(default_factory=dict)
    """The same of a given translation."""
    copied: Mapping[int, int] = field(default_factory=dict)
    """The target words, by number, that the model wrote as `<unk>`, and the source word copied into each."""
    warnings: tuple[str, ...] = ()
    """The warnings of the translation, a line each."""

    def score(self, view: View) -> ViewScore | None:
        """How far to believe the view, where that was measured."""
        return next((each for each in self.view_scores if each.view == view), None)

    def threshold(self, view: View) -> float:
        """The view's threshold: the least weight that claims a link."""
        return threshold_of(view, self.view_scores)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self) | {"view_scores": [each.to_json() for each in self.view_scores]}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Metadata:
        """The inverse of `to_json`; other keys of the document are left alone."""
        return cls(
            run=str(document["run"]),
            checkpoint=str(document["checkpoint"]),
            decoding=str(document["decoding"]),
            probabilities=tuple(float(probability) for probability in document["probabilities"]),
            merged_to_words=bool(document["merged_to_words"]),
            view_scores=tuple(map(ViewScore.from_json, document["view_scores"])),
            guidance=str(document["guidance"]),
            typed={int(word): str(text) for word, text in document.get("typed", {}).items()},
            typed_target={int(word): str(text) for word, text in document.get("typed_target", {}).items()},
            copied={int(target): int(source) for target, source in document.get("copied", {}).items()},
            warnings=tuple(map(str, document.get("warnings", ()))),
        )


@dataclass(frozen=True, eq=False)
class AttentionMap:
    """Every layer's and head's attention over one source sentence and its translation.

    Row t is the distribution used while predicting `target_tokens[t]`. What the decoder had read by then is
    `decoder_input_tokens[: t + 1]`, one step behind: these, and not the target tokens, are the columns of
    `decoder_self_attention`. `labels` gives each attention its own row and column names.
    """

    cross_attention: NDArray[np.float32]
    """(layers, heads, T, S), or S + 1 columns where the model has a null position: the last one, `<null>`."""
    encoder_self_attention: NDArray[np.float32]
    """(layers, heads, S, S)"""
    decoder_self_attention: NDArray[np.float32]
    """(layers, heads, T, T)"""
    source_tokens: tuple[str, ...]
    target_tokens: tuple[str, ...]
    source_word_ids: tuple[int | None, ...]
    """The word each token belongs to, counted from 0; `None` for `</s>`."""
    target_word_ids: tuple[int | None, ...]
    metadata: Metadata

    def __post_init__(self) -> None:
        _check_tokens("source", self.source_tokens, self.source_word_ids)
        _check_tokens("target", self.target_tokens, self.target_word_ids)
        _check_probabilities(self.metadata.probabilities, len(self.target_tokens))
        for kind in KINDS:
            rows, columns = self.labels(kind)
            shape = (*self.cross_attention.shape[:2], len(rows), len(columns))
            _check_distributions(FIELDS[kind], self.weights(kind), shape)
        if not self.metadata.merged_to_words and np.triu(self.decoder_self_attention, k=1).any():
            raise ValueError("decoder_self_attention: row t attends past column t, but a token cannot see the future")

    @property
    def num_layers(self) -> int:
        """How many layers the model has."""
        return len(self.cross_attention)

    @property
    def num_heads(self) -> int:
        """How many heads each layer has."""
        return len(self.cross_attention[0])

    @property
    def has_null(self) -> bool:
        """Whether cross-attention has a last column for the null position, which stands for no word."""
        return self.cross_attention.shape[-1:] == (len(self.source_tokens) + 1,)

    @property
    def cross_word_ids(self) -> tuple[int | None, ...]:
        """The word of each column of cross-attention; `None` for `</s>` and `<null>`."""
        return (*self.source_word_ids, *([None] if self.has_null else []))

    @property
    def num_words(self) -> tuple[int, int]:
        """How many words source and target have, as the tokenizer numbers them."""
        return len(set(self.source_word_ids) - {None}), len(set(self.target_word_ids) - {None})

    @property
    def decoder_input_tokens(self) -> tuple[str, ...]:
        """What the decoder reads: `<s>`, then every target token but the last."""
        return (START, *self.target_tokens[:-1])

    def weights(self, kind: Kind = "cross") -> NDArray[np.float32]:
        """All layers and heads of one attention: (layers, heads, rows, columns)."""
        weights: NDArray[np.float32] = getattr(self, FIELDS[kind])
        return weights

    def labels(self, kind: Kind = "cross") -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The tokens that name the rows (what attends) and the columns (what is attended to) of one attention."""
        if kind == "cross":
            return self.target_tokens, (*self.source_tokens, *([NULL] if self.has_null else []))
        if kind == "encoder":
            return self.source_tokens, self.source_tokens
        return self.target_tokens, self.decoder_input_tokens

    def view(self, view: View, kind: Kind = "cross") -> NDArray[np.float32]:
        """One head, a layer's mean of heads, or the mean of all: (rows, columns), (T, S) for cross-attention."""
        view.check(self.num_layers, self.num_heads)
        if view.layer is None:
            mean_TS: NDArray[np.float32] = self.weights(kind).mean(axis=(0, 1))
            return mean_TS
        heads_HTS = self.weights(kind)[view.layer - 1]
        weights_TS: NDArray[np.float32] = heads_HTS.mean(axis=0) if view.head is None else heads_HTS[view.head - 1]
        return weights_TS

    def merged_to_words(self) -> AttentionMap:
        """The same attention over words, their pieces merged; `</s>` keeps a row and a column of its own.

        Columns are summed and rows averaged (see `merge`), so rows still sum to 1. An approximation: the model made
        one decision for each piece, and the average matches none of them. Probabilities of words are exact products.
        """
        source = word_starts(self.source_word_ids)
        # The last token was never read by the decoder, so it has no column to merge into and keeps its own row.
        target = np.union1d(word_starts(self.target_word_ids), len(self.target_tokens) - 1)
        decoder_input = np.concatenate([[0], target[:-1] + 1])  # `<s>` first, then each target word one step later.
        merged_any = len(source) < len(self.source_tokens) or len(target) < len(self.target_tokens)
        probabilities = np.multiply.reduceat(np.array(self.metadata.probabilities, dtype=np.float64), target)
        return AttentionMap(
            merge(self.cross_attention, target, word_starts(self.cross_word_ids)),
            merge(self.encoder_self_attention, source, source),
            merge(self.decoder_self_attention, target, decoder_input),
            spell(self.source_tokens, source),
            spell(self.target_tokens, target),
            tuple(self.source_word_ids[start] for start in source),
            tuple(self.target_word_ids[start] for start in target),
            replace(
                self.metadata,
                probabilities=tuple(probabilities.tolist()),
                merged_to_words=self.metadata.merged_to_words or merged_any,
            ),
        )

    def save(self, path: str | Path) -> None:
        """Writes one `.npz`, an array a field and the rest as JSON in `metadata`: whole or not at all."""
        arrays = {FIELDS[kind]: self.weights(kind) for kind in KINDS}
        tokens = {"source_tokens": _text_array(self.source_tokens), "target_tokens": _text_array(self.target_tokens)}
        word_ids = {"source_word_ids": self.source_word_ids, "target_word_ids": self.target_word_ids}
        write_archive(path, FORMAT_VERSION, {**arrays, **tokens}, {**self.metadata.to_json(), **word_ids})

    def _repr_html_(self) -> str:
        """The page of this map, as a notebook shows it."""
        from toytrans.attention_maps.viewer import notebook_html, shown_alone

        return notebook_html([shown_alone(self)])

    @classmethod
    def load(cls, path: str | Path) -> AttentionMap:
        """Reads what `save` wrote. Nothing is unpickled; a file that is not a whole map is a one-line `ValueError`."""
        return read_archive(path, FORMAT_VERSION, "attention map", _from_archive)


def _from_archive(arrays: Mapping[str, NDArray[Any]], metadata: dict[str, Any]) -> AttentionMap:
    return AttentionMap(
        arrays["cross_attention"],
        arrays["encoder_self_attention"],
        arrays["decoder_self_attention"],
        tuple(str(token) for token in arrays["source_tokens"]),
        tuple(str(token) for token in arrays["target_tokens"]),
        _word_ids(metadata["source_word_ids"]),
        _word_ids(metadata["target_word_ids"]),
        Metadata.from_json(metadata),
    )


def _word_ids(values: Iterable[Any]) -> tuple[int | None, ...]:
    return tuple(None if value is None else int(value) for value in values)


def _text_array(tokens: tuple[str, ...]) -> NDArray[np.str_]:
    # NumPy's text arrays drop NUL characters at the end, so a NUL is kept as a sign that something was there.
    return np.array([token.replace("\0", "\N{REPLACEMENT CHARACTER}") for token in tokens], dtype=np.str_)


def _check_tokens(side: str, tokens: tuple[str, ...], word_ids: WordIds) -> None:
    if not tokens:
        raise ValueError(f"{side}_tokens is empty: give at least the end of sentence")
    if len(word_ids) != len(tokens):
        raise ValueError(f"{side}_word_ids has {len(word_ids)} entries for {len(tokens)} tokens: give one a token")
    in_words = [word for word in word_ids if word is not None]
    if in_words != sorted(in_words) or min(in_words, default=0) < 0:
        raise ValueError(f"{side}_word_ids {in_words} must count up from 0, as the words stand")


def _check_probabilities(probabilities: tuple[float, ...], num_target_tokens: int) -> None:
    if len(probabilities) != num_target_tokens:
        raise ValueError(f"{len(probabilities)} probabilities for {num_target_tokens} target tokens: give one a token")
    for probability in probabilities:
        if not 0.0 <= probability <= 1.0 + 1e-6:
            raise ValueError(f"probability {probability} is not between 0 and 1")


def _check_distributions(name: str, weights: NDArray[np.float32], shape: tuple[int, ...]) -> None:
    if weights.shape != shape or 0 in shape:
        raise ValueError(
            f"{name} has shape {weights.shape}, not (layers, heads, rows, columns) = {shape}, none of it 0"
        )
    if weights.dtype != np.float32:
        raise ValueError(f"{name} is {weights.dtype}, not float32")
    if not np.isfinite(weights).all() or weights.min() < 0.0:
        raise ValueError(f"{name} has weights that are negative or not finite, and a row must be a distribution")
    worst = float(np.abs(weights.sum(axis=-1) - 1.0).max())
    if worst > ROW_SUM_TOLERANCE:
        raise ValueError(f"{name} has a row whose sum is {worst:.3g} away from 1, and a row must be a distribution")
