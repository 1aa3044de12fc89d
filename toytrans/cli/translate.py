"""`toytrans translate`: text in, translation out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tyro

from toytrans.cli.choices import Device, run_and_texts, tell_unknown_words
from toytrans.config import SearchConfig

if TYPE_CHECKING:
    from toytrans.decoding import Translation

LINES_AT_ONCE = 1024


@dataclass(frozen=True)
class Translate:
    """Translates sentences, or standard input line by line: N lines in, N lines out."""

    words: tyro.conf.Positional[tuple[str, ...]] = ()
    """[RUN] [TEXT ...]: a run directory (runs/toy, if left out), then sentences; without sentences, standard input."""
    beam: int = 1
    """Hypotheses kept side by side; 1 is greedy search."""
    n_best: int = 1
    """Translations a sentence, each line led by its score and a tab; at most as many as --beam."""
    length_penalty: float = SearchConfig.length_penalty
    """Above 0 favours longer translations (Wu et al., 2016); for --beam."""
    json: bool = False
    """Print one JSON document instead of lines."""
    device: Device = "auto"
    """Where to compute."""

    def __post_init__(self) -> None:
        if not 1 <= self.n_best <= self.beam:
            raise ValueError(f"--n-best {self.n_best} is not between 1 and --beam {self.beam}")

    def execute(self) -> int:
        """Prints the translations."""
        from toytrans.decoding import Translator
        from toytrans.model import choose_device

        search = SearchConfig(beam_size=self.beam, length_penalty=self.length_penalty)
        path, texts = run_and_texts(self.words)
        translator = Translator.load(path, device=choose_device(self.device).type)
        document = []
        for group in [texts] if texts else _lines_of_standard_input():
            for candidates in translator.translate_n_best(group, search):
                tell_unknown_words(candidates[0].source, candidates[0].unknown_words)
                if self.json:
                    document.append(_to_json(candidates[: self.n_best]))
                else:
                    self._print(candidates[: self.n_best])
        if self.json:
            print(json.dumps(document, indent=2, ensure_ascii=False))
        return 0

    def _print(self, candidates: list[Translation]) -> None:
        for translation in candidates:
            print(f"{translation.score:.4f}\t{translation.text}" if self.n_best > 1 else translation.text, flush=True)


def _lines_of_standard_input() -> Iterator[list[str]]:
    """Groups of lines; one by one where a person types them. A line ends at a line feed and nowhere else."""
    if sys.stdin.isatty():
        print("Type a sentence and press Enter; Ctrl-D ends.", file=sys.stderr)
    at_once = 1 if sys.stdin.isatty() else LINES_AT_ONCE
    group: list[str] = []
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            group.append(line.decode("utf-8-sig" if number == 1 else "utf-8").removesuffix("\n").removesuffix("\r"))
        except UnicodeDecodeError as error:
            raise ValueError(
                f"standard input, line {number}, byte {error.start + 1}: not UTF-8: convert the text to UTF-8"
            ) from None
        if len(group) == at_once:
            yield group
            group = []
    if group:
        yield group


def _to_json(candidates: list[Translation]) -> dict[str, Any]:
    return {
        "source": candidates[0].source,
        "unknown_words": list(candidates[0].unknown_words),
        "translations": [
            {"text": each.text, "score": each.score, "is_finished": each.is_finished} for each in candidates
        ],
    }
