"""Attention as it was learned: small maps of the watched sentences, kept through training.

Axes: L layers, H heads, T target words, S source words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toytrans.attention_maps.archive import read_archive, write_archive
from toytrans.attention_maps.labels import map_labels
from toytrans.attention_maps.record import AttentionMap
from toytrans.page import packed

FORMAT_VERSION = 1
WHOLE = 100
"""A weight of 1, as a byte: two decimals."""


@dataclass(frozen=True, eq=False)
class WatchedMap:
    """Cross-attention of one watched sentence, while the model is forced to say its reference; over words."""

    source: str
    reference: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    weights_LHTS: NDArray[np.uint8]
    """Hundredths."""

    @classmethod
    def of(cls, source: str, reference: str, map_: AttentionMap) -> WatchedMap:
        """The small map of an attention map."""
        words = map_.merged_to_words()
        rows, columns = map_labels(words)
        weights_LHTS = np.round(words.cross_attention * WHOLE).astype(np.uint8)
        return cls(source, reference, tuple(rows), tuple(columns), weights_LHTS)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a model attended to after `step` steps of training; 0 is before the first."""

    step: int
    maps: tuple[WatchedMap, ...]

    def save(self, folder: Path) -> None:
        """Writes one file, whole or not at all."""
        arrays = {str(number): each.weights_LHTS for number, each in enumerate(self.maps)}
        texts = [[each.source, each.reference, each.rows, each.columns] for each in self.maps]
        write_archive(snapshot_file(folder, self.step), FORMAT_VERSION, arrays, {"step": self.step, "texts": texts})


def snapshot_file(folder: Path, step: int) -> Path:
    """Where the snapshot of a step is kept."""
    return folder / f"step-{step:06d}.npz"


def load_snapshots(folder: Path) -> list[Snapshot]:
    """All snapshots of a run, in the order of their steps; a file that is damaged is a one-line `ValueError`."""
    paths = sorted(folder.glob("step-*.npz"))
    return [read_archive(path, FORMAT_VERSION, "snapshot of training", _from_archive) for path in paths]


def learning_to_json(
    snapshots: Sequence[Snapshot], losses: Sequence[tuple[int, float]], validations: Sequence[tuple[int, float]]
) -> dict[str, Any] | None:
    """What the page reads; `None` without snapshots. Losses are pairs of a step and nats a target token."""
    if not snapshots:
        return None
    everything = [np.concatenate([map_.weights_LHTS.ravel() for map_ in snapshot.maps]) for snapshot in snapshots]
    sentences = [
        {"source": map_.source, "reference": map_.reference, "rows": map_.rows, "columns": map_.columns}
        for map_ in snapshots[0].maps
    ]
    return {
        "steps": [snapshot.step for snapshot in snapshots],
        "sentences": sentences,
        "weights": packed(np.stack(everything, axis=1).tobytes()),  # the same weight at all steps, then the next one
        "losses": [[step, round(loss, 4)] for step, loss in losses],
        "validations": [[step, round(loss, 4)] for step, loss in validations],
    }


def _from_archive(arrays: Mapping[str, NDArray[Any]], metadata: dict[str, Any]) -> Snapshot:
    maps = tuple(
        WatchedMap(source, reference, tuple(rows), tuple(columns), arrays[str(number)])
        for number, (source, reference, rows, columns) in enumerate(metadata["texts"])
    )
    for map_ in maps:
        if map_.weights_LHTS.dtype != np.uint8 or map_.weights_LHTS.shape[2:] != (len(map_.rows), len(map_.columns)):
            raise ValueError(f"the weights of {map_.source!r} do not fit its words")
    return Snapshot(int(metadata["step"]), maps)
