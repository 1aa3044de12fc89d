"""A run from its first step to its last."""

from toytrans.training.beginning import begin_run, find_again
from toytrans.training.loop import Step, TrainingDiverged, train_steps
from toytrans.training.one_call import train
from toytrans.training.optimizer import make_optimizer
from toytrans.training.session import Session
from toytrans.training.summary import draw_loss_curve, write_run_readme
from toytrans.training.teachers import needs_teachers, teacher_sessions, write_agreed_links
from toytrans.training.unknown_words import heads, translated_alone
from toytrans.training.validation import Validation

__all__ = [
    "Session",
    "Step",
    "TrainingDiverged",
    "Validation",
    "begin_run",
    "draw_loss_curve",
    "find_again",
    "heads",
    "make_optimizer",
    "needs_teachers",
    "teacher_sessions",
    "train",
    "train_steps",
    "translated_alone",
    "write_agreed_links",
    "write_run_readme",
]
