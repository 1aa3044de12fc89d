"""Runs a command, and turns its failures into one line and an exit status."""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from toytrans import __version__
from toytrans.cli.choices import hush, say
from toytrans.cli.parsing import parse
from toytrans.config import SettingRefused
from toytrans.errors import Refused

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line. 0: done; 1: failed; 2: wrong usage; 130: stopped by Ctrl-C."""
    try:
        _speak_utf8()
        status = _run(list(sys.argv[1:] if arguments is None else arguments))
        if sys.stdout:
            sys.stdout.flush()  # a reader who has gone is noticed here, not by the interpreter at its end
        return status
    except BrokenPipeError:  # the reader of our output has gone
        hush(sys.stdout)
        return DONE
    except KeyboardInterrupt as stop:
        return _complain(str(stop) or "interrupted", INTERRUPTED)
    except SettingRefused as error:
        return _complain(error, WRONG_USAGE)
    except (Refused, OSError) as error:
        return _complain(_in_words(error), FAILED)
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        return _complain(_unforeseen(error), FAILED)


def _run(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        print(f"toytrans {__version__}")
        return DONE
    try:
        command = parse(arguments or ["--help"])
    except SystemExit as stop:  # the help, or what is wrong with the command line, has been printed
        return stop.code if isinstance(stop.code, int) else WRONG_USAGE
    return command.execute()


def _complain(problem: object, status: int) -> int:
    say(f"toytrans: {' '.join(str(problem).split())}")
    return status


def _in_words(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror[0].lower()}{error.strerror[1:]}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror[0].lower()}{error.strerror[1:]}"
    return str(error)


def _unforeseen(error: Exception) -> str:
    """The message for a failure that nothing foresaw: out of memory, or a bug, and where."""
    if isinstance(error, MemoryError) or "out of memory" in str(error) or "allocate memory" in str(error):
        return f"out of memory: {error}: take smaller --batch-tokens or a smaller model, or shorter sentences"
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"{type(error).__name__}: {error} (in {Path(place.filename).name}, line {place.lineno}): a bug in toytrans; "
        "please report it with what python -X dev -m toytrans shows, with the same arguments (see CONTRIBUTING.md)"
    )


def _speak_utf8() -> None:
    """Input is UTF-8, so output is too, in every locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(encoding="utf-8")
