"""A run from its first step to its last."""

from toytrans.training.loop import Step, TrainingDiverged
from toytrans.training.session import Session
from toytrans.training.summary import draw_loss_curve, write_run_readme
from toytrans.training.validation import Validation

__all__ = ["Session", "Step", "TrainingDiverged", "Validation", "draw_loss_curve", "write_run_readme"]
