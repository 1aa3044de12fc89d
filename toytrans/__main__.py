"""`python -m toytrans` is `toytrans`."""

import sys


def main() -> int:
    """Runs the command line; Ctrl-C is answered in one line from the first moment on."""
    try:
        from toytrans.cli import main as run  # takes a moment

        return run()
    except KeyboardInterrupt:
        sys.stderr.write("toytrans: interrupted\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
