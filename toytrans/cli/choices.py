"""What several commands share: the run, the sentences, the search, the device, and messages."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Literal, TextIO, TypeAlias

import tyro

from toytrans.config import Device, SearchConfig, SettingRefused
from toytrans.errors import Refused

if TYPE_CHECKING:
    from toytrans.attention_maps import View
    from toytrans.corpus import Corpus, Pair
    from toytrans.decoding import Translator
    from toytrans.run import Run

DEFAULT_RUN = Path("runs/toy")
FEW_TEXTS = 16
"""Up to this many texts are translated in NumPy: at 10 ms a sentence, PyTorch would not have started yet."""
RunAndTexts: TypeAlias = Annotated[
    tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="[RUN] [TEXT ...]", help_behavior_hint="")
]
Layer: TypeAlias = int | Literal["all"] | None
"""A layer's number from 1, or the mean of all layers and heads; None where none was asked for."""
LayerFlag: TypeAlias = Annotated[
    Layer, tyro.conf.arg(help_behavior_hint="(default: the head taught, else the best on validation)")
]
HeadFlag: TypeAlias = Annotated[
    int | None, tyro.conf.arg(help_behavior_hint="(default: the mean of the layer's heads)")
]
Switch: TypeAlias = Annotated[bool, tyro.conf.arg(help_behavior_hint="")]


STEERING = {
    code: chr(code).encode("unicode_escape").decode()
    for code in (*range(32), *range(127, 160), *range(0x200E, 0x2010), *range(0x2028, 0x202F), *range(0x2066, 0x206A))
    if code not in (ord("\n"), ord("\t"))
}
"""Control characters and marks of direction, spelled out."""


def as_json(document: object) -> str:
    """A document as JSON that a terminal can show: characters that would steer it are escaped."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return text.translate({code: f"\\u{code:04x}" for code in STEERING})


class WrongUsage(SettingRefused):
    """A command line that makes no sense."""


@dataclass(frozen=True)
class Searching:
    """How a command translates."""

    beam: int = SearchConfig.beam_size
    """Hypotheses kept side by side; 1 is greedy search."""
    length_penalty: float = SearchConfig.length_penalty
    """Above 0 favours longer translations (Wu et al., 2016); for --beam."""
    device: Device = "auto"
    """Where to compute; auto takes a GPU where there is one."""

    def __post_init__(self) -> None:
        _ = self.search  # refuses nonsense

    @property
    def search(self) -> SearchConfig:
        """The search these flags ask for."""
        if self.beam < 1:
            raise WrongUsage(f"--beam {self.beam} is not at least 1")
        return SearchConfig(beam_size=self.beam, length_penalty=self.length_penalty)


def load_translator(path: Path, device: Device, num_texts: int | None = None) -> Translator:
    """The translator of a run: in NumPy for a few texts, in PyTorch for many or on a named GPU.

    `num_texts` is how many sentences there will be, `None` if unknown. NumPy takes longer a sentence, but
    starts at once: importing PyTorch alone takes one to two seconds.
    """
    from toytrans.decoding import load, load_numpy

    if num_texts is not None and num_texts <= FEW_TEXTS and device in ("auto", "cpu"):
        return load_numpy(path)
    return load(path, device=device)


def check_view(layer: Layer, head: int | None) -> None:
    """Refuses a head without its layer."""
    if head is not None and not isinstance(layer, int):
        raise WrongUsage(f"--head {head} needs the number of a --layer: heads are counted within their layer")


def view_for(translator: Translator, layer: Layer, head: int | None) -> View | None:
    """The view asked for, or `None` without one; a `ValueError` if the model lacks that layer or head."""
    from toytrans.attention_maps import View

    if layer is None:
        return None
    view = View() if layer == "all" else View(layer, head)
    view.check(*translator.shape)
    return view


def run_and_texts(words: Sequence[str]) -> tuple[Path, list[str]]:
    """Splits `[RUN] [TEXT ...]`: the first is a run unless it reads like a sentence, with white space and no folder."""
    if not words:
        return DEFAULT_RUN, []
    first, *rest = words
    if not first.strip():
        raise WrongUsage("the first argument is empty: give a run directory or a sentence")
    first_is_there = is_there(first)
    if any(map(str.isspace, first.strip())) and not first_is_there:
        path, texts = DEFAULT_RUN, [first, *rest]
    elif first_is_there or rest:
        path, texts = Path(first), rest
    else:
        raise FileNotFoundError(
            f"{first}: no such run: train it with toytrans train --run {quote(first)}; "
            f"or, if this is the text, name a run before it: {DEFAULT_RUN} {quote(first)}"
        )
    for text in texts:
        if any("\ud800" <= character <= "\udfff" for character in text):  # how bytes arrive that are not UTF-8
            raise WrongUsage(f"{text!a} is not UTF-8: convert the text to UTF-8")
    return path, texts


def corpus_of(run: Run, instead: str, note: Callable[[str], None]) -> Corpus:
    """The corpus a run was trained on; where its files are gone, the error says what to give `instead`."""
    from toytrans.corpus import load_corpus

    try:
        return load_corpus(run.config.corpus, run.config.languages, note)
    except FileNotFoundError:
        where = run.config.corpus
        raise FileNotFoundError(f"{where}: the corpus of {run.path} is no longer there: {instead}") from None


def corpus_for(run: Run, named: str | None, split: str) -> Corpus:
    """The corpus a command names, else the run's own; prints a note if that has changed since training."""
    from toytrans.corpus import load_corpus

    if named is not None:
        return load_corpus(named, run.config.languages, say)
    corpus = corpus_of(run, "give a --corpus", say)
    if corpus.fingerprint() != run.corpus_fingerprint:
        say(f"note: {corpus.name} has changed since training; parts of {split} may have been trained on")
    return corpus


def pairs_of(run: Run, named: str | None, split: str) -> Sequence[Pair]:
    """A split of the corpus a command names, else of the run's own."""
    return corpus_for(run, named, split).split(split)


def pairs_taken(translator: Translator, pairs: Sequence[Pair]) -> list[int]:
    """The numbers of the pairs that the run takes whole; prints a note if there are others."""
    are_taken = translator.takes([pair.source for pair in pairs], [pair.target for pair in pairs])
    taken = [number for number, is_taken in enumerate(are_taken) if is_taken]
    if left_out := len(pairs) - len(taken):
        say(
            f"note: {left_out} pairs longer than the {translator.limits.max_tokens} tokens that this run takes left out"
        )
    if not taken:
        raise Refused(f"no pair is left: all are longer than {translator.limits.max_tokens} tokens")
    return taken


def tell_reading(text: str, read_as: str | None) -> None:
    """Prints how a sentence was read, if not as it was typed."""
    if read_as is not None:
        from toytrans.attention_maps.labels import visible

        say(f"read as: “{visible(read_as, 200)}” (typed: {visible(text, 80)})")


def tell_warnings(text: str, warnings: Sequence[str]) -> None:
    """Prints the warnings about a text, one per line."""
    if warnings:
        from toytrans.attention_maps.labels import visible

        for warning in warnings:
            say(f"warning: {visible(text, 60)}: {warning}")


def say(text: str) -> None:
    """Prints to standard error what is not the result; goes on if nobody reads it any more.

    Characters that steer a terminal are spelled out: a file's name may hold them.
    """
    try:
        print(text.translate(STEERING), file=sys.stderr, flush=True)
    except BrokenPipeError:
        hush(sys.stderr)


def hush(stream: TextIO) -> None:
    """Discards the rest of a stream whose reader has gone."""
    with contextlib.suppress(OSError, ValueError):  # a stream in memory has no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def is_there(name: str) -> bool:
    """Whether there is a file or folder of that name; False for an invalid name."""
    try:
        return Path(name).exists()
    except (OSError, ValueError):  # too long for a name, or with a character that no name has
        return False
