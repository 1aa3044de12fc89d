"""The end of `toytrans train`: the curve, the run's own README, the watched sentences, and what to try next."""

from __future__ import annotations

from shlex import quote

from toytrans.cli.choices import say
from toytrans.cli.inspect import look, print_pair, print_table, save, sentences_to_watch, warn_of_all
from toytrans.config import SearchConfig
from toytrans.decoding import load
from toytrans.training import Session, draw_loss_curve, write_run_readme


def finish(session: Session) -> None:
    """Prints the translations of the watched sentences, saves what they looked at, and says where everything is."""
    path = session.run.path
    say(f"trained for {session.seconds:.0f} s; drawing what it looks at ...")
    draw_loss_curve(session.run)
    write_run_readme(session.run)
    translator = load(path, device=session.device.type)
    looks = look(translator, sentences_to_watch(session.run), None, SearchConfig())
    note = warn_of_all(looks, translator.view)
    for number, each in enumerate(looks, start=1):
        save(each, number, translator.view, path / "attention", note)
    print_table(looks[0], translator.view)
    for each in looks[1:]:
        print_pair(each)
    run = quote(str(path))
    say(
        f"""
pictures    {path / "attention"}
loss curve  {path / "loss.png"}
next
  toytrans evaluate {run}
  toytrans inspect {run} {quote(looks[0].text)} --all-heads
  toytrans translate {run}"""
    )
