"""How numbers are packed into a page as text. `assets/pageData.js` unpacks them."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

SMALL_MODEL = 1_000_000
"""Weights. A page of up to this many can be mailed: smaller integers keep it below 2.5 MB."""
MOST_OF_SMALL, MOST_OF_LARGE = round(2**13.5), 2**15 - 1
TEN_THOUSAND = 10_000


def packed_weights(weights: Mapping[str, NDArray[Any]]) -> str:
    """The weights as text: each row as integers and one scale, deflated. A small model has smaller integers.

    A row's largest weight is the largest integer times its scale. That is closer to the weights than 16-bit floats, in
    less space: see `docs/decisions/0024`. First come all scales, as 32-bit floats, then the low bytes of all integers,
    then the high ones, which deflate better apart.
    """
    is_small = sum(np.size(weight) for weight in weights.values()) <= SMALL_MODEL
    most = MOST_OF_SMALL if is_small else MOST_OF_LARGE
    matrices = [np.atleast_2d(weight).astype(np.float64) for weight in weights.values()]
    scales = [np.maximum(np.abs(matrix).max(axis=1), 1e-30) / most for matrix in matrices]
    integers = [
        np.round(matrix / scale.astype(np.float32)[:, None]).clip(-most, most).astype("<i2")
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


def packed_json(document: object) -> str:
    """A JSON document, deflated."""
    return packed(json.dumps(document, ensure_ascii=False).encode())


def packed_integers(numbers: NDArray[np.int64]) -> str:
    """32-bit integers, all low bytes first, then the next ones: most of the high ones are zero, and deflate well."""
    return packed(numbers.astype("<u4").view(np.uint8).reshape(-1, 4).T.tobytes())


def packed_fractions(arrays: Sequence[NDArray[np.float32]]) -> str:
    """Numbers from 0 to 1, of all arrays one after the other, in ten-thousandths: all low bytes, then all high ones."""
    fractions = np.concatenate([array.ravel() for array in arrays]).astype(np.float64)
    integers = np.round(fractions * TEN_THOUSAND).astype("<u2")
    return packed(integers.view(np.uint8).reshape(-1, 2).T.tobytes())
