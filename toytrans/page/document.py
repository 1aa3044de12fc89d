"""What a page knows: maps that are already computed, how far to believe each view, and the model itself, as JSON.

`assets/pageData.js` reads what is written here.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps import KINDS, AttentionMap, View
from toytrans.decoding import Translation, Translator
from toytrans.text.neighbours import Neighbours

FORMAT = 1
MOST_INTEGER = 16383
MOST_UINT16 = 65535


def page_document(translator: Translator, translations: Sequence[Translation]) -> dict[str, Any]:
    """Everything on the page but the weights: for each sentence its map, and what the model in the page needs.

    `ValueError` where a translation has no attention.
    """
    num_layers, num_heads = translator.shape
    return {
        "format": FORMAT,
        "run": translator.run_name,
        "checkpoint": translator.checkpoint_name,
        "languages": list(translator.languages),
        "numLayers": num_layers,
        "numHeads": num_heads,
        "viewScores": [score.to_json() for score in translator.view_scores],
        "guidedView": _view_to_json(translator.guided_view),
        "guidance": translator.guidance,
        "limits": translator.limits.to_json(),
        "maps": [map_to_json(part) for each in translations for part in each.parts],
        "model": _model_to_json(translator),
    }


def map_to_json(translation: Translation) -> dict[str, Any]:
    """A translation with its attention. Weights are whole numbers from 0 to 65,535, in base64."""
    map_ = translation.attention
    if map_ is None:
        raise ValueError(f"{translation.source!r} was translated without its attention: ask for it")
    return {
        "source": translation.source,
        "translation": translation.text,
        "readAs": translation.read_as,
        "decoding": map_.metadata.decoding,
        "sourceTokens": list(map_.source_tokens),
        "targetTokens": list(map_.target_tokens),
        "sourceWordIds": list(map_.source_word_ids),
        "targetWordIds": list(map_.target_word_ids),
        "probabilities": list(map_.metadata.probabilities),
        "typed": {str(word): text for word, text in map_.metadata.typed.items()},
        "copied": {str(target): source for target, source in map_.metadata.copied.items()},
        "warnings": list(map_.metadata.warnings),
        **{kind: _attention_to_json(map_, kind) for kind in KINDS},
    }


def packed_weights(weights: Mapping[str, NDArray[Any]]) -> str:
    """The weights as text: each row as integers of 15 bits and one scale, deflated.

    A row's largest weight is 16,383 times its scale. That is closer to the weights than 16-bit floats, in less space:
    see `docs/decisions/0024`. First come all scales, as 32-bit floats, then the low bytes of all integers, then the
    high ones, which deflate better apart.
    """
    matrices = [np.atleast_2d(weight).astype(np.float64) for weight in weights.values()]
    scales = [np.maximum(np.abs(matrix).max(axis=1), 1e-30) / MOST_INTEGER for matrix in matrices]
    integers = [
        np.round(matrix / scale.astype(np.float32)[:, None]).clip(-MOST_INTEGER, MOST_INTEGER).astype("<i2")
        for matrix, scale in zip(matrices, scales, strict=True)
    ]
    together = np.concatenate([each.ravel() for each in integers]).view(np.uint8).reshape(-1, 2)
    content = np.concatenate(scales).astype("<f4").tobytes() + together.T.tobytes()
    return packed(content)


def packed(content: bytes) -> str:
    """Bytes, deflated, as text in base 85: five characters for four bytes, a sixteenth less than base64.

    First comes the number of deflated bytes, since zeros fill the last four up. The characters are those of
    `base64.b85encode`, with `,` in place of `<`, which means something in a page.
    """
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    deflated = deflate.compress(content) + deflate.flush()
    return base64.b85encode(len(deflated).to_bytes(4) + deflated, pad=True).decode().replace("<", ",")


def _model_to_json(translator: Translator) -> dict[str, Any]:
    weights, config = translator.model.weights(), translator.model.config
    shapes = [{"name": name, "shape": list(np.atleast_2d(weight).shape)} for name, weight in weights.items()]
    names = ("d_model", "num_layers", "num_heads", "d_ff", "null_positions")
    return {
        "config": {name: getattr(config, name) for name in names},
        "weights": shapes,
        "tokenizer": {"kind": translator.tokenizer.kind, **translator.tokenizer.to_json()},
        "neighbours": translator.neighbours and _neighbours_to_json(translator.neighbours),
    }


def _neighbours_to_json(neighbours: Neighbours) -> dict[str, Any]:
    """The pairs of neighbours in training as numbers, left times vocabulary size plus right, each less the one before.

    The pairs are in order, so these steps are small and deflate well.
    """
    pairs_P2 = neighbours.pairs_P2.astype(np.int64)
    size = int(pairs_P2.max(initial=0)) + 1
    order = np.lexsort((pairs_P2[:, 1], pairs_P2[:, 0]))
    numbers_P = pairs_P2[order, 0] * size + pairs_P2[order, 1]
    steps_P, counts_P = np.diff(numbers_P, prepend=0), neighbours.counts_P[order]
    return {"size": size, "steps": packed(_bytes(steps_P)), "counts": packed(_bytes(counts_P))}


def _bytes(numbers: NDArray[np.int64]) -> bytes:
    """32-bit integers, all low bytes first, then the next ones: most of the high ones are zero."""
    return numbers.astype("<u4").view(np.uint8).reshape(-1, 4).T.tobytes()


def _attention_to_json(map_: AttentionMap, kind: Any) -> dict[str, Any]:
    weights = map_.weights(kind)
    integers = np.round(weights.astype(np.float64) * MOST_UINT16).astype("<u2")
    return {"shape": list(weights.shape), "values": base64.b64encode(integers.tobytes()).decode()}


def _view_to_json(view: View | None) -> dict[str, Any] | None:
    return None if view is None else {"layer": view.layer, "head": view.head}
