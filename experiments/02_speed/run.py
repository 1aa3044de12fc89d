"""How fast is toytrans beside its peers? `python experiments/02_speed/run.py` (see README.md)."""

import os

# oneDNN keeps its last 1,024 kernels, one for each shape: enough for one system, not for several that take turns.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16384")

from benchmark import main

if __name__ == "__main__":
    main()
