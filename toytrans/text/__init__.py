"""From text to ids: words, tokenizers and batches."""

from toytrans.text.batching import Batch, BucketedBatches, groups_of_like_length, make_batch, pad
from toytrans.text.tokenizer import (
    BOS,
    EOS,
    PAD,
    SPECIAL_TOKENS,
    UNK,
    Encoded,
    Tokenizer,
    build_tokenizer,
    load_tokenizer,
    save_tokenizer,
)
from toytrans.text.words import Word, join_words, normalize, split_spaced, split_words

__all__ = [
    "BOS",
    "EOS",
    "PAD",
    "SPECIAL_TOKENS",
    "UNK",
    "Batch",
    "BucketedBatches",
    "Encoded",
    "Tokenizer",
    "Word",
    "build_tokenizer",
    "groups_of_like_length",
    "join_words",
    "load_tokenizer",
    "make_batch",
    "normalize",
    "pad",
    "save_tokenizer",
    "split_spaced",
    "split_words",
]
