"""A whole training in one call, for notebooks and experiments; `toytrans train` also draws pictures."""

from __future__ import annotations

from pathlib import Path

from toytrans.config import Config, Device
from toytrans.corpus import Corpus
from toytrans.decoding import Translator, load
from toytrans.model import choose_device
from toytrans.run import hold
from toytrans.training.beginning import Note, begin_run
from toytrans.training.session import Session
from toytrans.training.teachers import teacher_sessions, write_agreed_links
from toytrans.training.validation import Validation


def train(
    run: str | Path = "runs/toy",
    config: Config = Config(),
    corpus: Corpus | None = None,
    device: Device = "auto",
    note: Note = print,
) -> Translator:
    """Trains a run to its end, and returns the translator of its best checkpoint.

    `run` is a new or empty directory, else `FileExistsError`. `corpus`, if given, stands for the one that `config`
    names. `note` is told each validation, a line each. A run that guides itself first trains its two teachers.
    `KeyboardInterrupt` where Ctrl-C stopped it; the step it was at is saved.
    """
    path, where = Path(run), choose_device(device)
    if config.training.guided_alignment == "self":
        begun, corpus = begin_run(config, path, note, corpus)
        with hold(path):
            for name, teacher in teacher_sessions(begun, where, note, corpus):
                note(f"teacher {name}")
                _to_the_end(teacher, note)
            write_agreed_links(begun, where, corpus)
            session = Session.resume(path, {}, where, note, corpus)
    else:
        session = Session.start(config, path, where, note, corpus)
    _to_the_end(session, note)
    return load(path, device=where.type)


def _to_the_end(session: Session, note: Note) -> None:
    for event in session.events():
        if isinstance(event, Validation):
            note(f"step {session.steps_done}: validation loss {event.loss:.3f}, BLEU {event.bleu:.1f}")
    if session.was_interrupted:
        raise KeyboardInterrupt(f"stopped after step {session.steps_done}, saved in {session.run.path}")
