"""How training gets on: a bar in a terminal, a line now and then anywhere else."""

from __future__ import annotations

import sys
import time

from tqdm import tqdm
from tqdm.std import EMA  # type: ignore[attr-defined]

from toytrans.cli.choices import say
from toytrans.training import Session, Step, Validation

SECONDS_BETWEEN_LINES = 15.0


def show_progress(session: Session) -> None:
    """Trains, and shows it on standard error."""
    is_terminal = sys.stderr.isatty()
    bar = tqdm(
        total=1.0,
        initial=session.progress(),
        disable=not is_terminal,
        bar_format="{percentage:3.0f}% |{bar}| {desc}, {elapsed} gone, {remaining} left",
        desc="starting",
    )
    speed, last_line = _Speed(), time.monotonic()
    with bar:
        for event in session.events():
            if isinstance(event, Validation):
                speed = _Speed()
                text = _validation_line(session, event)
                bar.write(text, file=sys.stderr) if is_terminal else say(text)
                continue
            status = f"step {event.number}, loss {event.loss:.3f}, {speed.pairs_a_second(event):,.0f} pairs/s"
            status += f", {event.note}" if event.note else ""
            bar.set_description_str(status, refresh=False)
            bar.update(max(0.0, session.progress() - bar.n))
            if not is_terminal and time.monotonic() - last_line >= SECONDS_BETWEEN_LINES:
                last_line = time.monotonic()
                left = tqdm.format_interval(session.seconds_left())
                say(f"{100 * session.progress():3.0f}%  {status}, {left} left")


def _validation_line(session: Session, validation: Validation) -> str:
    line = (
        f"step {session.steps_done}: validation loss {validation.loss:.3f}, BLEU {validation.bleu:.1f}, "
        f"exact match {validation.exact_match:.3f}"
    )
    if not validation.view_scores:
        return line
    best = validation.view_scores[0]
    return f"{line}, link precision {best.precision:.3f} ({best.view.name}; error rate {best.aer:.3f})"


class _Speed:
    """Pairs a second, smoothed by tqdm's moving average."""

    def __init__(self) -> None:
        self._last, self._average = time.perf_counter(), EMA(smoothing=0.05)

    def pairs_a_second(self, step: Step) -> float:
        now = time.perf_counter()
        speed = step.pairs / max(now - self._last, 1e-9)
        self._last = now
        return float(self._average(speed))
