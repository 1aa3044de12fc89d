"""Subwords, learned by byte-pair encoding (Sennrich et al., 2016): an open vocabulary for real text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, Literal

import tokenizers
from tokenizers import models, trainers

from toytrans.errors import Refused
from toytrans.special_tokens import EOS, SPECIAL_TOKENS, UNK, WORD_START
from toytrans.text.encoded import Encoded, text_positions
from toytrans.text.reading import Reader, Reading
from toytrans.text.spelling import check_printable
from toytrans.text.words import split_spaced, word_spans


class SubwordTokenizer:
    """One vocabulary of pieces for both languages (Vaswani et al., 2017, section 5.1). No piece spans two words."""

    kind: Literal["subwords"] = "subwords"

    def __init__(self, pieces: tokenizers.Tokenizer, reader: Reader = Reader()) -> None:
        """`pieces` is a trained byte-pair encoding whose first ids are the special tokens."""
        self._pieces, self.reader = pieces, reader
        self._pieces.encode_special_tokens = True  # a typed </s> is text; the setting is not saved with the tokenizer
        self.vocabulary = [pieces.id_to_token(rank) or SPECIAL_TOKENS[UNK] for rank in range(pieces.get_vocab_size())]

    @classmethod
    def train(
        cls,
        pairs: Iterable[tuple[str, str]],
        languages: tuple[str, str],
        vocabulary_size: int,
        reader: Reader = Reader(),
    ) -> SubwordTokenizer:
        """Learns at most `vocabulary_size` pieces from both sides; at most half are single characters."""
        sentences = []
        for source, target in pairs:
            sentences.append(_cut(reader.read(source, languages[0]).text, languages[0])[1])
            sentences.append(_cut(reader.read(target, languages[1]).text, languages[1])[1])
        counts = Counter(character for sentence in sentences for word in sentence for character in word)
        # The trainer breaks ties between rare characters at random, so it is told which ones to keep.
        alphabet = sorted(counts, key=lambda character: (-counts[character], character))[: vocabulary_size // 2]
        pieces = tokenizers.Tokenizer(models.BPE(unk_token=SPECIAL_TOKENS[UNK], fuse_unk=True))
        trainer = trainers.BpeTrainer(
            vocab_size=vocabulary_size,
            min_frequency=2,
            special_tokens=list(SPECIAL_TOKENS),
            initial_alphabet=alphabet,
            limit_alphabet=len(alphabet),
            show_progress=False,
        )
        pieces.train_from_iterator(sentences, trainer)
        return cls(pieces, reader)

    def __len__(self) -> int:
        return len(self.vocabulary)

    def encode(self, text: str, language: str) -> Encoded:
        """The text as ids, with EOS at the end."""
        return self.encode_all([text], language)[0]

    def encode_all(self, texts: Iterable[str], language: str) -> list[Encoded]:
        """`encode` of each text, on all cores."""
        readings = [self.reader.read(text, language) for text in texts]
        sentences = [_cut(reading.text, language) for reading in readings]
        encodings = self._pieces.encode_batch(
            [cut for _, cut in sentences], is_pretokenized=True, add_special_tokens=False
        )
        return [
            _encoded(words, encoding, reading)
            for (words, _), encoding, reading in zip(sentences, encodings, readings, strict=True)
        ]

    def decode(self, ids: Sequence[int], language: str, filled: Mapping[int, str] | None = None) -> str:
        """The text of the ids, up to the first EOS. Words in `filled` are replaced."""
        tokens = [self._token(token) for token in ids]
        if filled:
            word_ids = self.describe(ids, language).word_ids
            for word, text in filled.items():
                first = word_ids.index(word)
                space = WORD_START if tokens[first].startswith(WORD_START) else ""
                tokens = ["" if each == word else token for token, each in zip(tokens, word_ids, strict=True)]
                tokens[first] = space + text
        text = "".join(tokens[position] for position in text_positions(ids))
        return self.reader.written(" ".join(text.replace(WORD_START, " ").split()), language)

    def describe(self, ids: Sequence[int], language: str) -> Encoded:
        """The `Encoded` of ids that a model wrote: any ids, with or without EOS.

        The pieces are joined and split into words again; a piece belongs to the word that has its first letter.
        """
        tokens = [self._token(token) for token in ids]
        positions = text_positions(ids)
        owners = _owners([tokens[position] for position in positions], language)
        numbers = {owner: number for number, owner in enumerate(dict.fromkeys(owners)) if owner is not None}
        word_ids: list[int | None] = [None] * len(ids)
        words = [""] * len(numbers)
        for position, owner in zip(positions, owners, strict=True):
            if owner is not None:
                word_ids[position] = numbers[owner]
                words[numbers[owner]] += tokens[position].replace(WORD_START, "")
        return Encoded(list(ids), tokens, word_ids, words)

    def to_json(self) -> dict[str, Any]:
        """What `from_json` builds the same tokenizer from: the `tokenizers` library's own format."""
        return {"tokenizer": json.loads(self._pieces.to_str()), "reader": self.reader.to_json()}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> SubwordTokenizer:
        """The tokenizer a document describes; a one-line `ValueError` if it describes none."""
        try:
            pieces = tokenizers.Tokenizer.from_str(json.dumps(document.get("tokenizer")))
        except Exception as error:  # the library raises nothing narrower
            raise Refused(f"'tokenizer' is not one of the tokenizers library: {error}") from None
        if tuple(map(pieces.id_to_token, range(len(SPECIAL_TOKENS)))) != SPECIAL_TOKENS:
            raise Refused(f"'tokenizer' does not begin with {' '.join(SPECIAL_TOKENS)}")
        check_printable(pieces.get_vocab())
        return cls(pieces, Reader.from_json(document.get("reader")))

    def _token(self, token: int) -> str:
        return self.vocabulary[token if 0 <= token < len(self) else UNK]


def _cut(text: str, language: str) -> tuple[list[str], list[str]]:
    """The words of a text, and the same words with their spaces marked."""
    words = split_spaced(text, language)
    return [word.text for word in words], [f"{WORD_START}{word.text}" if word.spaced else word.text for word in words]


def _encoded(words: list[str], encoding: tokenizers.Encoding, reading: Reading) -> Encoded:
    tokens = [*encoding.tokens, SPECIAL_TOKENS[EOS]]
    word_ids = [*encoding.word_ids, None]
    return Encoded([*encoding.ids, EOS], tokens, word_ids, words, reading.read_as, reading.keeps_places)


def _owners(tokens: Sequence[str], language: str) -> list[int | None]:
    """The word each piece begins in. A space belongs to the word after it; at the end, to none."""
    # An unknown piece counts as a letter, so that it does not split its word.
    surfaces = ["x" if token == SPECIAL_TOKENS[UNK] else token.replace(WORD_START, " ") for token in tokens]
    text = "".join(surfaces)
    owner_of_letter: list[int | None] = []
    for word, (_, end) in enumerate(word_spans(text, language)):
        owner_of_letter += [word] * (end - len(owner_of_letter))
    owner_of_letter += [None] * (len(text) - len(owner_of_letter))
    ends = accumulate(len(surface) for surface in surfaces)
    return [owner_of_letter[end - len(surface)] for end, surface in zip(ends, surfaces, strict=True)]
