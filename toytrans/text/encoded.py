"""A sentence as token ids, and which positions of the ids carry text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toytrans.special_tokens import BOS, EOS, PAD, UNK
from toytrans.text.reading import Reading


@dataclass(frozen=True)
class Encoded:
    """A sentence as ids, with the token of each id and the word of each token.

    `ids`, `tokens` and `word_ids` are equally long; an encoded text ends with EOS, written `</s>`. `word_ids` index
    `words` and are `None` for a token outside the text. An unknown token is `<unk>` in `tokens` and keeps its spelling
    in `words`; `unknown` lists each word that contains one, once, in order. `read_as` is the text as the model reads
    it, or `None` if it differs from the typed text only in spaces, quotes and the first capital.
    """

    ids: list[int]
    tokens: list[str]
    word_ids: list[int | None]
    words: list[str]
    unknown: tuple[str, ...]
    read_as: str | None = None
    keeps_places: bool = True
    """Whether typed words and `words` have the same numbering."""

    @classmethod
    def of(
        cls,
        ids: list[int],
        tokens: list[str],
        word_ids: list[int | None],
        words: list[str],
        reading: Reading | None = None,
    ) -> Encoded:
        """Finds `unknown` from the ids, and takes `read_as` and `keeps_places` from a `reading`, if there is one."""
        lacking = (words[word] for token, word in zip(ids, word_ids, strict=True) if token == UNK and word is not None)
        unknown = tuple(dict.fromkeys(lacking))
        if reading is None:
            return cls(ids, tokens, word_ids, words, unknown)
        return cls(ids, tokens, word_ids, words, unknown, reading.read_as, reading.keeps_places)


def text_positions(ids: Sequence[int]) -> list[int]:
    """The positions of text in the ids: those before the first EOS, without padding and BOS."""
    ends = ids.index(EOS) if EOS in ids else len(ids)
    return [position for position in range(ends) if ids[position] not in (PAD, BOS)]
