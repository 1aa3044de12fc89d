"""Guided by itself: two models, one each way, whose attention is read together and teaches a third (Garg et al., 2019).

No gold link is used, so it works on any corpus.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch

from toytrans.attention_maps import Links, agreed_links, format_links
from toytrans.corpus import Corpus, load_corpus
from toytrans.decoding import Translator
from toytrans.run import Run, write_whole
from toytrans.training.beginning import Note
from toytrans.training.session import Session

PAIRS_AT_ONCE = 2000
"""Maps are kept for so many pairs at a time, so that a large corpus does not fill the memory."""


def needs_teachers(run: Run) -> bool:
    """Whether the run is to be guided by itself, and has no links yet."""
    return run.config.training.guided_alignment == "self" and not run.guide_path.is_file()


def teacher_sessions(run: Run, device: torch.device, note: Note) -> Iterator[tuple[str, Session]]:
    """The two trainings that come first, each with its name; each goes on where it was stopped."""
    forward = load_corpus(run.config.corpus, run.config.languages, note)
    plain = replace(run.config, training=replace(run.config.training, guided_alignment="none"))
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


def write_agreed_links(run: Run, device: torch.device) -> None:
    """Reads both teachers together over the training pairs, and keeps the links they agree on in the run."""
    forward, backward = (Translator.load(_path(run, name), device=device.type) for name in ("forward", "backward"))
    pairs = load_corpus(run.config.corpus, run.config.languages, note=lambda _: None).split("train")
    lines = []
    for start in range(0, len(pairs), PAIRS_AT_ONCE):
        group = pairs[start : start + PAIRS_AT_ONCE]
        sources, targets = [pair.source for pair in group], [pair.target for pair in group]
        both = zip(forward.attend(sources, targets), backward.attend(targets, sources), strict=True)
        links = (agreed_links(there, back) for there, back in both)
        lines += [format_links(Links(each, each)) for each in links]
    write_whole(run.guide_path, "".join(f"{line}\n" for line in lines))


def _turned(corpus: Corpus) -> Corpus:
    """The same pairs the other way, in the same splits.

    Loaded with its languages exchanged, a corpus may be another: the columns of a .tsv have no names, and what is held
    out of train is chosen by its source sentences.
    """
    source, target = corpus.languages
    turned = {name: [pair.reversed() for pair in pairs] for name, pairs in corpus.splits.items()}
    return Corpus(corpus.name, (target, source), turned)


def _path(run: Run, name: str) -> Path:
    return run.path / "teachers" / name
