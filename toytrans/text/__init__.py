"""From text to ids: words, tokenizers and batches."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from toytrans.special_tokens import BOS, EOS, PAD, SPECIAL_TOKENS, UNK
from toytrans.text.encoded import Encoded
from toytrans.text.reading import Reader, Reading
from toytrans.text.spelling import normalize, sentence_key
from toytrans.text.tokenizer import Tokenizer, build_tokenizer, load_tokenizer, save_tokenizer
from toytrans.text.words import Word, join_words, mark_spacing, split_spaced, split_words, unmarked

if TYPE_CHECKING:
    from toytrans.text.batching import Batch, BucketedBatches, groups_of_like_length, make_batch, pad

__all__ = [
    "BOS",
    "EOS",
    "PAD",
    "SPECIAL_TOKENS",
    "UNK",
    "Batch",
    "BucketedBatches",
    "Encoded",
    "Reader",
    "Reading",
    "Tokenizer",
    "Word",
    "build_tokenizer",
    "groups_of_like_length",
    "join_words",
    "load_tokenizer",
    "make_batch",
    "mark_spacing",
    "normalize",
    "pad",
    "save_tokenizer",
    "sentence_key",
    "split_spaced",
    "split_words",
    "unmarked",
]

_BATCHING = {"Batch", "BucketedBatches", "groups_of_like_length", "make_batch", "pad"}


def __getattr__(name: str) -> Any:
    """Imports PyTorch only when a batch is first needed; reading a corpus does not need it."""
    if name in _BATCHING:
        return getattr(importlib.import_module("toytrans.text.batching"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
