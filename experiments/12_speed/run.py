"""How fast is toytrans beside its peers, on the same work?

Run from anywhere: `python experiments/12_speed/run.py`. Results of each kind of processor have a folder of their own,
`avx512` or `avx2`. Each part, when it ends, replaces its section of `results.json` there and leaves the others, unless
they are of another processor; then the table and the figure are drawn anew. `--quick` makes a small pass under
`runs/quick`, to see that everything works; its numbers mean nothing.
"""

from __future__ import annotations

import os

# oneDNN keeps its last 1,024 kernels, one for each shape: enough for one system, not for several that take turns.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16384")

import argparse
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import quality
import torch
import training_speed
import translating_speed
from machine import instructions, say, setting
from plan import FULL, PARTS, QUICK, Plan
from speed_results import Results
from workload import Toy

from toytrans import keep_freed_memory

MEASURES: Mapping[str, Callable[[Plan, Toy], dict[str, Any]]] = {
    "training": training_speed.measure,
    "quality": quality.measure,
    "translating": translating_speed.measure,
}


def main() -> None:
    """Measures the parts that the command line names, and writes the answer."""
    arguments = _parse()
    torch.set_num_threads(arguments.threads)
    keep_freed_memory()  # toytrans does it where it trains; here it serves every system
    plan = QUICK if arguments.quick else FULL
    if arguments.run:
        plan = replace(plan, run=arguments.run)
    toy, folder = Toy.load(), plan.results / instructions()
    for part in arguments.parts:
        say(f"== {part}")
        section = MEASURES[part](plan, toy)
        measured_on = setting(arguments.threads, plan.rounds, plan.is_quick)
        Results.read(folder).with_section(part, measured_on, section).write(folder)
    print(Results.read(folder).to_markdown(), end="")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="small everything: the numbers mean nothing")
    parser.add_argument("--threads", type=int, default=2, help="threads of every system")
    parser.add_argument("--run", type=Path, help="the toytrans run that translates; trained if it is not there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
