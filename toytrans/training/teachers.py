"""Guided by itself: two models, one each way, whose attention is read together and teaches a third (Garg et al., 2019).

No gold link is used, so it works on any corpus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from toytrans.attention_maps import Links, agreed_links
from toytrans.corpus import Corpus, Pair
from toytrans.decoding import Translator, load
from toytrans.evaluation import as_read, as_typed, links_lines, num_words
from toytrans.files import write_whole
from toytrans.run import Run
from toytrans.text import Tokenizer
from toytrans.training.beginning import Note, check_fingerprint, corpus_of
from toytrans.training.session import Session

PAIRS_AT_ONCE = 2000
"""Pairs whose maps are in memory at a time: a large corpus must not fill it."""


def needs_teachers(run: Run) -> bool:
    """Whether the run is to be guided by itself, and has no links yet."""
    return run.config.training.guided_alignment == "self" and not run.guide_path.is_file()


def teacher_sessions(
    run: Run, device: torch.device, note: Note, corpus: Corpus | None = None
) -> Iterator[tuple[str, Session]]:
    """The two trainings that come first, each with its name; each goes on where it was stopped."""
    forward = corpus or corpus_of(run, note)
    check_fingerprint(run, forward)
    # Their words stay known: choosing one to be unknown takes links, which they have yet to make.
    recipe = replace(run.config.training, guided_alignment="none", unknown_share=0.0, snapshots=0)
    plain = replace(run.config, training=recipe)
    source, target = run.config.languages
    turned = replace(plain, source_language=target, target_language=source)
    for name, config, corpus in (("forward", plain, forward), ("backward", turned, _turned(forward))):
        path = _path(run, name)
        if (path / "config.json").is_file():
            session = Session.resume(path, {}, device, note, corpus)
        else:
            session = Session.start(config, path, device, note, corpus)
        if not (session.steps_done and session.is_finished and session.is_validated):
            yield name, session


def write_agreed_links(run: Run, device: torch.device, corpus: Corpus | None = None) -> None:
    """Reads both teachers together over the training pairs, and keeps the links they agree on in the run.

    Pairs too long to be trained on get none, nor do those in which the tokenizer sees other words than are typed.
    """
    forward, backward = (load(_path(run, name), device=device.type) for name in ("forward", "backward"))
    corpus = corpus or corpus_of(run, note=lambda _: None)
    pairs = corpus.split("train")
    lines = []
    for start in range(0, len(pairs), PAIRS_AT_ONCE):
        group = pairs[start : start + PAIRS_AT_ONCE]
        links = dict.fromkeys(range(len(group)), Links())
        read = [number for number, pair in enumerate(group) if _is_trained_on(pair, run, forward.tokenizer)]
        links |= zip(read, _agreed(forward, backward, [group[number] for number in read]), strict=True)
        lines += links_lines(links.values())
    write_whole(run.guide_path, "".join(f"{line}\n" for line in lines))


def _agreed(forward: Translator, backward: Translator, pairs: Sequence[Pair]) -> Iterator[Links]:
    sources, targets = [pair.source for pair in pairs], [pair.target for pair in pairs]
    maps, reader = (forward.attend(sources, targets), backward.attend(targets, sources)), forward.tokenizer.reader
    read = as_read(pairs, reader, forward.languages)
    for there, back, pair, read_pair in zip(*maps, pairs, read, strict=True):
        # A rare character can change how the tokenizer splits words; then links would count others.
        fits = num_words(read_pair, forward.languages) == there.num_words == back.num_words[::-1]
        links = agreed_links(there, back) if fits else frozenset()
        yield as_typed(Links(links, links), pair, reader, forward.languages)


def _is_trained_on(pair: Pair, run: Run, tokenizer: Tokenizer) -> bool:
    sides = zip((pair.source, pair.target), run.config.languages, strict=True)
    return all(len(tokenizer.encode(text, language).ids) <= run.config.text.max_tokens for text, language in sides)


def _turned(corpus: Corpus) -> Corpus:
    """The same pairs the other way, in the same splits.

    Loaded with its languages exchanged, it could differ: the columns of a .tsv have no names, and what is held
    out of train is chosen by its source sentences.
    """
    source, target = corpus.languages
    turned = {name: [pair.reversed() for pair in pairs] for name, pairs in corpus.splits.items()}
    return Corpus(corpus.name, (target, source), turned)


def _path(run: Run, name: str) -> Path:
    return run.path / "teachers" / name
