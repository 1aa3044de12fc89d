"""The record of a translation: what came of a sentence, how sure the model was, and what it looked at."""

from __future__ import annotations

from dataclasses import dataclass

from toytrans.attention_maps import AttentionMap
from toytrans.decoding.copying import Copy


@dataclass(frozen=True)
class Translation:
    """A sentence and what the model made of it."""

    source: str
    text: str
    score: float
    """Log-probability after the length penalty: comparable between translations of one sentence only."""
    probabilities: tuple[float, ...]
    """Of each target token, the end of sentence included."""
    unknown_words: tuple[str, ...]
    """Source words the vocabulary lacks; the model read `<unk>` in their place."""
    is_finished: bool
    """False where the length limit cut the translation off."""
    confidence: float = 1.0
    """How sure the model is, 0 to 1 (see `decoding.confidence`)."""
    surprise: float = 0.0
    """How new the source is to the model, from 0."""
    copied: tuple[Copy, ...] = ()
    """Words of the source that stand where the model wrote `<unk>`."""
    warnings: tuple[str, ...] = ()
    """Why to doubt it, a line a reason."""
    attention: AttentionMap | None = None
    read_as: str | None = None
    """The sentence that was read, where that is more than a matter of spaces and the first capital."""
    sentences: tuple[Translation, ...] = ()
    """Those of each sentence, where the text holds several; only they have attention, and know what was copied."""

    @property
    def parts(self) -> tuple[Translation, ...]:
        """The translations of the single sentences: this one, where there is but one."""
        return self.sentences or (self,)
