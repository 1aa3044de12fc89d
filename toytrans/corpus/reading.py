"""Reads files of sentence pairs: parallel text and JSON Lines, each optionally gzipped. Tables are read in `table`.

Only a line feed ends a line; any other separator is text. A carriage return before the line feed and a byte order mark
at the start of a file are dropped. A problem is a one-line `ValueError` that names the file and the line. Pairs with an
empty side occur in real corpora: they are left out, and a note gives their number.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from toytrans.corpus.pairs import Pair
from toytrans.errors import Refused
from toytrans.text.spelling import normalize

Note = Callable[[str], None]

MAX_LINE_BYTES = 1_000_000

_ALIGNMENT = re.compile(r"(?:\d{1,4}[-p]\d{1,4}(?: +|\Z))*", re.ASCII)


def read_lines(path: Path) -> Iterator[str]:
    """Yields the lines of a UTF-8 file, one at a time, so that a small gzip file cannot fill the memory."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                if len(line) > MAX_LINE_BYTES:
                    raise Refused(f"{path}, line {number}: longer than {MAX_LINE_BYTES:,} bytes: one sentence a line")
                yield decode_line(line, number, str(path))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Refused(f"{path}: damaged or not a gzip file: {error}") from None


def decode_line(line: bytes, number: int, where: str) -> str:
    """Decodes a line and drops its end. A `ValueError` names the line and the byte that is not UTF-8, from 1."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"{where}, line {number}, byte {error.start + 1}"
        raise Refused(f"{place}: not UTF-8 (0x{line[error.start]:02X}): convert it to UTF-8") from None
    if number == 1:
        text = text.removeprefix("\ufeff")
    return text.removesuffix("\n").removesuffix("\r")


def read_parallel(source: Path, target: Path, note: Note) -> list[Pair]:
    """The pairs of two files: line N of one translates line N of the other."""
    return whole_pairs(_parallel_rows(source, target), f"{source} and {target.name}", note)


def _parallel_rows(source: Path, target: Path) -> Iterator[Pair]:
    source_lines, target_lines = 0, 0
    for source_line, target_line in zip_longest(read_lines(source), read_lines(target)):
        source_lines += source_line is not None
        target_lines += target_line is not None
        yield Pair(source_line or "", target_line or "")
    if source_lines != target_lines:
        raise Refused(
            f"{source} has {source_lines} lines and {target} {target_lines}: "
            "line N of one must translate line N of the other"
        )


def read_jsonl(path: Path, languages: tuple[str, str], note: Note) -> list[Pair]:
    """The pairs of a file with a JSON object per line, as `Pair.to_json` writes it, or flat: `{"en": "", "fr": ""}`."""
    return whole_pairs(_jsonl_rows(path, languages), str(path), note)


def _jsonl_rows(path: Path, languages: tuple[str, str]) -> Iterator[Pair]:
    for number, line in enumerate(read_lines(path), start=1):
        place = f"{path}, line {number}"
        try:
            row = json.loads(line) if line.strip() else dict.fromkeys(languages)
        except (ValueError, RecursionError) as error:
            raise Refused(f"{place}: not JSON: {error}") from None
        yield row_to_pair(row, languages, place)


def row_to_pair(row: Any, languages: tuple[str, str], place: str) -> Pair:
    """The pair in a row of JSON or of a dataset; `place` names the row in errors.

    The links of a row point from the language it names first to the one it names second. A pair in the other direction
    has them swapped.
    """
    sides = row.get("translation", row) if isinstance(row, dict) else None
    if not isinstance(sides, dict) or not all(language in sides for language in languages):
        example = ", ".join(f'"{language}": ...' for language in languages)
        raise Refused(f'{place}: a row is {{"translation": {{{example}}}}} or {{{example}}}')
    source, target = ("" if sides[language] is None else sides[language] for language in languages)
    alignment, phenomena = row.get("alignment"), row.get("phenomena") or []
    if not _is_text(source) or not _is_text(target):
        raise Refused(f"{place}: a sentence is a string of whole characters")
    if alignment is not None and not (isinstance(alignment, str) and _ALIGNMENT.fullmatch(alignment)):
        raise Refused(f"{place}: alignment {alignment!r} is not links like '0-0 1p0'")
    if not isinstance(phenomena, list) or not all(map(_is_text, phenomena)):
        raise Refused(f"{place}: phenomena {phenomena!r} is not a list of names")
    if next(name for name in sides if name in languages) == languages[0]:
        return Pair(source, target, alignment, tuple(phenomena))
    return Pair(target, source, alignment, tuple(phenomena)).reversed()


def _is_text(value: object) -> bool:
    """Whether it is a string that UTF-8 can encode: JSON can contain half a character, `"\\ud83d"`."""
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def whole_pairs(pairs: Iterable[Pair], place: str, note: Note) -> list[Pair]:
    """The pairs with text on both sides. A note gives the number of other pairs; no pair at all is an error.

    A side with only white space, control characters or invisible characters is empty.
    """
    whole: list[Pair] = []
    num_empty, first_empty = 0, 0
    for number, pair in enumerate(pairs, start=1):
        if normalize(pair.source) and normalize(pair.target):
            whole.append(pair)
        else:
            num_empty, first_empty = num_empty + 1, first_empty or number
    if not whole:
        raise Refused(f"{place}: {'no pair has two sides' if num_empty else 'empty'}")
    if num_empty:
        note(f"{place}: pairs left out for an empty side: {num_empty}, the first is number {first_empty}")
    return whole
