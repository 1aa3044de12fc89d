"""What a tokenizer makes of a sentence, and the four tokens that are not text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toytrans.special_tokens import BOS, EOS, PAD, UNK
from toytrans.text.reading import Reading


@dataclass(frozen=True)
class Encoded:
    """A sentence as ids, with the token each stands for and the word each token belongs to.

    `ids`, `tokens` and `word_ids` are equally long; an encoded text ends with EOS, written `</s>`. `word_ids` index
    `words` and are `None` for a token outside the text. A token the vocabulary lacks shows as `<unk>` in
    `tokens` and as read in `words`; `unknown` lists each word that holds one, once, in order. `read_as` is the text as
    the model reads it, where that is more than a matter of spaces and the first capital.
    """

    ids: list[int]
    tokens: list[str]
    word_ids: list[int | None]
    words: list[str]
    unknown: tuple[str, ...]
    read_as: str | None = None
    keeps_places: bool = True
    """Whether each word that was typed is the word of the same number in `words`."""

    @classmethod
    def of(
        cls,
        ids: list[int],
        tokens: list[str],
        word_ids: list[int | None],
        words: list[str],
        reading: Reading | None = None,
    ) -> Encoded:
        """The record, with `unknown` read off the ids, and with how the text was read, where there was one."""
        lacking = (words[word] for token, word in zip(ids, word_ids, strict=True) if token == UNK and word is not None)
        unknown = tuple(dict.fromkeys(lacking))
        if reading is None:
            return cls(ids, tokens, word_ids, words, unknown)
        return cls(ids, tokens, word_ids, words, unknown, reading.read_as, reading.keeps_places)


def text_positions(ids: Sequence[int]) -> list[int]:
    """Where the ids carry text: before the first EOS, padding and BOS left out."""
    ends = ids.index(EOS) if EOS in ids else len(ids)
    return [position for position in range(ends) if ids[position] not in (PAD, BOS)]
