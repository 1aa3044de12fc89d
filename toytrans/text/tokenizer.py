"""From text to ids and back: what every tokenizer offers, and how one is built, saved and loaded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from toytrans.config import TextConfig
from toytrans.errors import Refused
from toytrans.files import write_whole
from toytrans.text.encoded import Encoded
from toytrans.text.reading import Reader
from toytrans.text.word_tokenizer import WordTokenizer

if TYPE_CHECKING:
    from toytrans.text.subword_tokenizer import SubwordTokenizer

FORMAT = 1


class Tokenizer(Protocol):
    """Turns text into ids and back, with one vocabulary for both languages."""

    @property
    def kind(self) -> str:
        """`words` or `subwords`."""
        ...

    @property
    def reader(self) -> Reader:
        """How text is read before it is encoded, and written after it is decoded."""
        ...

    def __len__(self) -> int:
        """The size of the vocabulary, special tokens included."""
        ...

    def encode(self, text: str, language: str) -> Encoded:
        """The text as ids, with EOS at the end. Typed text never becomes a special token."""
        ...

    def encode_all(self, texts: Iterable[str], language: str) -> list[Encoded]:
        """`encode` of each text, faster than one by one."""
        ...

    def decode(self, ids: Sequence[int], language: str, filled: Mapping[int, str] | None = None) -> str:
        """The text of the ids, up to the first EOS. Padding and BOS are skipped; UNK becomes `<unk>`.

        `filled` maps the numbers of words, as `describe` counts them, to the text that replaces them.
        """
        ...

    def describe(self, ids: Sequence[int], language: str) -> Encoded:
        """The `Encoded` of ids that a model wrote: any ids, with or without EOS."""
        ...

    def to_json(self) -> dict[str, Any]:
        """The saved form of the tokenizer, without its kind."""
        ...


def build_tokenizer(
    config: TextConfig, pairs: Iterable[tuple[str, str]], languages: tuple[str, str] = ("en", "fr")
) -> Tokenizer:
    """Learns the configured tokenizer from sources and targets. The same pairs always give the same tokenizer."""
    pairs = list(pairs)
    reader = Reader.learn(config.reading, pairs, languages)
    if config.tokenizer == "words":
        return WordTokenizer.train(pairs, languages, reader)
    return _subword_tokenizer().train(pairs, languages, config.vocabulary_size, reader)


def save_tokenizer(tokenizer: Tokenizer, path: Path | str) -> None:
    """Writes the tokenizer atomically as readable JSON, with one word per line."""
    document = {"format": FORMAT, "kind": tokenizer.kind, **tokenizer.to_json()}
    write_whole(Path(path), json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def load_tokenizer(path: Path | str) -> Tokenizer:
    """The tokenizer that `save_tokenizer` wrote. Any other file is a one-line `ValueError` that names the file."""
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise Refused(f"it is not a JSON object with 'format': {FORMAT}")
        if document.get("kind") == "words":
            return WordTokenizer.from_json(document)
        if document.get("kind") == "subwords":
            return _subword_tokenizer().from_json(document)
        raise Refused(f"its kind {document.get('kind')!r} is not 'words' or 'subwords'")
    except (ValueError, RecursionError) as error:  # bad UTF-8 and bad JSON are ValueErrors too
        raise Refused(f"{path} is not a tokenizer: {' '.join(str(error).split())}") from None


def _subword_tokenizer() -> type[SubwordTokenizer]:
    from toytrans.text.subword_tokenizer import SubwordTokenizer  # imports the library only for subwords

    return SubwordTokenizer
