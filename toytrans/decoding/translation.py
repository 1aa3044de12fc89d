"""The record of a translation: what the model made of a text, how sure it was, and what it attended to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import chain

from toytrans.attention_maps import AttentionMap
from toytrans.attention_maps.viewer import Shown, notebook_html
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
    """Source words that were copied to where the model wrote `<unk>`."""
    warnings: tuple[str, ...] = ()
    """The warnings, a line each."""
    attention: AttentionMap | None = None
    read_as: str | None = None
    """The sentence that was read, if it differs from what was typed by more than spaces and the first capital."""
    sentences: tuple[Translation, ...] = ()
    """The translations of the single sentences, if the text has several; attention and copies are theirs."""

    @property
    def parts(self) -> tuple[Translation, ...]:
        """The translations of the single sentences; of one sentence, this one."""
        return self.sentences or (self,)

    @classmethod
    def join(cls, text: str, sentences: Sequence[Translation]) -> Translation:
        """The translation of a text from those of its sentences; each keeps its own attention."""
        is_as_typed = all(each.read_as is None for each in sentences)
        read_as = " ".join(each.read_as or " ".join(each.source.split()) for each in sentences)
        return replace(
            sentences[0],
            source=text,
            text=" ".join(each.text for each in sentences if each.text),
            score=sum(each.score for each in sentences),
            probabilities=tuple(chain.from_iterable(each.probabilities for each in sentences)),
            unknown_words=tuple(dict.fromkeys(chain.from_iterable(each.unknown_words for each in sentences))),
            is_finished=all(each.is_finished for each in sentences),
            confidence=min(each.confidence for each in sentences),
            surprise=max(each.surprise for each in sentences),
            copied=(),
            warnings=tuple(dict.fromkeys(chain.from_iterable(each.warnings for each in sentences))),
            read_as=None if is_as_typed else read_as,
            attention=None,
            sentences=tuple(sentences),
        )

    def _repr_html_(self) -> str:
        """The translation as a notebook shows it: both texts, the warnings and, if there is attention, its page."""
        lines = [f"<p><i>{escape(self.source)}</i><br><b>{escape(self.text)}</b></p>"]
        lines += [f"<p>warning: {escape(warning)}</p>" for warning in self.warnings]
        shown = [Shown(part.source, part.text, part.attention, part.read_as) for part in self.parts if part.attention]
        return "\n".join([*lines, *([notebook_html(shown)] if shown else [])])
