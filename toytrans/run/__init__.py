"""A run directory: its settings, its checkpoints, its log, and the lock that keeps other processes away."""

from toytrans.run.checkpoint import Checkpoint, checkpoint_folder_name
from toytrans.run.directory import LIMITS, PLACES, Run, differences, environment, is_place
from toytrans.run.lock import hold
from toytrans.run.mending import mend, refuse_wrong_kinds
from toytrans.run.metrics import read_metrics

__all__ = [
    "LIMITS",
    "PLACES",
    "Checkpoint",
    "Run",
    "checkpoint_folder_name",
    "differences",
    "environment",
    "hold",
    "is_place",
    "mend",
    "read_metrics",
    "refuse_wrong_kinds",
]
