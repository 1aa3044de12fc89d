"""One token a word: the tokenizer one can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from toytrans.text.encoded import EOS, SPECIAL_TOKENS, UNK, Encoded, text_positions
from toytrans.text.words import join_words, split_words


class WordTokenizer:
    """Every word has an id of its own; both languages share the vocabulary, so that `Paris` is one token in both."""

    kind: Literal["words"] = "words"

    def __init__(self, words: Iterable[str]) -> None:
        """`words` get the ids after the special tokens, in the order given."""
        words = list(words)
        self.vocabulary = [*SPECIAL_TOKENS, *words]
        # Without the special tokens: nothing a user types can become one.
        self._id_of = {word: token for token, word in enumerate(words, start=len(SPECIAL_TOKENS))}

    @classmethod
    def train(cls, pairs: Iterable[tuple[str, str]], languages: tuple[str, str]) -> WordTokenizer:
        """The words of both sides, the most frequent first and equals in alphabetical order."""
        counts: Counter[str] = Counter()
        for source, target in pairs:
            counts.update(split_words(source, languages[0]))
            counts.update(split_words(target, languages[1]))
        return cls(sorted(counts, key=lambda word: (-counts[word], word)))

    def __len__(self) -> int:
        return len(self.vocabulary)

    def encode(self, text: str, language: str) -> Encoded:
        """The text as ids, EOS at the end."""
        words = split_words(text, language)
        ids = [self._id_of.get(word, UNK) for word in words]
        return Encoded.of([*ids, EOS], self._tokens([*ids, EOS]), [*range(len(words)), None], words)

    def encode_all(self, texts: Iterable[str], language: str) -> list[Encoded]:
        """`encode` of each text."""
        return [self.encode(text, language) for text in texts]

    def decode(self, ids: Sequence[int], language: str) -> str:
        """The text the ids stand for, up to the first EOS."""
        return join_words(self.describe(ids, language).words, language)

    def describe(self, ids: Sequence[int], language: str) -> Encoded:  # noqa: ARG002 - a word is one in any language
        """The record of `encode` for ids that a model wrote: any ids, with or without EOS."""
        tokens = self._tokens(ids)
        word_ids: list[int | None] = [None] * len(ids)
        positions = text_positions(ids)
        for word, position in enumerate(positions):
            word_ids[position] = word
        return Encoded.of(list(ids), tokens, word_ids, [tokens[position] for position in positions])

    def to_json(self) -> dict[str, Any]:
        """What `from_json` builds the same tokenizer from."""
        return {"vocabulary": self.vocabulary}

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
        return cls(vocabulary[len(SPECIAL_TOKENS) :])

    def _tokens(self, ids: Iterable[int]) -> list[str]:
        return [self.vocabulary[token if 0 <= token < len(self) else UNK] for token in ids]
