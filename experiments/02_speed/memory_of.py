"""Trains with one system, in a process of its own, and prints the memory that took, as JSON.

`run.py` starts it: `python memory_of.py toytrans`.
"""

from __future__ import annotations

import argparse
import json

from machine import memory_mb
from peers import num_trained
from plan import FULL, QUICK, Plan
from trainers import PEERS
from training_rows import rows
from workload import Toy

from toytrans import keep_freed_memory


def memory_of(name: str, plan: Plan) -> dict[str, float]:
    """MB before a model is made, and at most, up to the end of as many steps as a turn has."""
    toy = Toy.load()
    system = next(row for row in rows(plan, toy) if row.name == name)
    if name == "toytrans":
        keep_freed_memory()  # as its own training does
    before = memory_mb()
    trainer = system.build()
    trainer.steps(plan.warmup_steps + plan.timed_steps)
    weights = 4 * 4 * num_trained(trainer.trainer.model) / 1e6  # with gradients and two numbers each of AdamW
    return {"before": before.get("now", before["most"]), "most": memory_mb()["most"], "weights": weights}


def main() -> None:
    """Prints the memory of the system that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=("toytrans", *PEERS))
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    print(json.dumps(memory_of(arguments.name, QUICK if arguments.quick else FULL)))


if __name__ == "__main__":
    main()
