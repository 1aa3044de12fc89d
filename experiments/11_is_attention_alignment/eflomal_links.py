"""Links by eflomal (Östling and Tiedemann, 2016): what one aligns words with when a model is not the question.

eflomal is optional and not part of this project: the extra `bench` installs it. It is under the GPL, so it is called as
the command it installs, and never imported. It draws samples and takes no seed: its links differ a little each time.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from toytrans import Link, parse_links

COMMAND = "eflomal-align"
SentencePair: TypeAlias = tuple[Sequence[str], Sequence[str]]
"""The words of a source sentence and of its translation."""


def find_command() -> str | None:
    """The installed command: on the search path, or beside the Python that runs this."""
    return shutil.which(COMMAND) or shutil.which(COMMAND, path=str(Path(sys.executable).parent))


def align(sentence_pairs: Sequence[SentencePair]) -> tuple[list[frozenset[Link]], list[frozenset[Link]]] | None:
    """The links of both directions, forward and backward, for each pair; `None` where eflomal is not installed.

    Forward, each target word has at most one link; backward, each source word. Both are (source, target) from 0.
    A failure of the command is a `RuntimeError` with its last line.
    """
    command = find_command()
    if command is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        text, forward, backward = (Path(folder, name) for name in ("text", "forward", "backward"))
        text.write_text(format_text(sentence_pairs), encoding="utf-8")
        finished = subprocess.run(  # noqa: S603 - a command found by its name, with paths of our own
            [command, "-i", str(text), "-f", str(forward), "-r", str(backward)], capture_output=True, text=True
        )
        if finished.returncode:
            reason = (finished.stderr.strip() or "no reason given").splitlines()[-1]
            raise RuntimeError(f"{command} failed with exit status {finished.returncode}: {reason}")
        return read_output(forward, len(sentence_pairs)), read_output(backward, len(sentence_pairs))


def format_text(sentence_pairs: Iterable[SentencePair]) -> str:
    """What eflomal reads: a pair a line, words between spaces, `|||` between the sentences."""
    lines = []
    for number, (source, target) in enumerate(sentence_pairs, start=1):
        if not source or not target:
            raise ValueError(f"pair {number} has a sentence without words: eflomal needs words on both sides")
        for word in (*source, *target):
            if word == "|||" or word.split() != [word]:
                raise ValueError(f"pair {number}: word {word!r} has white space or is |||, which is how eflomal reads")
        lines.append(f"{' '.join(source)} ||| {' '.join(target)}\n")
    return "".join(lines)


def read_output(path: Path, num_pairs: int) -> list[frozenset[Link]]:
    """The links of one output file of eflomal, a line a pair.

    The file of the reverse direction needs no turning around: eflomal writes `source-target` there as well.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) != num_pairs:
        raise ValueError(f"{path.name} has {len(lines)} lines for {num_pairs} pairs: eflomal writes a line a pair")
    return [parse_links(line).sure for line in lines]
