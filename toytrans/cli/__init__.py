"""The commands: parse, call, print. Results go to standard output, everything else to standard error."""

from toytrans.cli.main import main

__all__ = ["main"]
