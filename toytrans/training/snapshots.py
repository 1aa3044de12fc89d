"""When and how attention is kept through training, so that people can see how it was learned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toytrans.attention_maps.snapshots import Snapshot, WatchedMap, snapshot_file
from toytrans.corpus import Pair
from toytrans.decoding import Translator


class Snapshots:
    """Keeps `number` snapshots of the watched pairs, and one before the first step.

    Most are early, where most is learned: the k-th of N comes at (k / N) squared of the training.
    """

    def __init__(self, folder: Path, watched: Sequence[Pair], number: int, progress: float) -> None:
        self.folder, self.watched, self.number = folder, watched, number if watched else 0
        self._num_due = self._due_at(progress)

    def is_due(self, progress: float) -> bool:
        """Whether the training, done to this fraction, has come to its next snapshot."""
        before, self._num_due = self._num_due, self._due_at(progress)
        return self._num_due > before

    def keep(self, step: int, translator: Translator) -> None:
        """Saves what the model attends to in the watched sentences, while it is forced to say their references."""
        if not self.number:
            return
        sources, references = [pair.source for pair in self.watched], [pair.target for pair in self.watched]
        maps = zip(sources, references, translator.attend(sources, references), strict=True)
        Snapshot(step, tuple(WatchedMap.of(*each) for each in maps)).save(self.folder)

    def drop_after(self, step: int) -> None:
        """Deletes those later than a checkpoint: a run that was killed makes these steps again."""
        for path in self.folder.glob("step-*.npz"):
            if path.name > snapshot_file(self.folder, step).name:
                path.unlink()

    def _due_at(self, progress: float) -> int:
        return int(self.number * progress**0.5)
