"""One token a word: the tokenizer one can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from toytrans.text.encoded import EOS, SPECIAL_TOKENS, UNK, Encoded, text_positions
from toytrans.text.reading import Reader
from toytrans.text.words import join_words, unmarked


class WordTokenizer:
    """Every word has an id of its own; both languages share the vocabulary, so that `Paris` is one token in both."""

    kind: Literal["words"] = "words"

    def __init__(self, words: Iterable[str], reader: Reader = Reader()) -> None:
        """`words` get the ids after the special tokens, in the order given."""
        words, self.reader = list(words), reader
        self.vocabulary = [*SPECIAL_TOKENS, *words]
        # Without the special tokens: nothing a user types can become one.
        self._id_of = {word: token for token, word in enumerate(words, start=len(SPECIAL_TOKENS))}
        # A word spaced as never seen is still a known word: the first that reads like it, which is the most frequent.
        self._id_however_spaced = {unmarked(word): self._id_of[word] for word in reversed(words)}
        self._shown = [*SPECIAL_TOKENS, *map(unmarked, words)]

    @classmethod
    def train(
        cls, pairs: Iterable[tuple[str, str]], languages: tuple[str, str], reader: Reader = Reader()
    ) -> WordTokenizer:
        """The words that are read on both sides, the most frequent first and equals in alphabetical order."""
        counts: Counter[str] = Counter()
        for source, target in pairs:
            for text, language in zip((source, target), languages, strict=True):
                counts.update(reader.read(text, language).marked)
        return cls(sorted(counts, key=lambda word: (-counts[word], word)), reader)

    def __len__(self) -> int:
        return len(self.vocabulary)

    def encode(self, text: str, language: str) -> Encoded:
        """The text as ids, EOS at the end."""
        reading = self.reader.read(text, language)
        words = reading.words
        marked = zip(words, reading.marked, strict=True)
        ids = [*(self._id_of.get(token) or self._id_however_spaced.get(word, UNK) for word, token in marked), EOS]
        return Encoded.of(ids, [self._shown[token] for token in ids], [*range(len(words)), None], words, reading)

    def encode_all(self, texts: Iterable[str], language: str) -> list[Encoded]:
        """`encode` of each text."""
        return [self.encode(text, language) for text in texts]

    def decode(self, ids: Sequence[int], language: str) -> str:
        """The text the ids stand for, up to the first EOS."""
        words = [self.vocabulary[self._known(ids[position])] for position in text_positions(ids)]
        return self.reader.written(join_words(words, language), language)

    def describe(self, ids: Sequence[int], language: str) -> Encoded:  # noqa: ARG002 - a word is one in any language
        """The record of `encode` for ids that a model wrote: any ids, with or without EOS."""
        tokens = [self._shown[self._known(token)] for token in ids]
        word_ids: list[int | None] = [None] * len(ids)
        positions = text_positions(ids)
        for word, position in enumerate(positions):
            word_ids[position] = word
        return Encoded.of(list(ids), tokens, word_ids, [tokens[position] for position in positions])

    def to_json(self) -> dict[str, Any]:
        """What `from_json` builds the same tokenizer from."""
        return {"vocabulary": self.vocabulary, "reader": self.reader.to_json()}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> WordTokenizer:
        """The tokenizer a document describes; a `ValueError` that says what is wrong with it, where it is none."""
        vocabulary = document.get("vocabulary")
        if not isinstance(vocabulary, list) or not all(isinstance(word, str) for word in vocabulary):
            raise ValueError("'vocabulary' is not a list of words")
        if tuple(vocabulary[: len(SPECIAL_TOKENS)]) != SPECIAL_TOKENS:
            raise ValueError(f"'vocabulary' does not begin with {' '.join(SPECIAL_TOKENS)}")
        twice = [word for word, count in Counter(vocabulary).items() if count > 1]
        if twice:
            raise ValueError(f"'vocabulary' holds {twice[0]!r} twice")
        return cls(vocabulary[len(SPECIAL_TOKENS) :], Reader.from_json(document.get("reader")))

    def _known(self, token: int) -> int:
        return token if 0 <= token < len(self) else UNK
