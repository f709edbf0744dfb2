"""Training and measuring: `fit`, `evaluate`, the logbook."""

from helpers.training import lr_finder
from helpers.training.cache import PrefixCache
from helpers.training.cost import StepCost, step_cost
from helpers.training.decay import DecayRun, train_with_decay, wrong_labels
from helpers.training.gradual import Block, Recipe, train_gradually, whole_history
from helpers.training.groups import decay_groups, discriminative_groups, join
from helpers.training.history import Epoch, History
from helpers.training.logbook import Logbook
from helpers.training.loop import fit, training_mode
from helpers.training.metrics import accuracy, confusion_matrix, evaluate, predict
from helpers.training.recipes import train_head, train_stages, unfreeze
from helpers.training.seeding import seed_everything, set_threads
from helpers.training.steps import adam_step, sgd_step
from helpers.training.views import SeededViews

__all__ = [
    "Block",
    "DecayRun",
    "Epoch",
    "History",
    "Logbook",
    "PrefixCache",
    "Recipe",
    "SeededViews",
    "StepCost",
    "accuracy",
    "adam_step",
    "confusion_matrix",
    "decay_groups",
    "discriminative_groups",
    "evaluate",
    "fit",
    "join",
    "lr_finder",
    "predict",
    "seed_everything",
    "set_threads",
    "sgd_step",
    "step_cost",
    "train_gradually",
    "train_head",
    "train_stages",
    "train_with_decay",
    "training_mode",
    "unfreeze",
    "whole_history",
    "wrong_labels",
]
