"""`toytrans train`: from a corpus to a model, and to pictures of its attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro

from toytrans.cli.choices import DEFAULT_RUN, WrongUsage, say
from toytrans.config import PRESETS, Config, Device, SearchConfig
from toytrans.errors import Refused

if TYPE_CHECKING:
    import torch

    from toytrans.cli.inspect import Inspected
    from toytrans.decoding import Translator
    from toytrans.run import Run
    from toytrans.training import Session


@dataclass(frozen=True)
class Train:
    """Trains a Transformer, and draws what it attends to."""

    config: Annotated[Config, tyro.conf.arg(name="")]
    run: Path = DEFAULT_RUN
    """Where the run is kept: a new or empty directory."""
    resume: Annotated[Path | None, tyro.conf.arg(metavar="RUN", help_behavior_hint="")] = None
    """Go on with this run from its last checkpoint. Only --max-steps, --max-minutes and --patience may change. Where
    its corpus or the file of its guiding links has moved, --corpus and --guided-alignment name the new place."""
    preset: Literal["toy", "tiny", "real"] = "toy"
    """Where the defaults below come from: the toy corpus, a smaller model to try things quickly, or real text."""
    device: Device = "auto"
    """Where to compute; auto takes a GPU where there is one."""

    @classmethod
    def before(cls, arguments: Sequence[str]) -> Train:
        """The defaults that the arguments choose: those of a preset, or the settings of the run to go on with."""
        if list(arguments[:1]) != ["train"]:
            return cls(Config())
        run, resume, preset = (_value_of(flag, arguments) for flag in ("--run", "--resume", "--preset"))
        if resume is None:
            return cls(PRESETS.get(preset or "toy", Config()))
        if run is not None and Path(run) != Path(resume):
            raise WrongUsage(f"--run {run} with --resume {resume}: a run goes on where it is: leave --run out")
        if preset is not None:
            raise WrongUsage(f"--preset {preset} with --resume {resume}: a run keeps its settings: leave --preset out")
        if not Path(resume).is_dir():
            return cls(Config())  # `execute` says what is missing
        from toytrans.run import Run, hold, mend, refuse_wrong_kinds

        refuse_wrong_kinds(Path(resume))
        if Path(resume, "checkpoints").is_dir():
            with hold(Path(resume)):
                mend(Path(resume), say)
        return cls(Run.open(Path(resume)).config)

    def execute(self) -> int:
        """Trains to the end, or until Ctrl-C."""
        from toytrans.model import choose_device
        from toytrans.run import Run, hold
        from toytrans.training import Session, begin_run, find_again

        device = choose_device(self.device)
        path = self.resume or self.run
        go_on = f"toytrans train --resume {quote(str(path))}"
        is_begun = self.resume is not None or self.config.training.guided_alignment == "self"
        if self.resume is None and is_begun:
            begin_run(self.config, path, lambda _: None)
        if is_begun:
            run = Run.open(path)
            changes, moved = self._changes(run) if self.resume else ({}, {})
            with hold(path):
                if moved:
                    run = find_again(run, moved.get("corpus"), moved.get("guided_alignment"), say)
                _learn_to_align(run, device, go_on)
                session = Session.resume(path, changes, device, say)
        else:
            session = Session.start(self.config, path, device, say)
        _introduce(session)
        if session.is_finished and session.steps_done:
            say("trained already; to go on, raise --max-steps, --max-minutes or --patience")
        try:
            _watch(session, go_on)
        except Exception:
            if self.resume is None:
                session.run.abandon()
            raise
        try:
            _finish(session)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"stopped while drawing; the model is saved: draw again with {go_on}") from None
        return 0

    def _changes(self, run: Run) -> tuple[dict[str, Any], dict[str, str]]:
        """What changes when a run goes on: its limits, and where its files are. Nothing else may."""
        from toytrans.run import LIMITS, PLACES, is_place

        before, now = run.config.flat(), self.config.flat()
        for name in PLACES:
            if Path(now[name]).exists() and str(Path(now[name]).resolve()) == before[name]:
                now[name] = before[name]  # the same, seen from another folder
        changes = {name: value for name, value in now.items() if value != before[name]}
        moved = {name: changes.pop(name) for name in PLACES if name in changes and is_place(before[name])}
        for name, value in changes.items():
            if name not in LIMITS:
                flag = f"--{name.replace('_', '-')}"
                raise WrongUsage(
                    f"{flag} {value}: {run.path} was begun with {before[name]}, which cannot change: leave {flag} out, "
                    "or train another run"
                )
        return changes, moved


def _watch(session: Session, go_on: str) -> None:
    """Trains; if it is stopped, says how to go on."""
    from toytrans.cli.progress import show_progress

    try:
        show_progress(session)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"stopped at once: go on from the last checkpoint with {go_on}") from None
    if session.was_interrupted:
        raise KeyboardInterrupt(f"stopped after step {session.steps_done}, saved: go on with {go_on}")
    if not session.steps_done:
        raise Refused(f"--max-minutes {session.config.max_minutes} is over before the first step: give more")


def _finish(session: Session) -> None:
    """Prints the translations of the watched sentences, saves what they attended to, and says where everything is."""
    from toytrans.cli.inspect import inspect_texts, print_pair, print_table, sentences_to_watch
    from toytrans.decoding import load

    path = session.run.path
    say(f"trained for {session.seconds:.0f} s; drawing its attention ...")
    translator = load(path, device=session.device.type)
    inspected = inspect_texts(translator, sentences_to_watch(session.run), None, SearchConfig())
    saved = _save_pictures(session.run, translator, inspected)
    print_table(inspected[0], translator.view)
    for each in inspected[1:]:
        print_pair(each)
    run = quote(str(path))
    say(
        f"""
{saved}
next
  toytrans evaluate {run}
  toytrans inspect {run} {quote(inspected[0].text)} --all-heads
  toytrans translate {run}"""
    )


def _save_pictures(run: Run, translator: Translator, inspected: Sequence[Inspected]) -> str:
    """Draws the losses, the attention and how it was learned, and writes the page; returns where they are."""
    from toytrans.attention_maps.learning_figure import draw_learning
    from toytrans.attention_maps.side_by_side import draw_side_by_side
    from toytrans.attention_maps.snapshots import load_snapshots
    from toytrans.cli.inspect import save, warn_of_all, write_inspected
    from toytrans.training import draw_loss_curve, write_run_readme

    pictures, page, gif = run.path / "attention", run.path / "page.html", run.path / "attention" / "learning.gif"
    write_run_readme(run)
    loss_curve = draw_loss_curve(run)
    note = warn_of_all(inspected, translator.view)
    saved = (save(each, number, translator.view, pictures, note) for number, each in enumerate(inspected, start=1))
    draw_side_by_side(list(chain.from_iterable(saved)))
    write_inspected(translator, inspected, run, page)
    places = [f"pictures    {pictures}", f"page        {page} (open it in a browser)", f"loss curve  {loss_curve}"]
    if snapshots := load_snapshots(run.snapshots_path):
        draw_learning(snapshots, run.losses()[0], translator.view, gif)
        places.append(f"learning    {gif}")
    return "\n".join(places)


def _learn_to_align(run: Run, device: torch.device, go_on: str) -> None:
    """Trains the two teachers of a run that guides itself, and writes the links they agree on."""
    from toytrans.training import needs_teachers, teacher_sessions, write_agreed_links

    if not needs_teachers(run):
        return
    for name, teacher in teacher_sessions(run, device, say):
        source, target = teacher.run.config.languages
        say(f"teacher {name}, from {source} to {target}, in {teacher.run.path}")
        _watch(teacher, go_on)
    say("reading both teachers together over the training pairs ...")
    write_agreed_links(run, device)


def _introduce(session: Session) -> None:
    config = session.run.config
    in_order = sorted(session.corpus.splits.items(), key=lambda split: -len(split[1]))
    say(f"corpus  {config.corpus}: {', '.join(f'{len(pairs):,} {name}' for name, pairs in in_order)}")
    say(
        f"model   {session.num_parameters:,} parameters, {config.model.num_layers}+{config.model.num_layers} layers, "
        f"{config.model.num_heads} heads, {len(session.tokenizer):,} tokens, on {session.device.type}"
    )
    say(f"run     {session.run.path}" + (f", from step {session.steps_done}" if session.steps_done else ""))
    if config.guidance:
        say(f"guided  {config.guidance}")


def _value_of(flag: str, arguments: Sequence[str]) -> str | None:
    """The value of a flag; of several, the last."""
    value = None
    for argument, following in zip(arguments, [*arguments[1:], None], strict=True):
        name, equals, inline = argument.partition("=")
        if name == flag:
            value = inline if equals else following
    return value
