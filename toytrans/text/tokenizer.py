"""From text to ids and back: what every tokenizer offers, and how one is built, saved and loaded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from toytrans.config import TextConfig
from toytrans.files import write_whole
from toytrans.text.encoded import Encoded
from toytrans.text.reading import Reader
from toytrans.text.word_tokenizer import WordTokenizer

if TYPE_CHECKING:
    from toytrans.text.subword_tokenizer import SubwordTokenizer

FORMAT = 1


class Tokenizer(Protocol):
    """One vocabulary for both languages, and the way from text to its ids and back."""

    @property
    def kind(self) -> str:
        """`words` or `subwords`."""
        ...

    @property
    def reader(self) -> Reader:
        """What is read of a text, and how what the ids stand for is written."""
        ...

    def __len__(self) -> int:
        """The size of the vocabulary, special tokens included."""
        ...

    def encode(self, text: str, language: str) -> Encoded:
        """The text as ids, EOS at the end; what is typed is text, never a special token."""
        ...

    def encode_all(self, texts: Iterable[str], language: str) -> list[Encoded]:
        """`encode` of each text, faster than one by one."""
        ...

    def decode(self, ids: Sequence[int], language: str, filled: Mapping[int, str] | None = None) -> str:
        """The text the ids stand for, up to the first EOS; padding and BOS are skipped, UNK reads `<unk>`.

        `filled` gives words, by the numbers of `describe`, another text: that of a slot which was filled.
        """
        ...

    def describe(self, ids: Sequence[int], language: str) -> Encoded:
        """The record of `encode` for ids that a model wrote: any ids, with or without EOS."""
        ...

    def to_json(self) -> dict[str, Any]:
        """What the tokenizer is saved as, next to its kind."""
        ...


def build_tokenizer(
    config: TextConfig, pairs: Iterable[tuple[str, str]], languages: tuple[str, str] = ("en", "fr")
) -> Tokenizer:
    """The tokenizer the settings ask for, learned from sources and targets; the same pairs give the same one."""
    pairs = list(pairs)
    reader = Reader.learn(config.reading, pairs, languages)
    if config.tokenizer == "words":
        return WordTokenizer.train(pairs, languages, reader)
    return _subword_tokenizer().train(pairs, languages, config.vocabulary_size, reader)


def save_tokenizer(tokenizer: Tokenizer, path: Path | str) -> None:
    """Writes the tokenizer, whole or not at all, as readable JSON: a word on each line, frequent ones first."""
    document = {"format": FORMAT, "kind": tokenizer.kind, **tokenizer.to_json()}
    write_whole(Path(path), json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def load_tokenizer(path: Path | str) -> Tokenizer:
    """The tokenizer `save_tokenizer` wrote; a one-line `ValueError` that names the file, where it is none."""
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ValueError(f"it is not a JSON object with 'format': {FORMAT}")
        if document.get("kind") == "words":
            return WordTokenizer.from_json(document)
        if document.get("kind") == "subwords":
            return _subword_tokenizer().from_json(document)
        raise ValueError(f"its kind {document.get('kind')!r} is not 'words' or 'subwords'")
    except (ValueError, RecursionError) as error:  # bad UTF-8 and bad JSON are ValueErrors too
        raise ValueError(f"{path} is not a tokenizer: {' '.join(str(error).split())}") from None


def _subword_tokenizer() -> type[SubwordTokenizer]:
    from toytrans.text.subword_tokenizer import SubwordTokenizer  # the library is loaded where subwords are wanted

    return SubwordTokenizer
