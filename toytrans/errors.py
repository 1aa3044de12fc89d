"""What went wrong, told apart: what a person can mend is one line; anything else is a bug."""

from __future__ import annotations


class Refused(ValueError):
    """Something that was given cannot be used: a file, a text, a run. The message is one line that says what to do."""
