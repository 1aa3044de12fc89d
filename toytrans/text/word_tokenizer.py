"""One token per word: a tokenizer that is easy to read.

An unknown word is `<unk>`. An unknown English word that looks like a plural is two tokens, `<unk>` and `-s`, because
the French depends on its number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from toytrans.errors import Refused
from toytrans.special_tokens import EOS, SPECIAL_TOKENS, UNK
from toytrans.text.encoded import Encoded, text_positions
from toytrans.text.reading import Reader
from toytrans.text.spelling import check_printable
from toytrans.text.words import join_words, unmarked

PLURAL_ENDING = "-s"
"""Typed text never becomes this token, since a typed `-s` is two words. The vocabularies of older runs lack it."""
_LOOKS_PLURAL = re.compile(r"\w*[^\W\dsui]s")  # not glass, bus, this


class WordTokenizer:
    """Every word has its own id. Both languages share the vocabulary, so that `Paris` is one token in both."""

    kind: Literal["words"] = "words"

    def __init__(self, words: Iterable[str], reader: Reader = Reader()) -> None:
        """`words` get the ids after the special tokens, in the order given."""
        words, self.reader = list(words), reader
        self.vocabulary = [*SPECIAL_TOKENS, *words]
        # Special tokens are left out, so that typed text never becomes one.
        self._id_of = {word: token for token, word in enumerate(words, start=len(SPECIAL_TOKENS))}
        # For a word whose spacing was never seen: the most frequent entry with the same text.
        self._id_however_spaced = {unmarked(word): self._id_of[word] for word in reversed(words)}
        self._shown = [*SPECIAL_TOKENS, *map(unmarked, words)]

    @classmethod
    def train(
        cls, pairs: Iterable[tuple[str, str]], languages: tuple[str, str], reader: Reader = Reader()
    ) -> WordTokenizer:
        """Takes the words of both sides by falling frequency, then alphabetically; with English, `-s` comes last."""
        counts: Counter[str] = Counter()
        for source, target in pairs:
            for text, language in zip((source, target), languages, strict=True):
                counts.update(reader.read(text, language).marked)
        endings = [PLURAL_ENDING] if counts and "en" in languages else []
        return cls([*sorted(counts, key=lambda word: (-counts[word], word)), *endings], reader)

    def __len__(self) -> int:
        return len(self.vocabulary)

    def encode(self, text: str, language: str) -> Encoded:
        """The text as ids, with EOS at the end."""
        reading = self.reader.read(text, language)
        words = reading.words
        marked = zip(words, reading.marked, strict=True)
        ids = [*(self._id_of.get(token) or self._id_however_spaced.get(word, UNK) for word, token in marked), EOS]
        tokens, word_ids = [self._shown[token] for token in ids], [*range(len(words)), None]
        read = Encoded(ids, tokens, word_ids, words, reading.read_as, reading.keeps_places)
        return self.as_unknown(read, read.unknown_words, language)

    def as_unknown(self, encoded: Encoded, words: Collection[int], language: str) -> Encoded:
        """The same sentence, with the words of these numbers encoded as if they were unknown."""
        if not words:
            return encoded
        ids: list[int] = []
        word_ids: list[int | None] = []
        for token, word in zip(encoded.ids, encoded.word_ids, strict=True):
            if word is None or word not in words:
                pieces = [token]
            else:  # all its tokens at once, at the position of the first
                pieces = [] if word in word_ids else self._pieces_of_unknown(encoded.words[word], language)
            ids += pieces
            word_ids += [word] * len(pieces)
        return replace(encoded, ids=ids, tokens=[self._shown[token] for token in ids], word_ids=word_ids)

    def encode_all(self, texts: Iterable[str], language: str) -> list[Encoded]:
        """`encode` of each text."""
        return [self.encode(text, language) for text in texts]

    def decode(self, ids: Sequence[int], language: str, filled: Mapping[int, str] | None = None) -> str:
        """The text of the ids, up to the first EOS. Words in `filled` are replaced."""
        words = [(filled or {}).get(number, word) for number, (word, _) in enumerate(self._words(ids))]
        return self.reader.written(join_words(words, language), language)

    def describe(self, ids: Sequence[int], language: str) -> Encoded:  # noqa: ARG002 - the same in any language
        """The `Encoded` of ids that a model wrote: any ids, with or without EOS."""
        tokens = [self._shown[self._known(token)] for token in ids]
        word_ids: list[int | None] = [None] * len(ids)
        words = self._words(ids)
        for number, (_, positions) in enumerate(words):
            for position in positions:
                word_ids[position] = number
        return Encoded(list(ids), tokens, word_ids, [unmarked(word) for word, _ in words])

    def to_json(self) -> dict[str, Any]:
        """What `from_json` builds the same tokenizer from."""
        return {"vocabulary": self.vocabulary, "reader": self.reader.to_json()}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> WordTokenizer:
        """The tokenizer a document describes; a one-line `ValueError` if it describes none."""
        vocabulary = document.get("vocabulary")
        if not isinstance(vocabulary, list) or not all(isinstance(word, str) for word in vocabulary):
            raise Refused("'vocabulary' is not a list of words")
        if tuple(vocabulary[: len(SPECIAL_TOKENS)]) != SPECIAL_TOKENS:
            raise Refused(f"'vocabulary' does not begin with {' '.join(SPECIAL_TOKENS)}")
        twice = [word for word, count in Counter(vocabulary).items() if count > 1]
        if twice:
            raise Refused(f"'vocabulary' holds {twice[0]!r} twice")
        check_printable(vocabulary)
        return cls(vocabulary[len(SPECIAL_TOKENS) :], Reader.from_json(document.get("reader")))

    def _words(self, ids: Sequence[int]) -> list[tuple[str, list[int]]]:
        """Each word, spacing marked, and the positions of its tokens: `-s` belongs to the unknown word before it."""
        words: list[tuple[str, list[int]]] = []
        before = None
        for position in text_positions(ids):
            token = self.vocabulary[self._known(ids[position])]
            if token == PLURAL_ENDING and before == UNK:
                word, positions = words[-1]
                words[-1] = word + token, [*positions, position]
            else:
                words.append((token, [position]))
            before = ids[position]
        return words

    def _pieces_of_unknown(self, word: str, language: str) -> list[int]:
        # Lower case only: Thomas is a name, not a plural.
        is_plural = language == "en" and word.islower() and _LOOKS_PLURAL.fullmatch(word)
        return [UNK, self._id_of[PLURAL_ENDING]] if is_plural and PLURAL_ENDING in self._id_of else [UNK]

    def _known(self, token: int) -> int:
        return token if 0 <= token < len(self) else UNK
