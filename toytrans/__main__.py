"""`python -m toytrans` is `toytrans`."""

import sys

from toytrans.cli import main

sys.exit(main())
