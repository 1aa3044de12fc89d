"""The page of a translator: the maps it opens with, and the model itself, with all that translating takes.

`toytrans/page/assets/pageData.js` reads what is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from toytrans.attention_maps import View
from toytrans.attention_maps.snapshots import learning_to_json, load_snapshots
from toytrans.attention_maps.viewer import Shown, maps_document
from toytrans.decoding.translation import Translation
from toytrans.decoding.translator import Translator
from toytrans.files import write_whole
from toytrans.page import fill_page, packed_integers, packed_json, packed_weights
from toytrans.run import Run
from toytrans.text.neighbours import Neighbours


def write_page(translator: Translator, shown: Sequence[Shown], path: str | Path, run: Run | None = None) -> None:
    """Writes the page of a model, which opens with these sentences; at least one.

    With the `run` that the model is of, the page shows its attention as it was learned.
    """
    write_whole(Path(path), page_html(translator, shown, run))


def page_html(translator: Translator, shown: Sequence[Shown], run: Run | None = None) -> str:
    """The page as text."""
    return fill_page(page_document(translator, shown, run), packed_weights(translator.model.weights()))


def shown_of(translations: Sequence[Translation]) -> list[Shown]:
    """The sentences of translations, as a page shows them; a `ValueError` where one has no attention."""
    parts = [part for translation in translations for part in translation.parts]
    for part in parts:
        if part.attention is None:
            raise ValueError(f"{part.source!r} was translated without its attention: give with_attention=True")
    return [Shown(part.source, part.text, part.attention, part.read_as) for part in parts if part.attention]


def page_document(translator: Translator, shown: Sequence[Shown], run: Run | None = None) -> dict[str, Any]:
    """Everything on the page but the weights."""
    learning = learning_to_json(load_snapshots(run.snapshots_path), *run.losses()) if run else None
    return {
        **maps_document(shown),
        "languages": list(translator.languages),
        "guidedView": _view_to_json(translator.guided_view),
        "limits": translator.limits.to_json(),
        "learning": learning,
        "model": _model_to_json(translator),
    }


def _model_to_json(translator: Translator) -> dict[str, Any]:
    weights, config = translator.model.weights(), translator.model.config
    names = ("d_model", "num_layers", "num_heads", "d_ff", "null_positions")
    return {
        "config": {name: getattr(config, name) for name in names},
        "weights": [{"name": name, "shape": list(np.atleast_2d(weight).shape)} for name, weight in weights.items()],
        "kind": translator.tokenizer.kind,
        "tokenizer": packed_json({"kind": translator.tokenizer.kind, **translator.tokenizer.to_json()}),
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
    return {"size": size, "steps": packed_integers(steps_P), "counts": packed_integers(counts_P)}


def _view_to_json(view: View | None) -> dict[str, Any] | None:
    return None if view is None else {"layer": view.layer, "head": view.head}
