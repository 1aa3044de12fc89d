"""`toytrans translate`: text in, translation out."""

from __future__ import annotations

import os
import select
import stat
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from toytrans.cli.choices import (
    RunAndTexts,
    Searching,
    Switch,
    WrongUsage,
    as_json,
    load_translator,
    run_and_texts,
    say,
    tell_reading,
    tell_warnings,
)
from toytrans.errors import Refused

if TYPE_CHECKING:
    from toytrans.decoding import Translation

LINES_AT_ONCE = 1024
CHUNK_BYTES = 65_536
A_MOMENT = 0.05
"""Seconds to wait for one more line before those that have come are translated."""


@dataclass(frozen=True)
class Translate(Searching):
    """Translates sentences, or standard input: N lines in, N lines out."""

    words: RunAndTexts = ()
    """A run directory (runs/toy, if left out), then sentences; without sentences, standard input, line by line. Put --
    before a sentence that begins with a dash."""
    n_best: int = 1
    """Translations a sentence, at most --beam; above 1, each line begins with its score and a tab. There may
    be fewer: hypotheses that read the same are one."""
    json: Switch = False
    """Print one JSON document instead of lines."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.n_best < 1:
            raise WrongUsage(f"--n-best {self.n_best} is not at least 1")
        if self.n_best > self.beam:
            raise WrongUsage(f"--n-best {self.n_best} is more than --beam {self.beam}: raise --beam")

    def execute(self) -> int:
        """Prints the translations."""
        path, texts = run_and_texts(self.words)
        is_typed = not texts and sys.stdin is not None and sys.stdin.isatty()
        translator = load_translator(path, self.device, 1 if is_typed else len(texts) or None)
        document = []
        for group in [texts] if texts else _lines_of_standard_input():
            for candidates in translator.translate_n_best(group, self.search):
                for sentence in candidates[0].parts:
                    tell_reading(sentence.source, sentence.read_as)
                    tell_warnings(sentence.source, sentence.warnings)
                best = _distinct(candidates)[: self.n_best]
                if self.json:
                    document.append(_to_json(best))
                else:
                    self._print(best)
        if self.json:
            print(as_json(document))
        return 0

    def _print(self, candidates: list[Translation]) -> None:
        for translation in candidates:
            print(f"{translation.score:.4f}\t{translation.text}" if self.n_best > 1 else translation.text, flush=True)


def _lines_of_standard_input() -> Iterator[list[str]]:
    """Groups of lines: those that are there. A line ends at a line feed and nowhere else."""
    if sys.stdin is None:
        raise Refused("standard input is closed: give sentences as arguments")
    from toytrans.corpus.reading import MAX_LINE_BYTES, decode_line

    if sys.stdin.isatty():
        say("Type a sentence and press Enter; Ctrl-D ends.")
    number = 0
    for group in _arriving_lines(MAX_LINE_BYTES):
        lines = []
        for line in group:
            number += 1
            if len(line) > MAX_LINE_BYTES:
                raise Refused(f"standard input, line {number}: longer than {MAX_LINE_BYTES:,} bytes: split it")
            lines.append(decode_line(line, number, "standard input"))
        yield lines


def _arriving_lines(most_bytes: int) -> Iterator[list[bytes]]:
    """Groups of at most `LINES_AT_ONCE` lines. Where they come slowly, those that are there do not wait for more."""
    try:
        descriptor = sys.stdin.fileno()
        is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
    except OSError:  # a stream in memory
        is_file = True
    if is_file:
        while lines := list(islice(iter(lambda: sys.stdin.buffer.readline(most_bytes + 1), b""), LINES_AT_ONCE)):
            yield lines
        return
    lines, rest = [], b""
    while True:
        if lines and not _is_ready(descriptor):
            yield lines
            lines = []
        chunk = os.read(descriptor, CHUNK_BYTES)
        if not chunk:
            break
        *whole, rest = (rest + chunk).split(b"\n")
        lines += whole
        while len(lines) >= LINES_AT_ONCE:
            yield lines[:LINES_AT_ONCE]
            del lines[:LINES_AT_ONCE]
        if len(rest) > most_bytes:
            break
    yield [*lines, *([rest] if rest else [])]


def _is_ready(descriptor: int) -> bool:
    """Whether more comes within a moment."""
    try:
        return bool(select.select([descriptor], [], [], A_MOMENT)[0])
    except OSError:  # Windows cannot tell of a pipe
        return False


def _distinct(candidates: list[Translation]) -> list[Translation]:
    """The first of those with the same text: a text can be cut into subwords in several ways."""
    first: dict[str, Translation] = {}
    for each in candidates:
        first.setdefault(each.text, each)
    return list(first.values())


def _to_json(candidates: list[Translation]) -> dict[str, Any]:
    """Of several sentences on a line, each is also there by itself: words are counted within their sentence."""
    sentences = {"sentences": [_to_json([each]) for each in candidates[0].sentences]}
    return {
        "source": candidates[0].source,
        "read_as": candidates[0].read_as,
        "unknown_words": list(candidates[0].unknown_words),
        "translations": [
            {
                "text": each.text,
                "score": each.score,
                "confidence": each.confidence,
                "is_finished": each.is_finished,
                "copied": [asdict(copy) for copy in each.copied],
                "warnings": list(each.warnings),
            }
            for each in candidates
        ],
        **(sentences if candidates[0].sentences else {}),
    }
