"""One token a word: the tokenizer one can read.

A word that the vocabulary lacks is `<unk>`. An English one that looks like a plural is `<unk>` and its ending, `-s`, a
token of the same word: French has to know whether there are several.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal

from toytrans.text.encoded import EOS, SPECIAL_TOKENS, UNK, Encoded, text_positions
from toytrans.text.words import join_words, split_words

PLURAL_ENDING = "-s"
"""Nobody can type it: it falls into two words. A vocabulary may lack it, as those of older runs do."""
_LOOKS_PLURAL = re.compile(r"\w*[^\W\dsui]s")  # not glass, bus, this


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
        """The words of both sides, the most frequent first and equals in alphabetical order; at the end `-s`."""
        counts: Counter[str] = Counter()
        for source, target in pairs:
            counts.update(split_words(source, languages[0]))
            counts.update(split_words(target, languages[1]))
        endings = [PLURAL_ENDING] if counts and "en" in languages else []
        return cls([*sorted(counts, key=lambda word: (-counts[word], word)), *endings])

    def __len__(self) -> int:
        return len(self.vocabulary)

    def encode(self, text: str, language: str) -> Encoded:
        """The text as ids, EOS at the end."""
        return self.encode_words(split_words(text, language), language)

    def encode_words(self, words: Sequence[str], language: str, hidden: Collection[int] = ()) -> Encoded:
        """Words as ids, EOS at the end; those whose numbers are `hidden` as if the vocabulary lacked them."""
        ids: list[int] = []
        word_ids: list[int | None] = []
        for number, word in enumerate(words):
            known = None if number in hidden else self._id_of.get(word)
            pieces = self._pieces_of_unknown(word, language) if known is None else [known]
            ids += pieces
            word_ids += [number] * len(pieces)
        return Encoded.of([*ids, EOS], self._tokens([*ids, EOS]), [*word_ids, None], list(words))

    def encode_all(self, texts: Iterable[str], language: str) -> list[Encoded]:
        """`encode` of each text."""
        return [self.encode(text, language) for text in texts]

    def decode(self, ids: Sequence[int], language: str, filled: Mapping[int, str] | None = None) -> str:
        """The text the ids stand for, up to the first EOS, with other words where some are `filled`."""
        words = self.describe(ids, language).words
        return join_words([(filled or {}).get(number, word) for number, word in enumerate(words)], language)

    def describe(self, ids: Sequence[int], language: str) -> Encoded:  # noqa: ARG002 - a word is one in any language
        """The record of `encode` for ids that a model wrote: any ids, with or without EOS."""
        tokens = self._tokens(ids)
        word_ids: list[int | None] = [None] * len(ids)
        words: list[str] = []
        before = None
        for position in text_positions(ids):
            if tokens[position] == PLURAL_ENDING and before == UNK:
                words[-1] += PLURAL_ENDING
            else:
                words.append(tokens[position])
            word_ids[position], before = len(words) - 1, ids[position]
        return Encoded.of(list(ids), tokens, word_ids, words)

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

    def _pieces_of_unknown(self, word: str, language: str) -> list[int]:
        # A name is no plural: Thomas is one.
        is_plural = language == "en" and word.islower() and _LOOKS_PLURAL.fullmatch(word)
        return [UNK, self._id_of[PLURAL_ENDING]] if is_plural and PLURAL_ENDING in self._id_of else [UNK]

    def _tokens(self, ids: Iterable[int]) -> list[str]:
        return [self.vocabulary[token if 0 <= token < len(self) else UNK] for token in ids]
