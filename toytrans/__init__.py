"""A tiny encoder-decoder Transformer that learns to translate while you watch what it attends to.

    import toytrans

    translator = toytrans.train("runs/mine", toytrans.PRESETS["tiny"])  # or toytrans.load("runs/toy")
    (translation,) = translator.translate(["The cat sat on the mat."], with_attention=True)
    toytrans.evaluate(translator, toytrans.load_corpus("toy").split("test"))

`__all__` lists what is public. Each name is imported when it is first used, so `import toytrans` takes no time.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_ROOMS = ("config", "special_tokens", "corpus", "text", "attention_maps", "decoding", "evaluation", "model", "training")
"""Where the public names live: the rooms that import little come first."""

__all__ = [
    "BOS",
    "EOS",
    "PAD",
    "PRESETS",
    "SPECIAL_TOKENS",
    "UNK",
    "AlignmentCounts",
    "AttentionMap",
    "Batch",
    "BucketedBatches",
    "Config",
    "Corpus",
    "Encoded",
    "Evaluation",
    "Link",
    "Links",
    "ModelConfig",
    "NumpyTransformer",
    "Pair",
    "SearchConfig",
    "SettingRefused",
    "TextConfig",
    "Tokenizer",
    "TrainingConfig",
    "Transformer",
    "Translation",
    "Translator",
    "TypedSentence",
    "View",
    "ViewScore",
    "agreed_links",
    "build_tokenizer",
    "claimed_links",
    "evaluate",
    "exact",
    "groups_of_like_length",
    "heads",
    "hide_words",
    "join_words",
    "keep_freed_memory",
    "load",
    "load_corpus",
    "load_numpy",
    "make_batch",
    "make_optimizer",
    "make_scoreboard",
    "pad",
    "parse_links",
    "reversed_links",
    "score_links",
    "split_words",
    "symmetrize",
    "train",
    "train_steps",
    "translated_alone",
    "typed_sentences",
    "views",
]

if TYPE_CHECKING:
    from toytrans.attention_maps import (
        AlignmentCounts,
        AttentionMap,
        Link,
        Links,
        View,
        ViewScore,
        agreed_links,
        claimed_links,
        parse_links,
        reversed_links,
        symmetrize,
        views,
    )
    from toytrans.config import PRESETS, Config, ModelConfig, SearchConfig, SettingRefused, TextConfig, TrainingConfig
    from toytrans.corpus import Corpus, Pair, TypedSentence, load_corpus, typed_sentences
    from toytrans.decoding import Translation, Translator, hide_words, load, load_numpy
    from toytrans.evaluation import Evaluation, evaluate, exact, make_scoreboard, score_links
    from toytrans.model import NumpyTransformer, Transformer, keep_freed_memory
    from toytrans.special_tokens import BOS, EOS, PAD, SPECIAL_TOKENS, UNK
    from toytrans.text import (
        Batch,
        BucketedBatches,
        Encoded,
        Tokenizer,
        build_tokenizer,
        groups_of_like_length,
        join_words,
        make_batch,
        pad,
        split_words,
    )
    from toytrans.training import heads, make_optimizer, train, train_steps, translated_alone


def __getattr__(name: str) -> Any:
    """A public name, imported from its room."""
    for room in _ROOMS if name in __all__ else ():
        found = vars(importlib.import_module(f"toytrans.{room}"))
        if name in found or name in found.get("__all__", ()):
            return getattr(importlib.import_module(f"toytrans.{room}"), name)
    raise AttributeError(f"module 'toytrans' has no attribute {name!r}: see toytrans.__all__")


def __dir__() -> list[str]:
    return __all__
