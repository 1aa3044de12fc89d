"""A sentence as token ids, and which positions of the ids carry text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from toytrans.special_tokens import BOS, EOS, PAD, UNK


@dataclass(frozen=True)
class Encoded:
    """A sentence as ids, with the token of each id and the word of each token.

    `ids`, `tokens` and `word_ids` are equally long; an encoded text ends with EOS, written `</s>`. `word_ids` index
    `words` and are `None` for a token outside the text. An unknown token is `<unk>` in `tokens` and keeps its spelling
    in `words`.
    """

    ids: list[int]
    tokens: list[str]
    word_ids: list[int | None]
    words: list[str]
    read_as: str | None = None
    """The text as the model reads it; `None` if only spaces, quotes or the first capital differ from what was typed."""
    keeps_places: bool = True
    """Whether typed words and `words` have the same numbering."""
    num_left_out: int = 0
    """Words after the last of `words` that were too many for the model."""

    def cut(self, max_tokens: int | None) -> Encoded:
        """The first words, as many as fit into `max_tokens` with `</s>`; no word is cut in two, unless it is alone."""
        if max_tokens is None or len(self.ids) <= max_tokens:
            return self
        end = max(max_tokens - 1, 1)
        whole = end
        while whole and self.word_ids[whole] is not None and self.word_ids[whole] == self.word_ids[whole - 1]:
            whole -= 1
        end = whole or end
        num_words = 1 + max((word for word in self.word_ids[:end] if word is not None), default=-1)
        return replace(
            self,
            ids=[*self.ids[:end], self.ids[-1]],
            tokens=[*self.tokens[:end], self.tokens[-1]],
            word_ids=[*self.word_ids[:end], self.word_ids[-1]],
            words=self.words[:num_words],
            num_left_out=len(self.words) - num_words,
        )

    @cached_property
    def unknown_words(self) -> dict[int, str]:
        """The words that hold a token the vocabulary lacks, by their numbers."""
        lacking = (word for token, word in zip(self.ids, self.word_ids, strict=True) if token == UNK)
        return {word: self.words[word] for word in lacking if word is not None}

    @property
    def unknown(self) -> tuple[str, ...]:
        """The unknown words, each once, in order."""
        return tuple(dict.fromkeys(self.unknown_words.values()))


def text_positions(ids: Sequence[int]) -> list[int]:
    """The positions of text in the ids: those before the first EOS, without padding and BOS."""
    ends = ids.index(EOS) if EOS in ids else len(ids)
    return [position for position in range(ends) if ids[position] not in (PAD, BOS)]
